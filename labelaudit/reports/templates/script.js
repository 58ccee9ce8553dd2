"use strict";

const form = document.querySelector("form.filter");

if (form) {
  const items = [...document.querySelectorAll("[data-rule]")];
  const status = form.querySelector("[role=status]");
  const { rule, class: label, certainty } = form.elements;

  const matches = ({ rule: code, classes, certainty: p }) =>
    (!rule.value || code === rule.value) &&
    (!label.value || classes.split(" ").includes(label.value)) &&
    (p === undefined || Number(p) >= Number(certainty.value));

  const filter = () => {
    let shown = 0;
    for (const item of items) {
      item.hidden = !matches(item.dataset);
      shown += !item.hidden;
    }
    certainty.nextElementSibling.textContent = Number(certainty.value).toFixed(2);
    status.textContent = `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")} shown`;
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
}
