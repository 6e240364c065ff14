/** How safe words are on this phone: how long they have waited, whether there is room, whether the browser keeps them. */

import { announce, button, h, note, renew, to } from "../dom.js";
import { unkept } from "./store.js";
import { dayAndTime } from "./words.js";

const HOUR = 3_600_000;
const NEARLY = 0.8; // of the room that the browser gives
const UNSENT_HOURS = 24; // before the authority's own figure is known

// Words that are in the memory of this page only: the browser asks before it throws them away.
globalThis.addEventListener?.("beforeunload", (event) => unkept() && event.preventDefault());

const lost = new Map(); // vault -> the page whose words it could not save; not for the disk, which may be full, and naming nobody

/** How much of its room is taken, where the browser says so: 0 to 1, or null. */
async function taken() {
  const { usage, quota } = (await navigator.storage?.estimate?.().catch(() => null)) || {};
  return quota ? usage / quota : null;
}

/** An iPhone or iPad that shows Lantern as a web page clears it away after seven days without a visit. */
const forgetful = async () => navigator.standalone === false && !(await navigator.storage?.persisted?.());

/**
 * @param {object} needs
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} needs.store
 * @param {ReturnType<typeof import("./box.js").createBox>} needs.box
 * @param {() => string|null} needs.held  why Lantern takes nothing at this moment
 * @param {() => void} needs.saveAll  a copy of all that waits
 */
export async function createSafety({ store, box, held, saveAll }) {
  let hours = (await store.get("meta", "unsent-hours")) ?? UNSENT_HOURS;
  let oldest = null;
  let over = false;
  const said = new Set();

  function waited({ unsent, needsYou }) {
    const one = unsent === 1;
    const words = `${one ? "1 thing" : `${unsent} things`} you wrote ${one ? "has" : "have"} waited since ${dayAndTime(oldest)}. Lantern has not seen ${one ? "it" : "them"}.`;
    const now = held()
      ? ["Sign in, and they go by themselves. ", h("a", { href: "/sign-in" }, "Sign in")]
      : needsYou === unsent
        ? ["Lantern could not take them as they are. Open the list above to put them right."]
        : ["Open Lantern where there is signal, and they go by themselves. If that may take long, save a copy."];
    const copy = button("Save a copy of everything that waits", saveAll, "govuk-button--secondary");
    return note("warn", h("p", {}, h("strong", {}, words)), h("p", {}, now), h("p", { class: "buttons" }, copy));
  }

  const room = (part) =>
    note(
      "warn",
      h(
        "p",
        {},
        h(
          "strong",
          {},
          `This phone is nearly full${part ? `: ${Math.round(part * 100)} % of Lantern's room is taken` : ""}.`,
        ),
      ),
      h(
        "p",
        {},
        "What you write may soon find no room. Delete photos or apps that you do not need, and open Lantern where there is signal, so that what waits can go.",
      ),
    );

  const install = () =>
    note(
      "warn",
      h("p", {}, h("strong", {}, "This phone may forget what waits here.")),
      h(
        "p",
        {},
        "As a web page, Lantern is cleared away when you have not opened it for seven days. ",
        to("/help/install", "Put Lantern on your home screen"),
        ". Send what waits first: it does not move there by itself.",
      ),
    );

  const unsaved = () =>
    lost.has(store.id) &&
    note(
      "bad",
      h("p", {}, h("strong", {}, "What you wrote last was not saved.", " This phone may be full.")),
      h("p", {}, to(lost.get(store.id), "Go back to it"), " and press Save again. Do not close Lantern before that."),
    );

  /** What there is to say, each once aloud. */
  async function look() {
    const counts = await box.unsent();
    oldest = counts.unsent ? await box.oldest() : null;
    const long = oldest && Date.now() - Date.parse(oldest) >= hours * HOUR;
    const part = await taken();
    const notes = [
      ["unsaved", unsaved()],
      ["waited", long && waited(counts)],
      ["room", (part >= NEARLY || store.tight()) && room(part >= NEARLY && part)],
      ["forgets", counts.unsent > 0 && (await forgetful()) && install()],
    ].filter(([, shown]) => shown);
    if (over) return; // it was locked meanwhile
    renew(
      place(),
      notes.map(([, shown]) => shown),
    );
    for (const [kind, shown] of notes) {
      if (!said.has(kind)) announce(shown.querySelector("strong").textContent);
      said.add(kind);
    }
  }

  function place() {
    let found = document.getElementById("safety");
    if (!found) {
      found = h("section", { id: "safety", class: "main", "aria-label": "What needs care on this phone" });
      document.getElementById("view").before(found);
    }
    return found;
  }

  return {
    look: () => look().catch(() => {}),
    /** Words stayed a draft although somebody pressed Save and went on. This is said everywhere until they are back there. */
    unsaved(page) {
      lost.set(store.id, page);
      said.delete("unsaved");
      return look().catch(() => {});
    },
    /** They are at their words again, or have saved them. @param {string} page */
    back(page) {
      if (lost.get(store.id) === page) lost.delete(store.id);
    },
    /** When the oldest words that are on this phone only were written, by its own clock; null when there are none. */
    oldest: () => oldest,
    /** What the authority says: how long words wait before this is spoken of. @param {number|undefined} figure hours */
    async heed(figure) {
      if (!(figure > 0) || figure === hours) return;
      hours = figure;
      await store.write([["put", "meta", figure, "unsent-hours"]]);
    },
    /** Asked once, when words are on this phone only for the first time: that the browser does not clear them away. */
    async ask() {
      if (await store.get("meta", "asked")) return;
      await store.write([["put", "meta", true, "asked"]]);
      await navigator.storage?.persist?.();
    },
    /** The phone locks. */
    clear() {
      over = true;
      document.getElementById("safety")?.remove();
    },
  };
}
