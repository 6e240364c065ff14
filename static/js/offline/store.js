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

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const upgrade = (db) => {
  db.createObjectStore("pages");
  db.createObjectStore("drafts");
  db.createObjectStore("meta");
  const outbox = db.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
  outbox.createIndex("id", "id", { unique: true }); // one save, one item: a second one under the same id is refused here
  outbox.createIndex("state", ["state", "n"]);
};

/**
 * Opens the database of one vault.
 * @param {string} id vault id
 * @param {IDBFactory} [idb]
 */
export async function openStore(id, idb = globalThis.indexedDB) {
  const opening = idb.open(`vault-${id}`, 1);
  opening.onupgradeneeded = () => upgrade(opening.result);
  const db = await asked(opening);
  db.onversionchange = () => db.close(); // another window wipes this vault: do not stand in the way

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
      tx.onabort = () => reject(tx.error || new Error("The write was given up"));
    });
    const requests = ops.map(([verb, name, ...args]) => tx.objectStore(name)[verb](...args));
    await done;
    return requests.map((request) => request.result);
  };

  return {
    id,
    get: (name, key) => asked(read(name).get(key)),
    keys: (name) => asked(read(name).getAllKeys()),
    all: (name) => asked(read(name).getAll()),

    /** Outbox records in one state, oldest first, with a number above `after`. */
    inState: (state, limit, after = 0) => asked(inState(state, after).getAll(limit)),
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
    count: (state) => asked(inState(state, 0).count()),
    byId: (id) => asked(read("outbox").index("id").get(id)),

    /**
     * Does all of it or none, flushed to the disk before it says so. A full phone gives up its page copies
     * (they can be fetched again) and tries once more; words that wait are never given up.
     * @param {Op[]} ops
     * @returns {Promise<any[]>} keys
     */
    async write(ops) {
      try {
        return await once(ops);
      } catch (error) {
        if (error?.name !== "QuotaExceededError") throw error;
        await once([["clear", "pages"]]);
        return once(ops.filter((op) => op[1] !== "pages"));
      }
    },
    close: () => db.close(),
  };
}

/**
 * Deletes the database of a vault. Other windows let go of it by themselves.
 * @param {string} id
 * @param {IDBFactory} [idb]
 */
export async function destroy(id, idb = globalThis.indexedDB) {
  await asked(idb.deleteDatabase(`vault-${id}`));
}
