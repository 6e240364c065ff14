/** Places for drafts: each window that has a form open has one of its own, so that two that type never write over each other. */

export const MOST = 4; // windows of one form; whoever opens a fifth shares the first one's place

const leaving = new Set(); // places that this window is giving back

/** Takes a place, unless another window has it. @returns {Promise<(() => Promise<void>)|null>} how to give it back */
const take = (key) =>
  new Promise((resolve) => {
    const over = navigator.locks.request(`draft-${key}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((free) => {
        resolve(() => {
          free();
          return over;
        });
      });
    });
  });

/** A place whose words can't be read just now is not kept from whoever can read them later. */
function letGo(error, ...places) {
  for (const leave of places) leave?.();
  throw error;
}

/**
 * A place for a form: one where words were left, else the first that is free.
 * @template T
 * @param {(nth: number) => Promise<string>} name  of each of its places
 * @param {(key: string) => Promise<T|null>} load
 * @returns {Promise<{key: string, found: T|null, leave: () => Promise<void>}>}
 */
export async function placeOf(name, load) {
  await Promise.all(leaving);
  let free = null;
  for (let nth = 1; nth <= MOST; nth += 1) {
    const key = await name(nth);
    const leave = await take(key);
    const found = leave && (await load(key).catch((error) => letGo(error, leave, free?.leave)));
    if (found || (leave && !free)) {
      free?.leave();
      free = { key, found, leave };
    } else leave?.();
    if (found) break;
  }
  const first = await name(1);
  return free || { key: first, found: await load(first), leave: async () => {} };
}

/** Gives a place back, after what is still being written there. @param {() => Promise<void>} work */
export function giveBack(work) {
  const going = work().catch(() => {});
  leaving.add(going);
  going.then(() => leaving.delete(going));
}
