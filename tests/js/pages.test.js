import assert from "node:assert/strict";
import { test } from "node:test";
import { createPages, limitOf } from "../../static/js/offline/pages.js";

globalThis.DOMParser = class {
  parseFromString() {
    return { querySelector: () => null };
  }
};

/** A vault that seals nothing and a store that is a map: what is kept and what is dropped can be looked at. */
function phone(kind) {
  const kept = new Map();
  const vault = {
    kind,
    name: async (path) => path,
    seal: async (_s, _k, page) => page,
    open: async (_s, _k, page) => page,
  };
  const store = {
    keys: async () => [...kept.keys()],
    get: async (_store, key) => kept.get(key),
    write: async (ops) => {
      for (const [verb, , ...args] of ops) verb === "put" ? kept.set(args[1], args[0]) : kept.delete(args[0]);
    },
  };
  const pages = createPages({ vault, store, connection: {} });
  const answer = (what, hold = "always", scope = "self") => ({
    status: 200,
    text: "",
    headers: new Headers({ "X-Hold": hold, "X-Hold-For": what, "X-Hold-Scope": scope, "X-Hold-Days": "7" }),
  });
  return { kept, pages, answer };
}

test("what the authority takes off its list goes off the phone, and what is about somebody who moved away", async () => {
  const { kept, pages, answer } = phone("passkey");
  await pages.keep("/help", answer("who_to_ring"));
  await pages.keep("/children/c_1", answer("household", "passkey", "child:c_1"));
  await pages.keep("/recordings/new?child=c_2", answer("writing", "always", "child:c_2"));
  await pages.drop({ scopes: ["self", "child:c_1", "child:c_2"], holds: ["writing", "household", "who_to_ring"] });
  assert.equal(kept.size, 3);
  await pages.drop({ scopes: ["self", "child:c_1"], holds: ["writing", "who_to_ring"] });
  assert.deepEqual([...kept.keys()], ["/help"]);
});

test("a copy that an older release kept does not say what it is, and stays until it is too old", async () => {
  const { kept, pages } = phone("pin");
  kept.set("/help", { path: "/help", until: Date.now() + 1000, scope: "self" });
  kept.set("/", { path: "/", until: Date.now() - 1, scope: "self" });
  await pages.drop({ scopes: ["self"], holds: [] });
  assert.deepEqual([...kept.keys()], ["/help"]);
});

test("a PIN keeps nothing that a passkey is asked for", async () => {
  const { kept, pages, answer } = phone("pin");
  await pages.keep("/children/c_1", answer("household", "passkey", "child:c_1"));
  await pages.keep("/unmarked", { status: 200, text: "", headers: new Headers() });
  assert.equal(kept.size, 0);
});

test("R8: a file has the time that it needs on a slow link, and a form without one does not hang", async () => {
  const limits = [];
  const connection = {
    async request(_path, { limit }) {
      limits.push(limit);
      return { status: 200, headers: new Headers(), text: "", url: "/" };
    },
  };
  const { fetch } = createPages({ vault: {}, store: {}, connection });
  const form = new FormData();
  form.append("file", new Blob(["x".repeat(7_300_000)]), "lantern-sealed.lantern");
  form.append("csrf_token", "x");
  for (const body of [undefined, new URLSearchParams({ saw: "words" }), form])
    await fetch("/sync/copies", { method: "POST", body });
  const slow4G = 7_300_000 / 90; // ms at 90 bytes each, which is 720 kbit/s
  assert.deepEqual(limits.slice(0, 2), [30_000, 30_000]);
  assert.ok(limits[2] > 10 * slow4G && limits[2] === limitOf(form));
});
