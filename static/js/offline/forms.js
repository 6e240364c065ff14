/** Saving: a form's words go into the sealed outbox first, and only then on their way. The same online and offline. */

import { announce, button, go, h, here, note } from "../dom.js";
import { collect, readable } from "./fields.js";
import { canonical } from "./outbox.js";
import { newId, sha256 } from "./vault.js";
import { localIso, stateWords } from "./words.js";

const PATIENCE = 2500; // ms; then the answer comes from the phone, and the words go on their way by themselves
const NOT_SAVED =
  "This could not be saved on this phone. It may be full. Your words are still here, and nothing that waited is touched.";
const MAKE_ROOM = "Or make room on the phone: delete photos or apps that you do not need. Then press Save again.";
const NO_COPY =
  "The copy could not be made. Select your words here, copy them, and paste them where you can find them.";
const NOT_SENT = {
  later: "It could not be sent: there is no signal, or Lantern does not answer.",
  held: "It could not be sent: Lantern does not know who you are just now. Save a copy first, then sign in.",
  refused: "Lantern could not take this yet:",
};

/**
 * @param {object} needs
 * @param {import("./vault.js").Vault} needs.vault
 * @param {ReturnType<typeof import("./box.js").createBox>} needs.box
 * @param {ReturnType<typeof import("./drafts.js").createDrafts>} needs.drafts
 * @param {ReturnType<typeof import("./courier.js").createCourier>} needs.courier
 * @param {(item: object) => void} needs.mend  shows a refused item in its form again
 * @param {() => Promise<void>} needs.changed  the screen shows what waits
 * @param {(items: object[]) => void} needs.saveCopy  a file of the words, for the person to keep elsewhere
 * @param {(page: string) => Promise<void>} needs.saved  words are on this phone only: what makes them safer there may be asked for
 * @param {(page: string) => void} needs.unsaved  they could not be saved, and the page that held them is gone
 */
