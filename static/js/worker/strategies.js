/** Which way a request goes. Pure: facts about the request in, the name of a way out. */

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
