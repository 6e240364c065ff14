/** Hints that the network may be back. A hint is only a reason to try: no event says that sending works. */

/**
 * Calls `hint` whenever a try may be worth it.
 * @param {() => void} hint
 * @param {AbortSignal} [signal] ends it
 * @param {string|null} [vault] the worker asks whose words this page sends by itself; null: it is locked
 */
export function onHints(hint, signal, vault = null) {
  const visible = () => document.visibilityState === "visible" && hint();
  addEventListener("online", hint, { signal });
  addEventListener("pageshow", hint, { signal });
  document.addEventListener("visibilitychange", visible, { signal });
  const asked = ({ data, ports }) => {
    if (data !== "drain") return;
    ports[0]?.postMessage(vault);
    if (vault) hint();
  };
  navigator.serviceWorker?.addEventListener("message", asked, { signal });
}
