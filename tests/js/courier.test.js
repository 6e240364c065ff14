/** What waits goes to Lantern, each thing once and in order, and comes back with a receipt. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fakeBox, fakeClock, fakeLantern, fakeLock, foreign, hire, makeItem, reply, settled, world } from "./fakes.js";

const gzip = async (bytes) => new Uint8Array(gzipSync(bytes));

test("one item goes to its own address, with its id, its content's hash and both times", async () => {
  const { box, lantern, courier } = world(1);
  await courier.hint();
  const [call] = lantern.calls;
  assert.equal(call.path, "/recordings/");
  assert.equal(call.headers["Idempotency-Key"], "id-1");
  assert.equal(call.headers["X-Content-Hash"], "hash-1");
  assert.equal(call.headers["X-Vault-User"], "amina");
  assert.equal(call.headers["X-Queued-At"], "2026-05-05T19:42:00.000+01:00");
  assert.equal(call.headers["X-Sent-At"], "2026-05-05T18:42:00.000Z");
  assert.equal(call.headers["X-TZ"], "Europe/London");
  assert.deepEqual(box.states(), ["received"]);
});

test("several go together, in the order in which they were written", async () => {
  const { box, lantern, courier } = world(7);
  await courier.hint();
  assert.equal(lantern.calls.length, 1);
  assert.deepEqual(lantern.order, ["id-1", "id-2", "id-3", "id-4", "id-5", "id-6", "id-7"]);
  assert.ok(box.states().every((state) => state === "received"));
});

test("five thousand go in calls of at most 500, at most 150 kB packed, each once", async () => {
  const { box, lantern, courier } = world(0, { gzip });
  for (let n = 1; n <= 5000; n += 1) {
    const note = Array.from({ length: 60 }, () => Math.random().toString(36).slice(2)).join(" ");
    box.put(n, { fields: { child: ["c_1"], note: [note] } });
  }
  await courier.hint();
  assert.equal(lantern.order.length, 5000);
  assert.deepEqual(
    lantern.order,
    Array.from({ length: 5000 }, (_, n) => `id-${n + 1}`),
  );
  for (const call of lantern.calls) assert.ok(call.items.length <= 500 && call.bytes <= 150_000, `${call.bytes} bytes`);
});

test("a phone that cannot pack sends smaller calls instead", async () => {
  const { box, lantern, courier } = world(0);
  for (let n = 1; n <= 300; n += 1) box.put(n, { fields: { note: ["x".repeat(2000)] } });
  await courier.hint();
  assert.equal(lantern.order.length, 300);
  for (const call of lantern.calls) assert.ok(call.bytes <= 150_000);
});

test("a login page with 200 lets nothing go", async () => {
  for (const count of [1, 5]) {
    const { box, lantern, clock, courier } = world(count);
    lantern.mood = () => foreign(200, "<!doctype html><h1>Sign in</h1>", { "Content-Type": "text/html" });
    await courier.hint();
    await clock.pass(600_000);
    assert.ok(box.states().every((state) => state === "waiting"));
    lantern.mood = () => undefined;
    await clock.pass(40_000);
    assert.ok(box.states().every((state) => state === "received"));
  }
});

test("a thousand false answers drop nothing", async () => {
  const { box, lantern, clock, courier } = world(3);
  const lies = [
    () => reply(200, "<html>"),
    () => foreign(200, "<html>"),
    () => foreign(401, { held: "signed-out" }),
    () => reply(204, ""),
    () => reply(200, '{"receipts":['),
    () => reply(200, { receipts: [] }),
    (_path, items) => reply(200, { receipts: items.map(({ id }) => ({ id, hash: "no", outcome: "received" })) }),
    (_path, items) => reply(200, { receipts: items.map(({ hash }) => ({ id: "no", hash, outcome: "received" })) }),
    () => foreign(0, ""),
    () => foreign(302, ""),
    () => reply(503, "busy"),
    () => reply(401, "<html>proxy"),
    () => {
      throw new TypeError("cut");
    },
  ];
  let told = 0;
  lantern.mood = (path, items) => lies[told++ % lies.length](path, items);
  while (told < 1000) {
    await courier.hint();
    await clock.pass(1000);
  }
  assert.deepEqual(box.states(), ["waiting", "waiting", "waiting"]);
  lantern.mood = () => undefined;
  await clock.pass(60_000);
  assert.deepEqual(box.states(), ["received", "received", "received"]);
  assert.deepEqual([...lantern.rows.values()], [1, 1, 1]);
});

test("signed out: everything is kept, and goes by itself after signing in", async () => {
  const { box, lantern, clock, courier } = world(3);
  lantern.person = null;
  await courier.hint();
  assert.equal(courier.held(), "signed-out");
  await clock.pass((7 * 86_400_000) / 100);
  assert.deepEqual(box.states(), ["waiting", "waiting", "waiting"]);
  assert.equal(lantern.calls.length, 1, "words are not carried to a closed door again and again");
  lantern.person = "amina";
  await courier.hint();
  assert.equal(courier.held(), null);
  assert.deepEqual(box.states(), ["received", "received", "received"]);
});

test("somebody else is signed in: nothing crosses over", async () => {
  const { box, lantern, clock, courier } = world(3);
  lantern.person = "ben";
  await courier.hint();
  await clock.pass(120_000);
  assert.equal(courier.held(), "other-person");
  assert.equal(lantern.rows.size, 0);
  assert.deepEqual(box.states(), ["waiting", "waiting", "waiting"]);
});

test("a phone that was cut off wipes itself, once it is Lantern that says so", async () => {
  let wiped = 0;
  const { lantern, courier } = world(1, { wipe: () => wiped++ });
  lantern.mood = () => reply(401, "<html>cut-off</html>", { "X-Wipe": "1" });
  await courier.hint();
  assert.equal(wiped, 0);
  lantern.mood = () => reply(401, { held: "cut-off" }, { "X-Wipe": "1" });
  await courier.hint();
  assert.equal(wiped, 1);
});

test("a reply that was lost costs one more call and no second row", async () => {
  const { box, lantern, clock, courier } = world(2);
  const seen = new Map();
  lantern.mood = (_path, items) => {
    if (seen.size)
      return reply(200, { receipts: items.map(({ id, hash }) => ({ id, hash, outcome: "received", at: "x" })) });
    for (const { id } of items) seen.set(id, true);
    throw new TypeError("the answer was lost on its way back");
  };
  await courier.hint();
  assert.deepEqual(box.states(), ["waiting", "waiting"]);
  await clock.pass(5000);
  assert.deepEqual(box.states(), ["received", "received"]);
});

test("one hash over all goes with them, and none with each", async () => {
  const { lantern, courier } = world(3);
  await courier.hint();
  assert.equal(lantern.calls[0].parts, "id,path,fields,made_at,zone");
  const whole = createHash("sha256").update("hash-1hash-2hash-3").digest("hex");
  assert.equal(lantern.calls[0].headers["X-Content-Hash"], whole);
});

test("nothing waits, nothing is asked: no timer runs and no call is made", async () => {
  const { lantern, clock, courier } = world(0);
  await courier.hint();
  await clock.pass(600_000);
  assert.equal(lantern.calls.length + lantern.asked, 0);
  assert.equal(clock.bells(), 0);
});

test("two windows send each item once", async () => {
  const box = fakeBox(7);
  const lantern = fakeLantern();
  const clock = fakeClock();
  const lock = fakeLock();
  const windows = [1, 2, 3].map(() => hire(box, lantern, clock, { lock }));
  await Promise.all(windows.map((courier) => courier.hint()));
  await clock.pass(60_000);
  assert.deepEqual([...lantern.rows.values()], [1, 1, 1, 1, 1, 1, 1]);
});

test("what is saved while the courier is out goes in the same outing", async () => {
  const { box, lantern, courier } = world(1);
  lantern.mood = () => {
    if (!box.items.has(2)) {
      box.put(2);
      courier.hint();
    }
  };
  await courier.hint();
  assert.deepEqual(box.states(), ["received", "received"]);
});

test("locking the phone lets go of what is on its way, and it goes after the next unlock", async () => {
  const { box, lantern, clock, courier } = world(1);
  lantern.mood = (_path, _items, signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
  courier.hint();
  await settled();
  courier.stop();
  await clock.pass(120_000);
  assert.deepEqual(box.states(), ["waiting"]);
  assert.equal(clock.bells(), 0, "a locked phone does not go on asking");
  lantern.mood = () => undefined;
  await hire(box, lantern, clock).hint();
  assert.deepEqual(box.states(), ["received"]);
});

test("a disk that fails while a receipt is noted keeps the item and tries again", async () => {
  const { box, clock, courier } = world(1);
  const settle = box.settle;
  box.settle = async () => {
    box.settle = settle;
    throw new Error("disk");
  };
  await courier.hint();
  assert.deepEqual(box.states(), ["waiting"]);
  await clock.pass(40_000);
  assert.deepEqual(box.states(), ["received"]);
});

test("the form that saved hears where its item ended up, or that it is still on its way", async () => {
  const { box, lantern, clock, courier } = world(0);
  box.put(1);
  const first = courier.outcome("id-1", 2500);
  await courier.hint();
  assert.equal((await first).state, "received");
  lantern.down = true;
  box.put(2, makeItem(2));
  const second = courier.outcome("id-2", 2500);
  courier.hint();
  await clock.pass(2500);
  assert.equal(await second, null);
});

test("S3: whose account is paused hands in what waits, and it goes to a manager", async () => {
  const { box, lantern, clock, courier } = world(3);
  lantern.person = null;
  await courier.hint();
  assert.equal(courier.held(), "signed-out");
  lantern.paused = "amina";
  lantern.mood = (path, items) => {
    const receipts = items.map((item) => ({ ...item, outcome: "refused", status: 404, kept: true, with: "Della" }));
    return path === "/sync/items" ? reply(200, { receipts }) : reply(404, receipts[0]);
  };
  await clock.pass(60_000);
  assert.deepEqual(box.states(), ["with-manager", "with-manager", "with-manager"]);
  assert.equal(courier.held(), null);
});

/** Notes of what happens, in order: when a call goes out and is answered, when receipts begin and end to be written. */
function diary({ box, lantern, clock }, call = 100, write = 50) {
  const lines = [];
  const { settle, waiting } = box;
  lantern.mood = async (_path, items) => {
    lines.push(`out ${items[0].id}`);
    await new Promise((ring) => clock.after(call, ring));
    lines.push(`answered ${items[0].id}`);
  };
  box.waiting = async (limit, after) => {
    lines.push(`opened from ${after + 1}`);
    return waiting(limit, after);
  };
  box.settle = async (moves) => {
    lines.push(`writing ${moves[0].item.id}`);
    await new Promise((ring) => clock.after(write, ring));
    await settle(moves);
    lines.push(`written ${moves[0].item.id}`);
  };
  return lines;
}

