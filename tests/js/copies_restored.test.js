/** A Lantern that was put back to an earlier day, and what a phone gives it again without a key (R22). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnection } from "../../static/js/offline/connection.js";
import { lost, offerAgain, unsent } from "../../static/js/offline/copies.js";
import { fakeBox, fakeClock, fakeLantern, hire, reply } from "./fakes.js";
import { fakeStore, lanternOf, send } from "./locked.js";

test("R22: what Lantern does not know any more is offered to it again, once", async () => {
  const [store, lantern] = [fakeStore(40, { state: "received" }), lanternOf()];
  const connection = createConnection({ fetch: lantern.fetch });
  await offerAgain(store, connection);
  assert.equal(lantern.posts.length, 0, "nobody asked for it");
  await lost(store);
  await offerAgain(store, connection);
  assert.equal(lantern.rows.size, 40);
  assert.equal(store.meta.get("last"), "id-40 2026-05-05T18:43:00Z");
  await offerAgain(store, connection);
  assert.ok([...lantern.rows.values()].every((times) => times === 1));
});

test("R22: an offer that is cut short goes on where it was", async () => {
  const [store, lantern] = [fakeStore(300, { state: "received" }), lanternOf()];
  const connection = createConnection({ fetch: lantern.fetch });
  await lost(store);
  lantern.mood = () => {
    if (lantern.posts.length === 2) throw new TypeError("cut");
  };
  await assert.rejects(offerAgain(store, connection));
  lantern.mood = () => undefined;
  await offerAgain(store, connection);
  assert.equal(lantern.rows.size, 300);
  assert.ok([...lantern.rows.values()].every((times) => times === 1));
  assert.equal(store.meta.has("lost"), false);
});

test("R22: what could not be opened is offered again later, not at every contact", async () => {
  const [store, lantern] = [fakeStore(3, { state: "received" }), lanternOf()];
  const connection = createConnection({ fetch: lantern.fetch });
  await lost(store);
  lantern.judge = (id) => (id === "id-2" ? { outcome: "later", hash: null } : {});
  await offerAgain(store, connection);
  await offerAgain(store, connection);
  assert.equal(lantern.posts.length, 1);
  assert.ok(store.meta.get("lost").from > Date.now());
});

test("R22: a locked phone hears of it while it sends, and offers what it keeps", async () => {
  const [store, lantern] = [fakeStore(2), lanternOf()];
  store.outbox.set(3, { ...store.outbox.get(2), n: 3, id: "id-3", state: "received" });
  store.meta.set("last", "id-3");
  lantern.knows = () => false;
  await send(store, lantern);
  assert.deepEqual([...lantern.rows.keys()].sort(), ["id-1", "id-2", "id-3"]);
});

test("R22: what a manager had is handed in again, also when a locked phone hears of it first", async () => {
  const [store, lantern] = [fakeStore(2), lanternOf()];
  store.outbox.set(1, { ...store.outbox.get(1), state: "with-manager" });
  store.meta.set("last", "id-0");
  lantern.knows = () => false;
  await send(store, lantern);
  assert.equal(store.outbox.get(1).state, "waiting");
  lantern.knows = () => true;
  await send(store, lantern);
  assert.deepEqual([...lantern.rows.keys()].sort(), ["id-1", "id-2"]);
});

test("R22: what it can't take back yet counts as on this phone only, and an offer that is put off stays put off", async () => {
  const [store, lantern] = [fakeStore(3, { state: "received" }), lanternOf()];
  const connection = createConnection({ fetch: lantern.fetch });
  await lost(store);
  assert.deepEqual(await unsent(store), { unsent: 3, needsYou: 0 }, "from when Lantern says so until it has it");
  lantern.judge = (id) => (id === "id-2" ? { outcome: "later" } : {});
  await offerAgain(store, connection);
  assert.deepEqual(await unsent(store), { unsent: 1, needsYou: 0 });
  const again = () => [...store.outbox.values()].filter((record) => record.again).map(({ id }) => id);
  assert.deepEqual([again(), store.meta.get("lost").left], [["id-2"], 1]);
  await lost(store);
  await offerAgain(store, connection);
  assert.equal(lantern.posts.length, 1, "not at every contact");
  store.meta.get("lost").from = 0;
  lantern.judge = null;
  await offerAgain(store, connection);
  assert.deepEqual([again(), store.meta.has("lost")], [[], false]);
});

test("R22: an offer begun by release 1, which marked nothing, begins anew", async () => {
  const [store, lantern] = [fakeStore(3, { state: "received" }), lanternOf()];
  store.meta.set("offer", { after: 2, from: 0, left: 0 });
  await offerAgain(store, createConnection({ fetch: lantern.fetch }));
  assert.equal(lantern.rows.size, 3);
  assert.deepEqual([store.meta.has("offer"), store.meta.has("lost")], [false, false]);
});

test("R22, R14: what a manager has of what was offered again says so, and is asked about", async () => {
  const [store, lantern] = [fakeStore(2, { state: "received" }), lanternOf()];
  await lost(store);
  lantern.judge = (id) => (id === "id-2" ? { outcome: "refused", status: 404, kept: true } : {});
  await offerAgain(store, createConnection({ fetch: lantern.fetch }));
  assert.deepEqual(
    [...store.outbox.values()].map(({ state }) => state),
    ["received", "with-manager"],
  );
  assert.deepEqual([await unsent(store), store.meta.has("lost")], [{ unsent: 0, needsYou: 0 }, false]);
});

test("R22: a refusal that no manager has lets nothing go: it is offered again", async () => {
  const [store, lantern] = [fakeStore(1, { state: "received" }), lanternOf()];
  await lost(store);
  lantern.judge = () => ({ outcome: "refused", status: 422 });
  await offerAgain(store, createConnection({ fetch: lantern.fetch }));
  assert.equal((await unsent(store)).unsent, 1);
});

for (const state of ["waiting", "received"])
  for (const status of [400, 413, 500])
    test(`R14: of ten ${state} copies one makes every call fail with ${status}: the other nine go`, async () => {
      const [store, lantern] = [fakeStore(10, { state }), lanternOf()];
      if (state === "received") await lost(store);
      lantern.mood = (items) => items.some(({ id }) => id === "id-4") && reply(status, "too much");
      await send(store, lantern);
      assert.deepEqual([...lantern.rows.keys()].sort(), [1, 10, 2, 3, 5, 6, 7, 8, 9].map((n) => `id-${n}`).sort());
      assert.equal((await unsent(store)).unsent, 1);
      assert.ok(lantern.posts.length < 12);
    });

test("R14: a Lantern that takes nothing for now is asked once, not for each item", async () => {
  const [store, lantern] = [fakeStore(10), lanternOf()];
  lantern.mood = () => reply(503, "busy");
  assert.equal((await send(store, lantern)).left, 10);
  assert.equal(lantern.posts.length, 1);
});

test("R22: the courier names what was received last, and notes when Lantern does not know it", async () => {
  const box = fakeBox(1);
  box.received = "id-0 2026-05-05T18:42:00+00:00";
  const lantern = fakeLantern();
  const courier = hire(box, lantern, fakeClock());
  await courier.hint();
  const { headers } = lantern.calls[0];
  assert.deepEqual([headers["X-Last-Received"], headers["X-Last-At"]], ["id-0", "2026-05-05T18:42:00+00:00"]);
  assert.equal(box.offers, undefined);
  box.put(2);
  lantern.mood = () => reply(503, "busy", { "X-Offer-Again": "1" });
  await courier.hint();
  assert.equal(box.offers, 1);
});
