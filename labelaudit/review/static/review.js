// The review page: shows images, sends decisions, and applies updates from the server.

import { ACTIONS, fillBar, onKeys, shownKey } from "./actions.js";
import { say, warn } from "./announce.js";
import { Chooser } from "./chooser.js";
import { Detail } from "./detail.js";
import { count, element, find } from "./dom.js";
import { Filter } from "./filter.js";
import { Grid } from "./grid.js";
import * as server from "./server.js";
import { State } from "./state.js";

const INTERVAL = 1500; // milliseconds between polls for updates, while the page is visible

const RULINGS = { keep: "keep", accept: "relabel", choose: "relabel", unsure: "unsure", bad: "bad-image" };

const state = new State(await server.everything().catch((error) => (warn(error.message), Promise.reject(error))));
const filter = new Filter(state);
const grid = new Grid(state);
const chooser = new Chooser(state.classes);
const detail = new Detail(state, grid, (name) => act(name));
let queue = Promise.resolve(); // requests are sent one after another, in the order of the key presses

detail.onchoose = (number) => decide("relabel", [detail.position], () => number);

function act(name) {
  if (name in RULINGS) return rule(name);
  const run = {
    undo,
    withdraw: () => decide("withdraw", grid.targets()),
    look: () => (detail.isOpen ? false : detail.open()),
    toggle: () => (detail.isOpen ? false : grid.toggle(grid.current)),
    all: () => (detail.isOpen ? false : grid.selectAll()),
    find: () => (detail.isOpen ? false : filter.focus()),
    help: () => find("#help").showModal(),
  }[name];
  return run();
}

async function rule(name) {
  let targets = detail.isOpen ? [detail.position] : grid.targets();
  if (!targets.length || targets[0] === undefined) return say("There is no undecided image.");
  if (name === "accept") {
    targets = targets.filter((position) => state.hasSuggestion(position));
    if (!targets.length) return say("Nothing is suggested for this image. Press C for another class.");
  }
  if (name !== "choose") return decide(RULINGS[name], targets, (position) => state.suggested[position]);
  const number = await chooser.ask(detail.isOpen ? detail.known?.candidates?.map(([each]) => each) : likely(targets));
  return number === null ? undefined : decide("relabel", targets, () => number);
}

const likely = (targets) => [...new Set(targets.map((position) => state.suggested[position]))].slice(0, 9);

/** Save a decision on some images, and show it once it is saved; the user can continue with the next image meanwhile. */
function decide(ruling, targets, truth = () => 0) {
  if (!targets.length) return undefined;
  const asked = {
    rows: targets.map((position) => state.rows[position]),
    ...(ruling === "withdraw" ? {} : { ruling, classes: targets.map(truth) }),
  };
  for (const position of targets) state.pending.add(position);
  grid.selected.clear();
  const from = grid.current;
  if (ruling === "withdraw") grid.go(from, { focus: !detail.isOpen });
  else proceed(from);
  return send(() => (ruling === "withdraw" ? server.withdraw : server.decide)({ ...asked, ...known() }), targets, () => {
    const what = targets.length > 1 ? `${count(targets.length)} images` : state.path[targets[0]];
    say(`${state.answer[targets[0]]?.[2] ?? "to decide again"}: ${what}`);
  });
}

function proceed(from) {
  if (!detail.isOpen) return grid.advance(from);
  const isNext = (position, place) => place > from && state.isOpen(position) && !state.pending.has(position);
  const next = state.view.findIndex(isNext);
  if (next < 0) return detail.dialog.close();
  grid.go(next, { focus: false });
  return detail.show();
}

const known = () => ({ since: state.version, ranked: state.ranked });

function undo() {
  return send(() => server.undo(known()), [], (news) => {
    if (!news.undone.length) return say("There is nothing to undo in this window.");
    const place = state.view.indexOf(state.at.get(news.undone[0]));
    if (place >= 0) grid.go(place, { focus: !detail.isOpen });
    if (detail.isOpen) detail.show();
    return say(`Undone: ${news.undone.length > 1 ? `${count(news.undone.length)} images` : state.path[state.at.get(news.undone[0])]}`);
  });
}

