/**
 * Drafts: every keystroke is kept, sealed, and comes back in its own form after anything at all.
 * A draft never sends itself. Its id is made with it and becomes the id of the item, so that saving twice is saving once.
 */

import { announce, button, focusOn, h, here, note } from "../dom.js";
import { collect, controls, fill } from "./fields.js";
import { giveBack, MOST, placeOf } from "./places.js";
import { newId } from "./vault.js";
import { dayAndTime, localIso } from "./words.js";

/**
 * One write under way, the newest next: typing fast costs a few writes and loses nothing.
 * @template T
 * @param {(value: T) => Promise<any>} write
 */
export function coalesce(write) {
  let next = null;
  let running = null;
  const run = async () => {
    try {
      while (next) {
        const [value] = next;
        next = null;
        try {
          await write(value);
        } catch (error) {
          if (!next) throw error; // what was typed meanwhile holds these words too, and may still be kept
        }
      }
    } finally {
      running = null;
    }
  };
  return {
    /** @param {T} value */
    push(value) {
      next = [value];
      running ||= run();
      return running;
    },
    /** Forgets what has not begun to be written, and waits for what has. */
    async cancel() {
      next = null;
      await running?.catch(() => {});
    },
    settled: () => running ?? Promise.resolve(),
  };
}

/**
 * @param {import("./vault.js").Vault} vault
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} store
 */
