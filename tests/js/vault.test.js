import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeLock } from "./fakes.js";

const lock = fakeLock();
Object.defineProperty(globalThis, "navigator", { value: { locks: { request: lock } }, configurable: true });
const entries = new Map();
globalThis.caches = {
  has: async () => entries.size > 0,
  delete: async () => entries.clear(),
  open: async () => ({
    keys: async () => [...entries.keys()],
    match: async (key) => new Response(entries.get(key)),
    put: async (key, response) => entries.set(key, await response.text()),
    delete: async (key) => entries.delete(key),
  }),
};
const destroyed = [];
globalThis.indexedDB = {
  deleteDatabase(name) {
    destroyed.push(name);
    const request = {};
    setImmediate(() => request.onsuccess());
    return request;
  },
};
const { addWrap, base64url, fromBase64url, list, make, unlock } = await import("../../static/js/offline/vault.js");

function fakeStore(log = []) {
  const meta = new Map();
  return {
    log,
    get: async (_name, key) => meta.get(key),
    write: async (ops) => {
      for (const [, , value, key] of ops) {
        log.push(value);
        meta.set(key, value);
      }
    },
    close() {},
  };
}
const prf = (credential = "cred-1") => ({ credential, secret: new Uint8Array(32).fill(credential.length) });
const fresh = () => entries.clear();

test("twenty windows that start together make one vault", async () => {
  fresh();
  const made = await Promise.all(Array.from({ length: 20 }, () => make("amina", { prf: prf() })));
  assert.equal(made.filter(Boolean).length, 1);
  assert.equal((await list()).length, 1);
});

test("what one place sealed opens in no other place, and in no other vault", async () => {
  fresh();
  const { vault } = await make("amina", { prf: prf() });
  const { vault: other } = await make("ben", { prf: prf("cred-22") });
  const sealed = await vault.seal("pages", "key", { words: "Jay made pancakes" });
  assert.deepEqual(await vault.open("pages", "key", sealed), { words: "Jay made pancakes" });
  await assert.rejects(vault.open("drafts", "key", sealed));
  await assert.rejects(vault.open("pages", "other", sealed));
  await assert.rejects(other.open("pages", "key", sealed));
  assert.notEqual(await vault.name("/recordings/"), await other.name("/recordings/"));
});

test("the slot names nobody and holds no key, only wraps", async () => {
  fresh();
  await make("p_opaque", { prf: prf() });
  await make("p_other", { prf: prf("cred-22") });
  const slots = await list();
  assert.deepEqual(
    slots.map((slot) => slot.label),
    ["Phone 1", "Phone 2"],
  );
  assert.deepEqual(Object.keys(slots[0]).sort(), ["demo_pin", "id", "label", "person", "wraps"]);
  assert.deepEqual(Object.keys(slots[0].wraps[0]).sort(), ["credential", "ct", "iv", "kind", "salt"]);
});

test("the same passkey opens it after a restart, another one does not", async () => {
  fresh();
  const { vault } = await make("amina", { prf: prf() });
  const sealed = await vault.seal("drafts", "d", "words");
  const [slot] = await list();
  const opened = await unlock(slot, { prf: prf() }, fakeStore());
  assert.equal(await opened.vault.open("drafts", "d", sealed), "words");
  assert.deepEqual(await unlock(slot, { prf: { credential: "cred-1", secret: new Uint8Array(32) } }, fakeStore()), {});
  assert.deepEqual(await unlock(slot, { prf: prf("cred-22") }, fakeStore()), {});
});

test("a second wrap opens the same words, and a vault is as strong as its weakest wrap", async () => {
  fresh();
  const { slot, vault } = await make("amina", { prf: prf() });
  const sealed = await vault.seal("drafts", "d", "words");
  assert.equal(vault.kind, "passkey");
  assert.equal(await addWrap(slot, { prf: prf() }, { pin: "246813" }), true);
  assert.equal(await addWrap(slot, { prf: prf("no") }, { pin: "111111" }), false);
  const [again] = await list();
  const opened = await unlock(again, { pin: "246813" }, fakeStore());
  assert.equal(await opened.vault.open("drafts", "d", sealed), "words");
  assert.equal(opened.vault.kind, "pin");
});

test("a try is spent before the guess, given back by the right PIN, and the tenth wrong one wipes", async () => {
  fresh();
  destroyed.length = 0;
  await make("amina", { pin: "135790" }, "135790");
  const [slot] = await list();
  const store = fakeStore();
  assert.deepEqual(await unlock(slot, { pin: "000000" }, store), { left: 9 });
  assert.ok((await unlock(slot, { pin: "135790" }, store)).vault);
  assert.deepEqual(store.log, [9, 8, 10], "written before it was known whether the PIN is right");
  for (let left = 9; left >= 1; left -= 1) assert.deepEqual(await unlock(slot, { pin: "000000" }, store), { left });
  assert.deepEqual(await unlock(slot, { pin: "000000" }, store), { left: 0 });
  assert.equal(entries.size, 0);
  assert.deepEqual(destroyed, [`vault-${slot.id}`]);
});

test("a phone whose plug is pulled after the tenth try does not give an eleventh, even of the right PIN", async () => {
  fresh();
  await make("amina", { pin: "135790" });
  const [slot] = await list();
  const store = fakeStore();
  await store.write([["put", "meta", 0, "tries"]]);
  assert.deepEqual(await unlock(slot, { pin: "135790" }, store), { left: 0 });
  assert.equal(entries.size, 0);
});

test("bytes survive being written as text", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
  assert.deepEqual(fromBase64url(base64url(bytes)), bytes);
});
