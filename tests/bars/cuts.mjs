// Cut the line at a seeded byte, up or down, again and again, under the phone's real courier and a real server (bars R3).
// node cuts.mjs PORT COOKIE CHILD CUTS SEED -> one line of JSON: what was sent, received, resent and asked of a person.
import { createHash, randomUUID } from "node:crypto";
import net from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { createCourier } from "../../static/js/offline/courier.js";
import { canonical } from "../../static/js/offline/outbox.js";

const [port, cookie, child, cuts, seed] = process.argv.slice(2);
const FASTER = 40; // the courier's waits are played faster: what is tested is where the cut falls, not how long a pause is
const ITEMS = 6;

let state = Number(seed) >>> 0;
const random = () => {
  // mulberry32: small, seeded, good enough to choose a byte
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** A relay that dies for good on one connection after `left` bytes in one direction. */
const line = { direction: "up", left: Number.POSITIVE_INFINITY, cuts: 0 };
const relay = net.createServer((phone) => {
  const server = net.connect(Number(port), "127.0.0.1");
  const dead = () => {
    phone.destroy();
    server.destroy();
  };
  const pass = (from, to, direction) =>
    from.on("data", (bytes) => {
      if (line.direction === direction && bytes.length >= line.left) {
        to.write(bytes.subarray(0, line.left), dead);
        line.left = Number.POSITIVE_INFINITY;
        line.cuts += 1;
        return;
      }
      if (line.direction === direction) line.left -= bytes.length;
      to.write(bytes);
    });
  pass(phone, server, "up");
  pass(server, phone, "down");
  for (const end of [phone, server]) end.on("error", dead).on("close", dead);
});
await new Promise((ready) => relay.listen(0, "127.0.0.1", ready));
const address = `http://127.0.0.1:${relay.address().port}`;

let sentItems = 0;
const reach = (path, options) =>
  fetch(address + path, {
    ...options,
    headers: { ...options?.headers, Cookie: cookie, "X-App": "1", Connection: "close" },
  });

function makeBox(items) {
  const rows = new Map(items.map((item) => [item.n, item]));
  return {
    rows,
    last: async () => {},
    lost: async () => {},
    count: async () => [...rows.values()].filter((item) => item.state === "waiting").length,
    waiting: async (limit, after) =>
      [...rows.values()]
        .filter((item) => item.state === "waiting" && item.n > after)
        .slice(0, limit)
        .map((item) => ({ ...item })),
    settle: async (moves) => {
      for (const { item, state: next, receipt } of moves) rows.set(item.n, { ...item, state: next, receipt });
    },
  };
}

const who = await (await reach("/pwa/who")).json();
const made = (n) => {
  const fields = {
    child: [child],
    how: ["good"],
    saw: [`Cut ${n}: we made pancakes and he laughed. ${"x".repeat(600)}`],
  };
  const path = "/recordings/";
  const hash = createHash("sha256").update(canonical(path, fields)).digest("hex");
  return {
    n,
    id: randomUUID(),
    state: "waiting",
    path,
    fields,
    made_at: "2026-05-03T18:42:00+01:00",
    zone: "Europe/London",
    hash,
  };
};

const result = { items: 0, received: 0, needsYou: 0, sentItems: 0, cuts: 0, ids: [] };
for (let cut = 0; cut < Number(cuts); cut += 1) {
  const box = makeBox(Array.from({ length: cut % 3 ? ITEMS : 1 }, (_, i) => made(cut * ITEMS + i + 1)));
  line.direction = random() < 0.5 ? "up" : "down";
  line.left = 1 + Math.floor(random() * (line.direction === "up" ? 1900 : 1600));
  let done;
  const finished = new Promise((resolve) => {
    done = resolve;
  });
  const courier = createCourier({
    box,
    person: who.person,
    device: "cuts",
    fetch: (path, options) => {
      sentItems += path === "/sync/items" ? box.rows.size : 1;
      return reach(path, options);
    },
    clock: {
      now: () => new Date(),
      after: (ms, ring) => {
        const timer = setTimeout(ring, ms / FASTER);
        return () => clearTimeout(timer);
      },
    },
    lock: (_name, work) => work(),
    probe: async () => {
      try {
        return await (await reach("/pwa/who")).json();
      } catch {
        return null;
      }
    },
    gzip: promisify(gzip),
    digest: async (text) => createHash("sha256").update(text).digest("hex"),
    tell: () => {
      if (![...box.rows.values()].some((item) => item.state === "waiting")) done();
    },
  });
  courier.hint();
  await finished;
  courier.stop();
  for (const item of box.rows.values()) {
    result.items += 1;
    result.received += item.state === "received";
    result.needsYou += item.state === "needs-you";
    result.ids.push(item.receipt?.location);
  }
}
result.cuts = line.cuts;
result.sentItems = sentItems;
result.chunk = ITEMS;
result.places = new Set(result.ids).size;
delete result.ids;
console.log(JSON.stringify(result));
process.exit(0);
