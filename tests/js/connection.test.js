import assert from "node:assert/strict";
import { test } from "node:test";
import { anyOf, createConnection, createProbe } from "../../static/js/offline/connection.js";
import { bringPack } from "../../static/js/offline/pack.js";
import { foreign, ping, reply, settled } from "./fakes.js";

const PORTAL = "<!doctype html><h1>Free Wi-Fi</h1>";
const asking = (answer, over = {}) => createConnection({ fetch: async (...asked) => answer(...asked), ...over });

test("a café's welcome page does not say who we are", async () => {
  for (const lie of ["<html>Welcome</html>", "{}", "null", "[]", '"lantern"', '{"person":']) {
    assert.equal(await asking(() => reply(200, lie)).who(), null);
  }
  assert.equal(await asking(() => reply(302, { person: "amina", vault: "make" })).who(), null);
  const who = { person: "amina", vault: "make", wipe: false };
  assert.deepEqual(await asking(() => reply(200, who)).who(), who);
});

test("a server that never answers is given up, and a body that stops half-way as well", async (t) => {
  const awake = setInterval(() => {}, 10); // node lets go of a process that only waits for a time limit
  t.after(() => clearInterval(awake));
  const never = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const silent = createConnection({ fetch: (_path, { signal }) => never(signal) });
  await assert.rejects(silent.request("/", { limit: 20 }));
  const half = createConnection({
    fetch: async (_path, { signal }) => ({ ...reply(200), text: () => never(signal) }),
  });
  await assert.rejects(half.request("/", { limit: 20 }));
});

/** Somebody who answers everything with this, and what /ping says there. */
const instead = (answer, known) => async (path) => (path === "/ping" ? known() : answer());
const silent = () => {
  throw new TypeError("Failed to fetch");
};

test("R20: what does not carry Lantern's mark was not said by Lantern, whatever its status", async () => {
  for (const [status, why] of [
    [200, "foreign"],
    [204, "foreign"],
    [302, "foreign"],
    [401, "foreign"],
    [511, "foreign"],
    [500, "ill"],
    [502, "ill"],
  ]) {
    const answer = () => foreign(status, status === 204 ? "" : PORTAL);
    for (const known of [answer, ping, silent, () => foreign(200, { ping: "somebody" }), () => foreign(200, "null")]) {
      const { request, who, told } = createConnection({ fetch: instead(answer, known), waiting: () => 3 });
      await assert.rejects(request("/"), (error) => error instanceof TypeError && error.why === why);
      assert.equal(await who(), null);
      assert.equal(told(), 0, "and so it does not know how much waits either");
    }
  }
});

test("R20: not even the right words wipe, pause or name anybody without the mark", async () => {
  const fail = () => assert.fail("a stranger was believed");
  const needs = { person: "amina", wipe: fail, paused: fail };
  const wipe = foreign(401, { held: "cut-off" }, { "X-Wipe": "1" });
  for (const lie of [wipe, foreign(401, { held: "paused" }), foreign(200, { person: "amina", vault: "make" })]) {
    const { request, who } = createConnection({ fetch: instead(() => lie, ping), ...needs });
    await assert.rejects(request("/"));
    assert.equal(await who(), null);
  }
});

test("R16: a server from before the mark, or behind a proxy that takes it off, is known by its word", async () => {
  const before = () => foreign(200, { ping: "lantern" });
  const { request, who } = createConnection({ fetch: instead(() => foreign(404, "not here"), before) });
  assert.equal((await request("/")).status, 404);
  assert.equal(await who(), null);
  const knows = { person: "amina", vault: "make" };
  const unmarked = createConnection({ fetch: instead(() => foreign(200, knows), before) });
  assert.deepEqual(await unmarked.who(), { ...knows, wipe: false });
});

test("somebody who takes for ever over the known word is given up with the call", { timeout: 5000 }, async (t) => {
  const awake = setInterval(() => {}, 10);
  t.after(() => clearInterval(awake));
  const never = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const fetch = (path, { signal }) => (path === "/ping" ? never(signal) : Promise.resolve(foreign(200, PORTAL)));
  await assert.rejects(createConnection({ fetch }).request("/", { limit: 20 }));
});

test("every request says whose phone it is, and keeps out of the browser's own cache", async () => {
  let seen;
  const own = { id: "vault-1", person: "amina", waiting: () => 3 };
  const connection = asking((_path, options) => {
    seen = options;
    return reply(200, "");
  }, own);
  await connection.request("/", { headers: { "HX-Request": "true", "X-Vault-User": "ben" } });
  assert.equal(seen.headers["X-Vault-User"], "amina");
  assert.equal(seen.headers["X-Device"], "vault-1");
  assert.equal(seen.headers["X-App"], "1");
  assert.equal(seen.headers["X-Waiting"], "3");
  assert.equal(seen.headers["HX-Request"], "true");
  assert.equal(seen.cache, "no-store");
});

test("a phone that was cut off hears it on any page it asks for", async () => {
  let wiped = 0;
  const connection = asking(() => reply(401, { held: "cut-off" }, { "X-Wipe": "1" }), { wipe: () => wiped++ });
  await connection.request("/recordings/");
  assert.equal(wiped, 1);
});

