// The actions on an image, with their keyboard shortcuts and their buttons.

import { element, isTyping } from "./dom.js";

export const ACTIONS = [
  { name: "keep", key: "k", label: "Keep", help: "Keep: the given label is right" },
  { name: "accept", key: "a", label: "Accept suggestion", help: "Accept the suggested class" },
  { name: "choose", key: "c", label: "Another class", help: "Choose another class: type to find it" },
  { name: "unsure", key: "u", label: "Unsure", help: "Unsure: the image does not show which class is right" },
  { name: "bad", key: "b", label: "Bad image", help: "Bad image: not usable with any label" },
  { name: "undo", key: "z", help: "Undo the last action of this window" },
  { name: "withdraw", key: "Delete", help: "Delete the decision about the image, whoever made it" },
  { name: "look", key: "Enter", label: "Look closer", help: "Look closer: the nearest images, copies, zoom" },
  { name: "toggle", key: " ", shown: "Space", help: "Select or deselect; with Shift and an arrow key: several" },
  { name: "all", key: "e", help: "Select all undecided images that are shown" },
  { name: "find", key: "/", help: "Filter" },
  { name: "help", key: "?", help: "Show these keys" },
];

export const shownKey = ({ key, shown }) => shown ?? (key.length === 1 ? key.toUpperCase() : key);

/** Fill a bar with buttons. */
export const fillBar = (bar, names, act) => {
  const buttons = names.map((name) => {
    const action = ACTIONS.find((each) => each.name === name);
    const button = element("button", { type: "button", name, title: action.help });
    button.append(element("span", {}, action.label), " ", element("kbd", {}, shownKey(action)));
    button.addEventListener("click", () => act(name));
    return button;
  });
  bar.append(...buttons);
};

/** Call *act* with the action whose key is pressed; it tells whether it did anything. */
export const onKeys = (within, act) => {
  within.addEventListener("keydown", (event) => {
    const isControl = event.ctrlKey || event.metaKey;
    if (event.altKey || event.defaultPrevented || isTyping(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (isControl && !["z", "a"].includes(key)) return;
    const name = isControl ? { z: "undo", a: "all" }[key] : ACTIONS.find((each) => each.key === key)?.name;
    const pressesButton = ["Enter", " "].includes(key) && event.target.closest("button, summary, a, input");
    if (name && !pressesButton && act(name) !== false) event.preventDefault();
  });
};
