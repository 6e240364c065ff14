/**
 * A phone's IndexedDB, as much of it as the store uses, on a disk made of Maps. A write happens whole at one moment and
 * is acknowledged at a later one; what was written without "strict" is lost when the phone is killed soon after.
 * tests/simulator/test_store.py holds it to a real browser's by one list of questions.
 *
 * @typedef {{version: number, stores: Map<string, {keyPath: string|null, auto: boolean, next: number,
 *   rows: Map<any, any>, indexes: Map<string, {path: string|string[], unique: boolean}>}>}} Database
 */

const named = (name) => Object.assign(new Error(name), { name });
const copied = (value) => (value && typeof value === "object" && !Array.isArray(value) ? { ...value } : value);
const read = (value, path) => (Array.isArray(path) ? path.map((one) => value[one]) : value[path]);

/** The order of keys: numbers, then texts, then lists. */
function compare(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      const found = compare(a[at], b[at]);
      if (found) return found;
    }
    return a.length - b.length;
  }
  if (typeof a === typeof b && !Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0;
  const rank = (key) => (typeof key === "number" ? 0 : typeof key === "string" ? 1 : 2);
  return rank(a) - rank(b);
}

const soon = (run) => setImmediate(run);
/** What a disk asks of the world, where nothing goes wrong and no time passes. */
export const nothingWrong = {
  soon,
  read: (_name, run) => soon(run),
  write: (_name, run, ack) => soon(() => run() && soon(ack)),
  room: () => true,
};

export const KeyRange = {
  bound: (lower, upper, lowerOpen = false, upperOpen = false) => ({ lower, upper, lowerOpen, upperOpen }),
};
function within(range, key) {
  const low = compare(key, range.lower);
  const high = compare(key, range.upper);
  return (range.lowerOpen ? low > 0 : low >= 0) && (range.upperOpen ? high < 0 : high <= 0);
}

class Request {
  constructor(run) {
    this.run = run;
  }
}

/** One store inside one transaction. */
class Store {
  constructor(tx, name) {
    this.tx = tx;
    this.name = name;
  }

  ask(run) {
    return this.tx.ask(() => run(this.tx.database.stores.get(this.name)));
  }

  get = (key) => this.ask((store) => copied(store.rows.get(key)));
  getAll = () => this.ask((store) => sorted(store).map(([, value]) => copied(value)));
  getAllKeys = () => this.ask((store) => sorted(store).map(([key]) => key));
  count = () => this.ask((store) => store.rows.size);
  delete = (key) => this.ask((store) => void store.rows.delete(key));
  clear = () => this.ask((store) => store.rows.clear());
  add = (value, key) => this.ask((store) => put(store, value, key, true));
  put = (value, key) => this.ask((store) => put(store, value, key, false));

  index(name) {
    const rowsOf = (store, range) => {
      const { path } = store.indexes.get(name);
      const rows = [...store.rows].map(([key, value]) => ({ at: read(value, path), key, value }));
      const found = rows.filter(({ at }) => range === undefined || (range?.lower ? within(range, at) : at === range));
      return found.sort((a, b) => compare(a.at, b.at) || compare(a.key, b.key));
    };
    const all = (range, limit) => (store) => rowsOf(store, range).slice(0, limit);
    return {
      get: (key) => this.ask((store) => copied(rowsOf(store, key)[0]?.value)),
      getAll: (range, limit) => this.ask((store) => all(range, limit)(store).map(({ value }) => copied(value))),
      count: (range) => this.ask((store) => rowsOf(store, range).length),
      openCursor: (range, way) =>
        this.walk((store) => (way === "prev" ? rowsOf(store, range).reverse() : rowsOf(store, range))),
    };
  }

  openCursor = () => this.walk((store) => sorted(store).map(([key, value]) => ({ at: key, key, value })));

  /** A cursor stands on the rows as they were when it was opened. */
  walk(rowsOf) {
    let rows = null;
    let at = 0;
    const request = this.ask((store) => {
      rows ||= rowsOf(store);
      const row = rows[at];
      if (!row) return null;
      const go = () => {
        at += 1;
        this.tx.again(request);
      };
      const gone = () => void store.rows.delete(row.key);
      return { value: copied(row.value), key: row.at, primaryKey: row.key, continue: go, delete: gone };
    });
    return request;
  }
}

const sorted = (store) => [...store.rows].sort(([a], [b]) => compare(a, b));

function keyOf(store, value, key) {
  if (!store.keyPath) return key;
  if (value[store.keyPath] === undefined && store.auto) value[store.keyPath] = store.next;
  return value[store.keyPath];
}

function taken(store, value, at) {
  const unique = [...store.indexes.values()].filter((index) => index.unique);
  return unique.some(({ path }) =>
    [...store.rows].some(([other, row]) => other !== at && compare(read(row, path), read(value, path)) === 0),
  );
}

