/** The page "This phone": in plain words what is here, why, and what to do before it goes out of somebody's hands. */

import { announce, button, focusOn, h, note, renew, to } from "../dom.js";
import { labelOf } from "../offline/signs.js";
import { dayAndTime, stateWords } from "../offline/words.js";
import { copyWays } from "./copies.js";

const QUIET = "govuk-button--secondary";
const PIN_KEEPS =
  "A PIN keeps out somebody who picks up this phone. It does not keep out an expert who copies it, so less is kept here. Ten wrong PINs delete what is kept.";
const things = (n) => (n === 1 ? "1 thing" : `${n} things`);
const part = (name, title, ...children) =>
  h("section", { class: "card", "data-item": name }, h("h2", {}, title), ...children);
let asked = false; // somebody has pressed "Forget this phone" and has not answered yet

// --- what is here -------------------------------------------------------------------------------------------------

function standing({ unsent, why, items, send, lock, saveAll }) {
  const needs = items.filter((item) => item.state === "needs-you").length;
  const words = unsent
    ? `${things(unsent)} ${unsent === 1 ? "waits" : "wait"} here to be sent.`
    : "Everything is sent.";
  return note(
    needs ? "bad" : unsent ? "wait" : "good",
    h("p", {}, h("strong", {}, words), " ", why),
    needs > 0 && h("p", {}, `${things(needs)} ${needs === 1 ? "needs" : "need"} you: look below.`),
    h("p", { class: "buttons" }, unsent > 0 && button("Send now", send), button("Lock this phone", lock, QUIET)),
    ...(unsent ? copyWays(saveAll) : []),
  );
}

/** How far Lantern has come with what was sent, as the copies on this phone tell it: {address: words}. */
function toldBy(kept) {
  const told = new Map();
  const lists = kept.filter(({ path }) => ["/", "/recordings/"].includes(path));
  for (const { html, at } of lists.sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    for (const row of new DOMParser().parseFromString(html, "text/html").querySelectorAll(".row")) {
      const state = row.querySelector(".state [dir]")?.textContent;
      if (state) told.set(row.querySelector("a")?.getAttribute("href"), { state, at });
    }
  }
  return told;
}

function sentRow(item, told) {
  const news = told.get(item.location);
  const read = news && !news.state.startsWith("Sent") && `${news.state}, as Lantern said ${dayAndTime(news.at)}`;
  return h(
    "li",
    { class: "row" },
    h("div", { class: "row__top" }, h("span", { class: "row__name", dir: "auto" }, titleOf(item)), when(item)),
    read && h("p", { class: "row__line" }, read),
  );
}
const titleOf = ({ title, location }) => (location?.startsWith("/recordings/") ? to(location, title) : title);
const when = (item) =>
  h("span", { class: "row__when" }, item.decision ? `${stateWords(item)} ${dayAndTime(item.at)}` : stateWords(item));

function sent({ items, kept }) {
  const told = toldBy(kept);
  const notes = items.filter((item) => item.state === "received").reverse();
  return part(
    "sent",
    "Sent in the last seven days",
    notes.length
      ? h(
          "ul",
          { class: "rows" },
          notes.map((item) => sentRow(item, told)),
        )
      : h("p", {}, "Nothing was sent from this phone."),
  );
}

function waiting({ list, unsent }) {
  return part("waiting", "Waiting to be sent", unsent ? list : h("p", {}, "Nothing."));
}

function withManager({ items, kept }) {
  return items.some((item) => item.state === "with-manager") && part("with-manager", "With your manager", kept);
}

function begun({ begun: drafts }) {
  const row = ({ title, page, at }) =>
    h(
      "li",
      { class: "row" },
      h(
        "div",
        { class: "row__top" },
        h(
          "span",
          { class: "row__name", dir: "auto" },
          page ? to(page, title || "Go on with it") : "Something you began",
        ),
        h("span", { class: "row__when" }, dayAndTime(at)),
      ),
    );
  return part(
    "begun",
    "Begun and not saved",
    drafts.length ? h("ul", { class: "rows" }, drafts.map(row)) : h("p", {}, "Nothing."),
    drafts.length > 0 && h("p", {}, "Nobody else has these words. Open one to go on with it, or to throw it away."),
  );
}

function pages({ kept }) {
  const shown = kept
    .filter((page) => page.title)
    .sort((a, b) => a.title.localeCompare(b.title, "en", { numeric: true }));
  const row = ({ path, title, at, until }) =>
    h("li", {}, to(path, title), ` (from ${dayAndTime(at)}, kept until ${dayAndTime(until)})`);
  return part(
    "pages",
    "Kept to read with no signal",
    h("p", {}, `${kept.length} ${kept.length === 1 ? "page" : "pages"}. Each goes by itself after its time.`),
    shown.length > 0 && h("details", {}, h("summary", {}, "Which ones"), h("ul", {}, shown.map(row))),
  );
}

// --- how it is kept -----------------------------------------------------------------------------------------------

