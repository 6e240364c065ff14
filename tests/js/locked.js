/** A locked phone and a Lantern for it, for tests of what goes between the two without a key. */

import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { sendLocked } from "../../static/js/offline/copies.js";
import { fakeLock, ping, reply } from "./fakes.js";

const HASH = "a".repeat(64);
export const slot = { id: "vault-1", person: "amina" };

export function fakeStore(count, over = {}) {
  const outbox = new Map();
  const meta = new Map();
  for (let n = 1; n <= count; n += 1) {
    const copy = { kid: "k1", epk: "e", iv: "i", ct: "c".repeat(1600) };
    outbox.set(n, { n, id: `id-${n}`, state: "waiting", iv: "iv", ct: "sealed", copy, ...over });
  }
  const inState = (state, after) => [...outbox.values()].filter((one) => one.state === state && one.n > after);
  return {
    outbox,
    meta,
    writes: 0,
    inState: async (state, limit, after = 0) => inState(state, after).slice(0, limit),
    get: async (_meta, key) => meta.get(key),
    count: async (state) => inState(state, 0).length,
    async write(ops) {
      this.writes += 1;
      for (const [verb, name, ...args] of ops) {
        if (name === "outbox") outbox.set(args[0].n, args[0]);
        else if (verb === "clear") this.cleared = name;
        else if (verb === "put") meta.set(args[1], args[0]);
        else meta.delete(args[0]);
      }
    },
    close() {},
  };
}

/** A Lantern for copies. `mood(items)` may answer in its place. */
export function lanternOf(person = "amina") {
  const lantern = { person, rows: new Map(), posts: [], asked: 0, mood: () => undefined, knows: () => true };
  const receipt = (id) => ({
    id,
    hash: HASH,
    status: 200,
    outcome: "received",
    errors: {},
    at: "2026-05-05T18:43:00Z",
  });
  const take = ({ items }, headers) => {
    const receipts = items.map(({ id }) => ({ ...receipt(id), ...lantern.judge?.(id) }));
    for (const { id } of receipts.filter(({ outcome }) => outcome === "received"))
      lantern.rows.set(id, (lantern.rows.get(id) || 0) + 1);
    const lost = headers["X-Last-Received"] && !lantern.knows(headers["X-Last-Received"]);
    return reply(200, { receipts }, lost ? { "X-Offer-Again": "1" } : {});
  };
  const who = () => {
    lantern.asked += 1;
    const said = { person: lantern.person, vault: "make", wipe: Boolean(lantern.wipe), paused: lantern.paused };
    return lantern.who?.() || reply(200, said, lantern.wipe ? { "X-Wipe": "1" } : {});
  };
  lantern.fetch = async (path, { body, headers }) => {
    if (lantern.down) throw new TypeError("Failed to fetch");
    if (path === "/ping") return ping();
    if (path === "/pwa/who") return who();
    const sent = JSON.parse(headers["Content-Encoding"] ? gunzipSync(body) : body);
    lantern.posts.push({ path, headers, ...sent, bytes: body.length });
    return (await lantern.mood(sent.items)) || take(sent, headers);
  };
  return lantern;
}

export const send = (store, lantern, over = {}) =>
  sendLocked({
    slots: [slot],
    openStore: async () => store,
    fetch: lantern.fetch,
    lock: fakeLock(),
    vaults: async () => 1,
    cutOff: () => assert.fail("wiped"),
    ...over,
  });
