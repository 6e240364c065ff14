/** The network: what is asked of it, and whether it was Lantern that answered. */

/**
 * What came back, whole: the body is read within the time limit, so that a link that dies half-way counts as dead.
 * @typedef {{status: number, headers: Headers, url: string, redirected: boolean, text: string}} Answer
 */

const QUICK = 2500; // ms
const SLOW = 20_000;
const MARK = "X-Lantern"; // carerapp/shell/headers.py

/** How long a call of so many bytes may take before the link counts as lost, in ms: 30 kbit/s, and time to be answered. */
export const patience = (bytes) => 15_000 + Math.round(bytes / 3.75);

/**
 * One signal that ends when any of these does. Browsers can do this themselves, but iPhones since iOS 17.4 only.
 * @param {...(AbortSignal|undefined)} signals
 */
export function anyOf(...signals) {
  const joined = new AbortController();
  for (const signal of signals.filter(Boolean)) {
    const end = () => joined.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true, signal: joined.signal });
  }
  return joined.signal;
}

function spoken({ text, redirected }) {
  try {
    return (!redirected && JSON.parse(text)) || {};
  } catch {
    return {};
  }
}

/** Why Lantern will not listen, and what it says to that. */
export const heldBy = (answer) => (answer.status === 401 ? spoken(answer) : {});

/**
 * Must this vault be forgotten? Nothing is deleted for a header or for words alone: they could be anybody's. Asked who is
 * here, Lantern says it in its answer; asked for anything else, it says why it will not listen.
 */
export function isCutOff({ status, headers, redirected }, text) {
  const { held, wipe } = headers.get("X-Wipe") === "1" ? spoken({ text, redirected }) : {};
  return status === 401 ? held === "cut-off" : status === 200 && wipe === true;
}

/**
 * Is this Lantern's own answer, and not one of a café or a proxy in its place? Each of its answers carries a mark.
 * A server from before the mark, or behind a proxy that takes it off, is known by its word instead: that has none then.
 * @param {{headers: Headers}} answer @param {typeof fetch} fetch @param {AbortSignal} [signal]
 */
export async function isLanterns({ headers }, fetch, signal) {
  if (headers.get(MARK)) return true;
  try {
    const known = await fetch("/ping", { cache: "no-store", signal: anyOf(AbortSignal.timeout(QUICK), signal) });
    return !known.headers.get(MARK) && JSON.parse(await known.text()).ping === "lantern";
  } catch {
    return false;
  }
}

/** What it means that somebody else answered: 511 is what a Wi-Fi says that wants a sign-in, the rest a proxy. */
const notLanterns = ({ status }) =>
  Object.assign(new TypeError("not Lantern"), { why: status >= 500 && status !== 511 ? "ill" : "foreign" });

/**
 * @param {{fetch: typeof fetch, id?: string, person?: string, wipe?: () => void, waiting?: () => number,
 *   oldest?: () => string|null, vaults?: () => Promise<number>}} needs
 *   vault id, its person, how much waits and since when, if there is a vault; and how many vaults there are on this phone
 * @param {() => void} [needs.paused]  the account is paused: what can be read goes, what was written stays
 */
export function createConnection({
  fetch,
  id,
  person,
  wipe = () => {},
  paused = () => {},
  waiting,
  oldest = () => null,
  vaults,
}) {
  const own = { "X-App": "1", ...(id && { "X-Device": id }), ...(person && { "X-Vault-User": person }) };

  let told = 0; // how much waits, as Lantern heard last

  /** What Lantern should know of the words here, should this phone not be heard of again. */
  const said = () => ({
    ...(waiting && { "X-Waiting": String(waiting()) }),
    ...(oldest() && { "X-Oldest": oldest(), "X-Sent-At": new Date().toISOString() }),
  });

  /**
   * @param {string} path
   * @param {{method?: string, headers?: object, body?: any, signal?: AbortSignal, limit?: number, redirect?: string,
   *   priority?: string}} [request]  limit in ms
   * @returns {Promise<Answer>} rejects when Lantern itself did not answer in time
   */
  async function request(path, { method = "GET", headers, body, signal, limit = 6000, ...more } = {}) {
    const words = said();
    const inTime = anyOf(AbortSignal.timeout(limit), signal);
    const answer = await fetch(path, {
      ...more,
      method,
      body,
      headers: { ...headers, ...own, ...words },
      signal: inTime,
      cache: "no-store",
      credentials: "same-origin",
    });
    if (!(await isLanterns(answer, fetch, inTime))) throw notLanterns(answer);
    const { status, headers: got, url, redirected } = answer;
    const text = await answer.text();
    told = Number(words["X-Waiting"] || 0);
    if (isCutOff(answer, text)) wipe();
    if (heldBy({ status, text, redirected }).held === "paused") paused();
    return { status, headers: got, url, redirected, text };
  }

  /** Who Lantern says is signed in on this phone; null when it does not answer, or something else answers for it. */
  async function who(limit = 4000) {
    try {
      const headers = vaults && { "X-Vaults": String(await vaults()) };
      const got = await request("/pwa/who", { limit, headers });
      const answer = got.status === 200 ? JSON.parse(got.text) : null;
      if (person && answer?.paused === person) paused();
      const known = answer && "person" in answer && "vault" in answer;
      return known ? { ...answer, wipe: isCutOff(got, got.text) } : null;
    } catch {
      return null;
    }
  }

  return { request, who, told: () => told };
}

/**
 * Asks who we are after nobody had answered: shortly, because a link that works again answers at once and a dead one
 * should not be waited for; and, once that has failed, patiently beside it, for a link so slow that it needs longer.
 * @param {(limit: number) => Promise<object|null>} who
 */
export function createProbe(who) {
  let slow = null; // the patient question, under way
  let found = null; // what it heard meanwhile
  let failed = false;
  const patiently = async () => {
    found = await who(SLOW);
    slow = null;
    return found;
  };
  return async () => {
    const quick = found || who(QUICK);
    if (failed && !found) slow ||= patiently();
    const known = await Promise.race([quick, slow ? slow.then((heard) => heard ?? quick) : quick]);
    found = null;
    failed = !known;
    return known;
  };
}

/** Packs bytes, where the browser can. */
export const gzip = globalThis.CompressionStream
  ? async (bytes) => {
      const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Uint8Array(await new Response(packed).arrayBuffer());
    }
  : undefined;
