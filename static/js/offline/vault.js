/**
 * The vault: everything this phone keeps is sealed here. With seal.js, the only file that uses cryptography.
 *
 *   master   32 random bytes, never stored, forgotten as soon as the keys below are made
 *    ├ HKDF "enc" -> AES-GCM-256   seals records; bound to this vault, the store and the record's key
 *    └ HKDF "idx" -> HMAC-256      names records, so that the disk does not say which page is kept
 *   wraps    the master sealed under HKDF(passkey secret) and/or HKDF(Argon2id(PIN))
 *
 * Keys live in page memory and are never extractable. The wraps live in Cache Storage, one entry for each vault
 * ("key slot"), because deleting such an entry takes its bytes off the disk and deleting from IndexedDB does not.
 *
 * @typedef {{pin?: string, prf?: {credential: string, secret: Uint8Array}}} Secrets
 * @typedef {{id: string, person: string, label: string, demo_pin: string|null, wraps: object[]}} Slot
 * @typedef {Awaited<ReturnType<typeof vaultOf>>} Vault
 */

import { base64url, fromBase64url, sealCopy } from "./seal.js";
import { destroy } from "./store.js";

export { base64url, fromBase64url, sealCopy };

const SLOTS = "keyslot";
const TRIES = 10;
// 64 MiB and one pass, above the least that OWASP names (46 MiB, one pass). A PIN is short, so each guess must cost; but
// three passes made a cheap phone's unlock last 1.5 s, and what a PIN alone may open is kept small instead.
const ARGON = { memorySize: 65_536, iterations: 1, parallelism: 1 };

const utf8 = new TextEncoder();
const subtle = () => globalThis.crypto.subtle;
const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const slotUrl = (id) => `/keyslot/${id}`;

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
    /** A vault is as strong as its weakest wrap, whatever else opens it. */
    kind: slot.wraps.some((wrap) => wrap.kind === "pin") ? "pin" : "passkey",

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
      const wrap = { kind, salt: base64url(random(16)), iv: base64url(random(12)) };
      Object.assign(wrap, kind === "pin" ? ARGON : { credential: secrets.prf.credential });
      const key = await wrapKey(wrap, secrets, "encrypt");
      return { ...wrap, ct: base64url(await subtle().encrypt(wrapHow(id, wrap), key, master)) };
    }),
  );
}

/** The master, or null when the secret is wrong. */
async function unwrapped(slot, secrets) {
  const fits = (wrap) => secrets[wrap.kind] && (wrap.kind === "pin" || wrap.credential === secrets.prf.credential);
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

// --- key slots ----------------------------------------------------------------------------------------------------

const write = async (slot) => (await caches.open(SLOTS)).put(slotUrl(slot.id), new Response(JSON.stringify(slot)));

/** The vaults on this phone, oldest first. @returns {Promise<Slot[]>} */
export async function list() {
  if (!(await caches.has(SLOTS))) return [];
  const cache = await caches.open(SLOTS);
  const slots = await Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).json()));
  return slots.sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
}

/** How many vaults are on this phone: one person's cut-off may clear the whole browser only when it is theirs alone. */
export const vaults = async () => (await list()).length;

/**
 * Makes a vault for a person and opens it. Null when that person has one already: two windows make one vault,
 * and nothing is ever sealed under a key that another window is about to replace.
 * @param {string} person @param {Secrets} secrets @param {string|null} [demoPin]
 * @returns {Promise<{slot: Slot, vault: Vault}|null>}
 */
export function make(person, secrets, demoPin = null) {
  return navigator.locks.request(SLOTS, async () => {
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

/** Adds a second way to open a vault. False when `secrets` do not open it. @param {Slot} slot @param {Secrets} secrets @param {Secrets} more */
export function addWrap(slot, secrets, more) {
  return navigator.locks.request(SLOTS, async () => {
    const master = await unwrapped(slot, secrets);
    if (!master) return false;
    slot.wraps.push(...(await wrapsOf(slot.id, master, more)));
    master.fill(0);
    await write(slot);
    return true;
  });
}

/** A guess at the PIN: spent before it is made, so that pulling the plug gives none back. */
async function guess(slot, secrets, store) {
  const left = ((await store.get("meta", "tries")) ?? TRIES) - 1;
  if (left >= 0) {
    await store.write([["put", "meta", left, "tries"]]);
    const master = await unwrapped(slot, secrets);
    if (master) {
      await store.write([["put", "meta", TRIES, "tries"]]);
      return { vault: await vaultOf(slot, master) };
    }
    if (left > 0) return { left };
  }
  store.close();
  await wipe(slot.id);
  return { left: 0 };
}

/**
 * Opens a vault. A wrong PIN costs one of ten tries; after the tenth the vault is gone.
 * @param {Slot} slot
 * @param {Secrets} secrets
 * @param {{get: Function, write: Function, close: Function}} store
 * @returns {Promise<{vault?: Vault, left?: number}>} left: tries that remain; neither when a passkey does not fit
 */
export function unlock(slot, secrets, store) {
  return navigator.locks.request(`unlock-${slot.id}`, async () => {
    if (secrets.pin) return guess(slot, secrets, store);
    const master = await unwrapped(slot, secrets);
    return master ? { vault: await vaultOf(slot, master) } : {};
  });
}

/**
 * Wipes a vault: the key slot first, since without it the rest is noise, then the sealed records.
 * @param {string} id
 */
export async function wipe(id) {
  const cache = await caches.open(SLOTS);
  await cache.delete(slotUrl(id));
  if (!(await cache.keys()).length) await caches.delete(SLOTS);
  await destroy(id);
}
