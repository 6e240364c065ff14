/** R20: a thousand answers that look like a yes and are none. Nothing is let go of, by one item or by several. */
import assert from "node:assert/strict";
import test from "node:test";
import { fakeBox, fakeClock, fakeLantern, hire, reply } from "./fakes.js";
import { reached } from "./reached.js";

function seeded(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

const yes = (item) => ({
  id: item.id,
  hash: item.hash,
  status: 200,
  outcome: "received",
  errors: {},
  at: "2026-05-05",
});
const whole = (path, receipts) => JSON.stringify(path === "/sync/items" ? { receipts } : receipts[0]);
const flip = (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

const LIES = [
  () => reply(200, "<!doctype html><title>Free Wi-Fi</title><h1>Welcome</h1>"),
  () => reply(200, ""),
  () => reply(204, ""),
  () => reply(302, ""),
  () => reply(0, ""),
  () => reply(200, "true"),
  (path, items, random) => {
    const text = whole(path, items.map(yes));
    return reply(200, text.slice(0, Math.floor(random() * text.length)));
  },
  (path, items) =>
    reply(
      200,
      whole(
        path,
        items.map((item) => ({ ...yes(item), id: `${item.id}x` })),
      ),
    ),
  (path, items) =>
    reply(
      200,
      whole(
        path,
        items.map((item) => ({ ...yes(item), hash: "0".repeat(64) })),
      ),
    ),
  (path, items) =>
    reply(
      200,
      whole(
        path,
        items.map((item) => ({ ...yes(item), outcome: "Received" })),
      ),
    ),
  (path, items) => reply(500, whole(path, items.map(yes))),
  (path, items) => reply(200, whole(path, items.map(yes)).replaceAll("hash-", "hush-")),
  (path, items, random) => {
    const text = whole(path, items.map(yes));
    const named = text.search(/hash-/) + Math.floor(random() * 5);
    return reply(200, items.length > 1 ? text.replaceAll("hash-", flip("hash-", 2)) : flip(text, named));
  },
];

test("a thousand answers that are no receipt let go of nothing", async () => {
  const random = seeded(20);
  let told = 0;
  let dropped = 0;
  for (let turn = 0; turn < 1000; turn += 1) {
    const count = 1 + Math.floor(random() * 3);
    const box = fakeBox(count);
    const lantern = fakeLantern();
    lantern.mood = (path, items) => {
      told += 1;
      return LIES[Math.floor(random() * LIES.length)](path, items, random);
    };
    const clock = fakeClock();
    const courier = hire(box, lantern, clock);
    await courier.hint();
    courier.stop();
    dropped += box.states().filter((state) => state === "received").length;
  }
  assert.ok(reached("R20", "answers that are no receipt, given to the courier", told, { least: 1000 }));
  assert.ok(reached("R20", "items let go of for one of them", dropped, { most: 0 }));
});

test("and the truth is believed", async () => {
  const box = fakeBox(3);
  const courier = hire(box, fakeLantern(), fakeClock());
  await courier.hint();
  courier.stop();
  assert.deepEqual(box.states(), ["received", "received", "received"]);
});