test("words are wiped for Lantern's own word only, not for a header that somebody on the way put in", async () => {
  const wipe = { "X-Wipe": "1" };
  const lies = [
    reply(401, "<h1>Sign in to the Wi-Fi</h1>", wipe),
    reply(401, "", wipe),
    reply(401, "null", wipe),
    reply(401, { held: "signed-out" }, wipe),
    reply(401, '{"held":"cut-o', wipe),
    reply(401, { held: "cut-off" }),
    reply(200, { held: "cut-off" }, wipe),
    reply(403, { held: "cut-off" }, wipe),
    reply(200, { person: null, vault: "none", wipe: true }),
    reply(200, { person: null, vault: "none", wipe: "yes" }, wipe),
    reply(403, { person: null, vault: "none", wipe: true }, wipe),
    { ...reply(200, { person: null, vault: "none", wipe: true }, wipe), redirected: true },
    { ...reply(401, { held: "cut-off" }, wipe), redirected: true },
  ];
  let wiped = 0;
  for (const lie of lies) {
    const { request, who } = asking(() => lie, { wipe: () => wiped++ });
    await request("/recordings/");
    assert.ok(!(await who())?.wipe);
  }
  assert.equal(wiped, 0);
});

test("a phone that was cut off hears it when it asks who is here, by the same two signs", async () => {
  let wiped = 0;
  const said = { person: null, vault: "none", wipe: true };
  const { who } = asking(() => reply(200, said, { "X-Wipe": "1" }), { wipe: () => wiped++ });
  assert.deepEqual(await who(), said);
  assert.equal(wiped, 1);
});

test("the pack tells Lantern what it received last, and hears when Lantern does not know it", async () => {
  const pack = { pages: [], scopes: ["self", "child:c_1"] };
  const { named, asked } = await packing(pack);
  assert.deepEqual([named, asked.includes("lost")], [["id-9"], false]);
  const back = await packing(pack, {}, 200, undefined, true);
  assert.ok(back.asked.includes("lost"));
});

test("a link that works again is found at once, and one that is very slow is found as well", async () => {
  const asked = [];
  let answers = { 2500: null, 20000: null };
  let patience = () => {};
  const later = new Promise((resolve) => {
    patience = resolve;
  });
  const probe = createProbe(async (limit) => {
    asked.push(limit);
    return limit === 20_000 ? later : answers[2500];
  });
  assert.equal(await probe(), null);
  assert.equal(await probe(), null, "it does not wait for the patient question");
  assert.equal(await probe(), null);
  assert.deepEqual(asked, [2500, 2500, 20_000, 2500], "one patient question at a time");
  patience({ person: "amina" });
  await settled();
  assert.deepEqual(await probe(), { person: "amina" }, "what was answered meanwhile counts");
  answers = { 2500: { person: "ben" } };
  assert.deepEqual(await probe(), { person: "ben" });
  assert.equal(asked.at(-1), 2500, "while Lantern answers, one question is enough");
});

// --- the pack ------------------------------------------------------------------------------------------------------

const NOW = Date.parse("2026-05-05T18:00:00Z");
const holds = ["writing"];
const scopesAt = (scopes, at) => new Map([["scopes", { is: `name of scopes:${scopes} ${holds}`, at }]]);
function packing(
  pack,
  copies = {},
  status = 200,
  meta = scopesAt(["child:c_1", "self"], 0),
  lost = false,
  undecided = [],
) {
  const kept = [];
  const dropped = [];
  const asked = [];
  const named = [];
  const waitsFor = [];
  const connection = {
    async request(path, { headers } = {}) {
      asked.push(path);
      if (headers?.["X-Last-Received"]) named.push(headers["X-Last-Received"]);
      if (headers?.["X-With-Manager"]) waitsFor.push(headers["X-With-Manager"].split(","));
      const body = path.startsWith("/sync/pack") ? pack : `page ${path}`;
      return {
        status,
        headers: new Headers(lost ? { "X-Offer-Again": "1" } : {}),
        text: typeof body === "string" ? body : JSON.stringify(body),
      };
    },
  };
  const pages = {
    drop: async ({ scopes }) => dropped.push(scopes),
    read: async (path) => copies[path] || null,
    keep: async (path) => kept.push(path),
  };
  const vault = { kind: "pin", name: async (text) => `name of ${text}` };
  const store = {
    get: async (_store, key) => meta.get(key),
    write: async ([[, , value, key]]) => meta.set(key, value),
  };
  const box = { last: async () => "id-9", lost: async () => asked.push("lost"), undecided: async () => undecided };
  const heeded = [];
  const heed = async ({ lock_minutes }) => heeded.push(lock_minutes);
  const done = bringPack({ vault, store, pages, connection, heed, box, now: () => NOW });
  return done.then((all) => ({ all, kept, dropped, asked, meta, heeded, named, waitsFor }));
}

