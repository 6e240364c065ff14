/** The gate between a locked phone and its pages: who may come in, which vault is theirs, and shutting it again. */

import * as passkeys from "../behaviours/passkey.js";
import { button, focusOn, go, h, here, placeFor, view } from "../dom.js";
import * as behind from "./behind.js";
import { createConnection } from "./connection.js";
import { unsent } from "./copies.js";
import { sayForgotten } from "./forgotten.js";
import { later } from "./later.js";
import { showLock } from "./lock.js";
import { openPhone } from "./phone.js";
import { labelOf, pickOut } from "./signs.js";
import { find, list } from "./slots.js";
import { openStore } from "./store.js";
import { make, newPaperKey, records, unlock, warmUp, wipe } from "./vault.js";
import { chipWords } from "./words.js";

const fetch = globalThis.fetch.bind(globalThis);
const plainError = (plain) => Object.assign(new Error("gate"), { plain });
const TOUCH = 2000; // ms: a touch of the passkey does not wait longer than this for a network
const CUT_OFF = "This phone was cut off, so what was kept on it is deleted. Ask your worker if that is a surprise.";
const ONE_CUT_OFF =
  "One of the people on this phone was cut off. What was kept for them is deleted. Yours is still here.";
const FORGOTTEN = "This phone has forgotten everything that was kept here for you.";
const STILL_IN = "There was no signal to sign you out. Open Lantern when there is, and sign out.";
const QUIET = "govuk-button--secondary";
const NEW_PASSKEY =
  "Your new passkey does not open this phone yet. Open it once with another way that you have. From then on the passkey opens it too.";
const GONE = "What was kept here is deleted: this phone was cut off, or somebody chose to forget it in another window.";
const UNREADABLE =
  "What is kept here can't be read just now. Nothing is deleted. Close Lantern, wait a moment, then open it again.";
const NOT_READY =
  "There was no signal to get this phone ready, so nothing is kept on it yet. Open this page again when there is signal.";
const SIGNED_OUT =
  "This phone is locked. There was no signal to sign you out, so that happens as soon as it reaches Lantern.";

/** Starts serving the pages of an open vault in this document. */
async function enter(doors, slot, vault, store) {
  behind.stop();
  let shutting = null;
  let cutting = null;
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
    wipe: () => (cutting ||= shut().then(() => forget(doors, slot))), // many answers say so, all at once
    forget: () => shut().then(() => forgetMine(doors, slot)),
    wiped: () => shut().then(() => afterTenth(doors, slot)),
    leave: () => shut().then(() => signOut(doors, slot)),
  });
  doors.serve(phone);
  store.write([["put", "meta", Date.now(), "opened"]]).catch(() => {}); // next time the picker begins with this one
  return phone;
}

/** What Lantern cut off goes. The screen says so, unless somebody is busy on this page with what is theirs. */
async function forget(doors, slot, locked = true) {
  await wipe(slot.id);
  sayForgotten(fetch, slot.id).catch(() => {});
  if (!locked) return null;
  return showAsk(doors, null, (await list()).length ? ONE_CUT_OFF : CUT_OFF);
}

/** The person hands the phone on, or wants nothing of theirs on it: everything goes, and they are signed out as well. */
async function forgetMine(doors, slot) {
  await wipe(slot.id);
  const { request } = createConnection({ fetch, person: slot.person });
  const told = sayForgotten(fetch, slot.id);
  const out = await told.then(() => isOut(request)).catch(() => false);
  return showAsk(doors, null, out ? FORGOTTEN : `${FORGOTTEN} ${STILL_IN}`);
}

/** What is gone is named by its sign, and so is what is not: two people share this phone. */
async function afterTenth(doors, slot) {
  const others = (await list()).map(labelOf);
  const whose = others.length ? `for ${labelOf(slot)}` : "on this phone";
  const rest = others.length ? ` What is kept for ${others.join(" and for ")} is still here.` : "";
  const words = `That was the tenth wrong PIN, so what was kept ${whose} is deleted.${rest} Sign in again when there is signal.`;
  return showAsk(doors, null, words);
}

/** Tries to open a vault and to show the page of this address. Null when another screen is there. */
async function tryOpen(doors, slot, secrets, more) {
  const cutOff = behind.askMeanwhile(slot);
  const store = await openStore(slot.id);
  const { vault, ...failed } = await unlock(slot, secrets, store, more);
  if (await cutOff()) {
    store.close();
    return forget(doors, slot);
  }
  if (failed.left === 0) return afterTenth(doors, slot);
  if (vault) {
    await store.write([["delete", "meta", "leaving"]]); // back again: whoever signed out without signal stays
    const phone = await enter(doors, slot, vault, store);
    await go(here(), "false");
    phone.hint();
    return null;
  }
  store.close();
  if (!failed.gone) return failed;
  await wipe(slot.id); // looking at its records has made an empty place for them again
  return showAsk(doors, null, GONE);
}

