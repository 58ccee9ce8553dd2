// Look at a card closely: it moves into a dialog with its picture enlarged, and back. Copy the path of its image.

const closely = document.querySelector("#closely");

const buttonOf = (text, act, properties = {}) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, ...properties });
  made.addEventListener("click", act);
  return made;
};

const copy = async (text, button) => {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    button.textContent = "Selected: copy it";
  }
  setTimeout(() => (button.textContent = before), 2000);
};

if (closely) {
  const cards = [...document.querySelectorAll(".card")];
  let mark;

  const shown = () => closely.querySelector(".card");

  const open = (card) => {
    if (closely.open) close();
    mark = document.createComment("");
    card.before(mark);
    closely.append(card);
    if (!closely.open) closely.showModal();
  };

  const close = () => {
    const card = shown();
    if (card) mark.replaceWith(card);
    return card;
  };

  const step = (by) => {
    const visible = cards.filter((card) => !card.hidden).sort((one, other) => position(one) - position(other));
    const next = visible[visible.indexOf(shown()) + by];
    if (next) open(next);
  };
  const position = (card) => {
    const at = card === shown() ? mark : card;
    return [...document.querySelectorAll(".cards")].indexOf(at.parentElement) * 1e6 + [...at.parentElement.childNodes].indexOf(at);
  };

  closely.addEventListener("close", () => close()?.querySelector(".open")?.focus());
  closely.addEventListener("click", ({ target }) => target === closely && closely.close());
  closely.addEventListener("keydown", ({ key, target }) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by && !target.matches("select")) step(by);
  });
  closely.querySelector("[name=before]").addEventListener("click", () => step(-1));
  closely.querySelector("[name=after]").addEventListener("click", () => step(1));
  closely.querySelector("[name=close]").addEventListener("click", () => closely.close());

  for (const card of cards) {
    const path = card.querySelector(".path bdi");
    if (path) path.after(buttonOf("Copy path", ({ target }) => copy(path.textContent, target), { className: "copy" }));
    card.append(buttonOf("Look closer", () => open(card), { className: "open" }));
    card.querySelector(".subject")?.addEventListener("click", () => card.closest(".grid") && open(card));
  }
}
