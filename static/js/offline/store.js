/**
 * The store: the only file that knows IndexedDB. It keeps what it is given and understands none of it:
 * everything but counters is sealed by the vault before it comes here.
 *
 * One database for each vault, four stores:
 *   pages   sealed name -> sealed page copy         drafts  sealed name -> sealed draft
 *   outbox  n (counted up) -> {id, state, sealed}   meta    attempts left, small flags
 *
 * @typedef {["put"|"add"|"delete"|"clear", string, any?, any?]} Op  what to do, in which store, with what
 */

import { createTwice, forgetTwice } from "./twice.js";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// What each version of the database added. A step that was released is never changed; a new one comes behind it.
const STEPS = [
  (db) => {
    db.createObjectStore("pages");
    db.createObjectStore("drafts");
    db.createObjectStore("meta");
    const outbox = db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
    outbox.createIndex("id", "id", { unique: true }); // one save, one item: a second one under the same id is refused here
    outbox.createIndex("state", ["state", "n"]);
  },
];
const PATIENCE = 9_000; // ms that another window has to let go of a database that is to be changed
const LET_GO = 5_000; // ms that this window takes at most to do so; what it is saving by then is saved
/** Does a browser speak like this when there is no room, or no disk? @param {any} error */
export const isFull = (error) => ["QuotaExceededError", "UnknownError", "AbortError"].includes(error?.name);
const WIPED = "What was kept on this phone was deleted in another window.";
const UPDATED = "Lantern was updated in another window. Unlock to go on: what you wrote is safe.";
const CLOSE_OTHERS = "Lantern is open in another window that is older. Close the other windows, then try again.";
const SLOW = "What is kept on this phone does not answer. Wait a little, then try again.";
const NO_ROOM =
  "This phone is too full to open what you wrote, which is safe. Delete some photos or films, then try again.";
const OLDER = "Lantern was updated on this phone. Close this page, then open Lantern again.";

// Drafts that the disk did not take, sealed: they live as long as this page, also while it is locked.
const spare = new Map();
const spareOf = (id, key) => `${id}/${key}`;
/** How many drafts are in the memory of this page only. */
export const unkept = () => spare.size;

/** The open database, or an error that says what to do: nobody waits for another window for ever. */
function opened(opening, patience) {
  return new Promise((resolve, reject) => {
    let words = SLOW;
    const fail = (plain) => reject(Object.assign(new Error("store"), { plain }));
    const late = setTimeout(() => {
      opening.onsuccess = () => opening.result.close();
      fail(words);
    }, patience);
    opening.onblocked = () => {
      words = CLOSE_OTHERS;
    };
    opening.onsuccess = () => {
      clearTimeout(late);
      resolve(opening.result);
    };
    opening.onerror = () => {
      clearTimeout(late);
      if (opening.error.name === "VersionError") fail(OLDER);
      else reject(opening.error);
    };
  });
}

/**
 * Opens the database of one vault, and brings it up to date.
 * @param {string} id vault id
 * @param {{version?: number, patience?: number}} [how]  patience in ms
 */
