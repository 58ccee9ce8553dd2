// Elements are made from parts, never from markup: no name can become an element.

/** Return an element; properties that are no properties of elements are set as attributes. */
export const element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

/** Return a name that somebody chose, isolated so that its direction changes nothing around it. */
export const named = (name, properties = {}) => element("bdi", properties, name);

export const find = (selector, within = document) => within.querySelector(selector);

/** Whether the event belongs to something that is typed into. */
export const isTyping = ({ target }) => target.matches?.("input:not([type=range]), select, textarea");

export const count = (number) => number.toLocaleString("en");