test("R24: while one call is out the next is packed, and receipts are written down while the next is out", async () => {
  const all = world(1200, { gzip });
  const lines = diary(all);
  const outing = all.courier.hint();
  await all.clock.pass(2000);
  await outing;
  assert.ok(all.box.states().every((state) => state === "received"));
  const at = (line) => lines.indexOf(line);
  const order = (...names) => {
    for (const [n, name] of names.entries()) assert.ok(at(name) >= 0 && (!n || at(names[n - 1]) < at(name)), name);
  };
  order("opened from 501", "answered id-1", "out id-501", "written id-1", "answered id-501", "out id-1001");
  order("opened from 1001", "answered id-501", "writing id-501", "written id-501", "writing id-1001");
  const calls = lines.filter((line) => /^(out|answered)/.test(line)).map((line) => line.split(" ")[0]);
  assert.deepEqual(calls, ["out", "answered", "out", "answered", "out", "answered"]); // one lane
});

test("R24: what goes first is made ready while the question is out: after a hint, and not with every try", async () => {
  const all = world(5);
  const lines = diary(all);
  all.lantern.down = true;
  const { probe } = all.lantern;
  const courier = hire(all.box, all.lantern, all.clock, {
    probe: async () => {
      lines.push("asked");
      return probe();
    },
  });
  courier.hint();
  await all.clock.pass(60_000);
  const opened = lines.filter((line) => line.startsWith("opened")).length;
  assert.ok(lines.filter((line) => line === "asked").length > 20);
  assert.ok(opened <= 3, `opened ${opened} times for nothing`);
  lines.length = 0;
  all.lantern.down = false;
  const outing = courier.hint();
  await all.clock.pass(1000);
  await outing;
  assert.deepEqual(lines.slice(0, 2), ["opened from 1", "asked"]);
  assert.equal(lines.filter((line) => line === "opened from 1").length, 1);
});

test("R24: receipts are written down one call after the other, and all before others may send", async () => {
  const all = world(1200, { gzip });
  const lines = diary(all, 100, 300);
  all.courier.hint().then(() => lines.push("over"));
  await all.clock.pass(5000);
  const wrote = lines.filter((line) => /^(writ|over)/.test(line)).map((line) => line.split(" ")[0]);
  assert.deepEqual(wrote, ["writing", "written", "writing", "written", "writing", "written", "over"]);
});

test("a disk that fails while the next call is out keeps the words of both, and the next outing brings them", async () => {
  const all = world(700, { gzip });
  diary(all);
  const { settle } = all.box;
  let full = true;
  all.box.settle = (moves) => (full ? Promise.reject(new Error("disk")) : settle(moves));
  all.courier.hint();
  await all.clock.pass(300);
  assert.ok(all.box.states().every((state) => state === "waiting"));
  full = false;
  await all.clock.pass(60_000);
  assert.ok(all.box.states().every((state) => state === "received"));
});
