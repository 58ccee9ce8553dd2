// Choose a class by typing a part of its name.

import { element, find, named } from "./dom.js";

const MOST = 200; // classes that are listed; the others are found by typing

export class Chooser {
  constructor(classes) {
    this.classes = classes;
    this.recent = [];
    this.dialog = find("#chooser");
    this.input = find("input", this.dialog);
    this.list = find("ul", this.dialog);
    this.input.addEventListener("input", () => this.fill());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the text field
    this.dialog.addEventListener("close", () => this.finish());
  }

  /** Ask for a class; the most likely ones are listed first. Returns null if the user cancels. */
  ask(likely = []) {
    this.likely = likely;
    this.chosen = null;
    this.input.value = "";
    this.fill();
    this.dialog.showModal();
    this.input.focus();
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  finish() {
    if (this.chosen !== null) this.recent = [this.chosen, ...this.recent.filter((each) => each !== this.chosen)].slice(0, 9);
    this.resolve?.(this.chosen);
  }

  fill() {
    const typed = this.input.value.trim().toLowerCase();
    const first = [...new Set([...this.likely, ...this.recent])];
    const order = [...first, ...this.classes.keys()].filter((each, place, all) => all.indexOf(each) === place);
    const where = (number) => this.classes[number].toLowerCase().indexOf(typed);
    const found = order.filter((number) => where(number) >= 0);
    if (typed) found.sort((a, b) => (where(a) > 0) - (where(b) > 0));
    this.list.replaceChildren(
      ...found.slice(0, MOST).map((number, place) => {
        const item = element("li", { role: "option", id: `class-${place}` }, named(this.classes[number]));
        item.dataset.class = number;
        return item;
      }),
    );
    if (!found.length) this.list.append(element("li", { className: "none" }, "No class name contains this text."));
    this.point(0);
  }

  point(place) {
    const items = [...this.list.querySelectorAll("[role=option]")];
    this.at = Math.max(0, Math.min(place, items.length - 1));
    for (const [number, item] of items.entries()) item.ariaSelected = String(number === this.at);
    this.input.setAttribute("aria-activedescendant", items[this.at]?.id ?? "");
    items[this.at]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) {
      event.preventDefault();
      this.point(this.at + move);
    }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.take(this.list.querySelectorAll("[role=option]")[this.at]);
    }
  }

  take(item) {
    if (!item?.dataset.class) return;
    this.chosen = Number(item.dataset.class);
    this.dialog.close();
  }
}
