/** A phone whose vault is open: everything that works on sealed things, put together, until it is locked again. */

import { available } from "../behaviours/passkey.js";
import { button, go, here, view } from "../dom.js";
import { createBox } from "./box.js";
import { createConnection, createProbe, gzip } from "./connection.js";
import { onHints } from "./hints.js";
import { offerAgain } from "./copies.js";
import { createCourier } from "./courier.js";
import { createDrafts } from "./drafts.js";
import { createForms } from "./forms.js";
import { autoLock } from "./lock.js";
import { bringPack } from "./pack.js";
import { createPages } from "./pages.js";
import { labelOf } from "./signs.js";
import { vaults } from "./slots.js";
import { createSafety } from "./storage.js";
import { createTime } from "./time.js";
import { keepPasskeys, sha256 } from "./vault.js";
import { createWaiting } from "./waiting.js";
import { createWays } from "./ways.js";
import { chipWords } from "./words.js";

const LOCK_MINUTES = 5; // without a touch until it locks by itself, before the authority's own figure is known
const LOOK_EVERY = 60_000; // ms; "Read by Sam" is on the screen within a minute of contact
const PACK_EVERY = 60_000; // ms; what may no longer be held is gone within a minute of contact

const clock = {
  now: () => new Date(),
  after(ms, ring) {
    const bell = setTimeout(ring, ms);
    return () => clearTimeout(bell);
  },
};

/**
 * @param {object} needs
 * @param {import("./vault.js").Slot} needs.slot
 * @param {import("./vault.js").Vault} needs.vault
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} needs.store
 * @param {(why?: string) => void} needs.lock  somebody or something wants it locked
 * @param {() => void} needs.wipe  Lantern has cut this phone off
 * @param {() => void} needs.forget  the person wants nothing of theirs on this phone any more
 * @param {() => void} needs.wiped  somebody who was asked to show that they can open it could not, ten times
 * @param {() => void} needs.leave  the person signs out
 */