function wayIn(way, { remove }, redraw) {
  const away = async () => {
    if (!confirm("From then on this no longer opens what is kept here. Remove it?")) return;
    await remove(way);
    redraw();
  };
  return h("li", {}, way.words, !way.last && [" ", button("Remove", away, QUIET)]);
}

function locked({ slot, ways, lockAfter, passkeys }, redraw) {
  const list = ways.list();
  const add = (kind) => () => ways.add(kind).catch(ways.failed);
  const has = (kind) => list.some((way) => way.kind === kind);
  return part(
    "locked",
    "How it is locked",
    h("p", {}, "What is kept here opens with these, and with nothing else:"),
    h(
      "ul",
      {},
      list.map((way) => wayIn(way, ways, redraw)),
    ),
    list.length < 2 && h("p", {}, "There is one way in only. If you lose it, what was not sent is lost."),
    h("p", {}, has("pin") ? PIN_KEEPS : "Somebody who copies this phone finds nothing that they can read."),
    h(
      "p",
      {},
      `It locks by itself after ${lockAfter} minutes without a touch.`,
      ` On the lock screen yours is ${labelOf(slot)}.`,
    ),
    h(
      "p",
      { class: "buttons" },
      has("pin") && button("Change the PIN", add("pin"), QUIET),
      passkeys && !has("prf") && button("Let your passkey open it as well", add("prf"), QUIET),
      button(has("paper") ? "Make a new paper key" : "Make a paper key", add("paper"), QUIET),
    ),
  );
}

async function room() {
  const { usage } = (await navigator.storage?.estimate?.()) || {};
  const safe = await navigator.storage?.persisted?.();
  const size = usage === undefined ? null : `Lantern takes ${(usage / 1e6).toFixed(1)} MB on this phone.`;
  return part(
    "room",
    "Room on this phone",
    size && h("p", {}, size),
    safe
      ? h("p", {}, "The browser has promised not to clear it away.")
      : h(
          "p",
          {},
          "The browser may clear it away when the phone is full, or when you have not opened Lantern for long. ",
          to("/help/install", "It is safer on your home screen"),
          ".",
        ),
  );
}

// --- before it goes out of somebody's hands -------------------------------------------------------------------------

function forgetting({ unsent, begun: drafts, send, saveAll, forget }, redraw) {
  const words = unsent + drafts.length;
  if (!asked)
    return [
      button(
        "Forget this phone",
        () => {
          asked = true;
          redraw().then(() => focusOn(document.querySelector("[data-item=forget] h3")));
        },
        QUIET,
      ),
    ];
  const keep = () => {
    asked = false;
    redraw().then(() => document.querySelector("[data-item=forget] button")?.focus());
  };
  const loses = `${words === 1 ? "1 thing that you wrote is" : `${words} things that you wrote are`} on this phone only. Forget it now, and nobody can bring ${words === 1 ? "it" : "them"} back.`;
  return [
    h("h3", {}, words ? "Some of your words are not sent" : "Forget everything kept here?"),
    words > 0 && h("p", {}, loses),
    unsent > 0 && h("p", { class: "buttons" }, button("Send now", send)),
    ...(unsent ? copyWays(saveAll) : []),
    h(
      "p",
      { class: "buttons" },
      button(words ? `Forget it and lose ${things(words)}` : "Yes, forget it", forget, "govuk-button--warning"),
      button("No, keep it", keep, QUIET),
    ),
  ];
}

function forgetPart(facts, redraw) {
  return part(
    "forget",
    "Forget this phone",
    h(
      "p",
      {},
      "Deletes everything that is kept here for you, and signs you out. What was sent is safe with Lantern. You can get this phone ready again at any time.",
    ),
    ...forgetting(facts, redraw),
  );
}

/** Ticks off what is done of the list that the page came with. */
function tick(place, { unsent, begun: drafts }) {
  const left = { sent: unsent, begun: drafts.length };
  for (const step of place.querySelectorAll("[data-step]")) {
    const open = left[step.dataset.step];
    const words = open ? `Not yet: ${open}` : "Done";
    step.querySelector(".chip")?.remove();
    step.append(" ", h("span", { class: `chip chip--${open ? "wait" : "good"}` }, words));
  }
}

/**
 * Fills the page.
 * @param {Element} place
 * @param {object} facts  what waiting.js and phone.js know
 */
export async function drawThisPhone(place, facts) {
  const redraw = () => drawThisPhone(place, facts);
  const last = facts.heard
    ? `Lantern last answered ${dayAndTime(facts.heard)}.`
    : "Lantern has not answered this phone yet.";
  const parts = [
    standing(facts),
    h("p", { class: "soft" }, last),
    waiting(facts),
    withManager(facts),
    begun(facts),
    sent(facts),
    pages(facts),
    locked(facts, redraw),
    await room(),
    forgetPart(facts, redraw),
  ];
  renew(place, parts);
  tick(place.parentElement, facts);
  if (!place.dataset.drawn) announce(last);
  place.dataset.drawn = "yes";
}
