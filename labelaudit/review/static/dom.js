// Elements are created from their parts and never parsed from markup, so no file name can become an element.

/** Return an element; names that are not properties of an element are set as attributes. */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

/** Return a user-chosen name, isolated so that its writing direction does not affect the text around it. */
export const named = (name, properties = {}) => element("bdi", properties, name);

export const find = (selector, within = document) => within.querySelector(selector);

/** Whether the event comes from an element that takes text input. */
export const isTyping = ({ target }) => target.matches?.("input:not([type=range]), select, textarea");

export const count = (number) => number.toLocaleString("en");
