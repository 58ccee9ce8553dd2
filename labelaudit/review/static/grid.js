// The grid: a virtual list box, in which only the tiles near the viewport exist.

import { count, element, find, named } from "./dom.js";
import { picture } from "./server.js";

const GAP = 12;
const CAPTION = 62; // pixels below the picture of a tile
const BEYOND = 600; // pixels above and below the viewport in which tiles are created ahead
const PAGE = 3; // rows of Page Up and Page Down

const MARKS = { keep: "✓", relabel: "→", unsure: "?", "bad-image": "✕", conflict: "≠" };

/** The decisions after which the suggestion of the model is of no use. */
const SETTLED = ["keep", "bad-image"];

/** The decision in the short form that fits a tile. */
export const briefly = ([ruling, decided, says]) => `${MARKS[ruling]} ${decided || says}`;

export class Grid extends EventTarget {
  constructor(state) {
    super();
    this.state = state;
    this.box = find("#grid");
    this.tiles = new Map();
    this.selected = new Set();
    this.current = 0; // place in the view
    this.anchor = 0;
    this.size = 200;
    addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.render()).observe(document.body);
    this.box.addEventListener("keydown", (event) => this.move(event));
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("dblclick", () => this.open());
    this.box.addEventListener("focusin", ({ target }) => this.take(target));
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => this.render());
  }

  /** The images that an action applies to: the selected ones, or else the current one. */
  targets() {
    const { view } = this.state;
    return this.selected.size ? view.filter((position) => this.selected.has(position)) : view.slice(this.current, this.current + 1);
  }

  /** The number of images from the first of the view to the last one in the viewport. */
  passed() {
    const bottom = innerHeight - this.box.getBoundingClientRect().top;
    return Math.max(this.current + 1, Math.ceil(bottom / this.height) * this.columns);
  }

  /** Move to the first undecided image at or after a place. */
  advance(from) {
    const { view } = this.state;
    const isNext = (position) => this.state.isOpen(position) && !this.state.pending.has(position);
    const next = view.findIndex((position, place) => place >= from && isNext(position));
    this.go(next < 0 ? Math.min(from, view.length - 1) : next);
  }

  go(place, { focus = true } = {}) {
    this.current = Math.max(0, Math.min(place, this.state.view.length - 1));
    if (focus) this.reveal();
    this.render();
    if (focus) this.tiles.get(this.state.view[this.current])?.focus({ preventScroll: true });
    this.dispatchEvent(new Event("moved"));
  }

  /** Scroll so that the current tile is visible between the bars at the top and the bottom. */
  reveal() {
    const { top: above } = this.box.getBoundingClientRect();
    const top = above + Math.floor(this.current / this.columns) * this.height;
    const ceiling = find(".filters").getBoundingClientRect().bottom + GAP;
    const floor = find("#actions").getBoundingClientRect().top - GAP;
    if (top < ceiling) scrollBy(0, top - ceiling);
    else if (top + this.height > floor) scrollBy(0, Math.min(top + this.height - floor, top - ceiling));
  }

  render() {
    cancelAnimationFrame(this.waiting);
    this.waiting = undefined;
    const { view } = this.state;
    const width = this.box.clientWidth;
    this.columns = Math.max(width < 640 ? 2 : 1, Math.floor((width + GAP) / (this.size + GAP)));
    const edge = (width - GAP * (this.columns - 1)) / this.columns;
    this.height = edge + CAPTION + GAP;
    this.box.style.height = `${Math.ceil(view.length / this.columns) * this.height}px`;
    const top = -this.box.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor((top - BEYOND) / this.height)) * this.columns;
    const last = Math.min(view.length, Math.ceil((top + innerHeight + BEYOND) / this.height) * this.columns);
    const places = new Set([this.current]);
    for (let place = first; place < last; place += 1) places.add(place);
    const kept = new Set([...places].map((place) => view[place]));
    for (const [position, tile] of this.tiles) {
      if (!kept.has(position)) {
        find("img", tile)?.removeAttribute("src"); // cancel its request, which would delay the requests of visible tiles
        tile.remove();
        this.tiles.delete(position);
      }
    }
    let before = null;
    for (const place of [...places].sort((a, b) => a - b)) if (place < view.length) before = this.put(place, edge, before);
    find("#empty").hidden = view.length > 0;
  }

  /** Position the tile of a place, and insert it after *before* so that screen readers read the tiles in order. */
  put(place, edge, before) {
    const position = this.state.view[place];
    let tile = this.tiles.get(position);
    if (!tile) {
      tile = this.make(position);
      this.tiles.set(position, tile);
    }
    if (!tile.isConnected || (tile.previousElementSibling !== before && tile !== document.activeElement)) {
      if (before) before.after(tile);
      else this.box.prepend(tile);
    }
    const [column, row] = [place % this.columns, Math.floor(place / this.columns)];
    tile.style.transform = `translate(${column * (edge + GAP)}px, ${row * this.height}px)`;
    tile.style.width = `${edge}px`;
    tile.style.height = `${edge + CAPTION}px`;
    tile.ariaPosInSet = place + 1;
    tile.ariaSetSize = this.state.view.length;
    tile.tabIndex = place === this.current ? 0 : -1;
    tile.classList.toggle("current", place === this.current);
    this.fill(tile, position);
    return tile;
  }

  make(position) {
    const { rows, path } = this.state;
    const image = element("img", { src: picture(rows[position], "tile"), alt: "", decoding: "async", draggable: false });
    image.addEventListener("load", () => image.classList.toggle("tiny", image.naturalWidth < 100));
    image.addEventListener("error", () => image.replaceWith(element("span", { className: "missing" }, "no picture")));
    const tile = element(
      "div",
      { role: "option", className: "tile", title: path[position] },
      element("span", { className: "frame" }, image, element("span", { className: "tick", title: "Select" })),
      element("span", { className: "caption" }),
      element("span", { className: "answer" }),
    );
    tile.dataset.position = position;
    return tile;
  }

  /** Update the parts of a tile that can change, if they have changed. */
  fill(tile, position) {
    const { state } = this;
    const [given, suggested] = [state.classes[state.label[position]], state.classes[state.suggested[position]]];
    const answer = state.answer[position];
    const isPending = state.pending.has(position);
    const isSelected = this.selected.has(position);
    const p = state.p[position].toFixed(2);
    const words = isPending ? "saving" : (answer?.[2] ?? "");
    const shown = [suggested, p, words, isSelected].join("\n");
    if (tile.shown === shown) return;
    tile.shown = shown;
    const differs = state.hasSuggestion(position) && !SETTLED.includes(answer?.[0]);
    const [caption, mark] = [find(".caption", tile), find(".answer", tile)];
    const arrow = element("span", { className: "arrow" }, " → ");
    caption.replaceChildren(
      element("span", { className: "classes" }, named(given), ...(differs ? [arrow, named(suggested, { className: "suggested" })] : [])),
      element("span", { className: "p" }, `p_error ${p}`),
    );
    mark.textContent = words && (isPending ? "saving …" : briefly(answer));
    mark.className = `answer ${isPending ? "pending" : (answer?.[0] ?? "")}`;
    tile.classList.toggle("done", Boolean(answer) && answer[0] !== "conflict");
    tile.ariaSelected = String(isSelected);
    tile.ariaBusy = String(isPending);
    const said = `given ${given}${differs ? `, looks like ${suggested}` : ""}, p_error ${p}, ${state.path[position]}`;
    tile.ariaLabel = words ? `${said}; ${words}` : said;
  }

  place(tile) {
    return this.state.view.indexOf(Number(tile.dataset.position));
  }

  take(target) {
    const tile = target.closest(".tile");
    if (tile && this.place(tile) !== this.current) this.go(this.place(tile), { focus: false });
  }

  click(event) {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    const place = this.place(tile);
    if (event.shiftKey) this.extend(place);
    else if (event.ctrlKey || event.metaKey || event.target.closest(".tick")) this.toggle(place);
    this.go(place);
    this.anchor = place;
    if (event.pointerType === "touch" && !event.target.closest(".tick")) this.open();
  }

  open() {
    this.dispatchEvent(new Event("open"));
  }

  toggle(place) {
    const position = this.state.view[place];
    if (!this.selected.delete(position)) this.selected.add(position);
    this.anchor = place;
    this.changed();
  }

  /** Select everything between the anchor and a place. */
  extend(place) {
    const [from, to] = [Math.min(place, this.anchor), Math.max(place, this.anchor)];
    for (const position of this.state.view.slice(from, to + 1)) this.selected.add(position);
    this.changed();
  }

  selectAll() {
    for (const position of this.state.view) if (this.state.isOpen(position)) this.selected.add(position);
    this.changed();
  }

  clear() {
    this.selected.clear();
    this.changed();
  }

  changed() {
    this.render();
    this.dispatchEvent(new Event("moved"));
  }

  describe() {
    const { size } = this.selected;
    if (size) return `${count(size)} selected`;
    return this.state.view.length ? `${count(this.current + 1)} of ${count(this.state.view.length)}` : "";
  }

  move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { columns, current } = this;
    const to = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      ArrowUp: current - columns,
      ArrowDown: current + columns,
      PageUp: current - PAGE * columns,
      PageDown: current + PAGE * columns,
      Home: 0,
      End: this.state.view.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const place = Math.max(0, Math.min(to, this.state.view.length - 1));
    if (event.shiftKey) this.extend(place);
    else this.anchor = place;
    this.go(place);
  }
}
