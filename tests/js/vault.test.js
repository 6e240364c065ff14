import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeLock } from "./fakes.js";

const locks = new Map();
const lock = (name, work) => {
  if (!locks.has(name)) locks.set(name, fakeLock());
  return locks.get(name)(name, work);
};
Object.defineProperty(globalThis, "navigator", { value: { locks: { request: lock } }, configurable: true });
const entries = new Map();
const done = []; // what happened to the key slots, in order
let ill = 0; // so many reads fail, as on a phone short of memory
globalThis.caches = {
  has: async () => entries.size > 0,
  delete: async (name) => name === "keyslot" && entries.clear(),
  open: async (name) => ({
    keys: async () => (name === "keyslot" ? [...entries.keys()].map((path) => ({ url: `https://phone${path}` })) : []),
    match: async ({ url }) => {
      if (ill > 0) {
        ill -= 1;
        throw new DOMException("Unexpected internal error.", "UnknownError");
      }
      const text = entries.get(new URL(url).pathname);
      return text === undefined ? undefined : new Response(text);
    },
    put: async (path, response) => {
      assert.ok(!entries.has(path), "a key slot is never written over");
      done.push(["put", path]);
      entries.set(path, await response.text());
    },
    delete: async ({ url }) => {
      done.push(["delete", new URL(url).pathname]);
      return entries.delete(new URL(url).pathname);
    },
  }),
};
const destroyed = [];
globalThis.indexedDB = {
  open() {
    const get = () => {
      const request = {};
      setImmediate(() => request.onsuccess());
      return request;
    };
    const opening = { result: { close() {}, transaction: () => ({ objectStore: () => ({ get }) }) } };
    setImmediate(() => opening.onsuccess());
    return opening;
  },
  deleteDatabase(name) {
    destroyed.push(name);
    const request = {};
    setImmediate(() => request.onsuccess());
    return request;
  },
};
const { base64url, fromBase64url, keepPasskeys, list, make, newPaperKey, records, removeWrap, unlock, vaults, wipe } =
  await import("../../static/js/offline/vault.js");
const { paperKey, readPaper } = await import("../../static/js/offline/paper.js");

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
  assert.deepEqual(Object.keys(slots[0].wraps[0]).sort(), ["at", "credential", "ct", "iv", "kind", "salt"]);
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
  assert.ok((await unlock(slot, { prf: prf() }, fakeStore(), { pin: "246813" })).vault);
  assert.equal((await unlock(slot, { prf: prf("no") }, fakeStore(), { pin: "111111" })).vault, undefined);
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

test("a paper key opens it, and leaves the vault as strong as a passkey", async () => {
  fresh();
  const paper = newPaperKey();
  const { slot, vault } = await make("amina", { prf: prf(), paper });
  assert.equal(vault.kind, "passkey");
  const sealed = await vault.seal("drafts", "d", "words");
  const opened = await unlock(slot, { paper }, fakeStore());
  assert.equal(await opened.vault.open("drafts", "d", sealed), "words");
  assert.deepEqual(await unlock(slot, { paper: newPaperKey() }, fakeStore()), {});
  assert.ok(![...entries.values()].join().includes(paper));
});

