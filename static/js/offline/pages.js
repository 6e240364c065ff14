/** Pages: from Lantern when it answers, else the sealed copy on this phone, else an honest "not on this phone". */

import { h } from "../dom.js";
import { anyOf, heldBy, patience } from "./connection.js";
import { dayAndTime } from "./words.js";

const LIMIT = 6000; // ms for a page; a copy that is a little old is better than a tired person waiting longer
const LIMIT_DOWN = 2000; // ms, once Lantern has just been found not to answer
const LEASE = 7; // days; no copy outlives a week without contact, whatever an answer says
const DAMAGED = { until: 0, path: "", title: "" }; // a copy that does not open counts as too old: it goes, and comes again
export const WHY = {
  "no-signal": "No signal.",
  "signed-out": "You are signed out.",
  "other-person": "Someone else is signed in on this phone.",
  ill: "Lantern is not well at the moment.",
  foreign: "Something else answers in Lantern's place, such as a Wi-Fi page that wants you to sign in.",
};
const titleOf = (html) => new DOMParser().parseFromString(html, "text/html").querySelector("h1")?.textContent.trim();
const pathOf = (url) => {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
};

/** How long a form may take that goes at once, in ms: a file of some MB needs minutes on a slow link. */
export const limitOf = (body) =>
  15_000 + patience([...(body?.values?.() || [])].reduce((bytes, value) => bytes + (value.size || 0), 0));

/**
 * @param {object} needs
 * @param {import("./vault.js").Vault} needs.vault
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} needs.store
 * @param {ReturnType<typeof import("./connection.js").createConnection>} needs.connection
 * @param {() => void} [needs.answered]  Lantern answered: a hint for all that waits
 * @param {() => Date} [needs.now]
 * @param {() => number} [needs.time]  ms that never go back, for how long a copy may be kept (time.js)
 */
