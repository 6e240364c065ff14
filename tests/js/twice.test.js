/** R1: what waits lies on a phone twice, so that a database that the browser gives up takes no words with it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdb, KeyRange, nothingWrong } from "../simulator/idb.mjs";
import { fakeLock } from "./fakes.js";

const disk = new Map();
const kept = new Map(); // path -> what was put there
let trouble = () => {};
const pathOf = (key) => (typeof key === "string" ? key : new URL(key.url).pathname);
/** What lies in the cache of this name: of one store of one vault. */
const within = (name) => (path) => name === `words-${path.split("/")[3]}-${path.split("/")[2]}`;
const own = {
  indexedDB: createIdb(disk, nothingWrong),
  IDBKeyRange: KeyRange,
  navigator: { locks: { request: fakeLock() } },
  caches: {
    delete: async (name) => [...kept.keys()].filter(within(name)).every((path) => kept.delete(path)),
    open: async (name) => ({
      put: async (path, response) => {
        await trouble(path);
        assert.ok(!kept.has(path), "an entry is never written over");
        kept.set(path, await response.text());
      },
      match: async (key) => kept.has(pathOf(key)) && { text: async () => kept.get(pathOf(key)) },
      keys: async () => [...kept.keys()].filter(within(name)).map((path) => ({ url: `http://phone${path}` })),
      delete: async (key) => kept.delete(pathOf(key)),
    }),
  },
};
for (const [name, value] of Object.entries(own)) Object.defineProperty(globalThis, name, { value, configurable: true });
const { destroy, openStore } = await import("../../static/js/offline/store.js");

let vaults = 0;
/** A vault of its own for each test. */
function fresh() {
  kept.clear();
  trouble = () => {};
  vaults += 1;
  return `v${vaults}`;
}
const bytes = (...all) => new Uint8Array(all);
const item = (id, state = "waiting", more = {}) => ({ id, state, iv: bytes(1, 2), ct: bytes(3, 250).buffer, ...more });
/** The browser deletes the database, and nothing else. */
async function givenUp(id) {
  disk.delete(`vault-${id}`);
  return openStore(id);
}
/** The second place as the work of this makes it, until what it gives back is called. @param {typeof caches.open} made */
function elsewhere(made) {
  const { open } = own.caches;
  own.caches.open = (name) => made(open, name);
  return () => {
    own.caches.open = open;
  };
}
const ill = () => elsewhere(async () => Promise.reject(new DOMException("Unexpected internal error.", "UnknownError")));
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};
const ids = async (store) => (await store.inState("waiting")).map((row) => row.id);
const lies = () => [...kept.keys()].map((path) => path.split("/").slice(3, 5).join(" ")).sort();

test("what waits comes back with its number and its bytes, and new items come after it", async () => {
  const id = fresh();
  const store = await openStore(id);
  await store.write([["add", "outbox", item("a", "waiting", { copy: { kid: "k", ct: "sealed" } })]]);
  await store.write([["add", "outbox", item("b", "needs-you")]]);
  const again = await givenUp(id);
  const [row] = await again.inState("waiting");
  assert.deepEqual([row.n, row.copy], [1, { kid: "k", ct: "sealed" }]);
  assert.deepEqual(
    [[...new Uint8Array(row.iv)], [...new Uint8Array(row.ct)]],
    [
      [1, 2],
      [3, 250],
    ],
  );
  await again.write([["add", "outbox", item("c")]]);
  assert.deepEqual(await ids(again), ["a", "c"]);
  assert.equal((await again.inState("needs-you"))[0].n, 2);
});

test("a draft comes back as it was last, and one that became an item does not", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const words of ["ha", "half", "half a sent"]) await store.write([["put", "drafts", { words }, "d1"]]);
  await store.write([["put", "drafts", { words: "whole" }, "d2"]]);
  await store.write([
    ["add", "outbox", item("a")],
    ["delete", "drafts", "d2"],
  ]);
  await settled();
  assert.deepEqual(lies(), ["drafts d1", "outbox a"]);
  const again = await givenUp(id);
  assert.deepEqual(await again.keys("drafts"), ["d1"]);
  assert.deepEqual(await again.get("drafts", "d1"), { words: "half a sent" });
});

