/** What waits on this phone: the chip that is always in sight, the list behind it, and the lists inside pages. */

import { announce, go, h, note, renew, to } from "../dom.js";
import { later } from "./later.js";
import { chipWords, dayAndTime, stateWords, whyWords } from "./words.js";

const LOOK = { "needs-you": "needs", received: "sent" };
const [FEW, MANY] = [3, 5]; // cards shown of a list that has more than so many
/** Lantern does not have it, or lost it. What a manager has counts as there, and is saved all the same. */
const notThere = ({ state, again }) => state !== "received" || again;
const SETTLED = 1500; // ms from a change until how things stand is said aloud: 365 items are two sentences, not 365

/**
 * @param {object} needs
 * @param {ReturnType<typeof import("./box.js").createBox>} needs.box
 * @param {ReturnType<typeof import("./drafts.js").createDrafts>} needs.drafts
 * @param {() => {sending: Set<string>, held: string|null, trouble: string|null, heard: string|null, ready: boolean}} needs.now
 *   what is passing and not written down
 * @param {() => void} needs.send  a try is worth it
 * @param {() => void} needs.lock
 * @param {() => Promise<object>} needs.phoneFacts  what the page about this phone tells besides
 */
export function createWaiting({ box, drafts, now, send, lock, phoneFacts }) {
  let shownAt = new Date(); // when the page in view was made: what was received before that is on it already
  let drawing = null;
  let again = false;
  let cleared = false;
  let counted = { unsent: 0, needsYou: 0 };
  let stands = ""; // how things stand, as last said aloud
  let saying = 0;
  let since = 0; // when much began to be on its way

  let parts = null; // what few evenings need, once it is wanted

  const passing = (item) => {
    const { sending, held } = now();
    if (item.state !== "waiting") return item;
    return { ...item, state: sending.has(item.id) ? "sending" : held ? "held" : "waiting" };
  };

  async function mend(item) {
    drafts.mend(item);
    await go(item.page || "/");
  }

  const saveCopy = async (items) => (await later()).saveCopy(items);

  /** Gives everything that is on this phone only, however much it is. @param {(items: object[]) => void} save */
  const saveAll = async (save) => save((await box.list(1e6)).filter(notThere));

  const why = (item) => {
    const words = Object.values(item.errors || {}).flat();
    return h(
      "ul",
      {},
      (words.length ? words : ["It gave no reason."]).map((reason) => h("li", {}, reason)),
    );
  };

  function card(item) {
    const words = (item.words || []).flatMap(([label, text]) => [h("dt", {}, label), h("dd", { dir: "auto" }, text)]);
    const state = stateWords(item);
    const tone = item.state === "needs-you" ? "bad" : notThere(item) ? "wait" : "good";
    return h(
      "li",
      { class: `waiting__item waiting__item--${(!item.again && LOOK[item.state]) || "here"}`, "data-item": item.id },
      h("p", {}, h("strong", { dir: "auto" }, item.title), " ", h("span", { class: `chip chip--${tone}` }, state)),
      notThere(item) && item.made_at && h("p", { class: "govuk-hint" }, `Written ${dayAndTime(item.made_at)}`),
      item.state === "held" && h("p", {}, h("a", { href: "/sign-in" }, "Sign in to send")),
      item.state === "with-manager" && (parts?.withManager(item, { box, changed }) || why(item)),
      item.state === "needs-you" && (parts?.needsYou(item, why(item), { mend, box, changed, send }) || why(item)),
      words.length && h("details", {}, h("summary", {}, "Read it"), h("dl", {}, words)),
    );
  }

  /** What needs the person comes first; of much, a little is shown and the rest is one touch away. */
  function listOf(items, left = 0) {
    const needs = (item) => Number(item.state === "needs-you");
    const cards = [...items].sort((a, b) => needs(b) - needs(a)).map(card);
    const rest = cards.splice(cards.length > MANY ? FEW : MANY);
    const more = [
      h("summary", {}, `${rest.length + left} more, all safe on this phone`),
      h("ul", { class: "waiting" }, rest),
      left > 0 && h("p", {}, `and ${left} more`),
    ];
    return h(
      "ul",
      { class: "waiting" },
      cards,
      rest.length + left > 0 && h("li", { "data-item": "more" }, h("details", {}, more)),
    );
  }

  /** Why nothing goes at this moment, said once above a list. */
  function whyLine(items) {
    const words = items.some((item) => item.state === "waiting") && whyWords(now());
    return words && h("p", { class: "soft" }, words);
  }

  function fillPlace(place, items) {
    const { waiting: path, waitingField: field, waitingValue: value } = place.dataset;
    const fits = items.filter(
      (item) =>
        item.path.startsWith(path) &&
        (!field || item.fields?.[field]?.includes(value)) &&
        (notThere(item) || new Date(item.got) > shownAt),
    );
    renew(place, fits.length ? [whyLine(fits), listOf(fits.reverse())] : []);
  }

  async function draw() {
    const counts = await box.unsent();
    if (!counts.unsent && !cleared) chip(chipWords({ ...counts, ...now() }), counts); // what people wait for, before the lists
    const items = (await box.list()).map(passing);
    counts.needsYou = Math.max(counts.needsYou, items.filter((item) => item.state === "needs-you").length);
    const seldom = counts.needsYou || wholeList().some(Boolean) || items.some(({ state }) => state === "with-manager");
    if (seldom) parts ||= await later().catch(() => null);
    if (cleared) return; // it was locked meanwhile: nothing of this may come back onto the screen
    chip(chipWords({ ...counts, ...now() }), counts);
    hear(counts);
    for (const place of document.querySelectorAll("[data-waiting]")) fillPlace(place, items);
    await drawWhole(items, counts.unsent);
  }

  /** The two places of the whole list, those of them that somebody looks at. */
  const wholeList = () =>
    ["#waiting-panel:not([hidden])", "[data-this-phone]"].map((place) => document.querySelector(place));

  async function drawWhole(items, unsent) {
    const [panel, place] = wholeList();
    if (!panel && !place) return;
    const kept = items.filter((item) => item.state === "with-manager");
    const here = items.filter((item) => notThere(item) && item.state !== "with-manager");
    const list =
      unsent || here.length
        ? listOf(here, unsent - here.length)
        : h("p", {}, "Everything you wrote has reached Lantern.");
    if (panel) drawPanel(panel.firstElementChild, here, kept, list);
    if (place) await fillPhonePage(place, { items, unsent, list, kept: listOf(kept), why: whyWords(now()), saveAll });
  }

  function drawPanel(place, here, kept, list) {
    const ways = here.length && parts ? parts.copyWays(saveAll) : []; // from the chip, a copy is two touches away
    const more = h("p", {}, to("/me/phone", "More about this phone"));
    renew(place, [whyLine(here), ...ways, more, list, kept.length > 0 && listOf(kept)]);
  }

  async function fillPhonePage(place, facts) {
    if (parts) return parts.drawThisPhone(place, { ...facts, ...(await phoneFacts()) });
    renew(place, [facts.list, note("wait", h("p", {}, "The rest of this page comes when there is signal."))]);
  }

  /** Says aloud how things stand, a moment after something changed, and only when that is news. */
  function say() {
    saying = 0;
    const { held } = now();
    const under = since > 0 && Date.now() - since >= SETTLED;
    if (since && !under) saying = setTimeout(say, SETTLED); // nothing may change until it has arrived
    const kind = [!counted.unsent, counted.needsYou, held, under].join();
    if (kind === stands) return;
    stands = kind;
    announce(under ? `Sending ${counted.unsent}` : chipWords({ ...counted, ...now() }));
  }

  function hear(counts) {
    counted = counts;
    const under = counts.unsent > 1 && now().sending.size > 0;
    since = under ? since || Date.now() : 0;
    saying ||= setTimeout(say, SETTLED);
  }

  function chip(words, { unsent, needsYou }) {
    const status = document.getElementById("status");
    let opener = document.getElementById("chip");
    if (!opener) {
      opener = h("button", {
        id: "chip",
        type: "button",
        class: "link-button",
        "aria-expanded": "false",
        "aria-controls": "waiting-panel",
        click: toggle,
      });
      status.removeAttribute("aria-live"); // what is news is said by `say`
      status.setAttribute("role", "region");
      status.setAttribute("aria-label", "This phone");
      status.replaceChildren(opener, h("button", { type: "button", class: "link-button", click: lock }, "Lock"));
      status.after(
        h("section", { id: "waiting-panel", class: "main", hidden: true, "aria-label": "On this phone" }, h("div")),
      );
    }
    if (opener.textContent !== words) opener.textContent = words;
    status.dataset.state = needsYou ? "needs" : unsent ? "waiting" : "sent";
  }

  function toggle({ currentTarget }) {
    const panel = document.getElementById("waiting-panel");
    panel.hidden = !panel.hidden;
    currentTarget.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) return;
    scrollTo(0, 0);
    changed();
  }

  /** Draws what there is now. Calls made meanwhile become one more drawing. */
  function changed() {
    again = Boolean(drawing);
    drawing ||= draw()
      .catch(() => {})
      .finally(() => {
        drawing = null;
        if (again) return changed();
      });
    return drawing;
  }

  return {
    changed,
    saveCopy,
    saveAll,
    /** How many are on this phone only, as last counted. */
    unsent: () => counted.unsent,
    mend,
    /** A page has come into view, made at this time. */
    page(at) {
      shownAt = at;
      const panel = document.getElementById("waiting-panel");
      if (panel) panel.hidden = true;
      document.getElementById("chip")?.setAttribute("aria-expanded", "false");
      return changed();
    },
    /** The phone locks: only how many is left on the screen. */
    clear(words) {
      cleared = true;
      clearTimeout(saying);
      document.getElementById("waiting-panel")?.remove();
      document.getElementById("status").replaceChildren(words);
    },
  };
}
