/**
 * The worker: answers every navigation with the locked shell on a phone that has a vault, and keeps the app's own files.
 * It holds no key, and never touches what pages send. When the network is back and no page sends by itself, it takes
 * sealed copies to Lantern, which it can't read either.
 */

import { sendLocked } from "../offline/copies.js";
import { sayForgotten } from "../offline/forgotten.js";
import { list, records, vaults, wipe } from "../offline/vault.js";
import { keepAll, strategy } from "./strategies.js";

const ASK = 1000; // ms for a page to say that it sends by itself; one that was put to sleep says nothing

const SHELL = `shell-${VERSION}-${SEAL_KEY}`; // a new seal key comes with a new shell
const KEPT = new Set(PRECACHE);

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll(caches, SHELL, PRECACHE, fetch));
});

// Only our own older shells: a worker that tidies away "all other caches" tidies away the key slots.
async function tidy() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function hasVault() {
  return (await caches.has("keyslot")) && (await (await caches.open("keyslot")).keys()).length > 0;
}

const shell = async () => (await caches.open(SHELL)).match("/shell");

async function navigate(request) {
  const locked = (await hasVault()) && (await shell());
  if (locked) return locked;
  try {
    return await fetch(request);
  } catch (error) {
    const fallback = await shell();
    if (fallback) return fallback;
    throw error;
  }
}

async function fromCache(request) {
  return (await (await caches.open(SHELL)).match(request)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const facts = { method: request.method, mode: request.mode, path: pathname, sameOrigin: origin === location.origin };
  const way = strategy({ ...facts, kept: KEPT.has(pathname) });
  if (way === "shell") event.respondWith(navigate(request));
  if (way === "cache") event.respondWith(fromCache(request));
});

// A page in use is never replaced under somebody's hands. A page at its lock screen may ask for it, if it is the only one.
async function takeOver() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length <= 1) await self.skipWaiting();
}
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(takeOver());
});

/** Whose words a page sends by itself, or null. */
const asked = (page) =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), ASK);
    page.postMessage("drain", [port2]);
  });

// The network is back (Android). If something stays, the browser hears of it, and tries again later.
async function drain() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = await Promise.all(pages.map(asked));
  const slots = (await list()).filter((slot) => !open.includes(slot.id));
  const lock = (name, work) => navigator.locks.request(name, work);
  const cutOff = async ({ id }) => {
    await wipe(id);
    await sayForgotten(fetch, id).catch(() => {});
  };
  const { left } = await sendLocked({ slots, openStore: records, fetch, lock, vaults, cutOff });
  if (left) throw new Error("something still waits");
}
self.addEventListener("sync", (event) => event.waitUntil(drain()));