test("what Lantern has, and what was let go of, lies here no more", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const name of ["a", "b", "c"]) await store.write([["add", "outbox", item(name)]]);
  await store.write([["put", "outbox", item("a", "received", { n: 1 })]]);
  await store.write([["delete", "outbox", 2]]);
  await store.write([["put", "outbox", item("c", "needs-you", { n: 3 })]]);
  await store.align();
  assert.deepEqual(lies(), ["outbox c"]);
  const again = await givenUp(id);
  assert.deepEqual([await ids(again), (await again.inState("needs-you")).length], [[], 1]);
});

test("S4: the tries at the PIN come back with the words, and other notes do not", async () => {
  const id = fresh();
  const store = await openStore(id);
  await store.write([["put", "meta", 10, "tries"]]);
  await store.write([["put", "meta", 3, "tries"]]);
  await store.write([["put", "meta", "x", "last"]]);
  const again = await givenUp(id);
  assert.deepEqual([await again.get("meta", "tries"), await again.get("meta", "last")], [3, undefined]);
});

test("two windows write one draft: the later words count, and when it goes nothing of either stays", async (t) => {
  const id = fresh();
  let now = 1000;
  t.mock.method(Date, "now", () => (now += 1));
  const one = await openStore(id);
  await one.write([["put", "drafts", { words: "one" }, "d1"]]);
  const other = await openStore(id);
  await other.write([["put", "drafts", { words: "two" }, "d1"]]);
  await one.write([["put", "drafts", { words: "three" }, "d1"]]);
  const again = await givenUp(id);
  assert.deepEqual(await again.get("drafts", "d1"), { words: "three" });
  await again.write([["delete", "drafts", "d1"]]);
  await settled();
  assert.deepEqual(lies(), []);
});

test("an entry that was torn is passed over, and the one before it counts", async () => {
  const id = fresh();
  const store = await openStore(id);
  await store.write([["put", "drafts", { words: "whole" }, "d1"]]);
  kept.set(`/words/${id}/drafts/d1/9999999999999`, '{"value":{"words":"to');
  kept.set(`/words/${id}/outbox/z/1`, "");
  const again = await givenUp(id);
  assert.deepEqual([await again.get("drafts", "d1"), await again.count("waiting")], [{ words: "whole" }, 0]);
});

test("what can not come back keeps the vault shut and says so, and nothing that waits gives way when it does", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const name of ["a", "b", "c"]) await store.write([["add", "outbox", item(name)]]);
  await store.write([["put", "drafts", { words: "half" }, "d1"]]);
  const well = ill();
  await assert.rejects(givenUp(id), ({ plain }) => plain.startsWith("This phone is too full to open what you wrote"));
  await assert.rejects(openStore(id), ({ plain }) => plain.includes("too full"));
  well();
  const again = await openStore(id);
  assert.deepEqual(await ids(again), ["a", "b", "c"]);
  assert.deepEqual(await again.get("drafts", "d1"), { words: "half" });
});

test("what is here already stays as it is when the rest comes back", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const name of ["a", "b"]) await store.write([["add", "outbox", item(name)]]);
  await store.write([["put", "drafts", { words: "old" }, "d1"]]);
  await store.write([["put", "meta", 3, "tries"]]);
  const lay = new Map(kept);
  kept.clear();
  const other = await givenUp(id);
  await other.write([["add", "outbox", item("new")]]);
  await other.write([["put", "drafts", { words: "newer" }, "d1"]]);
  await other.write([["put", "meta", true, "new"]]);
  for (const [path, text] of lay) kept.set(path, text);
  const again = await openStore(id);
  assert.deepEqual(await ids(again), ["new", "a", "b"]);
  assert.deepEqual(await again.get("drafts", "d1"), { words: "newer" });
});

test("no draft comes back beside the item that it became, nor an item beside the one that mends it", async (t) => {
  const id = fresh();
  let now = 1000;
  t.mock.method(Date, "now", () => (now += 10)); // another page begins later than the last one ended
  const store = await openStore(id);
  await store.write([["put", "drafts", { words: "whole" }, "d1"]]);
  await store.write([["add", "outbox", item("a", "needs-you")]]);
  const before = new Map(kept);
  await store.write([
    ["add", "outbox", item("b")],
    ["delete", "drafts", "d1"],
    ["delete", "outbox", 1],
  ]);
  await settled();
  for (const [path, text] of before) kept.set(path, text); // it died before they went
  const again = await givenUp(id);
  assert.deepEqual([await ids(again), await again.keys("drafts"), await again.count("needs-you")], [["b"], [], 0]);
  await again.write([["put", "drafts", { words: "another day" }, "d1"]]);
  assert.deepEqual(await (await givenUp(id)).get("drafts", "d1"), { words: "another day" });
});

