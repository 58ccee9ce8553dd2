// The state of the page: columns of images, the decisions, and which images are shown in which order.
//
// Position i is an index into the columns and never changes; `view` lists the positions that are shown, in order.

const ORDERS = {
  suspicion: () => 0,
  label: (state, a, b) => state.label[a] - state.label[b],
  suggested: (state, a, b) => state.suggested[a] - state.suggested[b],
  path: (state, a, b) => (state.path[a] < state.path[b] ? -1 : 1),
};

const SHOWN = {
  open: (ruling) => !ruling || ruling === "conflict",
  decided: (ruling) => ruling && ruling !== "conflict",
  unsure: (ruling) => ruling === "unsure",
  conflict: (ruling) => ruling === "conflict",
  all: () => true,
};

export class State extends EventTarget {
  constructor(data) {
    super();
    Object.assign(this, data);
    this.at = new Map(this.rows.map((row, position) => [row, position]));
    this.positions = [...this.rows.keys()];
    this.p = this.suggested = [];
    this.answer = this.rows.map(() => null);
    this.pending = new Set();
    this.filter = {};
    this.view = [];
    this.version = this.ranked = 0;
    this.apply(data);
  }

  /** Apply updates from the server. */
  apply(news) {
    for (const [row, answer] of Object.entries(news.answers)) {
      const position = this.at.get(Number(row));
      if (position !== undefined) this.answer[position] = answer;
    }
    this.version = Math.max(this.version, news.version);
    this.progress = news.progress;
    if (news.ranking) {
      this.ranked = news.ranking.version;
      this.p = news.ranking.p_error;
      this.suggested = news.ranking.suggested;
    }
    this.dispatchEvent(new CustomEvent("news", { detail: { ranked: Boolean(news.ranking) } }));
  }

  ruling(position) {
    return this.answer[position]?.[0];
  }

  isOpen(position) {
    return SHOWN.open(this.ruling(position));
  }

  hasSuggestion(position) {
    return this.suggested.length > 0 && this.suggested[position] !== this.label[position];
  }

  matches(position) {
    const { rule, label, pair, from, find, show } = this.filter;
    return (
      SHOWN[show](this.ruling(position)) &&
      (!rule || this.rules[position].includes(rule)) &&
      (!label || this.label[position] === Number(label) || this.suggested[position] === Number(label)) &&
      (!pair || pair === `${this.label[position]}-${this.suggested[position]}`) &&
      this.p[position] >= from &&
      (!find || this.path[position].toLowerCase().includes(find))
    );
  }

  /** Show what matches a filter. */
  show(filter) {
    this.filter = filter;
    this.view = this.ordered(this.positions.filter((position) => this.matches(position)));
  }

  /** Sort the images after the first ones of the view again; those that the user is looking at do not move. */
  reorder(kept) {
    const first = this.view.slice(0, kept);
    const seen = new Set(first);
    const held = this.view.slice(kept).filter((position) => !this.isOpen(position));
    const rest = new Set([...held, ...this.positions.filter((position) => !seen.has(position) && this.matches(position))]);
    this.view = [...first, ...this.ordered(rest)];
  }

  ordered(positions) {
    const order = ORDERS[this.filter.sort];
    return [...positions].sort((a, b) => order(this, a, b) || this.p[b] - this.p[a] || this.rows[a] - this.rows[b]);
  }

  /** Return the pairs of given and suggested class by their expected number of wrong labels, in descending order. */
  pairs() {
    const expected = new Map();
    for (const position of this.positions) {
      if (!this.hasSuggestion(position)) continue;
      const pair = `${this.label[position]}-${this.suggested[position]}`;
      expected.set(pair, (expected.get(pair) ?? 0) + this.p[position]);
    }
    return [...expected].sort((a, b) => b[1] - a[1]);
  }
}
