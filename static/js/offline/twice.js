/**
 * What waits on this phone lies on it twice, sealed both times: in the vault's database, and here, in Cache Storage.
 *
 * A browser may give up a database whole. Chromium 156, killed (-9) between two of the writes that make one record of its
 * log, goes on after the torn end; the next time but one it finds the tear, takes the database for spoilt and deletes it,
 * with everything that was ever called saved (tests/journeys/test_torn.py does it by hand, every time). Nothing that
 * happens to the one place happens to the other. An entry here is never written over, as with key slots: a new one comes
 * under an address of its own, and then the old one goes. What Lantern received goes when there is time for it (`align`).
 */

import { base64url, fromBase64url } from "./bytes.js";

// A cache for each store: who saves looks through the drafts, of which there are few, and not through all that waits.
const KEPT = ["outbox", "drafts", "meta"];
const cacheOf = (id, store) => `words-${store}-${id}`;
const PATIENCE = 2_000; // ms that a save waits for this place; the words are in the other one by then
const COUNTED = "tries"; // of what else a vault notes, only the tries at its PIN: words must not come back without the count
const pathOf = ({ url }) => new URL(url).pathname;

/** Bytes have no place in JSON; the letters that stand for them know what they are. */
function packed(_key, value) {
  const own = this[_key];
  return own instanceof ArrayBuffer || ArrayBuffer.isView(own) ? { bytes: base64url(own) } : value;
}
const unpacked = (_key, value) => (typeof value?.bytes === "string" ? fromBase64url(value.bytes) : value);

/** What one step of a write is here: what is put, or deleted when it has no value; null when nothing is done at once. */
function meant([verb, store, value, key], got) {
  const gone = verb === "delete";
  if (store === "outbox") {
    if (gone) return got && { store, key: got.id };
    if (value.state === "received") return null; // Lantern has it
    return { store, key: value.id, value: { ...value, n: got }, isNew: verb === "add" };
  }
  const name = gone ? value : key;
  if (store !== "drafts" && name !== COUNTED) return null;
  return { store, key: name, value: gone ? null : value };
}

