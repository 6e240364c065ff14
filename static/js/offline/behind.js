/** What goes on between a locked phone and Lantern: what waits goes as sealed copies, and a vault that was cut off goes. */

import { createConnection } from "./connection.js";
import { onHints } from "./hints.js";
import { sendLocked } from "./copies.js";
import { list, vaults } from "./slots.js";
import { records } from "./vault.js";

const TRY_EVERY = 4_000; // ms between tries for what waits behind the lock, while somebody looks and Lantern does not answer
const TRY_RARELY = 30_000;
const GUESS = 1000; // ms that opening a vault waits for Lantern, where it answered a moment ago
const HEARD = 50; // ms to hear an answer that came while the PIN's sum kept this page busy

const fetch = globalThis.fetch.bind(globalThis);
const lock = (name, work) => navigator.locks.request(name, work);
const inSight = () => document.visibilityState === "visible";
let ending = new AbortController();
let there = false; // did Lantern answer when it was asked last

/** Sends what can go without a key, for these vaults. @see sendLocked */
export const sendFor = (slots, needs) => sendLocked({ openStore: records, fetch, lock, vaults, ...needs, slots });

/** Somebody opens a vault of this page, or gives it up. */
export const stop = () => ending.abort();

/**
 * Tries while nobody has unlocked this page: at every hint, and now and then. With nothing to send it asks only while
 * the page is in sight: one small question a vault.
 * @param {object} needs
 * @param {(slot: object) => Promise<any>} needs.leave  what comes before anything else is asked for a vault
 * @param {(slot: object, locked: boolean) => Promise<any>} needs.cutOff  locked: nobody has unlocked this page meanwhile
 * @param {() => Promise<any>} needs.tried  there may be less that waits now
 * @returns {Promise<object|null>} who Lantern says is signed in, as soon as that is known; null when it did not answer
 */
export function start({ leave, cutOff, tried }) {
  stop();
  ending = new AbortController();
  const { signal } = ending;
  let found = () => {};
  let first = true;
  let next = 0;
  let busy = false;
  let again = false;
  const needs = {
    cutOff: (slot) => cutOff(slot, !signal.aborted),
    heard(who) {
      there = true;
      again = false; // hints until here have their answer; one that comes later asks anew
      found(who);
    },
  };
  /** Is another try worth it soon? */
  const tryNow = async () => {
    const slots = await list();
    for (const slot of slots) await leave(slot);
    const quiet = !first && !inSight();
    first = false;
    const { left, answered } = await sendFor(slots, { ...needs, quiet });
    there &&= answered;
    if (!signal.aborted) await tried();
    return left > 0 && !answered;
  };
  async function hint() {
    again = true;
    if (busy) return;
    busy = true;
    let soon = false;
    while (again && !signal.aborted) {
      again = false;
      soon = await tryNow().catch(() => false);
    }
    busy = false;
    found(null);
    clearTimeout(next);
    if (!signal.aborted) next = setTimeout(hint, soon && inSight() ? TRY_EVERY : TRY_RARELY);
  }
  onHints(hint, signal);
  return new Promise((resolve) => {
    found = resolve;
    hint();
  });
}

/**
 * Asks, while somebody opens a vault, whether it was cut off. Where Lantern answered a moment ago its answer is waited
 * for, and mostly comes before the vault is open. Where it did not, nobody without signal waits: what it says until the
 * vault is open counts, and an open vault asks at once anyway.
 * @param {import("./slots.js").Slot} slot
 * @returns {() => Promise<boolean>} was it cut off, as far as anybody knows when this is called
 */
export function askMeanwhile({ id, person }) {
  const begun = performance.now();
  let cut = false;
  const wipe = () => {
    cut = true;
  };
  const asking = createConnection({ fetch, id, person, wipe })
    .who()
    .then((who) => {
      there = Boolean(who);
    });
  return async () => {
    const patience = there ? GUESS - (performance.now() - begun) : 0;
    await Promise.race([asking, new Promise((late) => setTimeout(late, Math.max(HEARD, patience)))]);
    return cut;
  };
}
