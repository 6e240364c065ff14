/** A phone and a Lantern made of plain objects, so that every bad day can be played through in milliseconds. */
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { createCourier } from "../../static/js/offline/courier.js";

export function fakeClock(start = Date.parse("2026-05-05T18:42:00Z")) {
  let now = start;
  let bells = [];
  return {
    now: () => new Date(now),
    after(ms, ring) {
      const bell = { at: now + ms, ring };
      bells.push(bell);
      return () => {
        bells = bells.filter((other) => other !== bell);
      };
    },
    /** Lets time pass; what it sets off gets its turn before more time passes. */
    async pass(ms) {
      for (const end = now + ms; ; ) {
        await settled();
        const bell = bells.sort((a, b) => a.at - b.at)[0];
        if (!bell || bell.at > end) {
          now = end;
          return;
        }
        now = bell.at;
        bells = bells.filter((other) => other !== bell);
        bell.ring();
      }
    },
    bells: () => bells.length,
  };
}

/** Lets everything that is under way (streams and packing too) go as far as it can get by itself. */
export const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

export const makeItem = (n, over = {}) => ({
  n,
  id: `id-${n}`,
  hash: `hash-${n}`,
  state: "waiting",
  path: "/recordings/",
  fields: { child: ["c_1"], note: [`Day ${n}`] },
  made_at: "2026-05-05T19:42:00.000+01:00",
  zone: "Europe/London",
  ...over,
});

export function fakeBox(count = 0) {
  const items = new Map();
  const box = {
    items,
    received: undefined,
    put: (n, over) => items.set(n, makeItem(n, over)),
    count: async () => [...items.values()].filter((item) => item.state === "waiting").length,
    async waiting(limit, after) {
      const found = [...items.values()].filter((item) => item.state === "waiting" && item.n > after);
      return found
        .sort((a, b) => a.n - b.n)
        .slice(0, limit)
        .map((item) => ({ ...item }));
    },
    async settle(moves) {
      for (const { item, state, receipt } of moves) items.set(item.n, { ...item, state, receipt });
    },
    last: async () => box.received,
    lost: async () => {
      box.offers = (box.offers || 0) + 1;
    },
    states: () => [...items.values()].map((item) => item.state),
  };
  for (let n = 1; n <= count; n += 1) box.put(n);
  return box;
}

/** A Lantern that remembers what it took. `mood(path, items)` may answer instead of it, or throw as a dead network does. */
export function fakeLantern({ person = "amina" } = {}) {
  const lantern = { rows: new Map(), calls: [], order: [], mood: () => undefined, person, down: false, asked: 0 };
  const receiptFor = (item) => ({
    id: item.id,
    hash: item.hash,
    status: 200,
    outcome: "received",
    errors: {},
    at: "2026-05-05T18:43:00Z",
  });
  const take = (item) => {
    const own = lantern.judge?.(item);
    if (own) return { ...receiptFor(item), ...own };
    lantern.rows.set(item.id, (lantern.rows.get(item.id) || 0) + 1);
    lantern.order.push(item.id);
    return receiptFor(item);
  };
  lantern.fetch = async (path, { headers, body, signal }) => {
    if (path === "/ping") return ping();
    const items = itemsOf(path, headers, body);
    const parts = Object.keys(items[0]).join();
    for (const item of items) item.hash ??= item.id.replace("id-", "hash-"); // Lantern works it out from the content
    lantern.calls.push({ path, headers, items: items.map((item) => item.id), bytes: body.byteLength, parts });
    if (lantern.down) throw new TypeError("Failed to fetch");
    const own = await lantern.mood(path, items, signal);
    if (own) return own;
    if (headers["X-Vault-User"] !== lantern.person)
      return reply(401, { held: lantern.person ? "other-person" : "signed-out" });
    const receipts = items.map(take);
    return path === "/sync/items" ? reply(200, { receipts }) : reply(receipts[0].status, receipts[0]);
  };
  lantern.probe = async () => {
    lantern.asked += 1;
    return lantern.down ? null : { person: lantern.person, paused: lantern.paused };
  };
  return lantern;
}

/** What somebody else says in Lantern's place. */
export const foreign = (status, body, headers = {}) => ({
  status,
  headers: new Headers(headers),
  text: async () => (typeof body === "string" ? body : JSON.stringify(body)),
});

/** What Lantern says: with its mark, as on every answer of its own. */
export const reply = (status, body, headers = {}) => foreign(status, body, { "X-Lantern": "1", ...headers });

/** How Lantern answers whoever asks for its known word. */
export const ping = () => reply(200, { ping: "lantern" });

function itemsOf(path, headers, body) {
  if (path !== "/sync/items") return [{ id: headers["Idempotency-Key"], hash: headers["X-Content-Hash"] }];
  const plain = headers["Content-Encoding"] === "gzip" ? gunzipSync(body) : body;
  return JSON.parse(new TextDecoder().decode(plain)).items;
}

/** One lock for all couriers that share it, as Web Locks give. */
export function fakeLock() {
  let last = Promise.resolve();
  return (_name, work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

export const hire = (box, lantern, clock, over = {}) =>
  createCourier({
    box,
    person: "amina",
    device: "vault-1",
    fetch: lantern.fetch,
    clock,
    lock: fakeLock(),
    probe: lantern.probe,
    digest: async (text) => createHash("sha256").update(text).digest("hex"),
    ...over,
  });

/** A phone with so much that waits, its Lantern, its clock and its courier. */
export const world = (count, over = {}) => {
  const box = fakeBox(count);
  const lantern = fakeLantern();
  const clock = fakeClock();
  return { box, lantern, clock, courier: hire(box, lantern, clock, over) };
};
