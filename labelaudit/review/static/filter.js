// The filter. It is kept in the URL, so that it survives a reload.

import { element, find } from "./dom.js";

const PAIRS = 100; // pairs that are listed, those with the most wrong labels; a data set of a thousand classes has a million pairs

export class Filter extends EventTarget {
  constructor(state) {
    super();
    this.state = state;
    this.form = find("#filter");
    this.fill();
    this.recall();
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("reset", () => setTimeout(() => this.changed()));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    find("#filters").open = matchMedia("(min-width: 60rem)").matches;
  }

  fill() {
    const { state } = this;
    const { rule, class: label, pair } = this.form.elements;
    const option = (value, text) => element("option", { value }, text);
    const codes = [...new Set(state.rules.flat())].sort();
    rule.append(...codes.map((code) => option(code, `${code} ${state.names[code]}`)));
    label.append(...state.classes.map((name, number) => option(String(number), name)));
    const named = (each) => each.split("-").map((number) => state.classes[number]).join(" → ");
    pair.append(...state.pairs().slice(0, PAIRS).map(([each, wrong]) => option(each, `${named(each)} (${wrong.toFixed(1)} wrong)`)));
  }

  get values() {
    const { show, rule, class: label, pair, from, sort, find: part } = this.form.elements;
    return {
      show: show.value,
      rule: rule.value,
      label: label.value,
      pair: pair.value,
      from: Number(from.value),
      sort: sort.value,
      find: part.value.toLowerCase(),
    };
  }

  get size() {
    return Number(this.form.elements.size.value);
  }

  recall() {
    for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
      const field = this.form.elements[name];
      if (field?.name) field.value = value;
      if (field?.name && field.value === "" && field.options) field.selectedIndex = 0; // the option no longer exists
    }
    this.tell();
  }

  changed() {
    const fresh = [...this.form.elements].filter((field) => field.name && !this.isDefault(field));
    const words = new URLSearchParams(fresh.map((field) => [field.name, field.value]));
    history.replaceState(null, "", `${location.pathname}${location.search}#${words}`);
    this.tell();
    this.dispatchEvent(new Event("changed"));
  }

  isDefault(field) {
    return field.options ? field.selectedIndex === 0 : field.value === field.defaultValue;
  }

  tell() {
    const { from } = this.form.elements;
    from.nextElementSibling.value = Number(from.value).toFixed(2);
  }

  focus() {
    find("#filters").open = true;
    this.form.elements.find.focus();
  }

  showOpen() {
    this.form.reset();
  }
}
