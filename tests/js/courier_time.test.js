/** When a courier tries, waits, and gives up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fakeBox, fakeClock, fakeLantern, foreign, hire, reply, world } from "./fakes.js";

const gzip = async (bytes) => new Uint8Array(gzipSync(bytes));

test("after a minute without network and without any event, everything is there within five seconds", async () => {
  const { box, lantern, clock, courier } = world(365, { gzip });
  lantern.down = true;
  await courier.hint();
  await clock.pass(60_000);
  assert.equal(lantern.rows.size, 0);
  lantern.down = false;
  await clock.pass(3000);
  assert.equal(lantern.rows.size, 365);
  assert.ok(box.states().every((state) => state === "received"));
});

test("R24: with questions that hang instead of failing, the first is there within three seconds all the same", async () => {
  for (let gone = 60_000; gone < 64_500; gone += 300) {
    const { box, lantern, clock } = world(5);
    const hang = () => new Promise((resolve) => clock.after(2500, () => resolve(null))); // as createProbe gives up
    const probe = () => (lantern.down ? hang() : lantern.probe());
    const courier = hire(box, lantern, clock, { probe });
    lantern.down = true;
    courier.hint();
    await clock.pass(gone);
    lantern.down = false;
    await clock.pass(3000);
    courier.stop();
    assert.ok(
      box.states().every((state) => state === "received"),
      `gone for ${gone} ms`,
    );
  }
});

test("a café that answers everything is asked who it is, not given the words again and again", async () => {
  const { box, lantern, clock, courier } = world(3, { probe: async () => (cafe ? null : { person: "amina" }) });
  let cafe = true;
  lantern.mood = () => (cafe ? foreign(200, "<h1>Free Wi-Fi</h1>") : undefined);
  await courier.hint();
  await clock.pass(60_000);
  const calls = lantern.calls.length;
  assert.ok(calls <= 4, `${calls} calls with words in them`);
  cafe = false;
  await clock.pass(3000);
  assert.ok(
    box.states().every((state) => state === "received"),
    "out of the café it goes within seconds",
  );
});

test("back-off starts anew when something got through, and with every hint", async () => {
  const { box, lantern, clock, courier } = world(2);
  lantern.judge = () => ({ outcome: "later", status: 503 });
  await courier.hint();
  await clock.pass(300_000);
  const long = lantern.calls.length;
  await clock.pass(30_000);
  assert.ok(lantern.calls.length - long <= 2, "it has become patient");
  await courier.hint();
  const before = lantern.calls.length;
  await clock.pass(9_000);
  assert.ok(lantern.calls.length - before >= 2, "a hint makes it try often again");
  await clock.pass(300_000);
  box.put(3);
  lantern.judge = ({ id }) => (id === "id-3" ? null : { outcome: "later", status: 503 });
  while (box.items.get(3).state === "waiting") await clock.pass(100);
  const after = lantern.calls.length;
  await clock.pass(9_000);
  assert.ok(lantern.calls.length - after >= 2, "so does success");
});

test("Retry-After is waited for, but never longer than half a minute or so", async () => {
  for (const [asked, earliest, latest] of [
    ["8", 8_000, 12_000],
    ["86400", 30_000, 42_500],
    ["Fri, 31 Dec 2066 23:59:59 GMT", 1_000, 6_000],
  ]) {
    const { box, lantern, clock, courier } = world(2);
    lantern.mood = () => reply(503, { error: "busy" }, { "Retry-After": asked });
    await courier.hint();
    lantern.mood = () => undefined;
    const began = clock.now();
    while (box.states().includes("waiting")) await clock.pass(100);
    const took = clock.now() - began;
    assert.ok(took >= earliest && took <= latest, `${asked}: ${took} ms`);
  }
});

test("patience grows with what is carried: a small call is given up in a quarter of a minute, a large one is not", async () => {
  for (const [note, least, most] of [
    ["short", 15_000, 16_000],
    ["x".repeat(100_000), 40_000, 46_000],
  ]) {
    const { box, lantern, clock, courier } = world(0);
    box.put(1, { fields: { note: [note] } });
    let gone = 0;
    const began = clock.now();
    lantern.mood = (_path, _items, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          gone ||= clock.now() - began;
          reject(new Error("aborted"));
        }),
      );
    courier.hint();
    await clock.pass(60_000);
    assert.ok(gone >= least && gone <= most, `${gone} ms`);
    courier.stop();
  }
});

test("a page that nobody looks at asks less often, and still gets there", async () => {
  const { lantern, clock, courier } = world(1, { watched: () => false });
  lantern.down = true;
  await courier.hint();
  await clock.pass(600_000);
  assert.ok(lantern.asked <= 30, `${lantern.asked} questions in ten minutes`);
  lantern.down = false;
  await clock.pass(31_000);
  assert.equal(lantern.rows.size, 1);
});

test("a server that is ill is asked less and less, at most every half minute, and any hint starts afresh", async () => {
  const { lantern, clock, courier } = world(1);
  lantern.mood = () => reply(503, "ill");
  await courier.hint();
  await clock.pass(600_000);
  const calls = lantern.calls.length;
  assert.ok(calls > 15 && calls < 40, `${calls} calls in ten minutes`);
  lantern.mood = () => undefined;
  await courier.hint();
  assert.equal(lantern.rows.size, 1);
});

test("a server that hangs is given up after a while, and the item goes later", async () => {
  const { box, lantern, clock, courier } = world(1);
  lantern.mood = (_path, _items, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  courier.hint();
  await clock.pass(45_500);
  assert.deepEqual(box.states(), ["waiting"]);
  lantern.mood = () => undefined;
  await clock.pass(10_000);
  assert.deepEqual(box.states(), ["received"]);
});

test("R11: a clock that is put back while something is on its way makes nobody wait for as long", async () => {
  const [box, lantern, clock] = [fakeBox(1), fakeLantern(), fakeClock()];
  const days = { off: 0 };
  const jumping = { ...clock, now: () => new Date(clock.now().getTime() - days.off) };
  lantern.mood = () => {
    lantern.mood = () => undefined;
    days.off = 5 * 86_400_000;
    throw new TypeError("Failed to fetch");
  };
  hire(box, lantern, jumping).hint();
  await clock.pass(10_000);
  assert.deepEqual(box.states(), ["received"]);
});
