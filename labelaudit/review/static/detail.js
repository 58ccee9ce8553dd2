// The detail view of one image: zoom, the nearest images of both classes, its copies and its family.

import { fillBar } from "./actions.js";
import { count, element, find, named } from "./dom.js";
import { briefly } from "./grid.js";
import { detail, picture } from "./server.js";
import { Zoom } from "./zoom.js";

const [FEWEST, LIKELY] = [3, 0.01]; // candidates that are shown, and the probability from which more are

export class Detail {
  constructor(state, grid, act) {
    this.state = state;
    this.grid = grid;
    this.dialog = find("#detail");
    this.facts = find(".facts", this.dialog);
    this.zoom = new Zoom(find(".looking", this.dialog));
    fillBar(find(".actions", this.dialog), ["keep", "accept", "choose", "unsure", "bad"], act);
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("close", () => this.grid.go(this.grid.current));
    for (const [name, step] of [["before", -1], ["after", 1]]) {
      find(`[name=${name}]`, this.dialog).addEventListener("click", () => this.step(step));
    }
    find("[name=close]", this.dialog).addEventListener("click", () => this.dialog.close());
  }

  get isOpen() {
    return this.dialog.open;
  }

  get position() {
    return this.state.view[this.grid.current];
  }

  open() {
    if (this.position === undefined) return;
    if (!this.dialog.open) this.dialog.showModal();
    this.show();
    find(".view", this.dialog)?.focus();
  }

  /** Update the view if the current image or anything known about it has changed. */
  async show() {
    const { position, state } = this;
    if (position === undefined) return this.dialog.close();
    const row = state.rows[position];
    this.title();
    if (this.row === row && this.ranked === state.ranked) return undefined;
    if (this.row !== row) this.compare(null);
    [this.row, this.ranked] = [row, state.ranked];
    const known = await detail(row).catch((error) => ({ error: error.message }));
    if (this.row !== row) return undefined; // the user has moved to another image since
    this.known = known;
    this.facts.replaceChildren(...(known.error ? [element("p", {}, known.error)] : this.told(known)));
    return undefined;
  }

  title() {
    const { position, state } = this;
    const [given, suggested] = [state.classes[state.label[position]], state.classes[state.suggested[position]]];
    const answer = state.answer[position];
    find("#detail-title").replaceChildren(
      element("small", {}, "given "),
      named(given),
      ...(state.hasSuggestion(position) ? [element("small", {}, " looks like "), named(suggested, { className: "suggested" })] : []),
      ...(answer ? [element("span", { className: `answer ${answer[0]}` }, briefly(answer))] : []),
    );
  }

  /** Show another image next to this one, or none. */
  compare(other) {
    const { position, state } = this;
    const own = { row: state.rows[position], title: other ? "this image" : "", alt: `This image, ${state.path[position]}` };
    this.zoom.show(other ? [own, other] : [own]);
    this.dialog.classList.toggle("comparing", Boolean(other));
  }

  told(known) {
    const { position, state } = this;
    const [given, suggested] = [state.classes[state.label[position]], state.classes[state.suggested[position]]];
    const parts = [
      this.strip(`Nearest with the given label ${given}`, known.like_label, true),
      ...(state.hasSuggestion(position) ? [this.strip(`Nearest labelled ${suggested}`, known.like_suggested, true)] : []),
      this.strip("The same picture", known.copies),
      this.strip("Related: same family", known.family),
    ];
    const shown = known.copies.length + known.family.length;
    if (known.related > shown) parts.push(element("p", { className: "hint" }, `and ${count(known.related - shown)} more`));
    for (const [code, name, message] of known.messages) parts.push(element("p", {}, `${code} ${name}: ${message}`));
    return [
      element("p", { className: "path" }, named(state.path[position])),
      element("p", { className: "hint" }, `${known.size[0]} × ${known.size[1]} pixels · p_error ${known.p_error.toFixed(2)}`),
      this.candidates(known.candidates),
      ...parts,
      this.voters(known.voters, given, suggested),
    ];
  }

  /** The most probable classes, each with its own key. */
  candidates(candidates) {
    const list = element("ol", { className: "candidates" });
    for (const [place, [number, p]] of candidates.entries()) {
      if (place >= FEWEST && p < LIKELY) break; // the keys of classes that are not shown still work
      const meter = element("meter", { value: p, ariaLabel: "probability" });
      const button = element("button", { type: "button" }, element("kbd", {}, String(place + 1)), named(this.state.classes[number]));
      button.addEventListener("click", () => this.choose(number));
      list.append(element("li", {}, button, meter, element("span", {}, p.toFixed(2))));
    }
    return list;
  }

  strip(title, images, always = false) {
    if (!images.length && !always) return "";
    const shown = images.map(([row, path, label]) => {
      const alt = `${this.state.classes[label]}, ${path}`;
      const button = element("button", { type: "button", title: path, ariaLabel: `Compare with ${alt}` });
      button.append(element("img", { src: picture(row, "tile"), alt: "", decoding: "async", draggable: false }));
      button.addEventListener("click", () => this.compare({ row, title: `${this.state.classes[label]}: ${path}`, alt }));
      return button;
    });
    const none = element("p", { className: "hint" }, "none among the nearest");
    return element("section", { className: "strip" }, element("h3", {}, title), element("div", {}, ...(shown.length ? shown : [none])));
  }

  voters(voters, given, suggested) {
    const head = ["voter", given, suggested].map((name) => element("th", { scope: "col" }, named(name)));
    const body = voters.map(([name, own, other]) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...[own, other].map((p) => element("td", {}, p.toFixed(2)))),
    );
    return element(
      "table",
      { className: "voters" },
      element("caption", {}, "Each voter’s probability, without having seen the image"),
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body),
    );
  }

  step(by) {
    const { view } = this.state;
    this.grid.go(this.grid.current + by, { focus: false });
    if (view.length) this.show();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "+" || event.key === "=") this.zoom.in();
    else if (event.key === "-") this.zoom.out();
    else if (event.key === "0") this.zoom.to(1);
    else if (move && this.zoom.scale > 1 && event.target.closest(".view")) this.zoom.move(-60 * move[0], -60 * move[1]);
    else if (move?.[0] && !event.target.closest(".facts")) this.step(move[0]);
    else if (/^[1-9]$/.test(event.key) && this.known?.candidates?.[event.key - 1]) this.choose(this.known.candidates[event.key - 1][0]);
    else return;
    event.preventDefault();
  }

  choose(number) {
    this.onchoose(number);
  }
}
