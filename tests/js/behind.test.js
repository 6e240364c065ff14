/** What a locked phone asks of Lantern: one question for all hints until the answer, and another for one after it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdb, KeyRange, nothingWrong } from "../simulator/idb.mjs";
import { fakeLock, reply } from "./fakes.js";

const slot = { id: "v1", person: "amina", label: "sun", demo_pin: null, wraps: [] };
const own = {
  indexedDB: createIdb(new Map(), nothingWrong),
  IDBKeyRange: KeyRange,
  document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
  navigator: { locks: { request: fakeLock() } },
  caches: {
    has: async () => true,
    open: async (name) => ({
      keys: async () => (name === "keyslot" ? [{ url: "https://phone/keyslot/v1/0" }] : []),
      match: async () => new Response(JSON.stringify(slot)),
    }),
  },
};
for (const [name, value] of Object.entries(own)) Object.defineProperty(globalThis, name, { value, configurable: true });
const page = new EventTarget();
globalThis.addEventListener = (...given) => page.addEventListener(...given);
const hint = () => page.dispatchEvent(new Event("online"));

const held = () => {
  const gate = {};
  gate.open = new Promise((resolve) => Object.assign(gate, { let: resolve }));
  return gate;
};
let answer = null; // what is waited for before Lantern answers
let sending = null; // and before it takes what is sent
let asked = 0;
let sent = 0;
const receipt = { id: "i1", hash: "0".repeat(64), outcome: "received", at: "2026-05-05T18:42:00Z" };
globalThis.fetch = async (path) => {
  if (path === "/sync/sealed") {
    sent += 1;
    await sending;
    return reply(200, { receipts: [receipt] });
  }
  assert.equal(path, "/pwa/who");
  asked += 1;
  await answer;
  return reply(200, { person: "amina", vault: null });
};
const behind = await import("../../static/js/offline/behind.js");
const { openStore } = await import("../../static/js/offline/store.js");
const settled = async () => {
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
};
const until = async (done) => {
  for (let turn = 0; turn < 100_000 && !done(); turn += 1) await new Promise(setImmediate);
};

/** A page that shows its lock. */
function locked(t) {
  asked = 0;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.after(behind.stop);
  behind.start({ leave: async () => {}, cutOff: async () => {}, tried: async () => {} });
}

test("S3: hints that come before the answer have it in common", async (t) => {
  const late = held();
  answer = late.open;
  locked(t);
  await settled();
  for (let n = 0; n < 20; n += 1) hint();
  late.let();
  await settled();
  assert.equal(asked, 1);
});

test("S3: a hint that comes after the answer is asked for anew, though words were still on their way", async (t) => {
  const store = await openStore(slot.id);
  await store.write([["put", "outbox", { id: receipt.id, state: "waiting", copy: "sealed" }]]);
  const slow = held();
  sending = slow.open;
  locked(t);
  await until(() => sent);
  assert.equal(asked, 1);
  hint();
  slow.let();
  await until(() => asked > 1);
  assert.equal(asked, 2);
});