test("R14: what a manager has not decided yet is asked about, however much and however long, some at a time", async () => {
  const pack = { pages: ["/"], scopes: ["self", "child:c_1"], holds };
  const ask = async (undecided) => (await packing(pack, {}, 200, undefined, false, undecided)).waitsFor;
  assert.deepEqual(await ask([]), []);
  assert.deepEqual(await ask(["a", "b"]), [["a", "b"]]);
  const many = Array.from({ length: 250 }, () => crypto.randomUUID());
  const asked = [...(await ask(many)), ...(await ask(many)), ...(await ask(many))];
  assert.deepEqual(new Set(asked.flat()), new Set(many));
  for (const ids of asked) assert.ok(ids.length === 100 && ids.join().length < 4000, "a header has an end");
});

test("what may no longer be held goes first, then what is missing or old is fetched", async () => {
  const pack = { pages: ["/", "/me/", "/recordings/"], scopes: ["self", "child:c_1"], holds };
  const copies = { "/": { at: "2026-05-05T17:58:00Z" }, "/me/": { at: "2026-05-05T12:00:00Z" } };
  const { all, kept, dropped, asked } = await packing(pack, copies);
  assert.equal(all, true);
  assert.deepEqual(dropped, [["self", "child:c_1"]]);
  assert.deepEqual(kept, ["/me/", "/recordings/"]);
  assert.equal(asked[0], "/sync/pack?kind=pin");
});

test("when a child comes or goes, pages that may name them go too, and all is fetched anew, once", async () => {
  const pack = { pages: ["/", "/children/c_1/"], scopes: ["self", "child:c_1"], holds };
  const copies = { "/": { at: "2026-05-05T17:59:00Z" }, "/children/c_1/": { at: "2026-05-05T17:59:00Z" } };
  for (const before of [scopesAt(["child:c_1", "child:c_2", "self"], 0), new Map()]) {
    const { kept, dropped, meta } = await packing(pack, copies, 200, before);
    assert.deepEqual(dropped, [["child:c_1"]]);
    assert.deepEqual(kept, pack.pages);
    for (const copy of Object.values(copies)) assert.ok(Date.parse(copy.at) < meta.get("scopes").at);
    const anew = Object.fromEntries(pack.pages.map((path) => [path, { at: new Date(NOW).toISOString() }]));
    const again = await packing({ ...pack, scopes: ["child:c_1", "self"] }, anew, 200, meta);
    assert.deepEqual(again.dropped, [["child:c_1", "self"]]);
    assert.deepEqual(again.kept, []);
  }
});

test("when an authority lets phones hold less, or opens less by PIN, all is fetched anew", async () => {
  const pack = { pages: ["/"], scopes: ["self", "child:c_1"], holds: ["writing", "household"], lock_minutes: 3 };
  const { dropped, kept, heeded } = await packing(pack, { "/": { at: "2026-05-05T17:59:00Z" } });
  assert.deepEqual(dropped, [["child:c_1"]]);
  assert.deepEqual(kept, ["/"]);
  assert.deepEqual(heeded, [3]);
});

test("a pack cut short after a change goes on where it stopped, with nothing from before", async () => {
  const pack = { pages: ["/", "/me/"], scopes: ["self", "child:c_1"], holds };
  const copies = { "/": { at: "2026-05-05T17:58:30Z" }, "/me/": { at: "2026-05-05T17:57:30Z" } };
  const meta = scopesAt(["child:c_1", "self"], Date.parse("2026-05-05T17:58:00Z"));
  const { kept } = await packing(pack, copies, 200, meta);
  assert.deepEqual(kept, ["/me/"]);
});

test("a pack that is not a pack drops nothing", async () => {
  for (const [pack, status] of [
    ["<html>sign in</html>", 200],
    [{ held: "signed-out" }, 401],
    ['{"pages":[', 200],
  ]) {
    const { all, dropped, kept } = await packing(pack, {}, status);
    assert.equal(all, false);
    assert.deepEqual(dropped, []);
    assert.deepEqual(kept, []);
  }
});

test("S3: a paused account is heard on any page and from who, for this person only", async () => {
  let heard = 0;
  const own = { id: "vault-1", person: "amina", paused: () => heard++ };
  await asking(() => reply(401, { held: "paused", words: "Ring Della" }), own).request("/recordings/");
  assert.equal(heard, 1);
  await asking(() => reply(200, { person: null, vault: "none", paused: "amina" }), own).who();
  assert.equal(heard, 2);
  await asking(() => reply(200, { person: null, vault: "none", paused: "ben" }), own).who();
  await asking(() => reply(200, { person: "amina", vault: "make", paused: null }), own).who();
  await asking(() => reply(401, { held: "signed-out" }), own).request("/");
  await asking(() => reply(200, { held: "paused" }), own).request("/");
  assert.equal(heard, 2);
});

test("signals that are joined end with the first of them, and with its reason", () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const joined = anyOf(first.signal, undefined, second.signal);
  assert.equal(joined.aborted, false);
  second.abort("second");
  first.abort("first");
  assert.equal(joined.reason, "second");
  assert.equal(anyOf(first.signal).reason, "first");
});
