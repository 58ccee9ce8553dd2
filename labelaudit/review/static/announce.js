// Messages to the user: shown in a status line and announced to screen readers through live regions.

import { find } from "./dom.js";

const READABLE = 4000; // milliseconds for which a message is shown

let fading;

/** Announce what happened, on the page and in an open modal dialog: outside of it, live regions are not announced. */
export const say = (text) => {
  const lines = [...document.querySelectorAll(".status")];
  for (const line of lines) {
    line.textContent = text;
    line.classList.add("fresh");
  }
  clearTimeout(fading);
  fading = setTimeout(() => lines.forEach((line) => line.classList.remove("fresh")), READABLE);
};

/** Show an error until the next action succeeds. A modal dialog covers the page, so the error is shown inside it. */
export const warn = (text) => {
  const alert = find("#alert");
  (find("dialog[open]") ?? document.body).append(alert);
  alert.textContent = text;
  alert.hidden = !text;
};
