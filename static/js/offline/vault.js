/**
 * The vault: everything this phone keeps is sealed here. With seal.js, the only file that uses cryptography.
 *
 *   master   32 random bytes, never stored, forgotten as soon as the keys below are made
 *    ├ HKDF "enc" -> AES-GCM-256   seals records; bound to this vault, the store and the record's key
 *    └ HKDF "idx" -> HMAC-256      names records, so that the disk does not say which page is kept
 *   wraps    the master sealed under HKDF(passkey secret), HKDF(paper key) and/or HKDF(Argon2id(PIN))
 *
 * Keys live in page memory and are never extractable. The wraps live in the vault's key slot (slots.js).
 *
 * @typedef {{pin?: string, paper?: string, prf?: {credential: string, secret: Uint8Array}}} Secrets
 * @typedef {import("./slots.js").Slot} Slot
 * @typedef {Awaited<ReturnType<typeof vaultOf>>} Vault
 */

import { base64url, fromBase64url } from "./bytes.js";
import { paperKey, RANDOM } from "./paper.js";
import { sealCopy } from "./seal.js";
import { alone, erase, find, list, vaults, write } from "./slots.js";
import { destroy, openStore } from "./store.js";

export { base64url, fromBase64url, list, sealCopy, vaults };

// A number and nothing else: a pause between guesses would need a clock, and whoever holds the phone sets its clock.
// Ten tries at a million PINs are one chance in a hundred thousand; a pause would only punish the tired owner. The
// count lies beside the records that it guards: whoever deletes it has deleted them. It stops a person with the phone
// in their hand. It does not stop one who copies the disk first and puts the copy back: nothing in a browser can.
const TRIES = 10;
// 64 MiB and one pass, above the least that OWASP names (46 MiB, one pass). A PIN is short, so each guess must cost; but
// three passes made a cheap phone's unlock last 1.5 s, and what a PIN alone may open is kept small instead.
const ARGON = { memorySize: 65_536, iterations: 1, parallelism: 1 };

const utf8 = new TextEncoder();
const subtle = () => globalThis.crypto.subtle;
const random = (size) => crypto.getRandomValues(new Uint8Array(size));

/** A new random id, for a vault or for a draft and the item that it becomes. */
export const newId = () => crypto.randomUUID();

/** A challenge for an unlock that nobody but this phone checks: only the right secret opens the wrap anyway. */
export const challenge = () => random(32);

