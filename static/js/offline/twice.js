/**
 * What waits on this phone lies on it twice, sealed both times: in the vault's database, and here, in Cache Storage.
 *
 * A browser may give up a database whole. Chromium 156, killed (-9) between two of the writes that make one record of its
 * log, goes on after the torn end; the next time but one it finds the tear, takes the database for spoilt and deletes it,
 * with everything that was ever called saved (tests/journeys/test_torn.py does it by hand, every time). Nothing that
 * happens to the one place happens to the other. An entry here is never written over, as with key slots: a new one comes
 * under an address of its own, and then the old one goes.
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

/** What one step of a write is here: what is put, or deleted when it has no value; null when it is not kept twice. */
function meant([verb, store, value, key], got) {
  const gone = verb === "delete";
  if (store === "outbox") {
    if (gone) return got && { store, key: got.id };
    if (value.state === "received") return { store, key: value.id }; // Lantern has it
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
  const open = (store) => caches.open(cacheOf(id, store));

  /** Which turns of it are there: as far as this page knows, or, before the last of it goes, as it is. */
  async function known(at, { store, isNew, value }, listed) {
    if (isNew || (value && turns.has(at))) return turns.get(at) || [];
    return (await listed(store)).get(at) || [];
  }

  async function change(step, listed) {
    const { store, key, value } = step;
    const cache = await open(store);
    const at = `/words/${id}/${store}/${encodeURIComponent(key)}/`;
    const old = await known(at, step, listed);
    const turn = Math.max(Date.now(), ...old.map((one) => one + 1)); // two windows may write one draft: the later one counts
    if (value) await cache.put(at + turn, new Response(JSON.stringify(value, packed)));
    turns.set(at, value ? [turn] : []);
    await Promise.all(old.map((before) => cache.delete(at + before)));
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

  /** One after the other, so that no older words come after newer ones. A second place never fails a save. */
  function inTurn(step, listed) {
    tail = tail.then(() => change(step, listed)).catch(() => {});
    return tail;
  }

  return {
    /**
     * What was just written, once more. Waits for words that are on this phone only, and not for long.
     * @param {import("./store.js").Op[]} ops @param {any[]} got  what each step was answered with
     */
    async keep(ops, got) {
      const steps = ops.map((op, at) => meant(op, got[at])).filter(Boolean);
      const found = {};
      const listed = (store) => {
        found[store] ||= list(store);
        return found[store];
      };
      const words = steps.map((step) => [step, inTurn(step, listed)]).filter(([step]) => step.value);
      if (!words.length) return;
      let late = 0;
      const enough = new Promise((resolve) => {
        late = setTimeout(resolve, PATIENCE);
      });
      await Promise.race([words.at(-1)[1], enough]);
      clearTimeout(late);
    },

    /** Everything that lies here, the newest of each. */
    async all() {
      const best = new Map();
      for (const name of KEPT) {
        const cache = await open(name);
        for (const request of await cache.keys()) {
          const [, , , store, key, turn] = pathOf(request).split("/");
          const at = `${store}/${key}`;
          if (best.get(at)?.turn > Number(turn)) continue;
          const value = whole(await (await cache.match(request))?.text());
          if (value) best.set(at, { store, key: decodeURIComponent(key), turn: Number(turn), value });
        }
      }
      return [...best.values()];
    },
  };
}

/** What was written, or null when a phone died while it was. */
function whole(text) {
  try {
    return JSON.parse(text, unpacked);
  } catch {
    return null;
  }
}

/** Nothing of a vault is left here. @param {string} id */
export async function forgetTwice(id) {
  try {
    await Promise.all(KEPT.map((store) => caches.delete(cacheOf(id, store))));
  } catch {} // without its key slot it is noise
}