// --- signing out --------------------------------------------------------------------------------------------------

/** Signs out. An answer that knows nobody, or somebody else, is as good: the header keeps it from ending theirs. */
async function isOut(request, body) {
  const { status, url } = await request("/sign-out", { method: "POST", body });
  return status === 401 || (status < 400 && new URL(url).pathname === "/sign-in"); // others may lead astray
}

/** Signs out at the server, if somebody meant to. False while it can't be reached. */
async function leave({ id, person }) {
  const store = await records(id).catch(() => null);
  if (!store) return true; // forgotten meanwhile
  try {
    const meant = await store.get("meta", "leaving");
    if (meant === undefined) return true;
    const { request } = createConnection({ fetch, id, person });
    // A page that dies before the answer asks again, perhaps much later, when somebody has signed in anew.
    if (!(await isOut(request, new URLSearchParams({ sign_in: meant })))) return false;
    await store.write([["delete", "meta", "leaving"]]);
    return true;
  } catch {
    return false;
  } finally {
    store.close();
  }
}

/** The keys are gone already. With no signal the rest is done at the next contact, before anything else. */
async function signOut(doors, slot) {
  const store = await openStore(slot.id);
  await store.write([["put", "meta", (await store.get("meta", "sign-in")) || "", "leaving"]]);
  store.close();
  if (await leave(slot)) return location.assign("/sign-in");
  return showAsk(doors, slot.id, SIGNED_OUT);
}

// --- the lock screen ----------------------------------------------------------------------------------------------

let known = Promise.resolve(null); // who Lantern says is signed in; null when it did not answer

/** The lock screen, or what there is to say when nothing is left to unlock. `more`: what is to open it from now on. */
async function showAsk(doors, chosenId, message = "", more = undefined) {
  const slots = await list();
  if (!slots.length) return nothingHere(message);
  const chosen = slots.find((slot) => slot.id === chosenId) || (await lastOpened(slots));
  const open = (slot, secrets) => tryOpen(doors, slot, secrets, slot.id === chosenId ? more : undefined);
  known = behind.start({
    leave,
    cutOff: (slot, locked) => forget(doors, slot, locked),
    tried: () => countWaiting(doors),
  });
  const asked = Promise.race([known, new Promise((late) => setTimeout(late, TOUCH))]);
  const passkey = () => byPasskey(doors, slots, asked);
  const after = [h("p", {}, h("a", { href: "/sign-in" }, "Sign in as someone else"))];
  const lost = (slot) => button("I can't open it", () => startAnew(doors, slot).catch(() => location.reload()), QUIET);
  showLock({ slots, chosen, message, open, passkey, after, lost });
  if (slots.some((slot) => slot.wraps.some((wrap) => wrap.kind === "pin"))) warmUp();
  renew(doors);
  countWaiting(doors).catch(() => {});
  return null;
}

/** The one that was opened last: most phones have one person on most evenings. */
async function lastOpened(slots) {
  if (slots.length < 2) return slots[0];
  const times = await Promise.all(slots.map(({ id }) => looking(id, (store) => store.get("meta", "opened"))));
  return slots[times.reduce((best, time, at) => ((time || 0) > (times[best] || 0) ? at : best), 0)];
}

async function looking(id, look) {
  const store = await records(id);
  return look(store).finally(store.close);
}

const unsentOf = ({ id }) => looking(id, async (store) => (await unsent(store)).unsent);

/** How much waits behind the lock. Counting needs no key. */
async function countWaiting(doors) {
  const counts = await Promise.all((await list()).map(unsentOf));
  const unsent = counts.reduce((sum, count) => sum + count, 0);
  const status = document.getElementById("status");
  if (!doors.serving() && (unsent || status.textContent))
    status.replaceChildren(unsent ? chipWords({ unsent }) : "Locked");
}