/** Hex SHA-256 of a text: the name of an item's content. @param {string} text */
export async function sha256(text) {
  const bytes = new Uint8Array(await subtle().digest("SHA-256", utf8.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function derive(bytes, salt, info, algorithm, usages) {
  const from = await subtle().importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8.encode(info) };
  return subtle().deriveKey(how, from, algorithm, false, usages);
}

const AES = { name: "AES-GCM", length: 256 };
const HMAC = { name: "HMAC", hash: "SHA-256", length: 256 };

/** What a vault can do while it is open. @param {Slot} slot @param {Uint8Array} master */
async function vaultOf(slot, master) {
  const none = new Uint8Array();
  const enc = await derive(master, none, "enc", AES, ["encrypt", "decrypt"]);
  const idx = await derive(master, none, "idx", HMAC, ["sign"]);
  master.fill(0);
  const how = (iv, store, key) => ({ name: "AES-GCM", iv, additionalData: utf8.encode(`${slot.id}/${store}/${key}`) });
  return {
    id: slot.id,
    person: slot.person,
    /** A vault is as strong as its weakest wrap, whatever else opens it. A paper key is as strong as a passkey. */
    get kind() {
      return slot.wraps.some((wrap) => wrap.kind === "pin") ? "pin" : "passkey";
    },

    /** Seals a value for one place: it opens nowhere else. */
    async seal(store, key, value) {
      const iv = random(12);
      const ct = await subtle().encrypt(how(iv, store, key), enc, utf8.encode(JSON.stringify(value)));
      return { iv, ct };
    },
    async open(store, key, { iv, ct }) {
      return JSON.parse(new TextDecoder().decode(await subtle().decrypt(how(iv, store, key), enc, ct)));
    },
    /** The name under which a record is kept. */
    name: async (text) => base64url(await subtle().sign("HMAC", idx, utf8.encode(text))),
  };
}

// --- wraps --------------------------------------------------------------------------------------------------------

const argon = () => import("../../vendor/hash-wasm/argon2.js");

/** Fetches what a PIN needs while it is still being typed. */
export const warmUp = () => argon().catch(() => {});

async function wrapKey(wrap, secrets, usage) {
  const salt = fromBase64url(wrap.salt);
  if (wrap.kind === "prf") return derive(secrets.prf.secret, salt, "kek-prf", AES, [usage]);
  if (wrap.kind === "paper") return derive(utf8.encode(secrets.paper), salt, "kek-paper", AES, [usage]);
  const { argon2id } = await argon();
  const { memorySize, iterations, parallelism } = wrap;
  const cost = { memorySize, iterations, parallelism, hashLength: 32, outputType: "binary" };
  return derive(await argon2id({ password: secrets.pin, salt, ...cost }), salt, "kek-pin", AES, [usage]);
}

const wrapHow = (id, wrap) => ({
  name: "AES-GCM",
  iv: fromBase64url(wrap.iv),
  additionalData: utf8.encode(`${id}/keyslot/${wrap.kind}`),
});

async function wrapsOf(id, master, secrets) {
  const kinds = Object.keys(secrets).filter((kind) => secrets[kind]);
  return Promise.all(
    kinds.map(async (kind) => {
      const wrap = { kind, salt: base64url(random(16)), iv: base64url(random(12)), at: new Date().toISOString() };
      Object.assign(wrap, kind === "pin" && ARGON, kind === "prf" && { credential: secrets.prf.credential });
      const key = await wrapKey(wrap, secrets, "encrypt");
      return { ...wrap, ct: base64url(await subtle().encrypt(wrapHow(id, wrap), key, master)) };
    }),
  );
}

/** The master, or null when the secret is wrong. */
async function unwrapped(slot, secrets) {
  const fits = (wrap) => secrets[wrap.kind] && (wrap.kind !== "prf" || wrap.credential === secrets.prf.credential);
  for (const wrap of slot.wraps.filter(fits)) {
    const key = await wrapKey(wrap, secrets, "decrypt");
    const how = wrapHow(slot.id, wrap);
    const master = await subtle()
      .decrypt(how, key, fromBase64url(wrap.ct))
      .catch(() => null);
    if (master) return new Uint8Array(master);
  }
  return null;
}

// --- vaults -------------------------------------------------------------------------------------------------------

/** A paper key that nobody has seen before. */
export const newPaperKey = () => paperKey(random(RANDOM));

/**
 * Makes a vault for a person and opens it. Null when that person has one already: two windows make one vault,
 * and nothing is ever sealed under a key that another window is about to replace.
 * @param {string} person @param {Secrets} secrets @param {string|null} [demoPin]
 * @returns {Promise<{slot: Slot, vault: Vault}|null>}
 */
export function make(person, secrets, demoPin = null) {
  return alone(async () => {
    const others = await list();
    if (others.some((slot) => slot.person === person)) return null;
    const last = Math.max(0, ...others.map((slot) => Number(slot.label.replace(/\D/g, ""))));
    const id = newId();
    const master = random(32);
    const wraps = await wrapsOf(id, master, secrets);
    const slot = { id, person, label: `Phone ${last + 1}`, demo_pin: demoPin, wraps };
    await write(slot); // stored before its first use
    return { slot, vault: await vaultOf(slot, master) };
  });
}

/**
 * Changes the ways into a vault: these come, in place of others of their kind, and those that `goes` says go.
 * False when no way in would be left; then nothing changes.
 */
function rewrap(slot, come, goes = () => false) {
  return alone(async () => {
    const now = await find(slot.id);
    if (!now) return false;
    const same = (old) => come.some(({ kind, credential }) => kind === old.kind && credential === old.credential);
    const wraps = [...now.wraps.filter((old) => !same(old) && !goes(old)), ...come];
    if (!wraps.length) return false;
    const demo_pin = wraps.some((wrap) => wrap.kind === "pin" && !come.includes(wrap)) ? now.demo_pin : null;
    await write({ ...now, wraps, demo_pin });
    Object.assign(slot, { wraps, demo_pin });
    return true;
  });
}

/** Takes away one way into a vault. False for the last one. @param {Slot} slot @param {object} wrap */
export const removeWrap = (slot, wrap) => rewrap(slot, [], ({ ct }) => ct === wrap.ct);

/** Takes away passkeys that the account does not know any more. @param {Slot} slot @param {string[]} known credential ids */
export const keepPasskeys = (slot, known) => {
  const gone = ({ kind, credential }) => kind === "prf" && !known.includes(credential);
  return slot.wraps.some(gone) && rewrap(slot, [], gone);
};

/** A try is spent before the guess, so that pulling the plug gives none back. How many are left then. */
async function spend(store) {
  const left = ((await store.get("meta", "tries")) ?? TRIES) - 1;
  if (left >= 0) await store.write([["put", "meta", left, "tries"]]);
  return left;
}

async function giveBack(store) {
  const left = await store.get("meta", "tries");
  if (left < TRIES) await store.write([["put", "meta", TRIES, "tries"]]);
}

/** The master, when these secrets open the vault; else how many tries at the PIN are left, if it was one. */
async function tried(slot, secrets, store) {
  if (!secrets.pin) return { master: await unwrapped(slot, secrets) };
  const left = await spend(store);
  return { master: left < 0 ? null : await unwrapped(slot, secrets), left: Math.max(left, 0) };
}

/**
 * Opens a vault. A wrong PIN costs one of ten tries; after the tenth the vault is gone. Whoever opens it, by whichever
 * way, gives all tries back.
 * @param {Slot} slot
 * @param {Secrets} secrets
 * @param {{get: Function, write: Function, close: Function}} store
 * @param {Secrets} [more]  ways in to add, now that it is open: only who can open it may say who else can
 * @returns {Promise<{vault?: Vault, left?: number, gone?: boolean}>} left: tries that remain; gone: another window wiped
 *   it; nothing when a passkey or a paper key does not fit
 */
export function unlock(slot, secrets, store, more) {
  return navigator.locks.request(`unlock-${slot.id}`, async () => {
    const now = await find(slot.id); // another window may have changed what opens it, or wiped it
    if (!now) return { gone: true };
    Object.assign(slot, now);
    const { master, ...failed } = await tried(slot, secrets, store);
    if (master) {
      if (more) await rewrap(slot, await wrapsOf(slot.id, master, more));
      const [vault] = await Promise.all([vaultOf(slot, master), giveBack(store)]);
      return { vault };
    }
    if (failed.left === 0) {
      store.close();
      await wipe(slot.id);
    }
    return failed;
  });
}

/**
 * The records of a vault that is there. Whoever opens those of one that was wiped a moment ago would leave an empty place
 * for them on the disk: since the key slot goes first, looking for it afterwards tells.
 * @param {string} id
 */
export async function records(id) {
  const store = await openStore(id);
  if (await find(id)) return store;
  store.close();
  await destroy(id);
  throw new Error("wiped meanwhile");
}

/**
 * Wipes a vault: the key slot first, since without it the rest is noise, then the sealed records.
 * @param {string} id
 */
export async function wipe(id) {
  await alone(() => erase(id));
  await destroy(id);
}
