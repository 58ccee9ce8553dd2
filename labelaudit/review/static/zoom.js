// Zoomable images: those shown side by side are zoomed and moved together.

import { element, named } from "./dom.js";
import { picture } from "./server.js";

const STEP = 1.5;
const MOST = 16;

export class Zoom {
  constructor(place) {
    this.box = element("div", { className: "views" });
    place.append(this.box, element("div", { className: "zoom" }, this.button("−", "Zoom out", () => this.out()), this.button("+", "Zoom in", () => this.in())));
    this.scale = 1;
    this.shift = [0, 0];
    this.box.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.box.addEventListener("pointerdown", (event) => this.grab(event));
    this.box.addEventListener("dblclick", () => this.to(this.scale > 1 ? 1 : 4));
  }

  button(text, label, act) {
    const button = element("button", { type: "button", ariaLabel: label, title: label }, text);
    button.addEventListener("click", act);
    return button;
  }

  /** Show some images: the row of each, its title, and its alternative text. */
  show(images) {
    this.box.replaceChildren(...images.map((image) => this.frame(image)));
    this.to(1);
  }

  frame({ row, title, alt }) {
    const image = element("img", { src: picture(row, "full"), alt, draggable: false });
    const shown = element("div", { className: "view", tabIndex: 0, role: "group", ariaLabel: `${alt}. Keys + and - zoom` }, image);
    image.addEventListener("load", () => image.classList.toggle("tiny", image.naturalWidth < 200));
    image.addEventListener("error", () => image.replaceWith(element("span", { className: "missing" }, "no picture")));
    return element("figure", {}, shown, element("figcaption", {}, ...(title ? [named(title)] : [])));
  }

  to(scale, [x, y] = [0, 0]) {
    const before = this.scale;
    this.scale = Math.max(1, Math.min(MOST, scale));
    const factor = this.scale / before;
    this.shift = this.scale === 1 ? [0, 0] : this.shift.map((each, axis) => factor * each + (1 - factor) * [x, y][axis]);
    this.draw();
  }

  draw() {
    for (const image of this.box.querySelectorAll("img")) {
      image.style.transform = `translate(${this.shift[0]}px, ${this.shift[1]}px) scale(${this.scale})`;
    }
    this.box.classList.toggle("zoomed", this.scale > 1);
  }

  in() {
    this.to(this.scale * STEP);
  }

  out() {
    this.to(this.scale / STEP);
  }

  move(x, y) {
    if (this.scale === 1) return;
    this.shift = [this.shift[0] + x, this.shift[1] + y];
    this.draw();
  }

  wheel(event) {
    const view = event.target.closest(".view");
    if (!view) return;
    event.preventDefault();
    const { left, top, width, height } = view.getBoundingClientRect();
    const from = [event.clientX - left - width / 2, event.clientY - top - height / 2];
    this.to(this.scale * Math.exp(-event.deltaY / 300), from);
  }

  grab(event) {
    const view = event.target.closest(".view");
    if (!view || this.scale === 1) return;
    event.preventDefault();
    view.focus();
    view.setPointerCapture(event.pointerId);
    const drag = ({ movementX, movementY }) => this.move(movementX, movementY);
    view.addEventListener("pointermove", drag);
    view.addEventListener("lostpointercapture", () => view.removeEventListener("pointermove", drag), { once: true });
  }
}