test("both places are made even: what left goes, what is missing is put", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const name of ["a", "b", "c"]) await store.write([["add", "outbox", item(name)]]);
  await store.write([["put", "outbox", item("a", "received", { n: 1 })]]);
  for (const path of kept.keys()) if (path.includes("/outbox/b/")) kept.delete(path);
  kept.set(`/words/${id}/drafts/d9/5`, '{"value":{}}');
  await store.align();
  assert.deepEqual(lies(), ["outbox b", "outbox c"]);
  assert.deepEqual(await ids(await givenUp(id)), ["b", "c"]);
});

test("S4: nothing comes here after a wipe, however late another window is", async () => {
  const id = fresh();
  const store = await openStore(id);
  let go = () => {};
  trouble = () =>
    new Promise((resolve) => {
      go = resolve;
    });
  const saving = store.write([["add", "outbox", item("a")]]);
  await settled();
  await destroy(id);
  go();
  await saving;
  await settled();
  assert.deepEqual(lies(), []);
});

test("an entry that the disk does not give any more is passed over", async () => {
  const id = fresh();
  const store = await openStore(id);
  for (const name of ["a", "b"]) await store.write([["add", "outbox", item(name)]]);
  const well = elsewhere(async (open, name) => {
    const cache = await open(name);
    const match = (key) => (key.url.includes("/a/") ? Promise.reject(new Error("ill")) : cache.match(key));
    return { ...cache, match };
  });
  assert.deepEqual(await ids(await givenUp(id)), ["b"]);
  well();
});

test("a write that began is done, although the store is closed at once", async () => {
  const id = fresh();
  const store = await openStore(id);
  await store.write([["put", "pages", { copy: 1 }, "p1"]]);
  const writing = store.write([["clear", "pages"]]);
  store.close();
  await writing;
  assert.deepEqual(await (await openStore(id)).keys("pages"), []);
});

test("what comes back comes once, however many windows open", async () => {
  const id = fresh();
  await (await openStore(id)).write([["add", "outbox", item("a")]]);
  disk.delete(`vault-${id}`);
  const [one] = await Promise.all([openStore(id), openStore(id)]);
  await one.write([["delete", "outbox", 1]]);
  assert.deepEqual(await ids(await openStore(id)), []);
});

test("a second place that fails, or never answers, fails no save", async (t) => {
  const id = fresh();
  const store = await openStore(id);
  trouble = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  await store.write([["add", "outbox", item("a")]]);
  trouble = () => new Promise(() => {});
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let saved = false;
  const saving = store.write([["add", "outbox", item("b")]]).then(() => {
    saved = true;
  });
  await settled();
  assert.equal(saved, false);
  t.mock.timers.tick(2000);
  await saving;
  assert.deepEqual(await ids(store), ["a", "b"]);
});

test("what lies here is looked through once for all that goes in one write", async () => {
  const id = fresh();
  const store = await openStore(id);
  const names = Array.from({ length: 50 }, (_, n) => `i${n}`);
  for (const name of names) await store.write([["add", "outbox", item(name)]]);
  store.close();
  const later = await openStore(id);
  let looks = 0;
  const well = elsewhere(async (open, name) => {
    const cache = await open(name);
    const keys = () => {
      looks += 1;
      return cache.keys();
    };
    return { ...cache, keys };
  });
  await later.write(names.map((_, at) => ["delete", "outbox", at + 1]));
  for (let turn = 0; turn < 10; turn += 1) await settled();
  well();
  assert.deepEqual([lies(), looks], [[], 1]);
});

test("S4: a wiped vault is wiped in both places", async () => {
  const id = fresh();
  await (await openStore(id)).write([["add", "outbox", item("a")]]);
  await destroy(id);
  assert.deepEqual(lies(), []);
});
