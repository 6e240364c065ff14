/** Which way a request goes, pure: facts about the request in, the name of a way out. And what is kept beforehand. */

import { isLanterns } from "../offline/connection.js";

// Signing in and out, the demo's doors and downloads are always asked of the server itself.
const NETWORK_ONLY = /^\/(demo|sign-in|sign-out|join|recover|healthz|files|sw\.js)(\/|$)|\.(pdf|json)$/;

/**
 * "shell": the locked shell, if a vault is on this phone, else the network.
 * "cache": a file of ours that never changes under its address, kept since the worker came.
 * "pass": the worker keeps out of it. Everything that could carry a person's words goes this way.
 *
 * @param {{method: string, mode: string, path: string, sameOrigin: boolean, kept: boolean}} request
 */
export function strategy({ method, mode, path, sameOrigin, kept }) {
  if (method !== "GET" || !sameOrigin) return "pass";
  if (mode === "navigate") return NETWORK_ONLY.test(path) ? "pass" : "shell";
  return kept ? "cache" : "pass";
}

/**
 * Keeps Lantern's own files under this name, or none: a café's page among them would answer in its place ever after.
 * @param {CacheStorage} caches @param {string} name @param {string[]} paths @param {typeof fetch} fetch
 */
export async function keepAll(caches, name, paths, fetch) {
  const cache = await caches.open(name);
  await cache.addAll(paths);
  for (const path of paths) {
    if (await isLanterns(await cache.match(path), fetch)) continue;
    await caches.delete(name);
    throw new TypeError("not Lantern's file");
  }
}