function put(store, given, key, fresh) {
  const value = copied(given);
  const at = keyOf(store, value, key);
  if (at === undefined) throw named("DataError");
  if ((fresh && store.rows.has(at)) || taken(store, value, at)) throw named("ConstraintError");
  if (store.auto && typeof at === "number") store.next = Math.max(store.next, at + 1);
  store.rows.set(at, value);
  return at;
}

// What the store remembers in memory by name, it must forget with the page: each life of a phone asks under names of its own.
export const inThisLife = (name, life) => `${name}@${encodeURIComponent(life)}`;
const nothing = async () => undefined;
/** Cache Storage in which nothing stays: what lies twice is another test's. */
export const nothingTwice = {
  open: async () => ({ keys: async () => [], match: nothing, put: nothing, delete: nothing }),
  delete: nothing,
};

export const nameOf = (asked) => asked.replace(/@[^/]*/, "");
export const lifeOf = (asked) => asked.match(/@[^/]*/)?.[0] || "";

const contents = (database, names) => names.map((name) => [name, new Map(database.stores.get(name).rows)]);
const putBack = (database, before) => {
  for (const [name, rows] of before) database.stores.get(name).rows = rows;
};

class Transaction {
  constructor(handle, names, mode, durability) {
    Object.assign(this, { database: handle.database, handle, names, mode, durability, asked: [], error: null });
  }

  objectStore = (name) => new Store(this, name);

  ask(run) {
    const request = new Request(run);
    this.asked.push(request);
    return request;
  }

  again(request) {
    this.asked.push(request);
  }

  /** Nothing of it happens, however much of it was asked for. */
  abort() {
    this.aborted = true;
  }

  /** Does what was asked, in order. Throws when one of it cannot be done: then nothing of it was. */
  run() {
    const before = this.mode === "readwrite" ? contents(this.database, this.names) : [];
    try {
      if (this.aborted) throw named("AbortError");
      while (this.asked.length) {
        const request = this.asked.shift();
        request.result = request.run();
        request.onsuccess?.({ target: request });
        if (this.aborted) throw named("AbortError");
      }
      return before;
    } catch (error) {
      putBack(this.database, before);
      throw error;
    }
  }
}

/**
 * @param {Map<string, Database>} disk  what lies on this phone
 * @param {object} hand  the scheduler's: `read(name, run)` and `write(name, run, ack)` say when; `room(disk)` is false when
 *   the disk is too full for what now lies on it
 * @returns what the store takes for indexedDB
 */
export function createIdb(disk, hand) {
  const open = new Map(); // name -> handles

  function handleOf(name) {
    const handle = {
      database: disk.get(name),
      closed: false,
      close() {
        handle.closed = true;
      },
      createObjectStore(store, { keyPath = null, autoIncrement = false } = {}) {
        const made = { keyPath, auto: autoIncrement, next: 1, rows: new Map(), indexes: new Map() };
        handle.database.stores.set(store, made);
        return { createIndex: (index, path, how) => made.indexes.set(index, { path, unique: Boolean(how?.unique) }) };
      },
      transaction(names, mode = "readonly", { durability = "default" } = {}) {
        if (handle.closed) throw named("InvalidStateError");
        const tx = new Transaction(handle, [names].flat(), mode, durability);
        // What is under way while the database is deleted is done, as in a browser, which deletes when it is.
        if (mode === "readwrite")
          hand.write(
            name,
            () => commit(tx),
            () => tx.oncomplete?.(),
          );
        else hand.read(name, () => tx.run());
        return tx;
      },
    };
    open.set(name, [...(open.get(name) || []), handle]);
    return handle;
  }

  /** Writes it, or says why not. What undoes it, while it is not on the disk for good; null when it was given up. */
  function commit(tx) {
    try {
      const before = tx.run();
      if (!hand.room(disk)) {
        putBack(tx.database, before);
        throw named("QuotaExceededError");
      }
      return { undo: tx.durability === "strict" ? null : () => putBack(tx.database, before) };
    } catch (error) {
      tx.error = error;
      hand.soon(() => tx.onabort?.());
      return null;
    }
  }

  return {
    open(asked, version) {
      const name = nameOf(asked);
      const request = { onsuccess: null, onupgradeneeded: null };
      queueMicrotask(() => {
        const known = disk.get(name);
        if (!known) disk.set(name, { version: 0, stores: new Map() });
        request.result = handleOf(name);
        if (disk.get(name).version < version) {
          const oldVersion = disk.get(name).version;
          disk.get(name).version = version;
          const storeOf = (store) => disk.get(name).stores.get(store).rows;
          request.transaction = { objectStore: (store) => ({ put: (value, key) => storeOf(store).set(key, value) }) };
          request.onupgradeneeded?.({ oldVersion });
        }
        request.onsuccess?.();
      });
      return request;
    },
    deleteDatabase(asked) {
      const name = nameOf(asked);
      const request = { onsuccess: null };
      queueMicrotask(() => {
        for (const handle of open.get(name) || []) handle.onversionchange?.({ newVersion: null });
        disk.delete(name);
        request.onsuccess?.();
      });
      return request;
    },
  };
}