export function createForms({ vault, box, drafts, courier, mend, changed, saveCopy, saved, unsaved }) {
  const busy = new WeakSet();
  const saving = new Set(); // what is on its way to the disk

  /** What stands in a form, as an item. `draft`: its own, which a page that is left meanwhile no longer has. */
  async function itemOf(form, submitter, draft = drafts.of(form)) {
    const action = submitter?.getAttribute("formaction") || form.getAttribute("action") || here();
    const path = new URL(action, location.href).pathname;
    const fields = collect(form, submitter);
    const [title, made_at, page, words] = [form.dataset.title, localIso(), here(), readable(form)];
    const hash = await sha256(canonical(path, fields));
    if (draft.tried && draft.tried !== hash) draft.id = newId(); // Lantern may have had other words under the old one
    return {
      id: draft.id,
      path,
      fields,
      hash,
      made_at,
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
      person: vault.person,
      title: title || "What you wrote",
      words,
      draft: form.dataset.draft,
      page,
    };
  }

  function say(form, tone, text, ...more) {
    form.querySelector(".save-note")?.remove();
    const role = tone === "bad" ? "alert" : "status";
    const said = h("div", { class: "save-note", role }, note(tone, h("p", {}, text), ...more));
    form.append(said);
    if (tone === "bad") said.scrollIntoView({ block: "center" }); // Save is in reach everywhere, the end of the form is not
  }

  /** The phone did not take it: the words stay, and there are other ways for them. */
  function offer(form, submitter, text, reasons = []) {
    const copy = () =>
      itemOf(form, submitter)
        .then((item) => saveCopy([item]))
        .catch(() => offer(form, submitter, NO_COPY));
    const ways = [
      button("Send it now", () => straight(form, submitter)),
      button("Save a copy", copy, "govuk-button--secondary"),
    ];
    const listed = reasons.map((reason) => h("li", {}, reason));
    const list = listed.length && h("ul", {}, listed);
    say(form, "bad", text, ...[list, h("p", { class: "buttons" }, ways), h("p", {}, MAKE_ROOM)].filter(Boolean));
  }

  /** Straight to Lantern, under the same id: whatever the phone or the network does, it is there once. */
  async function straight(form, submitter) {
    if (busy.has(form)) return;
    busy.add(form);
    const release = hold(form);
    try {
      const item = await itemOf(form, submitter);
      drafts.of(form).tried = item.hash;
      say(form, "wait", "Sending…");
      const { verdict, receipt } = await courier.carry(item);
      const reasons = receipt?.errors ? Object.values(receipt.errors).flat() : [];
      const there = ["received", "kept"].includes(verdict);
      if (!there) return offer(form, submitter, NOT_SENT[verdict], reasons);
      const { mends } = drafts.of(form);
      if (mends) await box.forget(mends).catch(() => {});
      await drafts.drop(form).catch(() => {}); // should it come back, it is the same words under the same id
      if (verdict === "kept") {
        form.reset();
        return say(form, "wait", reasons.join(" ")); // a manager has it: why, and who
      }
      announce(stateWords({ state: "received", at: receipt.at }));
      await go(form.dataset.after || "/");
    } finally {
      release();
      busy.delete(form);
    }
  }

  async function save(form, submitter) {
    const draft = drafts.of(form);
    const item = await itemOf(form, submitter, draft);
    // What was typed last is a draft on the disk until the item is there, and no keystroke written late brings it back.
    await draft.writes.settled().catch(() => {});
    await draft.writes.cancel();
    const also = draft.key ? [["delete", "drafts", draft.key]] : [];
    if (draft.mends) also.push(...box.gone(draft.mends, "mended"));
    await box.add(item, also);
    return item;
  }

  async function submit(form, submitter) {
    if (busy.has(form)) return;
    if (drafts.untouched(form))
      return say(form, "bad", "There is nothing to save yet. Choose or write something first.");
    busy.add(form);
    const safe = keepSafe(form, submitter);
    saving.add(safe);
    try {
      const item = await safe.finally(() => saving.delete(safe));
      if (item) await after(form, item).catch(() => {}); // the words are safe, whatever becomes of the screen
    } finally {
      busy.delete(form);
    }
  }

  /** The words go to the disk. The item that they are now, or null when they are still in the form only. */
  async function keepSafe(form, submitter) {
    say(form, "wait", "Saving…"); // never timed out into "Saved": a busy disk may take its time
    announce("Saving…");
    let release = () => {};
    let page = here();
    try {
      await drafts.attach(form);
      if (drafts.of(form)?.mends) page = "/me/phone"; // what mends an item is found through that item
      release = hold(form);
      const item = await save(form, submitter);
      saved(page);
      announce(stateWords({ state: "waiting" }));
      form.reset();
      release();
      drafts.done(form);
      say(form, "good", stateWords({ state: "waiting" }));
      return item;
    } catch {
      release();
      drafts.keep(form);
      if (form.isConnected) offer(form, submitter, NOT_SAVED);
      else unsaved(page); // they have gone on: it is said where they are now
      return null;
    }
  }

  /** Nobody can type what would not be saved. The words stay in sight, and the focus comes back to where it was. */
  function hold(form) {
    const field = form.contains(document.activeElement) ? document.activeElement : null;
    form.inert = true;
    field?.blur(); // at once: otherwise a key pressed before the next picture is drawn still arrives
    return () => {
      form.inert = false;
      field?.focus({ preventScroll: true });
    };
  }

  /** Asks later whether the person is still here: whoever has gone on meanwhile is not called back. */
  function stays() {
    const left = new AbortController();
    const leave = (event) => event.target.closest?.("a[href]") && left.abort();
    document.addEventListener("click", leave, { capture: true, signal: left.signal });
    addEventListener("popstate", () => left.abort(), { signal: left.signal });
    return () => {
      const here = !left.signal.aborted;
      left.abort();
      return here;
    };
  }

  /** From here on the words are safe; what is left is to say so, and where they are. */
  async function after(form, item) {
    const stayed = stays();
    const outcome = courier.outcome(item.id, PATIENCE);
    const tried = courier.hint().then(() => null); // a phone without network knows at once that it must wait
    await changed();
    const end = await Promise.race([outcome, tried]);
    const refused = end?.state === "needs-you";
    if (refused && end.receipt.outcome !== "conflict") return mend({ ...end.item, errors: end.receipt.errors });
    if (end && !refused) announce(stateWords({ state: end.state, ...end.receipt }));
    if (stayed() && form.isConnected) await go(form.dataset.after || "/");
  }

  return {
    /** What the saves under way have become: items on the disk, or null for words that are drafts again. */
    settled: () => Promise.all(saving),
    /** Takes a submit over, when it is ours. @param {SubmitEvent} event */
    onSubmit(event) {
      const form = event.target;
      if (!form.matches?.("form[data-queue]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      for (const field of form.querySelectorAll(":invalid")) field.closest("details")?.setAttribute("open", "");
      if (form.reportValidity()) submit(form, event.submitter);
    },
  };
}