export async function openPhone({ slot, vault, store, lock, wipe, forget, wiped, leave }) {
  const ending = new AbortController();
  const { signal } = ending;
  const fetch = globalThis.fetch.bind(globalThis);
  const count = () => waiting.unsent();
  const whenLost = () => {
    packed = Number.NEGATIVE_INFINITY; // given to Lantern again at once, and not at the next turn
  };
  const box = createBox(vault, store, { whenLost });
  const safety = await createSafety({
    store,
    box,
    held: () => courier.held(),
    saveAll: () => waiting.saveAll(waiting.saveCopy),
  });
  const own = { id: slot.id, person: slot.person, waiting: count, oldest: safety.oldest };
  const connection = createConnection({ fetch, ...own, wipe, paused, vaults });
  const drafts = createDrafts(vault, store);
  const time = await createTime(store);
  let ready = Boolean(await store.get("meta", "ready"));
  let packed = Number.NEGATIVE_INFINITY; // by a clock that nobody can put back
  let lockAfter = (await store.get("meta", "lock-minutes")) ?? LOCK_MINUTES;
  let heard = (await store.get("meta", "heard")) || null;
  let isPaused = false;
  let telling = false; // Lantern is being told that nothing waits any more
  let uneven = false; // something was settled since the box was tidied
  let news = false; // Lantern received something, and the page in view may not show it yet
  let packing = null; // fetching pages for later: it gives way to words

  const locked = (name, work) => navigator.locks.request(name, work);
  const courier = createCourier({
    box,
    person: slot.person,
    device: slot.id,
    fetch,
    clock,
    gzip,
    digest: sha256,
    wipe,
    lock: locked,
    probe: createProbe(connection.who),
    watched: () => document.visibilityState === "visible",
    tell({ settled }) {
      if (settled.length) heardNow();
      const drawn = waiting.changed();
      drawn.then(stands);
      news ||= settled.some((move) => move.state === "received");
      uneven ||= settled.length > 0;
      if (courier.sending().size) return packing?.abort();
      // Nothing is on its way. What happened stands on the screen before anything larger is asked for.
      if (settled.length || packing?.signal.aborted) drawn.then(refresh).catch(() => {});
      if (news) drawn.then(freshen);
      if (uneven) drawn.then(box.tidy).catch(() => {});
      news = uneven = false;
    },
  });
  /** What follows from how much waits: what to say of it here, and that Lantern does not go on thinking that it waits. */
  async function stands() {
    if (signal.aborted) return;
    await safety.look();
    if (count() || telling || !connection.told() || courier.held()) return;
    telling = true;
    await connection.who();
    telling = false;
  }

  /** The browser wakes the worker when the network is back: where it can, and until it has tried a few times. */
  async function wake() {
    const worker = await navigator.serviceWorker?.ready;
    worker?.sync?.register("drain").catch(() => {});
  }

  /** To be woken, and to be kept. */
  function saved(page) {
    safety.back(page);
    safety.ask().catch(() => {});
    wake();
  }

  /** Lantern may know more by now than the page in view: show it again, unless somebody is busy on it. */
  function freshen() {
    const busy = document.activeElement?.closest("#view a, #view button, #view input, #view textarea, #view select");
    const lists = ["/", "/recordings/"].includes(here());
    if (signal.aborted || view().inert || busy || !lists || document.visibilityState !== "visible") return;
    view().dataset.quiet = "yes";
    go(here(), "false");
  }

  /** Lantern itself answered, and not something in its place. */
  function heardNow() {
    heard = new Date().toISOString();
    store.write([["put", "meta", heard, "heard"]]).catch(() => {}); // a counter, so to say: it tells nobody anything
  }

  const ways = createWays({ slot, store, wiped });

  /** What the page about this phone tells, besides what waits. */
  async function phoneFacts() {
    const [kept, begun] = await Promise.all([pages.kept(), drafts.list()]);
    return { slot, ways, passkeys: available(), kept, begun, heard, lockAfter, send: hint, lock: () => lock(), forget };
  }

  const now = () => ({ sending: courier.sending(), held: courier.held(), trouble: courier.trouble(), heard, ready });
  const waiting = createWaiting({ box, drafts, now, send: () => hint(), lock: () => lock(), phoneFacts });
  const { mend, changed, saveCopy } = waiting;
  const forms = createForms({ vault, box, drafts, courier, mend, changed, saveCopy, saved, unsaved: safety.unsaved });
  const pages = createPages({ vault, store, connection, answered, time: time.now });

  /** The account is paused: what could be read here goes at once, from the disk and from the screen. */
  async function paused() {
    await store.write([["clear", "pages"]]);
    if (signal.aborted || isPaused || view().contains(document.activeElement?.form)) return;
    isPaused = true;
    await go(here(), "false");
  }

  /** Lantern must know this phone by name before it can cut it off. */
  async function introduce() {
    if ((await store.get("meta", "named")) === vault.kind) return true;
    const body = new URLSearchParams({ vault: slot.id, kind: vault.kind, label: labelOf(slot), waiting: count() });
    const { status, redirected } = await connection.request("/auth/devices", { method: "POST", body });
    if (status !== 200 || redirected) return false;
    await store.write([["put", "meta", vault.kind, "named"]]);
    return true;
  }

  /** What the authority decides about this phone besides its pages. */
  async function heed({ lock_minutes: minutes, unsent_hours: hours, passkeys, decided, sign_in: signIn }) {
    await safety.heed(hours);
    if (signIn && signIn !== (await store.get("meta", "sign-in")))
      await store.write([["put", "meta", signIn, "sign-in"]]);
    if (passkeys) await keepPasskeys(slot, passkeys);
    await box.decided(decided);
    if (!(minutes > 0) || minutes === lockAfter) return;
    await store.write([["put", "meta", minutes, "lock-minutes"]]);
    lockAfter = minutes;
  }

  /** Brings the pack, unless words want to go meanwhile; then it goes on after them. */
  async function bring() {
    const mine = new AbortController();
    packing = mine;
    const needs = { vault, store, pages, connection, heed, box, signal: mine.signal };
    const all = (await introduce().catch(() => false)) && (await bringPack(needs));
    if (!all) packed = mine.signal.aborted ? Number.NEGATIVE_INFINITY : packed - PACK_EVERY + 5000; // it was not to be had: soon again
    return all;
  }

  async function refresh() {
    if (performance.now() - packed < PACK_EVERY || signal.aborted || courier.sending().size) return;
    packed = performance.now();
    const all = await bring();
    if (signal.aborted) return;
    if (all && !ready) {
      await navigator.serviceWorker?.ready;
      await store.write([["put", "meta", true, "ready"]]);
      ready = true;
    }
    if (all) answeredWhole();
    locked("drain", () => offerAgain(store, connection))
      .then(() => courier.hint()) // a Lantern that was put back may lack what waits no more
      .catch(() => {})
      .finally(waiting.changed);
    await waiting.changed();
  }

  /** All that this phone should hold is here. */
  function answeredWhole() {
    heardNow();
    if (!signal.aborted) offerNew();
  }

  /** There is signal again, and the page in view is an old copy: offer the new one, do not pull the page away. */
  function offerNew() {
    const copy = document.querySelector("#copy-note:not(:has(button))");
    copy?.append(button("Show what is new", () => go(here(), "false"), "govuk-button--secondary"));
  }

  /** Lantern answered a page: a hint for what was held, and a contact at which old copies go. */
  function answered() {
    if (courier.held()) courier.hint();
    refresh().catch(() => {});
  }

  const hint = () =>
    courier
      .hint()
      .then(refresh)
      .catch(() => {});

  async function signOut(event) {
    if (event.target.getAttribute("action") !== "/sign-out") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { unsent } = await box.unsent();
    const question = `${unsent} not sent yet. It stays locked on this phone until you sign in again. Sign out?`;
    if (!unsent || confirm(question)) leave();
  }

  document.addEventListener("submit", forms.onSubmit, { capture: true, signal });
  document.addEventListener("submit", signOut, { capture: true, signal });
  const keep = ({ target }) => target.form && drafts.keep(target.form);
  document.addEventListener("input", keep, { signal });
  document.addEventListener("change", keep, { signal });
  autoLock(() => lockAfter * 60_000, lock, signal);
  store.whenWanted(lock);
  onHints(hint, signal, slot.id);
  const keepTime = () => time.keep().catch(() => {});
  const looking = setInterval(() => {
    keepTime();
    freshen();
    safety.look();
  }, LOOK_EVERY);
  signal.addEventListener("abort", () => clearInterval(looking));
  box.tidy().catch(() => {});
  pages.drop().then(keepTime, keepTime);

  return {
    fetch: pages.fetch,
    person: slot.person,
    ways,
    hint,
    /** A form that does not wait on the phone was taken by Lantern. */
    sent: (form) => drafts.drop(form),
    /** A page has come into view, made at this time. */
    page(at) {
      drafts.sweep();
      for (const form of document.querySelectorAll("#view form[data-draft], #view form[data-queue]"))
        drafts.attach(form);
      drafts.mend(null);
      safety.back(here());
      return waiting.page(at).then(stands);
    },
    /** Lets go of everything: keys, words on the screen, what was on its way. What was typed is kept first. */
    async close() {
      const saves = await forms.settled(); // a slow disk may take its time: half a save is none
      if (saves.includes(null)) await drafts.settled();
      const { unsent } = await box.unsent().catch(() => ({ unsent: 0 }));
      await Promise.race([drafts.settled(), new Promise((resolve) => setTimeout(resolve, 1000))]);
      drafts.leave();
      ending.abort();
      safety.clear();
      pages.stop();
      courier.stop();
      store.close();
      waiting.clear(unsent ? chipWords({ unsent }) : "Locked");
    },
  };
}
