// What is said to the person: aloud to whoever listens, and in a line for whoever looks.

import { find } from "./dom.js";

const READABLE = 4000; // milliseconds for which a line is seen

let fading;

/** Say what happened: in the page, and in the dialog that may cover it, where nothing else is heard. */
export const say = (text) => {
  const lines = [...document.querySelectorAll(".status")];
  for (const line of lines) {
    line.textContent = text;
    line.classList.add("fresh");
  }
  clearTimeout(fading);
  fading = setTimeout(() => lines.forEach((line) => line.classList.remove("fresh")), READABLE);
};

/** Say what went wrong; it stays until something goes well. A modal dialog covers all but itself, so it moves there. */
export const warn = (text) => {
  const alert = find("#alert");
  (find("dialog[open]") ?? document.body).append(alert);
  alert.textContent = text;
  alert.hidden = !text;
};
