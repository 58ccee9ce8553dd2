// Decide on the page itself. Decisions are kept in this browser, and saved as the file that labelaudit reads.

const DECISIONS = "labelaudit-decisions";

if (closely && form) {
  const made = kept.read(localStorage, DECISIONS);
  const cards = [...document.querySelectorAll(".card[data-digest]")];
  const classes = [...form.elements.class.options].slice(1).map((option) => option.textContent);
  const save = document.querySelector("#save");
  const notice = document.querySelector("#saved");
  const actions = [];

  const labelOf = (card) => card.querySelector(".given").textContent;
  const keyOf = (card) => `${card.dataset.digest} ${labelOf(card)}`;
  const says = ({ verdict, decided }) => (verdict === "relabel" ? `→ ${decided}` : verdict.replace("-", " "));

  const show = () => {
    for (const card of cards) {
      const decision = made[keyOf(card)];
      if (decision) card.dataset.decided = decision.verdict;
      else delete card.dataset.decided;
      card.querySelector(".decided").textContent = decision ? says(decision) : "";
    }
    const number = new Set(cards.filter((card) => card.dataset.decided).map(keyOf)).size;
    save.hidden = !number;
    save.textContent = `Save ${number.toLocaleString("en")} ${number === 1 ? "decision" : "decisions"}`;
  };

  const set = (key, decision) => {
    if (decision) made[key] = decision;
    else delete made[key];
    const isKept = kept.write(localStorage, DECISIONS, made);
    notice.textContent = isKept ? "" : "This browser keeps nothing for this page: save before you close it.";
    show();
  };

  const decide = (card, verdict, decided = "") => {
    const key = keyOf(card);
    const [label, path] = [labelOf(card), card.querySelector(".path bdi").textContent];
    const ruling = verdict === "relabel" && decided === label ? "keep" : verdict;
    actions.push([key, made[key]]);
    set(key, {
      verdict: ruling,
      digest: card.dataset.digest,
      label,
      ...(ruling === "relabel" ? { decided } : {}),
      path,
    });
  };

  const undo = () => actions.length && set(...actions.pop());

  const chooser = (card) => {
    const [label, select] = ["label", "select"].map((tag) => document.createElement(tag));
    label.append("Another class ", select);
    select.append(...["", ...classes].map((name) => new Option(name, name)));
    select.addEventListener("input", (event) => {
      event.stopPropagation();
      if (select.value) decide(card, "relabel", select.value);
      select.value = "";
    });
    return label;
  };

  /** Give a card its buttons once it comes near the window: most are never decided, and a select holds all classes. */
  const prepare = (card) => {
    const bar = card.querySelector(".decide");
    if (bar.childElementCount) return;
    const suggested = textOf(".suggested", card);
    bar.append(
      buttonOf("Keep", () => decide(card, "keep"), { className: "main", title: "The given label is right (K)" }),
      ...(suggested ? [buttonOf(`→ ${suggested}`, () => decide(card, "relabel", suggested), { className: "main accept", title: "Accept the suggestion (A)" })] : []),
      chooser(card),
      buttonOf("Unsure", () => decide(card, "unsure"), { title: "Nobody can tell (U)" }),
      buttonOf("Bad image", () => decide(card, "bad-image"), { title: "Not usable, whatever its label (B)" }),
    );
  };

  for (const card of cards) {
    const [bar, decided] = [document.createElement("div"), document.createElement("p")];
    bar.className = "decide";
    decided.className = "decided";
    card.querySelector(".words").append(decided, bar);
  }
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) prepare(target);
    },
    { rootMargin: "400px" },
  );
  for (const card of cards) near.observe(card);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
    const card = event.target.closest(".card[data-digest]") ?? closely.querySelector(".card[data-digest]");
    const suggested = card && textOf(".suggested", card);
    const act = {
      k: () => card && decide(card, "keep"),
      a: () => card && suggested && decide(card, "relabel", suggested),
      u: () => card && decide(card, "unsure"),
      b: () => card && decide(card, "bad-image"),
      z: undo,
    }[event.key];
    act?.();
  });

  save.addEventListener("click", () => {
    const entries = [...new Set(cards.map(keyOf))].filter((key) => made[key]).map((key) => JSON.stringify(made[key]));
    const text = `{"schema_version": "1.0", "entries": [\n${entries.sort().join(",\n")}\n]}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "labelaudit-decisions.json";
    link.click();
    URL.revokeObjectURL(link.href);
    notice.textContent = "Saved as labelaudit-decisions.json.";
  });
  show();
}
