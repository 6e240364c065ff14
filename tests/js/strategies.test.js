import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { leavesApp } from "../../static/js/addresses.js";
import { keepAll, strategy } from "../../static/js/worker/strategies.js";
import { foreign, ping, reply } from "./fakes.js";

const ask = (path, over = {}) =>
  strategy({ method: "GET", mode: "navigate", sameOrigin: true, kept: false, path, ...over });
const js = new URL("../../static/js/", import.meta.url);

test("every page of the app starts as the locked shell, known or unknown", () => {
  for (const path of [
    "/",
    "/recordings/",
    "/recordings/new",
    "/children/c_k3x9q",
    "/never/heard/of",
    "/demonstration",
    "/shell",
  ]) {
    assert.equal(ask(path), "shell", path);
  }
});

test("signing in and out, the demo's doors and downloads are asked of the server itself", () => {
  const paths = [
    "/demo",
    "/demo/sign-in",
    "/sign-in",
    "/sign-out",
    "/join/abc",
    "/recover/asked",
    "/healthz",
    "/files/a",
    "/me/export.json",
    "/inbox/1/pack.pdf",
  ];
  for (const path of paths) assert.equal(ask(path), "pass", path);
});

test("the worker never touches what is sent", () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "HEAD", "QUERY"]) {
    for (const mode of ["navigate", "same-origin", "cors"]) assert.equal(ask("/recordings/", { method, mode }), "pass");
  }
  assert.equal(/POST|clone\(\)|\.put\(/.test(readFileSync(new URL("worker/worker.js", js), "utf8")), false);
});

test("the worker never touches a fragment about anybody, nor another site", () => {
  assert.equal(ask("/recordings/", { mode: "same-origin" }), "pass");
  assert.equal(ask("/pwa/who", { mode: "cors" }), "pass");
  assert.equal(ask("/", { sameOrigin: false }), "pass");
});

test("files of ours that never change come from the cache", () => {
  assert.equal(ask("/static/abc/js/app.js", { mode: "cors", kept: true }), "cache");
  assert.equal(ask("/static/older/js/app.js", { mode: "cors", kept: false }), "pass");
});

test("page and worker agree on which addresses leave the app", () => {
  globalThis.location = { href: "https://lantern.example/" };
  for (const path of [
    "/",
    "/demo",
    "/demo/x",
    "/sign-in",
    "/sign-out",
    "/join/1",
    "/auth/devices",
    "/files/1",
    "/a.pdf",
    "/me/",
    "/recordings/new?child=c.pdf",
  ]) {
    assert.equal(leavesApp(path), ask(path.split("?")[0]) === "pass", path);
  }
});

// --- the house: what only one file may touch ---------------------------------------------------------------------

const files = readdirSync(js, { recursive: true }).filter((name) => name.endsWith(".js"));
const without = (name) => readFileSync(new URL(name, js), "utf8").replace(/\/\*[\s\S]*?\*\/|(?<=\s)\/\/.*$/gm, "");

test("only the vault touches cryptography, only the store IndexedDB", () => {
  for (const name of files) {
    const text = without(name);
    const vault = name === "offline/vault.js";
    if (!vault && name !== "offline/seal.js") assert.equal(/crypto\b|subtle|argon2/.test(text), false, name);
    if (!vault) assert.equal(/seal\.js"/.test(text), false, `${name}: only the vault's room knows it`);
    if (name !== "offline/store.js") assert.equal(/indexedDB|IDBKeyRange/.test(text), false, name);
  }
});

test("words never go where the disk would keep them in clear, nor into the page as markup", () => {
  const banned =
    /localStorage|sessionStorage|document\.cookie|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.title|document\.write/;
  for (const name of files)
    assert.equal(
      banned.test(without(name).replaceAll('swap: "innerHTML"', "").replaceAll("swap:innerHTML", "")),
      false,
      name,
    );
});

/** Cache Storage, which fetches what it is told to keep. */
function cachesOf(answers) {
  const kept = new Map();
  const open = async (name) => {
    const cache = kept.get(name) || new Map();
    kept.set(name, cache);
    return {
      match: async (path) => cache.get(path),
      addAll: async (paths) => {
        for (const path of paths) cache.set(path, answers[path]);
      },
    };
  };
  return { kept, open, delete: async (name) => kept.delete(name) };
}

test("R20: the worker keeps no café's page among Lantern's files, and then keeps none, for the next try", async () => {
  const files = { "/shell": reply(200, "<html>"), "/app.js": reply(200, "go()") };
  const fine = cachesOf(files);
  await keepAll(fine, "shell-2", Object.keys(files), ping);
  assert.equal(fine.kept.get("shell-2").size, 2);
  for (const page of Object.keys(files)) {
    const caches = cachesOf({ ...files, [page]: foreign(200, "<h1>Free Wi-Fi</h1>") });
    caches.kept.set("shell-1", new Map());
    await assert.rejects(keepAll(caches, "shell-2", Object.keys(files), ping));
    assert.deepEqual([...caches.kept.keys()], ["shell-1"]);
  }
});