/** Send a request once all earlier ones are answered; show the result, or the reason for a refusal. */
function send(ask, targets, done) {
  queue = queue.then(async () => {
    try {
      const news = await ask();
      for (const position of targets) state.pending.delete(position);
      state.apply(news);
      warn("");
      done?.(news);
    } catch (error) {
      for (const position of targets) state.pending.delete(position);
      if (error.news) state.apply(error.news);
      else grid.render();
      warn(error.message);
      if (targets.length) grid.go(state.view.indexOf(targets[0]), { focus: !detail.isOpen });
    }
  });
  return queue;
}

async function listen() {
  if (!document.hidden && !state.pending.size) {
    try {
      state.apply(await server.changes(state.version, state.ranked));
      if (listen.isLost) warn("");
      listen.isLost = false;
    } catch (error) {
      listen.isLost = true;
      warn(error.message);
    }
  }
  setTimeout(listen, INTERVAL);
}

function progress() {
  const { decided, images, found, left, low, high, enough } = state.progress;
  const about = `about ${count(Math.round(left))} wrong labels left (${count(Math.round(low))} to ${count(Math.round(high))})`;
  find("#progress").textContent = `${count(decided)} of ${count(images)} decided, ${count(found)} wrong · ${about}`;
  find("#bar").value = found + left > 0 ? found / (found + left) : 1;
  const listed = state.rows.length;
  find("#unlisted").hidden = listed >= images;
  find("#unlisted").textContent = `The ${count(listed)} most suspicious images are listed. To list the next ones, start the review again.`;
  find("#enough").hidden = !enough;
  find("#enough").textContent = enough;
}

function moved() {
  find("#count").textContent = `${count(state.view.length)} images`;
  find("#actions .describe").textContent = grid.describe();
}

function refresh() {
  state.show(filter.values);
  grid.size = filter.size;
  grid.selected.clear();
  grid.current = 0;
  scrollTo(0, 0);
  grid.render();
  moved();
}

function showHelp() {
  const terms = ACTIONS.map((action) => [shownKey(action), action.help]);
  const more = [["← ↑ ↓ →", "Go to another image; Home, End, Page Up and Page Down jump farther"], ["Esc", "Close; deselect all"]];
  const closely = [["1 to 9", "In the detail view: choose a likely class"], ["+ - 0", "In the detail view: zoom; arrow keys move the image"]];
  find("#help dl").replaceChildren(
    ...[...terms, ...more, ...closely].map(([key, text]) =>
      element("div", {}, element("dt", {}, element("kbd", {}, key)), element("dd", {}, text)),
    ),
  );
}

state.addEventListener("news", ({ detail: { ranked } }) => {
  progress();
  const current = state.view[grid.current];
  if (ranked) state.reorder(grid.passed());
  grid.current = Math.max(0, state.view.indexOf(current));
  grid.render();
  moved();
  if (detail.isOpen) detail.show();
});
filter.addEventListener("changed", refresh);
grid.addEventListener("moved", moved);
grid.addEventListener("open", () => detail.open());
fillBar(find("#actions"), ["keep", "accept", "choose", "unsure", "bad", "look"], act);
find("#actions").prepend(element("span", { className: "describe" }));
find("#undo").addEventListener("click", undo);
find("#keys").addEventListener("click", () => find("#help").showModal());
find("#help button").addEventListener("click", () => find("#help").close());
find("#empty button").addEventListener("click", () => filter.showOpen());
onKeys(document, act);
document.addEventListener("keydown", ({ key }) => key === "Escape" && !find("dialog[open]") && grid.clear());
document.addEventListener("visibilitychange", () => document.hidden || server.changes(state.version, state.ranked).then((news) => state.apply(news), () => 0));

showHelp();
progress();
refresh();
grid.go(0);
setTimeout(listen, INTERVAL);
