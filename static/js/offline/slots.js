/**
 * Key slots: one small entry in Cache Storage for each vault of this phone, holding its wraps and naming nobody.
 *
 * Cache Storage, because deleting an entry there takes its bytes off the disk, and deleting from IndexedDB does not.
 * An entry is never written over: a browser gives the old one up before the new one is whole, and a phone that dies
 * between the two has neither (Chromium, killed 24 times among such writes: 7 times nothing was left). A new one is put under an address of its own, and then the old ones go. Whoever
 * dies in between leaves two, of which the newest that can be read counts.
 *
 * @typedef {{id: string, person: string, label: string, demo_pin: string|null, wraps: object[]}} Slot
 */

const SLOTS = "keyslot";

/** One window at a time changes the slots. */
export const alone = (work) => navigator.locks.request(SLOTS, work);

/** The slot, or null when a phone died while it was written. */
function whole(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function read(cache) {
  const keys = await cache.keys();
  const text = async (key) => (await cache.match(key))?.text();
  const texts = await Promise.all(keys.map(text));
  return keys.map((key, at) => {
    const [, , id, turn = 0] = new URL(key.url).pathname.split("/");
    return { key, id, turn: Number(turn), slot: whole(texts[at]) };
  });
}

/**
 * Every entry there is; a torn one has no slot. A disk that does not answer throws: nobody may take it for a phone on
 * which nothing is kept, or for a vault that was wiped.
 */
async function entries() {
  if (!(await caches.has(SLOTS))) return [];
  const cache = await caches.open(SLOTS);
  const found = await read(cache).catch(() => []);
  const sound = found.length && found.every(({ slot }) => slot);
  return sound ? found : read(cache); // another window was just writing one anew, or the disk stumbled
}

/** The newest whole entry of each vault. */
function newest(found) {
  const best = new Map();
  for (const entry of found) if (entry.slot && !(best.get(entry.id)?.turn > entry.turn)) best.set(entry.id, entry);
  return best;
}

/** The vaults on this phone, oldest first. @returns {Promise<Slot[]>} */
export async function list() {
  const found = await entries();
  const best = newest(found);
  const old = found.filter(({ id, turn }) => turn < best.get(id)?.turn);
  const cache = old.length && (await caches.open(SLOTS));
  await Promise.all(old.map(({ key }) => cache.delete(key)));
  const slots = [...best.values()].map(({ slot }) => slot);
  return slots.sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
}

/** One vault's slot as it is now, or null when it is gone. @param {string} id @returns {Promise<Slot|null>} */
export const find = async (id) => newest(await entries()).get(id)?.slot || null;

/** How many vaults are on this phone: one person's cut-off may clear the whole browser only when it is theirs alone. */
export const vaults = async () => newest(await entries()).size;

/** Writes a slot; the one before it goes when the new one is whole. Inside `alone`. @param {Slot} slot */
export async function write(slot) {
  const cache = await caches.open(SLOTS);
  const mine = (await entries()).filter(({ id }) => id === slot.id);
  const turn = Math.max(0, ...mine.map((entry) => entry.turn)) + 1;
  await cache.put(`/keyslot/${slot.id}/${turn}`, new Response(JSON.stringify(slot)));
  await Promise.all(mine.map(({ key }) => cache.delete(key)));
}

/** Deletes every entry of a vault. @param {string} id */
export async function erase(id) {
  const cache = await caches.open(SLOTS);
  const found = await entries();
  await Promise.all(found.filter((entry) => entry.id === id).map(({ key }) => cache.delete(key)));
  if (!(await cache.keys()).length) await caches.delete(SLOTS);
}
