/**
 * Time for what may be kept only so long: it never goes back, and goes on from where it was when somebody puts the
 * phone's clock back. A phone that was switched off meanwhile can't know how long; it counts that as no time at all.
 */

/**
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} store
 * @param {() => number} [clock] ms
 */
export async function createTime(store, clock = Date.now) {
  let { seen, time } = (await store.get("meta", "time").catch(() => null)) || { seen: clock(), time: clock() };

  /** ms, as of 1970 by the clock that was first believed. */
  function now() {
    const at = clock();
    time += Math.max(0, at - seen);
    seen = at;
    return time;
  }

  return {
    now,
    /** Writes down how far it has come, for after a close or a crash. */
    keep() {
      now();
      return store.write([["put", "meta", { seen, time }, "time"]]);
    },
  };
}