export function createPages({
  vault,
  store,
  connection,
  answered = () => {},
  now = () => new Date(),
  time = Date.now,
}) {
  let down = false;
  let leaving = null;

  /** Seals a copy, when Lantern allows this phone to hold it. No word about it means never. */
  async function keep(path, { status, headers, text }) {
    const hold = headers.get("X-Hold");
    if (status !== 200 || !(hold === "always" || (hold === "passkey" && vault.kind === "passkey"))) return;
    const days = Math.min(Number(headers.get("X-Hold-Days")) || 0, LEASE);
    const until = time() + days * 86_400_000;
    const [scope, what] = [headers.get("X-Hold-Scope"), headers.get("X-Hold-For")];
    const page = { path, html: text, title: titleOf(text), at: now(), until, scope, for: what };
    const key = await vault.name(path);
    const stays = path === "/" || text.includes("data-queue"); // on a full phone as well: without these nobody can write
    await store.write([["put", "pages", { ...(await vault.seal("pages", key, page)), stays }, key]]);
  }

  async function read(path) {
    const key = await vault.name(path);
    const sealed = await store.get("pages", key);
    const page = sealed && (await vault.open("pages", key, sealed).catch(() => null));
    return page && page.until > time() ? page : null;
  }

  /** Every copy, as [key, page]. */
  async function all() {
    const keys = await store.keys("pages");
    const sealed = await Promise.all(keys.map((key) => store.get("pages", key)));
    const open = async (key, at) => [key, await vault.open("pages", key, sealed[at]).catch(() => DAMAGED)];
    return Promise.all(keys.map(open));
  }

  /** Drops what is too old, and what this phone may no longer hold: by whom it is about, or by what it is. */
  async function drop({ scopes, holds } = {}) {
    const not = (list, value) => list && !list.includes(value);
    const gone = (page) => not(scopes, page.scope) || (page.for && not(holds, page.for)); // older copies do not say what
    const old = ([, page]) => page.until <= time() || gone(page);
    const found = (await all()).filter(old);
    if (found.length) await store.write(found.map(([key]) => ["delete", "pages", key]));
  }

  async function copy(path, why) {
    const page = await read(path);
    const headers = { "Content-Type": "text/html", "X-Why": why };
    if (!page) return new Response(await notHere(why), { headers });
    headers["X-Notice"] = `${WHY[why]} This is the copy from ${dayAndTime(page.at, now())}.`;
    return new Response(page.html, { headers: { ...headers, "X-Copy-At": page.at } });
  }

  /** With no copy of the numbers to ring either, the one that everybody can ring. */
  const inDanger = () => h("p", {}, "If somebody is in danger, ring ", h("a", { href: "tel:999" }, "999"), ".");

  /** An honest page, in the frame of Today's copy where there is one, so that the way on is where it always is. */
  async function notHere(why) {
    const kept = (await all()).map(([, page]) => page).filter((page) => page.title);
    const links = kept.map(({ path, title, at }) =>
      h("li", {}, h("a", { href: path }, title), ` (from ${dayAndTime(at, now())})`),
    );
    const frame = new DOMParser().parseFromString((await read("/"))?.html || "", "text/html").body;
    const main =
      frame.querySelector("main") || frame.appendChild(h("main", { id: "main", class: "main", tabindex: "-1" }));
    main.replaceChildren(
      h("h1", {}, "This page is not on this phone"),
      h("p", {}, `${WHY[why]} It will open when Lantern answers again. What you wrote is safe.`),
      ...(["no-signal", "foreign"].includes(why) ? [] : [h("p", {}, h("a", { href: "/sign-in" }, "Sign in"))]),
      ...(links.length ? [h("h2", {}, "You can open"), h("ul", {}, links)] : [inDanger()]),
    );
    return frame.innerHTML;
  }

  /** Nothing can be read any more. What was written stays, and goes to whom Lantern names. */
  function paused(words) {
    const heading = h("h1", {}, "Your account is paused");
    const link = h("a", { href: "/sync/copies" }, "Hand in a saved copy");
    const file = h("p", {}, "Have you a file that a phone saved for you? ", link);
    const main = h("main", { id: "main", class: "main", tabindex: "-1" }, heading, h("p", {}, words), file);
    return new Response(main.outerHTML, { headers: { "Content-Type": "text/html", "X-Why": "paused" } });
  }

  const refused = (path, { held, words }) => (held === "paused" ? paused(words) : copy(path, held || "signed-out"));

  /** The answer as htmx wants it, at the address where it ended up. */
  const responseOf = ({ status, headers, text, url }) =>
    Object.defineProperty(new Response(text || null, { status, headers }), "url", { value: url });

  async function get(path, request) {
    leaving?.abort();
    leaving = new AbortController();
    const mine = leaving;
    const signal = anyOf(mine.signal, request.signal);
    try {
      const answer = await connection.request(path, {
        headers: request.headers,
        signal,
        limit: down ? LIMIT_DOWN : LIMIT,
      });
      down = false;
      answered();
      if (answer.status === 401) return refused(path, heldBy(answer));
      if (answer.status >= 500) return (await read(path)) ? copy(path, "ill") : responseOf(answer);
      keep(pathOf(answer.url), answer).catch(() => {}); // a full phone shows the page all the same
      return responseOf(answer);
    } catch (error) {
      if (signal.aborted) throw error; // the person went elsewhere meanwhile
      down = true;
      return copy(path, error.why || "no-signal");
    }
  }

  async function post(path, request) {
    const answer = await connection.request(path, { ...request, limit: limitOf(request.body) });
    if (answer.status === 401) throw new Error("signed-out");
    return responseOf(answer);
  }

  return {
    keep,
    read,
    drop,
    /** What can be read with no signal: every copy that is not too old. */
    kept: async () => (await all()).map(([, page]) => page).filter((page) => page.until > time()),
    stop: () => leaving?.abort(),
    /** What htmx calls instead of fetch. */
    fetch: (action, request) =>
      (request.method || "GET") === "GET" ? get(pathOf(action), request) : post(action, request),
  };
}