test("a paper key is read however it was typed, and a slip is noticed", () => {
  const key = paperKey(Uint8Array.from({ length: 19 }, (_, n) => n * 7));
  assert.match(key, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
  assert.equal(readPaper(key), key);
  assert.equal(readPaper(` ${key.toLowerCase().replaceAll("-", " ")} `), key);
  assert.equal(readPaper(key.replaceAll("0", "O").replaceAll("1", "l")), key);
  const letters = [...key.replaceAll("-", "")];
  const other = (letter) => (letter === "7" ? "8" : "7");
  for (let at = 0; at < letters.length; at += 1)
    assert.equal(readPaper(letters.with(at, other(letters[at])).join("")), null, `a wrong letter at ${at}`);
  for (let at = 1; at < 19; at += 1)
    if (letters[at] !== letters[at - 1])
      assert.equal(
        readPaper(
          letters
            .with(at, letters[at - 1])
            .with(at - 1, letters[at])
            .join(""),
        ),
        null,
      );
  for (const typed of ["", "7", key.slice(0, -5), `${key}0`, "ÄÖÜ"]) assert.equal(readPaper(typed), null);
});

test("two thousand paper keys are all different, and use every letter", () => {
  const keys = new Set(Array.from({ length: 2000 }, newPaperKey));
  assert.equal(keys.size, 2000);
  assert.equal(new Set([...keys].join("").replaceAll("-", "")).size, 32);
  for (const key of keys) assert.equal(readPaper(key), key);
});

test("a new way in is written down whole before the old one goes, and only who can open it may add one", async () => {
  fresh();
  const paper = newPaperKey();
  const { slot } = await make("amina", { prf: prf("old"), paper });
  done.length = 0;
  await unlock(slot, { paper: newPaperKey() }, fakeStore(), { prf: prf("thief") });
  assert.deepEqual(done, []);
  const { vault } = await unlock(slot, { paper }, fakeStore(), { prf: prf("new") });
  const sealed = await vault.seal("drafts", "d", "words");
  assert.deepEqual(
    done.map(([what]) => what),
    ["put", "delete"],
  );
  const [again] = await list();
  for (const credential of ["old", "new"]) {
    const opened = await unlock(again, { prf: prf(credential) }, fakeStore());
    assert.equal(await opened.vault.open("drafts", "d", sealed), "words");
  }
  assert.equal((await unlock(again, { prf: prf("thief") }, fakeStore())).vault, undefined);
});

test("a phone that dies between the new key slot and the old one has both, and goes on with the newer", async () => {
  fresh();
  const paper = newPaperKey();
  const { slot } = await make("amina", { prf: prf("old"), paper });
  const [[before, text]] = entries;
  await unlock(slot, { paper }, fakeStore(), { prf: prf("new") });
  const [after] = entries.keys();
  entries.set(before, text); // the power went before it was deleted
  const [found] = await list();
  assert.equal(found.wraps.length, 3);
  assert.deepEqual([...entries.keys()], [after], "and the older one goes when it is seen");
  entries.clear();
  entries.set(before, text).set(after, '{"id": "torn'); // the power went while the new one was written
  assert.equal((await list())[0].wraps.length, 2);
  assert.ok((await unlock((await list())[0], { prf: prf("old") }, fakeStore())).vault);
});

test("a slot as the first release wrote it opens, and a change takes it along", async () => {
  fresh();
  const { slot } = await make("amina", { pin: "135790" });
  entries.clear();
  const wraps = slot.wraps.map(({ at, ...wrap }) => wrap);
  entries.set(`/keyslot/${slot.id}`, JSON.stringify({ ...slot, wraps }));
  const [old] = await list();
  assert.ok((await unlock(old, { pin: "135790" }, fakeStore(), { prf: prf() })).vault);
  assert.deepEqual([...entries.keys()], [`/keyslot/${slot.id}/1`]);
  assert.ok((await unlock((await list())[0], { prf: prf() }, fakeStore())).vault);
});

test("a new PIN takes the place of the old one", async () => {
  fresh();
  const { slot } = await make("amina", { pin: "135790" }, "135790");
  assert.ok((await unlock(slot, { pin: "135790" }, fakeStore(), { pin: "864209" })).vault);
  const [again] = await list();
  assert.deepEqual([again.wraps.length, again.demo_pin], [1, null]);
  assert.deepEqual(await unlock(again, { pin: "135790" }, fakeStore()), { left: 9 });
  assert.ok((await unlock(again, { pin: "864209" }, fakeStore())).vault);
});

test("showing that one can open it costs tries as well, so an open phone is no place to guess the PIN", async () => {
  fresh();
  const { slot } = await make("amina", { pin: "135790" });
  const store = fakeStore();
  await store.write([["put", "meta", 2, "tries"]]);
  for (const left of [1, 0])
    assert.deepEqual(await unlock(slot, { pin: "000000" }, store, { paper: newPaperKey() }), { left });
  assert.equal(entries.size, 0);
});

test("a stronger way in gives the tries back", async () => {
  fresh();
  const paper = newPaperKey();
  const { slot } = await make("amina", { pin: "135790", paper });
  const store = fakeStore();
  assert.deepEqual(await unlock(slot, { pin: "000000" }, store), { left: 9 });
  assert.ok((await unlock(slot, { paper }, store)).vault);
  assert.deepEqual(await unlock(slot, { pin: "000000" }, store), { left: 9 });
});

test("a passkey that the account does not know any more opens nothing, unless it is the last way in", async () => {
  fresh();
  const paper = newPaperKey();
  const { slot, vault } = await make("amina", { prf: prf("gone"), paper });
  await keepPasskeys(slot, ["cred-1"]);
  assert.deepEqual(
    (await list())[0].wraps.map((wrap) => wrap.kind),
    ["paper"],
  );
  assert.equal(vault.kind, "passkey");
  assert.equal(await removeWrap(slot, slot.wraps[0]), false, "never the last");
  fresh();
  const { slot: only } = await make("amina", { prf: prf("gone") });
  await keepPasskeys(only, []);
  assert.ok((await unlock((await list())[0], { prf: prf("gone") }, fakeStore())).vault);
});

test("without its PIN a vault is as strong as what is left", async () => {
  fresh();
  const { slot, vault } = await make("amina", { prf: prf(), pin: "135790" });
  assert.equal(vault.kind, "pin");
  assert.equal(
    await removeWrap(
      slot,
      slot.wraps.find((wrap) => wrap.kind === "pin"),
    ),
    true,
  );
  assert.equal(vault.kind, "passkey");
  assert.equal((await list())[0].wraps.length, 1);
});

test("a window that still shows the lock of a wiped vault opens nothing", async () => {
  fresh();
  const { slot } = await make("amina", { prf: prf() });
  const stale = structuredClone(slot);
  await wipe(slot.id);
  assert.deepEqual(await unlock(stale, { prf: prf() }, fakeStore()), { gone: true });
});

test("the tenth wrong PIN of one wipes nothing of the other", async () => {
  fresh();
  const { slot } = await make("amina", { pin: "135790" });
  await make("ben", { prf: prf() });
  const store = fakeStore();
  await store.write([["put", "meta", 1, "tries"]]);
  await unlock(slot, { pin: "000000" }, store);
  const left = await list();
  assert.deepEqual(
    left.map((one) => one.person),
    ["ben"],
  );
  assert.ok((await unlock(left[0], { prf: prf() }, fakeStore())).vault);
});

test("S3: a wipe waits nine seconds for a window that clings to the database, and is done: the key is gone first", async (t) => {
  fresh();
  const { slot } = await make("amina", { prf: prf() });
  const { deleteDatabase } = indexedDB;
  t.after(() => Object.assign(indexedDB, { deleteDatabase }));
  indexedDB.deleteDatabase = () => ({}); // "blocked", and then nothing
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let over = false;
  const wiping = wipe(slot.id).then(() => {
    over = true;
  });
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  assert.equal(entries.size, 0);
  assert.equal(over, false);
  t.mock.timers.tick(9_000);
  await wiping;
});

test("bytes survive being written as text", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
  assert.deepEqual(fromBase64url(base64url(bytes)), bytes);
});

test("a key slot that can't be read is not taken for one that is gone: nothing is deleted for it", async () => {
  const secrets = { prf: { credential: "c", secret: new Uint8Array(32) } };
  const { slot } = await make("nia", secrets);
  const before = destroyed.length;
  for (const ask of [
    () => records(slot.id),
    () => unlock(slot, secrets, fakeStore()),
    list,
    vaults,
    () => make("ivo", secrets),
  ]) {
    ill = 1;
    await ask(); // once is nothing: it is asked again
    ill = 20;
    await assert.rejects(ask(), { name: "UnknownError" });
    ill = 0;
  }
  assert.equal(destroyed.length, before);
  assert.equal((await list()).filter(({ id }) => id === slot.id).length, 1);
});
