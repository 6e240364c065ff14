/**
 * R20: a thousand answers that look like a yes and are none. Nothing is let go of: not by one item or by several, and
 * not by the worker, which sends copies of words that it cannot read and so cannot judge what it hears.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { sendLocked } from "../../static/js/offline/copies.js";
import { fakeBox, fakeClock, fakeLantern, fakeLock, foreign, hire, ping, reply } from "./fakes.js";
import { reached } from "./reached.js";

function seeded(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

const hashOf = (id) => createHash("sha256").update(id).digest("hex");
const yes = (id, over = {}) => ({
  id,
  hash: hashOf(id),
  status: 200,
  outcome: "received",
  errors: {},
  at: "2026-05-05",
  ...over,
});
const alone = (path) => !path.startsWith("/sync/");
const whole = (path, receipts) => JSON.stringify(alone(path) ? receipts[0] : { receipts });
const flip = (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
const PORTAL = "<!doctype html><title>Free Wi-Fi</title><h1>Welcome</h1>";
const HTML = { "Content-Type": "text/html" };
const JSON_TYPE = { "Content-Type": "application/json" };
const OTHER = "00000000-0000-4000-8000-000000000000";

/** Each is asked with the address, the ids that were sent, and a number at random. */
const LIES = {
  "a café's page": () => reply(200, PORTAL, HTML),
  "a page that says it is JSON": () => reply(200, PORTAL, JSON_TYPE),
  "the sign-in page": () => reply(200, "<form action=/sign-in><h1>Sign in</h1></form>", HTML),
  nothing: () => reply(200, "", JSON_TYPE),
  "nothing, with 204": () => reply(204, ""),
  "a redirect": () => reply(302, "", { Location: "/sign-in" }),
  "a redirect that may not be read": () => reply(0, ""),
  "network authentication required": () => reply(511, PORTAL, HTML),
  "a proxy's login": () => reply(407, PORTAL, HTML),
  "a wipe by a stranger": () => reply(401, PORTAL, { "X-Wipe": "1", ...HTML }),
  "held for a reason nobody knows": () => reply(401, { held: "because" }, { "X-Wipe": "1" }),
  true: () => reply(200, "true", JSON_TYPE),
  null: () => reply(200, "null", JSON_TYPE),
  "ok: true": () => reply(200, { ok: true, status: "received" }),
  "packed bytes as they are": () => reply(200, "\u001f\ufffd\b\u0000\u0000\u0000\ufffd\u0003\ufffdVJ-.NLO"),
  "a list that is none": () => reply(200, { receipts: { length: 3 } }),
  "a list of nothing": (path) => reply(200, alone(path) ? [] : { receipts: [] }),
  "a list of odd things": () => reply(200, { receipts: [null, 1, "received", [], {}] }),
  "half of the answer": (path, ids, random) => {
    const text = whole(
      path,
      ids.map((id) => yes(id)),
    );
    return reply(200, text.slice(0, Math.floor(random() * text.length)));
  },
  "receipts of another batch": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((_, at) => yes(`${OTHER}${at}`)),
      ),
    ),
  "receipts for longer names": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { id: `${id}x` })),
      ),
    ),
  "other words": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { hash: "0".repeat(64) })),
      ),
    ),
  "the words of its neighbour": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { hash: hashOf(`${id}1`) })),
      ),
    ),
  "one bit off": (path, ids, random) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { hash: flip(hashOf(id), Math.floor(random() * 64)) })),
      ),
    ),
  "no name of the words": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { hash: null })),
      ),
    ),
  "another spelling": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { hash: hashOf(id).toUpperCase() })),
      ),
    ),
  "an outcome nobody knows": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { outcome: "Received" })),
      ),
    ),
  "not decided": (path, ids) =>
    reply(
      200,
      whole(
        path,
        ids.map((id) => yes(id, { outcome: "later" })),
      ),
    ),
  "the truth, with a failure": (path, ids) =>
    reply(
      500,
      whole(
        path,
        ids.map((id) => yes(id)),
      ),
    ),
  "the truth, not found": (path, ids) =>
    reply(
      404,
      whole(
        path,
        ids.map((id) => yes(id)),
      ),
    ),
  "the truth, said by a stranger": (path, ids) =>
    foreign(
      200,
      whole(
        path,
        ids.map((id) => yes(id)),
      ),
    ),
};
// Each of them with Lantern's mark, so that the receipt alone is judged, and without it.
for (const [name, lie] of Object.entries(LIES))
  LIES[`${name}, without the mark`] = (...asked) => ({ ...lie(...asked), headers: new Headers(HTML) });
const TURNS = 1500;
const pick = (random) => Object.values(LIES)[Math.floor(random() * Object.keys(LIES).length)];

