import assert from "node:assert/strict";
import { test } from "node:test";
import { createConnection } from "../../static/js/offline/connection.js";
import { bringPack } from "../../static/js/offline/pack.js";
import { reply } from "./fakes.js";

const asking = (answer, over = {}) => createConnection({ fetch: async (...asked) => answer(...asked), ...over });

test("a café's welcome page does not say who we are", async () => {
  for (const lie of ["<html>Welcome</html>", "{}", "null", "[]", '"lantern"', '{"person":']) {
    assert.equal(await asking(() => reply(200, lie)).who(), null);
  }
  assert.equal(await asking(() => reply(302, { person: "amina", vault: "make" })).who(), null);
  const who = { person: "amina", vault: "make", wipe: false };
  assert.deepEqual(await asking(() => reply(200, who)).who(), who);
});

test("a server that never answers is given up, and a body that stops half-way as well", async () => {
  const awake = setInterval(() => {}, 10); // node lets go of a process that only waits for a time limit
  const never = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const silent = createConnection({ fetch: (_path, { signal }) => never(signal) });
  await assert.rejects(silent.request("/", { limit: 20 }));
  const half = createConnection({
    fetch: async (_path, { signal }) => ({ status: 200, headers: new Headers(), text: () => never(signal) }),
  });
  await assert.rejects(half.request("/", { limit: 20 }));
  clearInterval(awake);
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

// --- the pack ------------------------------------------------------------------------------------------------------

const NOW = Date.parse("2026-05-05T18:00:00Z");
function packing(pack, copies = {}, status = 200) {
  const kept = [];
  const dropped = [];
  const asked = [];
  const connection = {
    async request(path) {
      asked.push(path);
      const body = path.startsWith("/sync/pack") ? pack : `page ${path}`;
      return { status, text: typeof body === "string" ? body : JSON.stringify(body) };
    },
  };
  const pages = {
    drop: async (scopes) => dropped.push(scopes),
    read: async (path) => copies[path] || null,
    keep: async (path) => kept.push(path),
  };
  const done = bringPack({ vault: { kind: "pin" }, pages, connection, now: () => NOW });
  return done.then((all) => ({ all, kept, dropped, asked }));
}

test("what may no longer be held goes first, then what is missing or old is fetched", async () => {
  const pack = { pages: ["/", "/me/", "/recordings/"], scopes: ["self", "child:c_1"] };
  const copies = { "/": { at: "2026-05-05T17:58:00Z" }, "/me/": { at: "2026-05-05T12:00:00Z" } };
  const { all, kept, dropped, asked } = await packing(pack, copies);
  assert.equal(all, true);
  assert.deepEqual(dropped, [["self", "child:c_1"]]);
  assert.deepEqual(kept, ["/me/", "/recordings/"]);
  assert.equal(asked[0], "/sync/pack?kind=pin");
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