export async function openStore(id, { version = STEPS.length, patience = PATIENCE } = {}) {
  const opening = indexedDB.open(`vault-${id}`, version);
  opening.onupgradeneeded = ({ oldVersion }) => {
    for (const step of STEPS.slice(oldVersion)) step(opening.result);
    if (!oldVersion) opening.transaction.objectStore("meta").put(true, "new");
  };
  const db = await opened(opening, patience);
  const twice = createTwice(id);
  let leave = () => db.close();
  let tight = false;
  // Another window wipes this vault, or brings it up to date: do not stand in the way.
  db.onversionchange = ({ newVersion }) => {
    if (newVersion === null) {
      db.close();
      twice.stop();
    } else setTimeout(() => db.close(), LET_GO);
    leave(newVersion === null ? WIPED : UPDATED);
  };

  const read = (name) => db.transaction(name).objectStore(name);
  const inState = (state, after) => {
    const range = IDBKeyRange.bound([state, after], [state, Infinity], true);
    const index = read("outbox").index("state");
    return {
      getAll: (limit) => index.getAll(range, limit),
      count: () => index.count(range),
      walk: (way) => index.openCursor(range, way),
    };
  };

  const once = async (ops) => {
    const names = [...new Set(ops.map((op) => op[1]))];
    const tx = db.transaction(names, "readwrite", { durability: "strict" });
    // Without this the browser may say "stored" while the words are still in memory only.
    if ("durability" in tx && tx.durability !== "strict") throw new Error("The browser does not write strictly");
    const done = new Promise((resolve, reject) => {
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error || new DOMException("The write was given up", "AbortError"));
    });
    done.catch(() => {}); // heard below, or the reason is thrown already
    try {
      const requests = ops.map((op) => requestFor(tx, op));
      await done;
      return requests.map((request) => request.result);
    } catch (error) {
      if (error !== tx.error) stop(tx); // what came before the one that could not even be asked for
      throw error;
    }
  };

  /** One step of a write. Of what leaves the outbox the record is the answer: its second place knows it by its id. */
  const requestFor = (tx, [verb, name, ...args]) => {
    const place = tx.objectStore(name);
    const leaves = verb === "delete" && name === "outbox" && place.get(...args);
    const request = place[verb](...args);
    return leaves || request;
  };

  const stop = (tx) => {
    try {
      tx.abort();
    } catch {} // it is over by itself
  };

  /** Lets go of copies that are only there to be read: what one needs to write stays, words are not touched. */
  const dropCopies = () =>
    new Promise((resolve, reject) => {
      const tx = db.transaction("pages", "readwrite");
      tx.oncomplete = resolve;
      tx.onabort = () => reject(tx.error);
      tx.objectStore("pages").openCursor().onsuccess = ({ target: { result: at } }) => {
        if (at && !at.value.stays) at.delete();
        at?.continue();
      };
    });

  async function makeRoom(error, ops) {
    const words = ops.filter((op) => op[1] !== "pages");
    if (!words.length || !isFull(error)) throw error;
    tight = true;
    await dropCopies();
    return once(words);
  }

  /** Is it here already? */
  const isHere = ({ store: name, key }) =>
    asked(name === "outbox" ? read(name).index("id").get(key) : read(name).get(key));

  /** The browser gave up the database that was here before: what it held of words comes back (twice.js), or it stays shut. */
  const bringBack = () =>
    navigator.locks.request(`new-${id}`, async () => {
      if (!(await asked(read("meta").get("new")))) return;
      const back = [];
      for (const one of await twice.all()) {
        const { n, ...item } = one.value;
        // Numbers are given anew, in the old order: no item can take the place of another.
        if (!(await isHere(one)))
          back.push(one.store === "outbox" ? ["add", one.store, item] : ["put", one.store, one.value, one.key]);
      }
      await once([...back, ["delete", "meta", "new"]]);
    });

  const keepSpare = (verb, [value, key]) =>
    verb === "put" ? spare.set(spareOf(id, key), value) : spare.delete(spareOf(id, value));

  await bringBack().catch((error) => {
    db.close();
    throw Object.assign(new Error("store"), { plain: isFull(error) ? NO_ROOM : SLOW });
  });

  return {
    id,
    // All of these are async: where a database that is being closed refuses one of several, nobody is left to hear the rest.
    get: async (name, key) => (name === "drafts" && spare.get(spareOf(id, key))) || asked(read(name).get(key)),
    keys: async (name) => asked(read(name).getAllKeys()),
    all: async (name) => asked(read(name).getAll()),

    /** Outbox records in one state, oldest first, with a number above `after`. */
    inState: async (state, limit, after = 0) => asked(inState(state, after).getAll(limit)),
    /** The newest records in one state, newest first. */
    newest: (state, limit) =>
      new Promise((resolve, reject) => {
        const found = [];
        const walk = inState(state, 0).walk("prev");
        walk.onerror = () => reject(walk.error);
        walk.onsuccess = () => {
          if (walk.result) found.push(walk.result.value);
          if (!walk.result || found.length >= limit) resolve(found);
          else walk.result.continue();
        };
      }),
    count: async (state) => asked(inState(state, 0).count()),
    byId: async (id) => asked(read("outbox").index("id").get(id)),

    /**
     * Does all of it or none, flushed to the disk before it says so. A full phone gives up what is only there to be
     * read (it can be fetched again) and tries once more; words that wait are never given up, and drafts that find no
     * room stay in the memory of this page.
     * @param {Op[]} ops
     * @returns {Promise<any[]>} keys; of what left the outbox, its record
     */
    async write(ops) {
      const drafts = ops.filter((op) => op[1] === "drafts");
      try {
        const keys = await once(ops).catch((error) => makeRoom(error, ops));
        for (const op of drafts) spare.delete(spareOf(id, op.at(-1)));
        await twice.keep(ops, keys);
        return keys;
      } catch (error) {
        if (drafts.length === ops.length) for (const [verb, , ...args] of drafts) keepSpare(verb, args);
        throw error;
      }
    },
    /** What waits lies in both places, and what does not in neither. */
    align: () =>
      twice.align(async () => {
        const waits = ["waiting", "needs-you", "with-manager"].map((state) => asked(inState(state, 0).getAll()));
        const items = (await Promise.all(waits)).flat();
        const drafts = new Set(await asked(read("drafts").getAllKeys()));
        return { outbox: new Map(items.map((item) => [item.id, item])), drafts };
      }),
    /** Has there been too little room? */
    tight: () => tight,
    /** What to do when another window wants this database for itself. @param {(why: string) => void} then */
    whenWanted(then) {
      leave = then;
    },
    close: () => db.close(),
  };
}

/**
 * Deletes the database of a vault. Other windows let go of it by themselves; one that was put to sleep is not waited for
 * for ever: the browser deletes as soon as that one is gone, and nobody has a key any more.
 * @param {string} id
 */
export async function destroy(id) {
  for (const key of spare.keys()) if (key.startsWith(spareOf(id, ""))) spare.delete(key);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([Promise.all([asked(indexedDB.deleteDatabase(`vault-${id}`)), forgetTwice(id)]), late]);
}
