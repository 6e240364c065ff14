// One item in a hundred is bad, in every way an answer can be bad, under the phone's real courier and box and a real server
// (bars R14). node poison.mjs PORT COOKIE CHILD OTHERS_CHILD POSITIONS -> one line of JSON for each class of answer.
import { createHash, randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import { createBox } from "../../static/js/offline/box.js";
import { createCourier } from "../../static/js/offline/courier.js";
import { canonical } from "../../static/js/offline/outbox.js";

const [port, cookie, child, othersChild, positions] = process.argv.slice(2);
const ITEMS = 100;
const AGAIN = 25; // more tries than any retry cap that was seen elsewhere (three)
const hashOf = async (text) => createHash("sha256").update(text).digest("hex");
const reach = (path, options) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    ...options,
    headers: { ...options?.headers, Cookie: cookie, "X-App": "1" },
  });

/** What the phone keeps, in memory: all of a write or none. */
function memory() {
  const outbox = new Map();
  const meta = new Map();
  let last = 0;
  const inState = (state) => [...outbox.values()].filter((record) => record.state === state).sort((a, b) => a.n - b.n);
  const doing = {
    "add outbox": (record) => outbox.set(++last, { ...record, n: last }),
    "put outbox": (record) => outbox.set(record.n, record),
    "delete outbox": (n) => outbox.delete(n),
    "put meta": (value, key) => meta.set(key, value),
  };
  return {
    async write(ops) {
      for (const [verb, name, ...args] of ops) doing[`${verb} ${name}`](...args);
    },
    inState: async (state, limit, after = 0) =>
      inState(state)
        .filter(({ n }) => n > after)
        .slice(0, limit),
    newest: async (state, limit) => inState(state).reverse().slice(0, limit),
    count: async (state) => inState(state).length,
    byId: async (id) => [...outbox.values()].find((record) => record.id === id),
    get: async (_meta, key) => meta.get(key),
  };
}
const vault = {
  seal: async (_s, _k, value) => ({ ct: JSON.stringify(value) }),
  open: async (_s, _k, { ct }) => JSON.parse(ct),
};

const item = async (n, over = {}) => {
  const fields = { child: [child], how: ["good"], saw: [`Day ${n} of ${randomUUID()}`], ...over.fields };
  const made = { id: randomUUID(), path: "/recordings/", made_at: "2026-05-03T18:42:00+01:00", zone: "Europe/London" };
  const whole = { ...made, ...over, fields, title: "Jay's day", person: "amina" };
  return { ...whole, hash: await hashOf(canonical(whole.path, whole.fields)) };
};

// How the bad one is made bad, or what stands between it and the server: `meet(send, options)` for each call that holds it.
const evil = (send, options) => send({ ...options, headers: { ...options.headers, Origin: "https://evil.example" } });
const late = (status) => ({ meet: null, late: status });
const CLASSES = {
  400: { over: { made_at: "never" } },
  403: { meet: evil },
  404: { over: { fields: { child: [othersChild] } } },
  409: { before: true },
  413: { over: { fields: { saw: ["x".repeat(5_000_000)] } } },
  422: { over: { fields: { told_by: ["x".repeat(500)] } } },
  429: late(429),
  500: late(500),
  503: late(503),
  "500 for the whole call": { meet: async () => new Response("<h1>Sorry</h1>", { status: 500 }) },
};

/** Everything goes through to the server but the bad one, for which the answer is that it will be taken later. */
async function without(bad, status, options) {
  const items = JSON.parse(gunzipSync(options.body)).items.filter(({ id }) => id !== bad.id);
  const { "Content-Encoding": _packed, "X-Content-Hash": _hash, ...headers } = options.headers;
  const answer = await reach("/sync/items", { ...options, headers, body: JSON.stringify({ items }) });
  const { receipts } = await answer.json();
  const put = { id: bad.id, hash: bad.hash, status, outcome: "later", at: "", errors: {}, location: null };
  return new Response(JSON.stringify({ receipts: [...receipts, put] }), { status: answer.status });
}

async function play(name, { over = {}, before, meet, late: status }, at) {
  const box = createBox(vault, memory());
  let bad;
  for (let n = 0; n < ITEMS; n += 1) {
    const made = await item(n, n === at ? over : {});
    if (n === at) bad = made;
    await box.add(made);
  }
  if (before) {
    const body = JSON.stringify({ items: [{ ...(await item("before")), id: bad.id }] });
    await reach("/sync/items", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  }
  let healed = false;
  let triesOfBad = 0;
  const holds = (path, { headers, body }) =>
    path === "/sync/items"
      ? gunzipSync(body).includes(bad.id) && JSON.parse(gunzipSync(body)).items.some(({ id }) => id === bad.id)
      : headers["Idempotency-Key"] === bad.id;
  const courier = createCourier({
    box,
    person: (await (await reach("/pwa/who")).json()).person,
    device: "poison",
    digest: hashOf,
    fetch: (path, options) => {
      if (!holds(path, options)) return reach(path, options);
      triesOfBad += 1;
      if (healed) return reach(path, options);
      if (meet) return meet((changed) => reach(path, changed), options);
      if (status && path === "/sync/items") return without(bad, status, options);
      return status ? Promise.resolve(new Response("{}", { status })) : reach(path, options);
    },
    clock: { now: () => new Date(), after: () => () => {} }, // no waiting: what goes, goes in the drain that is asked for
    lock: (_name, work) => work(),
    probe: async () => (await reach("/pwa/who")).json(),
    gzip: promisify(gzip),
  });
  await courier.hint();
  const others = (await box.list(1000)).filter(({ id, state }) => id !== bad.id && state === "received").length;
  const tries = triesOfBad;
  for (let again = 0; again < AGAIN; again += 1) await courier.hint();
  const kept = (await box.list(1000)).find(({ id }) => id === bad.id);
  const readable = JSON.stringify(kept?.fields) === JSON.stringify(bad.fields);
  const reasons = Object.values(kept?.errors || {})
    .flat()
    .filter(Boolean).length;
  const sentAgain = triesOfBad - tries;
  healed = true;
  if (kept?.state === "waiting") await courier.hint();
  const end = (await box.list(1000)).find(({ id }) => id === bad.id)?.state;
  courier.stop();
  return { name, at, others, state: kept?.state, readable, reasons, sentAgain, end };
}

const spread = (_, i) => Math.round((i * (ITEMS - 1)) / Math.max(1, Number(positions) - 1));
for (const [name, how] of Object.entries(CLASSES))
  for (const at of Array.from({ length: Number(positions) }, spread))
    console.log(JSON.stringify(await play(name, how, at)));
process.exit(0);
