// The page of a sample: one image after another, in random order, without the model's predictions.

import { fillBar, onKeys } from "./actions.js";
import { say, warn } from "./announce.js";
import { Chooser } from "./chooser.js";
import { element, find, named } from "./dom.js";
import * as server from "./server.js";
import { State } from "./state.js";
import { Zoom } from "./zoom.js";

const RULINGS = { keep: "keep", choose: "relabel", unsure: "unsure", bad: "bad-image" };

const state = new State(await server.everything().catch((error) => (warn(error.message), Promise.reject(error))));
const chooser = new Chooser(state.classes);
const zoom = new Zoom(find("#question .looking"));
let current;
let isBusy = false;

const known = () => ({ since: state.version, ranked: state.ranked });

function show() {
  const { decided, images } = state.progress;
  find("#progress").textContent = `${decided} of ${images} decided`;
  find("#bar").value = decided / images;
  const next = state.positions.find((position) => state.isOpen(position));
  find("#question").hidden = next === undefined;
  if (next === undefined) return finish();
  find("#result").hidden = true;
  if (next === current) return undefined;
  current = next;
  const given = state.classes[state.label[next]];
  find("#asked").replaceChildren("Is this ", named(given, { className: "given" }), "?");
  find("#path").textContent = state.path[next];
  zoom.show([{ row: state.rows[next], title: "", alt: `Image ${decided + 1} of ${images}` }]);
  return undefined;
}

async function finish() {
  current = undefined;
  const measured = await server.result();
  find("#result dl").replaceChildren(
    ...measured.said.map(([term, text]) => element("div", {}, element("dt", {}, term), element("dd", {}, text))),
  );
  find("#result").hidden = false;
  find("#result").focus();
}

async function act(name) {
  if (name === "undo") return ask(() => server.undo(known()), (news) => (news.undone.length ? "Undone." : "There is nothing to undo."));
  if (!(name in RULINGS) || current === undefined) return false;
  let number = 0;
  const position = current;
  if (name === "choose") {
    number = await chooser.ask();
    if (number === null) return undefined;
  }
  const asked = { rows: [state.rows[position]], ruling: RULINGS[name], classes: [number] };
  return ask(() => server.decide({ ...asked, ...known() }), () => state.answer[position][2]);
}

/** Send a request, show the result, and move to the next image; an answer that could not be saved is asked for again. */
async function ask(request, words) {
  if (isBusy) return;
  isBusy = true;
  try {
    const news = await request();
    state.apply(news);
    warn("");
    say(words(news));
  } catch (error) {
    if (error.news) state.apply(error.news);
    warn(error.message);
  }
  isBusy = false;
  show();
}

fillBar(find(".actions"), ["keep", "choose", "unsure", "bad"], act);
find("#undo").addEventListener("click", () => act("undo"));
onKeys(document, (name) => (find("dialog[open]") ? false : (act(name), undefined)));
document.addEventListener("keydown", (event) => {
  if (find("dialog[open]") || event.ctrlKey || event.metaKey) return;
  const run = { "+": () => zoom.in(), "=": () => zoom.in(), "-": () => zoom.out(), 0: () => zoom.to(1) }[event.key];
  run?.();
});

show();