export function createDrafts(vault, store) {
  const open = new Map(); // form -> its draft
  let mending = null;

  async function load(key) {
    const sealed = await store.get("drafts", key);
    return sealed ? vault.open("drafts", key, sealed).catch(() => null) : null;
  }

  function caretOf(form) {
    const field = form.contains(document.activeElement) ? document.activeElement : null;
    if (!field?.name) return null;
    const at = controls(form).indexOf(field);
    return { at, name: field.name, from: typeof field.value === "string" ? field.selectionStart : null };
  }

  function putCaret(form, caret) {
    const field = caret && controls(form)[caret.at];
    if (!field || field.name !== caret.name) return;
    field.focus();
    if (caret.from !== null && field.setSelectionRange) field.setSelectionRange(caret.from, caret.from);
  }

  const reasonLine = (form, name, reason) => {
    const field = controls(form).find((control) => control.name === name && control.type !== "hidden");
    return h("li", {}, field?.id ? h("a", { href: `#${field.id}` }, reason) : reason);
  };

  function tell(form, { errors = {}, at }) {
    const reasons = Object.entries(errors).flatMap(([name, texts]) =>
      texts.map((text) => reasonLine(form, name, text)),
    );
    const refused = "Lantern could not take this yet";
    const back = `Your words from ${dayAndTime(at)} are here.`;
    const inside = reasons.length
      ? note("bad", h("h2", {}, refused), h("ul", {}, reasons))
      : note(
          "wait",
          h("p", {}, back),
          button("Start again", () => discard(form), "govuk-button--secondary"),
        );
    form.querySelector(":scope > .draft-note")?.remove();
    form.prepend(h("div", { class: "draft-note" }, inside));
    announce(reasons.length ? `${refused}. The reasons are above the form.` : back);
  }

  async function discard(form) {
    const draft = open.get(form);
    await draft.writes.cancel();
    await store.write([["delete", "drafts", draft.key]]);
    form.reset();
    draft.id = newId();
    form.querySelector(".draft-note")?.remove();
    focusOn(form.elements[0]);
  }

  /** Brings a form's draft back and keeps it from now on. The form waits for the few milliseconds this takes. */
  async function attach(form) {
    if (open.has(form)) return;
    const draft = { id: newId(), mends: null };
    open.set(form, draft);
    draft.writes = coalesce((value) => write(draft, value));
    if (!form.dataset.draft) return;
    form.inert = true;
    const restoring = restore(form, draft).catch(() => full(form));
    draft.ready = restoring;
    const kept = await restoring;
    form.inert = false;
    putCaret(form, kept?.caret);
  }

  async function restore(form, draft) {
    const item = mending?.draft === form.dataset.draft ? mending : null;
    const name = `draft:${item ? `${item.draft}#${item.id}` : form.dataset.draft}`;
    const named = (nth) => vault.name(nth > 1 ? `${name} ${nth}` : name);
    draft.empty = JSON.stringify(collect(form));
    draft.key = await named(MOST); // should a read fail: what is typed is kept, and not in the place of what was there
    const { found, ...place } = await placeOf(named, load);
    Object.assign(draft, place);
    if (item) draft.mends = { n: item.n, id: item.id, state: item.state };
    const kept = found || (item && { id: draft.id, fields: item.fields, errors: item.errors, at: item.made_at });
    if (!kept) return null;
    Object.assign(draft, { id: kept.id, errors: kept.errors, caret: kept.caret, begun: kept.fields.begun?.[0] });
    fill(form, kept.fields);
    tell(form, kept);
    return kept;
  }

  async function write(draft, { fields, caret, title, page }) {
    if (JSON.stringify(fields) === draft.empty && !draft.mends) return store.write([["delete", "drafts", draft.key]]);
    const value = { id: draft.id, fields, caret, title, page, errors: draft.errors, at: new Date() };
    return store.write([["put", "drafts", await vault.seal("drafts", draft.key, value), draft.key]]);
  }

  /** When the first word was typed: what is begun on Monday and sent on Tuesday is about Monday. */
  function begin(form, draft) {
    const begun = form.querySelector("input[data-begun]");
    if (!begun) return;
    begun.value = "";
    draft.begun = JSON.stringify(collect(form)) === draft.empty ? "" : draft.begun || localIso();
    begun.value = draft.begun;
  }

  function keep(form) {
    const draft = open.get(form);
    if (!draft?.key || form.inert) return;
    begin(form, draft);
    draft.caret = caretOf(form) || draft.caret; // leaving by a link blurs the field first: it is still where they were
    const page = draft.mends ? null : here(); // what mends an item is found through that item
    draft.writes.push({ fields: collect(form), caret: draft.caret, title: form.dataset.title, page }).then(
      () => form.querySelector(".draft-full")?.remove(),
      () => full(form),
    );
  }

  function full(form) {
    if (form.querySelector(".draft-full")) return;
    const words =
      "This phone could not keep what you just wrote. It is still here until this page is closed: save it before that.";
    form.prepend(h("div", { class: "draft-full", role: "alert" }, note("bad", h("p", {}, words))));
  }

  /** Another window may have a form's place once its last words are written. */
  function leave(form) {
    const draft = open.get(form);
    open.delete(form);
    giveBack(async () => {
      await draft.ready; // who is gone before a place was found for them must not keep it
      await draft.writes.settled().finally(() => draft.leave?.());
    });
  }

  return {
    attach,
    keep,
    /** Is there nothing in this form but what it came with? */
    untouched: (form) => open.get(form)?.empty === JSON.stringify(collect(form)) && !open.get(form).mends,
    /** Its id, the record to drop with it, and the item that it mends. */
    of: (form) => open.get(form),
    /** The draft has become an item: the form starts afresh under a new id. */
    done(form) {
      const draft = open.get(form);
      if (!draft) return; // its page was left meanwhile
      form.inert = Boolean(draft.mends); // its record was the mended item's own, so nothing more is kept there
      Object.assign(draft, { id: newId(), tried: null, mends: null, errors: undefined, begun: "" });
      form.querySelector(".draft-note")?.remove();
    },
    /** A form that goes straight to Lantern has arrived there: its draft has done its work. */
    async drop(form) {
      const draft = open.get(form);
      if (!draft?.key) return;
      await draft.writes.cancel();
      leave(form);
      await store.write([["delete", "drafts", draft.key]]);
    },
    /** The next page shows this item's words in its form. @param {object|null} item */
    mend(item) {
      mending = item;
    },
    /** What was begun and not saved: what it is about, when it was last touched, and the page to go on with it. */
    async list() {
      const kept = await Promise.all((await store.keys("drafts")).map(load));
      return kept.filter((draft) => draft && draft.page !== null).map(({ title, page, at }) => ({ title, page, at }));
    },
    settled: () => Promise.allSettled([...open.values()].map((draft) => draft.writes.settled())),
    /** Forms that have left the page. */
    sweep() {
      for (const form of open.keys()) if (!form.isConnected) leave(form);
    },
    /** The phone locks: every place is free again. */
    leave() {
      for (const form of open.keys()) leave(form);
    },
  };
}