/** A box whose items are named by content, as everywhere. */
/** Such a box after the worker has heard this: with an item whose salted hash is what the receipts here name. */
function heardIn(records) {
  const box = boxOf(records.length);
  for (const { n, id, receipt } of records) Object.assign(box.items.get(n), { heard: receipt, salt: "", hash: id });
  return box;
}

function boxOf(count) {
  const box = fakeBox(0);
  for (let n = 1; n <= count; n += 1) box.put(n, { hash: hashOf(`id-${n}`) });
  return box;
}

test("a thousand answers that are no receipt let go of nothing", async () => {
  const random = seeded(20);
  let told = 0;
  let dropped = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const box = boxOf(1 + Math.floor(random() * 3));
    const lantern = fakeLantern();
    lantern.mood = (path, items) => {
      told += 1;
      return pick(random)(
        path,
        items.map(({ id }) => id),
        random,
      );
    };
    const courier = hire(box, lantern, fakeClock(), { wipe: () => assert.fail("wiped by a stranger") });
    await courier.hint();
    courier.stop();
    dropped += box.states().filter((state) => state !== "waiting").length;
  }
  assert.ok(reached("R20", "answers that are no receipt, given to the courier", told, { least: 1000 }));
  assert.ok(reached("R20", "items let go of for one of them", dropped, { most: 0 }));
});

/** What lies on a phone that is locked. */
function storeOf(count) {
  const outbox = new Map();
  for (let n = 1; n <= count; n += 1)
    outbox.set(n, { n, id: `id-${n}`, state: "waiting", copy: { kid: "k", epk: "e", iv: "i", ct: "c" } });
  return {
    outbox,
    inState: async (state) => [...outbox.values()].filter((record) => record.state === state),
    count: async () => 0,
    get: async () => undefined,
    write: async (ops) => {
      for (const [, store, value] of ops) if (store === "outbox") outbox.set(value.n, value);
    },
    close() {},
  };
}

const behindTheLock = (store, fetch) =>
  sendLocked({
    slots: [{ id: "vault-1", person: "amina" }],
    openStore: async () => store,
    fetch,
    lock: fakeLock(),
    vaults: async () => 1,
    cutOff: () => assert.fail("wiped by a stranger"),
  });

test("a thousand answers that are no receipt, given to the worker, let go of nothing when the vault is opened", async () => {
  const random = seeded(21);
  let told = 0;
  let dropped = 0;
  let believed = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const store = storeOf(1 + Math.floor(random() * 3));
    const before = [...store.outbox.values()].map(({ receipt, ...record }) => record);
    const lie = pick(random);
    await behindTheLock(store, async (path) => {
      if (path === "/ping") return ping();
      if (path === "/pwa/who") return reply(200, { person: "amina", vault: "make" });
      told += 1;
      return lie(
        path,
        before.map(({ id }) => id),
        random,
      );
    });
    const after = [...store.outbox.values()];
    assert.deepEqual(
      after.map(({ receipt, ...record }) => record),
      before,
      "the worker lets go of nothing",
    );
    believed += after.filter((record) => record.receipt).length;
    const box = heardIn(after);
    const lantern = fakeLantern();
    lantern.down = true; // so that nothing but what the worker heard can move an item
    const courier = hire(box, lantern, fakeClock());
    await courier.hint();
    courier.stop();
    dropped += box.states().filter((state) => state !== "waiting").length;
  }
  assert.ok(believed > 0, "some lies have the shape of a receipt: only the open vault can tell");
  assert.ok(reached("R20", "answers that are no receipt, given to the worker", told, { least: 1000 }));
  assert.ok(reached("R20", "items let go of when the vault is opened after them", dropped, { most: 0 }));
});

test("a café in Lantern's place is not given a single word, nor believed when it says whom it knows", async () => {
  const knows = () => foreign(200, { person: "amina", vault: "make" });
  for (const lie of [LIES["a café's page"], LIES.true, LIES.null, LIES.nothing, LIES["ok: true"], knows]) {
    const asked = [];
    await behindTheLock(storeOf(2), async (path) => {
      asked.push(path);
      return lie(path, []);
    });
    assert.ok(asked.includes("/pwa/who") && asked.every((path) => ["/pwa/who", "/ping"].includes(path)), `${asked}`);
  }
});

test("and the truth is believed, by both", async () => {
  const box = fakeBox(3);
  const courier = hire(box, fakeLantern(), fakeClock());
  await courier.hint();
  courier.stop();
  assert.deepEqual(box.states(), ["received", "received", "received"]);
  const store = storeOf(3);
  const truth = { receipts: [1, 2, 3].map((n) => yes(`id-${n}`)) };
  await behindTheLock(store, async (path) =>
    reply(200, path === "/pwa/who" ? { person: "amina", vault: "make" } : truth),
  );
  const later = heardIn([...store.outbox.values()]);
  const dead = fakeLantern();
  dead.down = true;
  await hire(later, dead, fakeClock()).hint();
  assert.deepEqual(later.states(), ["received", "received", "received"]);
});