function nothingHere(message, title = "Nothing is kept on this phone") {
  const heading = h("h1", {}, title);
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

/** Every way in is lost. Only who is signed in as its owner may give up what is kept, and then begins again. */
async function startAnew(doors, slot) {
  let who = null;
  const heard = (said) => {
    who = said;
  };
  await behind.sendFor([slot], { cutOff: () => forget(doors, slot), heard }); // what can go, goes first
  if (!(await find(slot.id))) return; // it was cut off
  const mine = who?.person === slot.person;
  const unsent = (await unsentOf(slot)) + (await looking(slot.id, (store) => store.keys("drafts"))).length;
  const heading = h("h1", {}, mine ? "Start anew on this phone?" : "If nothing opens it any more");
  const things = unsent === 1 ? "1 thing that was not sent" : `${unsent} things that were not sent`;
  const anew = async () => {
    behind.stop();
    await wipe(slot.id);
    await setUp(doors, { person: slot.person, demoPin: who.demo_pin });
  };
  const parts = [
    heading,
    h("p", {}, "Without your passkey, your PIN or your paper key nobody can open what is kept here. We can't either."),
    unsent > 0 && h("p", {}, h("strong", {}, `${things} would be lost.`), " Everything that was sent is safe."),
    !mine && h("p", {}, "When there is signal, sign in first. Then you can delete what is kept here and start anew."),
    mine
      ? button("Delete it and start anew", anew, "govuk-button--warning")
      : h("p", {}, h("a", { class: "govuk-button", href: "/sign-in" }, "Sign in")),
    button("Go back", () => showAsk(doors, slot.id), QUIET),
  ];
  placeFor("lock").replaceChildren(...parts.filter(Boolean));
  focusOn(heading);
}

/** One touch unlocks, and signs in as well when Lantern is there and knows nobody. Null when another screen is there. */
async function byPasskey(doors, slots, asked) {
  const { localSecret, opening, signInOrOpen } = passkeys;
  const who = await asked;
  const { person, prf } = who && !who.person ? await signInOrOpen(slots) : { prf: await localSecret(opening(slots)) };
  const slot = passkeys.slotOf(slots, prf);
  if (slot) return { slot, prf };
  const theirs = slots.find((one) => one.person === person);
  if (theirs && prf) return showAsk(doors, theirs.id, NEW_PASSKEY, { prf });
  throw plainError("This passkey does not open what is kept on this phone.");
}

/** A newer app is ready and nobody is in the middle of anything: let it in. */
async function renew(doors) {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration?.waiting) return;
  const typed = () => [...document.querySelectorAll("#lock input")].some((field) => field.value);
  const reload = () => !doors.serving() && !typed() && location.reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  registration.waiting.postMessage("take-over");
}

// --- coming in for the first time, and coming back ----------------------------------------------------------------

/**
 * Makes a vault for who is signed in. The demo's phones get the demo's PIN; everybody else chooses.
 * @param {object} doors @param {{person: string, demoPin?: string|null}} who
 */
export async function setUp(doors, { person, demoPin = null }) {
  const shown = [...view().childNodes];
  const parts = demoPin || (await later().catch(() => null));
  if (!parts) return noSignalYet();
  const secrets = demoPin ? { pin: demoPin } : await choose(person, parts);
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

const choose = (person, { chooseSecrets }) =>
  chooseSecrets(newPaperKey, passkeys.available() && (() => passkeys.ownSecret(person)));

/** The signal went between the page and the part of the app that asks: the page stays, and works while there is signal. */
function noSignalYet() {
  document.getElementById("not-ready")?.remove();
  const main = document.getElementById("main");
  main.prepend(h("div", { class: "note note--bad", id: "not-ready", role: "alert" }, h("p", {}, NOT_READY)));
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

/** After signing in with a passkey: the same touch opens the vault that is here, or does so from now on. */
export async function signedIn(doors, { person, prf }, after = "/") {
  if (doors.serving()) return go(after);
  const theirs = prf && (await list()).find((slot) => slot.person === person);
  if (!theirs) return location.assign(after);
  history.replaceState(null, "", after);
  if (!passkeys.slotOf([theirs], prf)) return showAsk(doors, theirs.id, NEW_PASSKEY, { prf });
  if (await tryOpen(doors, theirs, { prf })) location.reload();
}

/**
 * A passkey was made on this device: from now on it opens what its person keeps here as well.
 * @returns {Promise<boolean>} is the person on their way
 */
export async function madePasskey(doors, { person, prf }, after) {
  const serving = doors.serving();
  const theirs = prf && (await list()).find((slot) => slot.person === person);
  if (!theirs || passkeys.slotOf([theirs], prf)) return false;
  if (serving && serving.person !== person) return false;
  if (serving) {
    await serving.ways.add("prf", prf);
    return false;
  }
  history.replaceState(null, "", after);
  await showAsk(doors, theirs.id, NEW_PASSKEY, { prf });
  return true;
}

/**
 * Decides what this document is to be.
 * @param {{doors: object, slots: import("./slots.js").Slot[]|null, inShell: boolean, person: string|null,
 *   demoPin: string|null}} facts  slots: null when the disk does not say which there are
 */
export async function open({ doors, slots, inShell, person, demoPin }) {
  if (!slots) return inShell && nothingHere(UNREADABLE, "This phone does not answer");
  const mine = slots.find((slot) => slot.person === person);
  if (!inShell && !mine) return setUp(doors, { person, demoPin });
  await showAsk(doors, mine?.id);
  const who = await known;
  if (!inShell || !who?.person || doors.serving()) return;
  const left = await list();
  const theirs = left.find((slot) => slot.person === who.person);
  if (theirs) return pickOut(theirs);
  return who.vault === "make" ? setUp(doors, { person: who.person, demoPin: who.demo_pin }) : online(doors);
}
