"use strict";

// Filter and sort the findings. Both stay while one scrolls, and in this tab when the page is loaded again.

const form = document.querySelector("form.filter");

const ORDERS = {
  report: (one, other) => one.place - other.place,
  certainty: (one, other) => Number(other.dataset.certainty ?? -1) - Number(one.dataset.certainty ?? -1),
  given: (one, other) => compareText(".given", one, other),
  suggested: (one, other) => compareText(".suggested", one, other),
  path: (one, other) => compareText(".path bdi", one, other),
};

const textOf = (selector, within) => within.querySelector(selector)?.textContent ?? "";
const compareText = (selector, ...pair) => {
  const [one, other] = pair.map((item) => textOf(selector, item));
  return one < other ? -1 : Number(one > other);
};

/** What this browser keeps for the page; it may refuse to keep anything. */
const kept = {
  read: (place, name) => {
    try {
      return JSON.parse(place.getItem(name)) ?? {};
    } catch {
      return {};
    }
  },
  write: (place, name, value) => {
    try {
      place.setItem(name, JSON.stringify(value));
    } catch {
      return false;
    }
    return true;
  },
};

if (form) {
  const STATE = `labelaudit-filter ${location.pathname}`;
  const items = [...document.querySelectorAll("[data-rule]")];
  const boxes = [...document.querySelectorAll(".cards")];
  const status = form.querySelector("[role=status]");
  const fields = [...form.elements].filter((field) => field.name);
  const { rule, class: label, certainty, show, sort, view } = form.elements;
  let sorted = "report";

  const matches = (item) =>
    (!rule.value || item.dataset.rule === rule.value) &&
    (!label.value || item.dataset.classes.split(" ").includes(label.value)) &&
    (item.dataset.certainty === undefined || Number(item.dataset.certainty) >= Number(certainty.value)) &&
    (!show.value || (show.value === "decided") === Boolean(item.dataset.decided));

  const order = () => {
    if (sort.value === sorted) return;
    sorted = sort.value;
    for (const box of boxes) {
      const cards = [...box.querySelectorAll(".card")];
      box.append(...cards.sort((one, other) => ORDERS[sorted](one, other) || ORDERS.report(one, other)));
    }
  };

  const filter = () => {
    let shown = 0;
    for (const item of items) {
      item.hidden = !matches(item);
      shown += !item.hidden;
    }
    for (const box of boxes) box.classList.toggle("grid", view.value === "grid");
    order();
    certainty.nextElementSibling.textContent = Number(certainty.value).toFixed(2);
    status.textContent = `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")} shown`;
  };

  for (const box of boxes) for (const [place, card] of box.querySelectorAll(".card").entries()) card.place = place;
  for (const [name, value] of Object.entries(kept.read(sessionStorage, STATE))) {
    const field = fields.find((each) => each.name === name);
    if (!field) continue;
    field.value = value;
    if (field.options && field.selectedIndex < 0) field.selectedIndex = 0;
  }
  form.addEventListener("input", () => {
    kept.write(sessionStorage, STATE, Object.fromEntries(fields.map((field) => [field.name, field.value])));
    filter();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
}
