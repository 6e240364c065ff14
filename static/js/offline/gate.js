/** The gate between a locked phone and its pages: who may come in, which vault is theirs, and shutting it again. */

import { focusOn, go, h, here, view } from "../dom.js";
import { createConnection, onHints } from "./connection.js";
import { sendLocked, unheard } from "./copies.js";
import { placeFor, showLock } from "./lock.js";
import { openPhone } from "./phone.js";
import { openStore } from "./store.js";
import { fromBase64url, list, make, unlock, vaults, warmUp, wipe } from "./vault.js";
import { chipWords } from "./words.js";

const fetch = globalThis.fetch.bind(globalThis);
const passkeys = () => import("../behaviours/passkey.js");
const plainError = (plain) => Object.assign(new Error("gate"), { plain });
const TRY_EVERY = 4_000; // ms between tries for what waits behind the lock, while somebody looks and Lantern does not answer
const TRY_RARELY = 30_000;
const CUT_OFF = "This phone was cut off, so what was kept on it is deleted. Ask your worker if that is a surprise.";
const ONE_CUT_OFF =
  "One of the people on this phone was cut off. What was kept for them is deleted. Yours is still here.";
const FORGOTTEN = "This phone has forgotten everything that was kept here for you.";
const STILL_IN = "There was no signal to sign you out. Open Lantern when there is, and sign out.";
const TENTH =
  "That was the tenth wrong PIN, so what was kept on this phone is deleted. Sign in again when there is signal.";

/** Starts serving the pages of an open vault in this document. */
async function enter(doors, slot, vault, store) {
  behind.abort();
  let shutting = null;
  const shut = () => {
    shutting ||= (async () => {
      doors.close();
      view().inert = true;
      await phone.close();
      placeFor("lock");
      view().inert = false;
    })();
    return shutting;
  };
  const phone = await openPhone({
    slot,
    vault,
    store,
    lock: (why) => shut().then(() => showAsk(doors, slot.id, why)),
    wipe: () => shut().then(() => forget(doors, slot)),
    forget: () => shut().then(() => forgetMine(doors, slot)),
  });
  doors.serve(phone);
  return phone;
}

async function forget(doors, slot) {
  await wipe(slot.id);
  return showAsk(doors, null, (await list()).length ? ONE_CUT_OFF : CUT_OFF);
}

/** The person hands the phone on, or wants nothing of theirs on it: everything goes, and they are signed out as well. */
async function forgetMine(doors, slot) {
  await wipe(slot.id);
  const bye = createConnection({ fetch }).request("/sign-out", { method: "POST" });
  const out = await bye.then(({ status }) => status < 400).catch(() => false);
  return showAsk(doors, null, out ? FORGOTTEN : `${FORGOTTEN} ${STILL_IN}`);
}

/** Tries to open a vault and to show the page of this address. Null when it worked. */
async function tryOpen(doors, slot, secrets) {
  if (!(await list()).some(({ id }) => id === slot.id)) return showAsk(doors, null, CUT_OFF); // forgotten meanwhile
  const store = await openStore(slot.id);
  const { vault, ...failed } = await unlock(slot, secrets, store);
  if (failed.left === 0) return showAsk(doors, null, TENTH);
  if (!vault) {
    store.close();
    return failed;
  }
  const phone = await enter(doors, slot, vault, store);
  await go(here(), "false");
  phone.hint();
  return null;
}

/** Who Lantern knows on this phone. A vault that was cut off is wiped on the way. */
async function askWho(doors, slots) {
  let who = null;
  for (const slot of slots) {
    const answer = await createConnection({ fetch, id: slot.id, person: slot.person, vaults }).who();
    if (answer?.wipe) await forget(doors, slot);
    who = answer || who;
  }
  return who;
}

/** The lock screen, or what there is to say when nothing is left to unlock. */
async function showAsk(doors, chosenId, message = "") {
  const slots = await list();
  if (!slots.length) return nothingHere(message);
  const asked = createConnection({ fetch }).who(2000); // a touch should not wait longer than this for a network
  const chosen = slots.find((slot) => slot.id === chosenId) || slots[0];
  const open = (slot, secrets) => tryOpen(doors, slot, secrets);
  showLock({ slots, chosen, message, open, passkey: () => byPasskey(slots, asked) });
  if (chosen.wraps.some((wrap) => wrap.kind === "pin")) warmUp();
  renew(doors);
  countWaiting(doors, slots).catch(() => {});
  sendBehindTheLock(doors);
  return null;
}

/** How much waits behind the lock. Counting needs no key. */
async function countWaiting(doors, slots) {
  let unsent = 0;
  for (const slot of slots) {
    const store = await openStore(slot.id);
    unsent += (await unheard(store)).length + (await store.count("needs-you"));
    store.close();
  }
  const status = document.getElementById("status");
  if (!doors.serving() && (unsent || status.textContent))
    status.replaceChildren(unsent ? chipWords({ unsent }) : "Locked");
}

let behind = new AbortController(); // ends the sending by copies when somebody unlocks this page