/** @param {string} id vault id */
export function createTwice(id) {
  const turns = new Map(); // address -> the turns of it that this page knows to be there
  let tail = Promise.resolve();
  let wiped = false;
  let last = 0; // turn
  const open = (store) => caches.open(cacheOf(id, store));
  const addressOf = (store, key) => `/words/${id}/${store}/${encodeURIComponent(key)}/`;

  /** Which turns of it are there: as far as this page knows, or, before the last of it goes, as it is. */
  async function known(at, { store, isNew, value }, listed) {
    if (isNew || (value && turns.has(at))) return turns.get(at) || [];
    return (await listed(store)).get(at) || [];
  }

  async function change(step, listed) {
    const { store, key, value, gone } = step;
    const cache = await open(store);
    const at = addressOf(store, key);
    const old = await known(at, step, listed);
    last = Math.max(Date.now(), last + 1, ...old.map((one) => one + 1)); // two windows may write one draft: the later counts
    const turn = last;
    if (value && !wiped) await cache.put(at + turn, new Response(JSON.stringify({ value, gone }, packed)));
    turns.set(at, value ? [turn] : []);
    await Promise.all(old.map((before) => cache.delete(at + before)));
    if (wiped) await forgetTwice(id); // in another window, while this was under way
  }

  /** All of a store that lies here, by address; looked at once for all steps of a write, for thousands may lie here. */
  const list = async (store) => {
    const found = new Map();
    for (const path of (await (await open(store)).keys()).map(pathOf)) {
      const at = path.slice(0, path.lastIndexOf("/") + 1);
      found.set(at, [...(found.get(at) || []), Number(path.slice(at.length))]);
    }
    return found;
  };

  /** Each entry that can be read. */
  async function* entries() {
    for (const name of KEPT) {
      const cache = await open(name);
      for (const request of await cache.keys()) {
        const [, , , store, key, turn] = pathOf(request).split("/").map(decodeURIComponent);
        const found = await whole(cache, request);
        if (found) yield { at: `${store}/${key}`, store, key, turn: Number(turn), gone: [], ...found };
      }
    }
  }

  /** One after the other, so that no older words come after newer ones. A second place never fails a save. */
  function inTurn(work) {
    tail = tail.then(work).catch(() => {});
    return tail;
  }

  /** Leaves the newest of what is there in the first place, and nothing of what is not. */
  async function letGo(store, lies, stays) {
    const cache = await open(store);
    for (const [at, here] of lies) {
      const newest = stays.has(decodeURIComponent(at.split("/")[4])) && Math.max(...here);
      await Promise.all(here.filter((turn) => turn !== newest).map((turn) => cache.delete(at + turn)));
    }
  }

  return {
    /**
     * What was just written, once more. Waits for words that are on this phone only, and not for long. An item says what
     * it came in the place of (its draft, the item that it mends), should that not have gone from here by the time.
     * @param {import("./store.js").Op[]} ops @param {any[]} got  what each step was answered with
     */
    async keep(ops, got) {
      const steps = ops.map((op, at) => meant(op, got[at])).filter(Boolean);
      const found = {};
      const listed = (store) => {
        found[store] ||= list(store);
        return found[store];
      };
      const gone = steps.filter(({ value }) => !value).map(({ store, key }) => `${store}/${key}`);
      const words = steps
        .map((step) => [step, inTurn(() => change({ ...step, gone }, listed))])
        .filter(([step]) => step.value);
      if (!words.length) return;
      let late = 0;
      const enough = new Promise((resolve) => {
        late = setTimeout(resolve, PATIENCE);
      });
      await Promise.race([words.at(-1)[1], enough]);
      clearTimeout(late);
    },

    /**
     * Makes this place what the first one is: what left it goes from here, and what waits and does not lie here is put.
     * First it is seen what lies here, for words come here after they came there.
     * @param {() => Promise<{outbox: Map<string, object>, drafts: Set<string>}>} look  what waits in the first place
     */
    align: (look) =>
      inTurn(async () => {
        const [items, drafts] = [await list("outbox"), await list("drafts")];
        const first = await look();
        await letGo("outbox", items, first.outbox);
        await letGo("drafts", drafts, first.drafts);
        for (const [key, value] of first.outbox)
          if (!items.has(addressOf("outbox", key))) await change({ store: "outbox", key, value, isNew: true });
      }),

    /** Everything that lies here, the newest of each, oldest items first. What an item came in the place of is not. */
    async all() {
      const best = new Map();
      const over = new Map(); // what an item came in the place of -> when
      for await (const found of entries()) {
        for (const gone of found.gone) over.set(gone, Math.max(over.get(gone) || 0, found.turn));
        if (!(best.get(found.at)?.turn > found.turn)) best.set(found.at, found);
      }
      const left = [...best.values()].filter(({ at, turn }) => !(over.get(at) > turn));
      return left.sort((a, b) => (a.value.n || 0) - (b.value.n || 0) || a.turn - b.turn);
    },

    /** The vault is deleted: nothing comes here any more. */
    stop() {
      wiped = true;
    },
  };
}

/** What was written, or null when a phone died while it was, or the disk does not give it any more. */
async function whole(cache, request) {
  try {
    return JSON.parse(await (await cache.match(request)).text(), unpacked);
  } catch {
    return null;
  }
}

/** Nothing of a vault is left here. @param {string} id */
export async function forgetTwice(id) {
  const forget = async (name) => {
    const cache = await caches.open(name);
    await Promise.all((await cache.keys()).map((request) => cache.delete(request))); // the bytes, and not only the name
    await caches.delete(name);
  };
  try {
    await Promise.all(KEPT.map((store) => forget(cacheOf(id, store))));
  } catch {} // without its key slot it is noise
}
