// Requests to the server. All URLs are relative, so that they work behind any proxy.

const NAME = "labelaudit-window";

/** The name of this window. It survives a reload; a window can undo only its own actions. */
const windowName = () => {
  let name = sessionStorage.getItem(NAME);
  if (!name) {
    name = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
    sessionStorage.setItem(NAME, name);
  }
  return name;
};

/** A response that says why a request was refused; `news` holds the conflicting changes, if there are any. */
export class Refused extends Error {
  constructor(message, news) {
    super(message);
    this.news = news;
  }
}

const STOPPED = "The server has stopped. Every decision that is shown is saved. To continue, type: labelaudit review DATA";

const ask = async (address, options = {}) => {
  let response;
  try {
    response = await fetch(address, { cache: "no-store", ...options });
  } catch {
    throw new Refused(STOPPED);
  }
  const answer = await response.json().catch(() => ({ error: `The server answered with ${response.status}.` }));
  if (!response.ok) throw new Refused(answer.error, answer.version ? answer : undefined);
  return answer;
};

const send = (address, body) =>
  ask(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ window: windowName(), ...body }),
  });

export const everything = () => ask("everything");
export const result = () => ask("result");
export const changes = (since, ranked) => ask(`changes?since=${since}&ranked=${ranked}`);
export const detail = (row) => ask(`image/${row}`);
export const picture = (row, size) => `picture/${row}/${size}`;
export const decide = (asked) => send("decide", asked);
export const withdraw = (asked) => send("withdraw", asked);
export const undo = (asked) => send("undo", asked);
