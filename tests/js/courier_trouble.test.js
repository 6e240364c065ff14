/** Items and answers that get in the way: none of them holds up what stands behind it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock, foreign, hire, reply, world } from "./fakes.js";

test("a refused item does not block those behind it, alone or together", async () => {
  const { box, lantern, courier } = world(5);
  lantern.judge = ({ id }) =>
    id === "id-2" ? { outcome: "refused", status: 422, errors: { note: ["Too long"] } } : null;
  await courier.hint();
  assert.deepEqual(box.states(), ["received", "needs-you", "received", "received", "received"]);
  assert.deepEqual(box.items.get(2).receipt.errors, { note: ["Too long"] });
  box.put(6);
  await courier.hint();
  assert.equal(box.items.get(6).state, "received");
  assert.equal(lantern.rows.has("id-2"), false);
});

test("an item that Lantern puts off does not block those behind it", async () => {
  const { box, lantern, clock, courier } = world(4);
  lantern.judge = ({ id }) => (id === "id-1" ? { outcome: "later", status: 503 } : null);
  await courier.hint();
  assert.deepEqual(box.states(), ["waiting", "received", "received", "received"]);
  lantern.judge = null;
  await clock.pass(60_000);
  assert.equal(box.items.get(1).state, "received");
});

test("a batch that Lantern stumbles over is halved until the rest is through", async () => {
  const { box, lantern, clock, courier } = world(40);
  lantern.mood = (path, items) =>
    path === "/sync/items" && items.some(({ id }) => id === "id-13") ? reply(500, "<h1>Sorry</h1>") : undefined;
  lantern.judge = ({ id }) => (id === "id-13" ? { outcome: "refused", status: 422 } : null);
  await courier.hint();
  await clock.pass(600_000);
  assert.equal(box.items.get(13).state, "needs-you");
  assert.equal(box.states().filter((state) => state === "received").length, 39);
});

test("R14: not even one for which a proxy asks everybody to wait blocks those behind it for ever", async () => {
  const bare = [reply(503, "<h1>Busy</h1>", { "Retry-After": "30" }), reply(429, "")];
  for (const answer of [...bare, reply(429, "", { "Retry-After": "9" })]) {
    const { box, lantern, clock, courier } = world(10);
    lantern.mood = (_path, items) => (items.some(({ id }) => id === "id-1") ? answer : undefined);
    await courier.hint();
    await clock.pass(600_000);
    assert.equal(box.states().filter((state) => state === "received").length, 9);
    assert.equal(box.items.get(1).state, "waiting");
  }
});

test("a Lantern that is too busy for anybody is asked once a time, however long that lasts", async () => {
  const { lantern, clock, courier } = world(100);
  lantern.mood = () => reply(503, "<h1>Busy</h1>", { "Retry-After": "30" });
  await courier.hint();
  await clock.pass(600_000);
  assert.ok(lantern.calls.length <= 22, `${lantern.calls.length} calls in ten minutes`);
});

test("R14: not even many that are answered without a receipt block those behind them for ever", async () => {
  for (const status of [403, 200]) {
    const { box, lantern, clock, courier } = world(50);
    const odd = ({ id }) => Number(id.slice(3)) <= 30;
    lantern.mood = (_path, items) => (items.some(odd) ? foreign(status, "<h1>Blocked by the school</h1>") : undefined);
    await courier.hint();
    await clock.pass(120_000);
    assert.equal(box.states().filter((state) => state === "received").length, 20, `said with ${status}`);
    lantern.mood = () => undefined;
    await clock.pass(120_000);
    assert.equal(box.states().filter((state) => state === "received").length, 50);
  }
});

test("an item that is answered without a receipt does not block those behind it, and is tried again", async () => {
  for (const answer of [foreign(413, "<h1>Too large</h1>"), reply(404, "<h1>Not found</h1>"), foreign(502, "")]) {
    const { box, lantern, clock, courier } = world(4);
    lantern.mood = (_path, items) => (items.some(({ id }) => id === "id-1") ? answer : undefined);
    await courier.hint();
    assert.deepEqual(box.states(), ["waiting", "received", "received", "received"]);
    box.put(5);
    await clock.pass(60_000);
    assert.equal(box.items.get(5).state, "received");
    lantern.mood = () => undefined;
    await clock.pass(60_000);
    assert.equal(box.items.get(1).state, "received");
  }
});

test("a Lantern that is ill is not asked about everything that waits, one by one", async () => {
  const { lantern, clock, courier } = world(200);
  lantern.mood = () => reply(500, "ill");
  await courier.hint();
  await clock.pass(1000);
  assert.ok(lantern.calls.length < 60, `${lantern.calls.length} calls in one pass`);
});

test("no answer at all stops the pass", async () => {
  const { lantern, courier } = world(3);
  lantern.mood = (path) => {
    if (path === "/sync/items") return reply(413, "");
    throw new TypeError("cut");
  };
  await courier.hint();
  assert.equal(lantern.calls.filter(({ path }) => path !== "/sync/items").length, 1);
});

test("R20: what a stranger says of cut-offs, sign-ins, lost items and waiting is not listened to", async () => {
  const { box, lantern, courier } = world(2, { wipe: () => assert.fail("wiped by a stranger") });
  const headers = { "X-Wipe": "1", "X-Offer-Again": "1", "Retry-After": "30" };
  for (const held of ["cut-off", "signed-out", "other-person", "paused"]) {
    lantern.mood = () => foreign(401, { held }, headers);
    await courier.hint();
    assert.equal(courier.held(), null);
  }
  assert.equal(box.offers, undefined);
  lantern.mood = () => undefined;
  await courier.hint();
  assert.deepEqual(box.states(), ["received", "received"]);
});

test("R16: the receipts of a server from before the mark are believed", async () => {
  const { box, lantern, courier } = world(3);
  const { fetch } = lantern;
  const before = hire(box, lantern, fakeClock(), {
    fetch: async (path, request) => {
      const { status, text } = path === "/ping" ? foreign(200, { ping: "lantern" }) : await fetch(path, request);
      return { ...foreign(status, ""), text };
    },
  });
  await before.hint();
  assert.deepEqual(box.states(), ["received", "received", "received"]);
  before.stop();
  courier.stop();
});

test("a call that is too large is made smaller", async () => {
  const { box, lantern, clock, courier } = world(100);
  lantern.mood = (_path, items) => (items.length > 20 ? foreign(413, "") : undefined);
  await courier.hint();
  await clock.pass(60_000);
  assert.ok(box.states().every((state) => state === "received"));
});

test("R14: what is too long for the line is never sent, and those behind it go", async () => {
  const { box, lantern, courier } = world(3);
  box.put(1, { fields: { saw: ["x".repeat(4_100_000)] } });
  lantern.mood = (_path, items) => {
    if (items.some(({ id }) => id === "id-1")) throw new TypeError("the server hung up");
  };
  await courier.hint();
  assert.deepEqual(box.states(), ["needs-you", "received", "received"]);
  assert.match(box.items.get(1).receipt.errors[""][0], /too long to send at once/);
});
