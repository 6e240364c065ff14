/** What waits on this phone: the chip that is always in sight, the list behind it, and the lists inside pages. */

import { button, go, h } from "../dom.js";
import { chipWords, dayAndTime, stateWords } from "./words.js";

const LOOK = { "needs-you": "needs", received: "sent" };

/**
 * @param {object} needs
 * @param {ReturnType<typeof import("./box.js").createBox>} needs.box
 * @param {ReturnType<typeof import("./drafts.js").createDrafts>} needs.drafts
 * @param {() => {sending: Set<string>, held: string|null, ready: boolean}} needs.now  what is passing and not written down
 * @param {() => void} needs.lock
 */
export function createWaiting({ box, drafts, now, lock }) {
  let shownAt = new Date(); // when the page in view was made: what was received before that is on it already
  let drawing = null;
  let again = false;
  let cleared = false;
  let unsent = 0;

  const passing = (item) => {
    const { sending, held } = now();
    if (item.state !== "waiting") return item;
    return { ...item, state: sending.has(item.id) ? "sending" : held ? "held" : "waiting" };
  };

  async function mend(item) {
    drafts.mend(item);
    await go(item.page || "/");
  }

  /** A copy for the person to keep elsewhere. It leaves the vault, and says so. */
  function saveCopy(item) {
    const lines = item.words?.map(([label, words]) => `${label}\n${words}`) || [];
    const text = [item.title, `Written ${dayAndTime(item.made_at)}`, ...lines].join("\n\n");
    const machine = JSON.stringify({
      id: item.id,
      path: item.path,
      fields: item.fields,
      made_at: item.made_at,
      zone: item.zone,
    });
    const url = URL.createObjectURL(new Blob([`${text}\n\n---\n${machine}\n`], { type: "text/plain" }));
    h("a", { href: url, download: "lantern-copy.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  async function giveUp(item) {
    if (!confirm("Delete these words from this phone? Lantern does not have them. This cannot be taken back.")) return;
    await box.forget(item);
    changed();
  }

  function reasons(item) {
    const words = Object.values(item.errors || {}).flat();
    if (item.damaged) return [h("p", {}, words), button("Delete it", () => giveUp(item), "govuk-button--secondary")];
    return [
      h("p", {}, "Lantern could not take this. Your words are safe here:"),
      h(
        "ul",
        {},
        (words.length ? words : ["It gave no reason."]).map((reason) => h("li", {}, reason)),
      ),
      h(
        "p",
        { class: "buttons" },
        item.draft && button("Mend it", () => mend(item)),
        button("Save a copy", () => saveCopy(item), "govuk-button--secondary"),
        button("Delete it", () => giveUp(item), "govuk-button--secondary"),
      ),
      h("p", { class: "govuk-hint" }, "A saved copy is an ordinary file. Anyone who can open this phone can read it."),
    ];
  }

  function card(item) {
    const words = (item.words || []).flatMap(([label, text]) => [h("dt", {}, label), h("dd", { dir: "auto" }, text)]);
    const state = stateWords(item);
    const tone = item.state === "needs-you" ? "bad" : item.state === "received" ? "good" : "wait";
    return h(
      "li",
      { class: `waiting__item waiting__item--${LOOK[item.state] || "here"}`, "data-item": item.id },
      h("p", {}, h("strong", { dir: "auto" }, item.title), " ", h("span", { class: `chip chip--${tone}` }, state)),
      item.state !== "received" &&
        item.made_at &&
        h("p", { class: "govuk-hint" }, `Written ${dayAndTime(item.made_at)}`),
      item.state === "held" && h("p", {}, h("a", { href: "/sign-in" }, "Sign in to send")),
      item.state === "needs-you" && reasons(item),
      words.length && h("details", {}, h("summary", {}, "Read it"), h("dl", {}, words)),
    );
  }

  const listOf = (items, left = 0) =>
    h("ul", { class: "waiting" }, items.map(card), left > 0 && h("li", {}, `and ${left} more, all safe on this phone`));

  function fillPlace(place, items) {
    const { waiting: path, waitingField: field, waitingValue: value } = place.dataset;
    const fits = items.filter(
      (item) =>
        item.path.startsWith(path) &&
        (!field || item.fields?.[field]?.includes(value)) &&
        (item.state !== "received" || new Date(item.got) > shownAt),
    );
    const open = new Set([...place.querySelectorAll("[data-item]:has(details[open])")].map((li) => li.dataset.item));
    place.replaceChildren(...(fits.length ? [listOf(fits.reverse())] : []));
    for (const li of place.querySelectorAll("[data-item]"))
      if (open.has(li.dataset.item)) li.querySelector("details")?.setAttribute("open", "");
  }

  async function draw() {
    const counts = await box.unsent();
    unsent = counts.unsent;
    const items = (await box.list()).map(passing);
    if (cleared) return; // it was locked meanwhile: nothing of this may come back onto the screen
    counts.needsYou = Math.max(counts.needsYou, items.filter((item) => item.state === "needs-you").length);
    chip(chipWords({ ...counts, held: now().held, ready: now().ready }), counts);
    for (const place of document.querySelectorAll("[data-waiting]")) fillPlace(place, items);
    const panel = document.getElementById("waiting-panel");
    const here = items.filter((item) => item.state !== "received");
    panel
      ?.querySelector("div")
      .replaceChildren(
        here.length ? listOf(here, unsent - here.length) : h("p", {}, "Everything you wrote has reached Lantern."),
      );
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
      status.setAttribute("aria-atomic", "false");
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
    if (!panel.hidden) scrollTo(0, 0);
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
    /** How many are on this phone only, as last counted. */
    unsent: () => unsent,
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
      document.getElementById("waiting-panel")?.remove();
      document.getElementById("status").replaceChildren(words);
    },
  };
}