/** What waits goes by its sealed copies while nobody has unlocked this page: at every hint, and now and then. */
function sendBehindTheLock(doors) {
  behind.abort();
  behind = new AbortController();
  const { signal } = behind;
  const lock = (name, work) => navigator.locks.request(name, work);
  const cutOff = (slot) => !signal.aborted && forget(doors, slot);
  let next = 0;
  const tryNow = async () => {
    clearTimeout(next);
    const slots = signal.aborted ? [] : await list();
    const { left, answered } = await sendLocked({ slots, openStore, fetch, lock, vaults, cutOff });
    if (signal.aborted) return;
    await countWaiting(doors, slots);
    const soon = left && !answered && document.visibilityState === "visible";
    clearTimeout(next);
    next = setTimeout(hint, soon ? TRY_EVERY : TRY_RARELY);
  };
  const hint = () => tryNow().catch(() => {});
  onHints(hint, signal);
  hint();
}

function nothingHere(message) {
  const heading = h("h1", {}, "Nothing is kept on this phone");
  const status = document.getElementById("status");
  status.replaceChildren();
  delete status.dataset.state;
  placeFor("lock").replaceChildren(
    heading,
    h("p", {}, message || "Lantern did not answer. Try again when there is signal."),
    h("p", {}, h("a", { class: "govuk-button", href: "/sign-in" }, "Sign in")),
  );
  focusOn(heading);
  return null;
}

/** One touch unlocks, and signs in as well when Lantern is there and knows nobody. */
async function byPasskey(slots, asked) {
  const { localSecret, signIn } = await passkeys();
  const who = await asked;
  const wraps = slots.flatMap((slot) => slot.wraps.filter((wrap) => wrap.kind === "prf"));
  const allow = wraps.map((wrap) => ({ type: "public-key", id: fromBase64url(wrap.credential) }));
  const prf = who && !who.person ? (await signIn()).prf : await localSecret(allow);
  const slot = slotOf(slots, prf);
  if (!slot) throw plainError("This passkey does not open what is kept on this phone.");
  return { slot, prf };
}

const slotOf = (slots, prf) =>
  slots.find((slot) => slot.wraps.some((wrap) => wrap.credential && wrap.credential === prf?.credential));

/** A newer app is ready and nobody is in the middle of anything: let it in. */
async function renew(doors) {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration?.waiting) return;
  const reload = () => !doors.serving() && !document.querySelector("#pin")?.value && location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  registration.waiting.postMessage("take-over");
}

/**
 * Makes a vault for who is signed in. The demo's phones get the demo's PIN; everybody else chooses.
 * @param {object} doors @param {{person: string, demoPin?: string|null}} who
 */
export async function setUp(doors, { person, demoPin = null }) {
  const shown = [...view().childNodes];
  const secrets = demoPin ? { pin: demoPin } : await choose();
  if (!secrets) return view().replaceChildren(...shown);
  document.getElementById("status").replaceChildren(chipWords({ unsent: 0, ready: false }));
  const made = await make(person, secrets, demoPin);
  if (!made) return location.reload(); // another window was quicker
  const phone = await enter(doors, made.slot, made.vault, await openStore(made.slot.id));
  if (document.getElementById("lock")) {
    await go(here(), "false");
  } else {
    globalThis.htmx.process(document.body, true); // the page is here already: from now on its links stay in the app
    await phone.page(new Date());
  }
  phone.hint();
}

async function choose() {
  const [{ chooseSecrets }, { available, localSecret }] = await Promise.all([import("./setup.js"), passkeys()]);
  return chooseSecrets(available() && (() => localSecret()));
}

/** A phone with other people's vaults, used online by somebody without one: pages come and go, nothing is stored. */
function online(doors) {
  const connection = createConnection({ fetch });
  doors.serve({
    page: () => {},
    sent: () => {},
    async fetch(path, request) {
      const { status, headers, text, url } = await connection.request(path, { ...request, limit: 30_000 });
      if (status === 401) location.assign("/sign-in");
      return Object.defineProperty(new Response(text || null, { status, headers }), "url", { value: url });
    },
  });
  document.getElementById("status").replaceChildren();
  return go(here(), "false");
}

/** After signing in with a passkey: the same touch opens the vault that is here. */
export async function signedIn(doors, { person, prf }, after = "/") {
  if (doors.serving()) return go(after);
  const slot = slotOf(await list(), prf);
  if (slot?.person !== person) return location.assign(after);
  history.replaceState(null, "", after);
  if (await tryOpen(doors, slot, { prf })) location.reload();
}

/**
 * Decides what this document is to be.
 * @param {{doors: object, slots: import("./vault.js").Slot[], inShell: boolean, person: string|null, demoPin: string|null}} facts
 */
export async function open({ doors, slots, inShell, person, demoPin }) {
  const mine = slots.find((slot) => slot.person === person);
  if (!inShell && !mine) return setUp(doors, { person, demoPin });
  const asked = askWho(doors, slots);
  await showAsk(doors, mine?.id);
  const who = await asked;
  if (!inShell || !who?.person || doors.serving()) return;
  const left = await list();
  const theirs = left.find((slot) => slot.person === who.person);
  if (theirs) return theirs !== left[0] && !document.querySelector("#pin")?.value ? showAsk(doors, theirs.id) : null;
  return who.vault === "make" ? setUp(doors, { person: who.person, demoPin: who.demo_pin }) : online(doors);
}
