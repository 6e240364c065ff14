/** The pack: the pages this phone holds for when there is no signal, and nothing that it may no longer hold. */

import { lastHeaders } from "./copies.js";

const MOST_ASKED = 100; // items with a manager that one call names: more would not fit into its header
let turn = 0; // of more than that, others are asked about each time

const FRESH = 10 * 60_000; // ms that a copy counts as fresh enough not to be fetched again

/**
 * What this phone may hold and about whom, as the last pack said, and since when. When that changes, pages about the
 * person themselves go as well (they may name a child who has moved), and no copy from before counts as fresh.
 */
async function changedAt({ vault, store, pages, pack: { scopes, holds }, now }) {
  const is = await vault.name(`scopes:${[...scopes].sort()} ${holds}`); // ids do not stand on the disk in clear
  const last = await store.get("meta", "scopes");
  await pages.drop({ holds, scopes: last?.is === is ? scopes : scopes.filter((scope) => scope !== "self") });
  if (last?.is === is) return last.at > now() ? 0 : last.at; // a clock that was put back does not fetch for ever
  const at = now();
  await store.write([["put", "meta", { is, at }, "scopes"]]);
  return at;
}

/** Of a long list some, in turns. */
function some(ids) {
  const from = ids.length > MOST_ASKED ? turn % ids.length : 0;
  turn = from + MOST_ASKED;
  return [...ids.slice(from), ...ids.slice(0, from)].slice(0, MOST_ASKED);
}

/**
 * Brings the phone up to date: drops what it may not hold any more, fetches what it should hold.
 * @param {object} needs
 * @param {import("./vault.js").Vault} needs.vault
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} needs.store
 * @param {ReturnType<typeof import("./pages.js").createPages>} needs.pages
 * @param {ReturnType<typeof import("./connection.js").createConnection>} needs.connection
 * @param {(pack: object) => Promise<void>} needs.heed  the rest of what the pack says is the phone's business
 * @param {ReturnType<typeof import("./box.js").createBox>} needs.box
 * @param {AbortSignal} [needs.signal]  something better has to go first
 * @param {() => number} [needs.now]
 * @returns {Promise<boolean>} is everything here
 */
export async function bringPack({ vault, store, pages, connection, heed, box, signal, now = Date.now }) {
  try {
    const [last, undecided] = await Promise.all([box.last(), box.undecided()]);
    const headers = {
      ...lastHeaders(last),
      ...(undecided.length && { "X-With-Manager": some(undecided).join() }),
    };
    const list = await connection.request(`/sync/pack?kind=${vault.kind}`, { headers, priority: "low" });
    if (list.status !== 200) return false;
    const pack = JSON.parse(list.text);
    if (list.headers.get("X-Offer-Again") === "1") await box.lost();
    await heed(pack);
    const since = await changedAt({ vault, store, pages, pack, now });
    for (const path of pack.pages) {
      const copy = await pages.read(path);
      const at = copy && Date.parse(copy.at);
      if (copy && at >= since && Math.abs(now() - at) < FRESH) continue; // a copy from tomorrow is not fresh either
      const answer = await connection.request(path, {
        headers: { "HX-Request": "true" },
        limit: 15_000,
        priority: "low",
        signal,
      });
      if (answer.status === 401) return false;
      await pages.keep(path, answer).catch(() => {}); // a full phone has what it has room for
    }
    return true;
  } catch {
    return false;
  }
}
