/** A phone: what lies on its disk, its windows, and whose vaults are on it. All that matters in it is the real code. */

import { gzipSync } from "node:zlib";
import { createIdb, inThisLife, KeyRange, lifeOf, nameOf } from "./idb.mjs";
import { Line } from "./line.mjs";

const ROOM_PAGES = 4000; // bytes of a page copy, so that a full phone has something to give up

/** Browser globals that the vault and the store ask for. They speak of the phone whose turn it is. */
let turn = null;

/** What the time is depends on who asks: each phone has a clock of its own. */
const RealDate = Date;
class PhoneDate extends RealDate {
  constructor(...given) {
    if (given.length || !turn) super(...given);
    else super(turn.now());
  }
  static now = () => (turn ? turn.now().getTime() : RealDate.now());
}

/** Packing without threads, as the cryptography (crypto.mjs). */
class Bytes {
  constructor(parts) {
    this.bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  }
  stream = () => ({ pipeThrough: () => gzipSync(this.bytes, { level: 1 }) });
}

export function pretendBrowser(world, crypto) {
  const own = {
    crypto,
    Date: PhoneDate,
    performance: { now: () => world().now },
    document: { querySelector: () => ({ content: world().sealKey }) },
    IDBKeyRange: KeyRange,
    Blob: Bytes,
    CompressionStream: class {},
    Response: class {
      constructor(body) {
        this.text = async () => body;
        this.arrayBuffer = async () => body;
      }
    },
  };
  for (const [name, value] of Object.entries(own)) define(globalThis, name, { value });
  define(globalThis, "caches", { get: () => turn.caches });
  define(globalThis, "indexedDB", { get: () => turn.idb });
  define(globalThis, "navigator", { value: { locks: { request: (name, work) => turn.locks(name, work) } } });
  Math.random = () => world().dice.draw();
  AbortSignal.timeout = (ms) => {
    const bell = new AbortController();
    world().at(ms, () => bell.abort(TOO_LATE));
    return bell.signal;
  };
}
const TOO_LATE = Object.assign(new Error("The wait is over"), { name: "TimeoutError" });
const define = (object, name, how) => Object.defineProperty(object, name, { configurable: true, ...how });

/** Web Locks of one phone: one at a time has a name, the others wait in line. A killed phone has none. */
function createLocks() {
  const last = new Map();
  return (name, work) => {
    const turn = (last.get(name) || Promise.resolve()).then(work);
    last.set(
      name,
      turn.catch(() => {}),
    );
    return turn;
  };
}

const pathOf = (key) => (typeof key === "string" ? key : new URL(key.url).pathname);

/** Cache Storage, as far as key slots and second places need it. @param {Map<string, Map<string, object>>} disk */
const createCaches = (disk) => ({
  has: async (name) => disk.has(nameOf(name)),
  delete: async (name) => disk.delete(nameOf(name)),
  async open(asked) {
    const name = nameOf(asked);
    if (!disk.has(name)) disk.set(name, new Map());
    const entries = disk.get(name);
    const asAsked = (path) => path.replace(/^(\/words\/[^/]*)/, `$1${lifeOf(asked)}`);
    return {
      put: async (path, response) => void entries.set(nameOf(path), await response.text()),
      async match(key) {
        const path = nameOf(pathOf(key));
        return entries.has(path) ? { text: async () => entries.get(path) } : undefined;
      },
      keys: async () => [...entries.keys()].map((path) => ({ url: `http://localhost:5000${asAsked(path)}` })),
      delete: async (key) => entries.delete(nameOf(pathOf(key))),
    };
  },
});

const sizeOf = (value) => (value?.ct?.byteLength || 0) + 64;
const used = (disk) =>
  [...disk.values()].reduce(
    (sum, { stores }) =>
      sum +
      [...stores.values()].reduce((more, { rows }) => more + [...rows.values()].reduce((n, v) => n + sizeOf(v), 0), 0),
    0,
  );

export class Phone {
  /** @param {import("./world.mjs").World} world @param {object} lantern @param {object} code the phones' real modules */
  constructor(world, lantern, code, name) {
    Object.assign(this, { world, lantern, code, name, life: 0, skew: 0, cookie: null, token: null, person: null });
    this.disk = new Map();
    this.slots = new Map();
    this.secrets = {}; // person -> what their passkey gives
    this.windows = [];
    this.room = Number.POSITIVE_INFINITY;
    this.wiped = new Set(); // vaults that were wiped on purpose
    this.caughtUp = new Set(); // vaults that heard in the end what a server that was put back lacks
    this.line = new Line(world, lantern, this);
    this.start();
  }

  /** Everything that lives in memory. */
  start() {
    this.underWay = new Set();
    this.inFlight = new Set(); // ids of items on their way at this moment
    this.unflushed = [];
    this.tails = new Map();
    this.caches = createCaches(this.slots);
    this.locks = createLocks();
    this.idb = createIdb(this.disk, this.hand());
  }

  /** What asks the browser for something from here on, asks this phone's. */
  takeTurn() {
    turn = this;
  }

  now = () => new Date(this.world.now + this.skew);

  /** Something happens on this phone, unless it dies first. */
  at(after, run) {
    const { life } = this;
    return this.world.at(after, () => {
      if (this.life !== life) return;
      this.takeTurn();
      run();
    });
  }

  /** Transactions on one database happen in the order in which they were begun, however slow the disk is. */
  inTurn(name, after) {
    const when = Math.max(this.world.now + after, (this.tails.get(name) || 0) + 0.01);
    this.tails.set(name, when);
    return when - this.world.now;
  }

  hand() {
    const { world } = this;
    return {
      soon: (run) => this.at(0, run),
      read: (name, run) => this.at(this.inTurn(name, world.dice.between(0, 2)), run),
      room: (disk) => {
        const now = used(disk);
        const fits = now <= this.room || now <= this.before;
        if (!fits) world.count("storage full");
        return fits;
      },
      /** The write is on the disk at one moment, and is acknowledged at a later one. The phone can die between. */
      write: (name, run, ack) => {
        const slow = world.dice.often(0.05) ? 3000 : 20;
        const write = { run };
        this.underWay.add(write);
        this.at(this.inTurn(name, world.dice.between(1, slow)), () => {
          this.underWay.delete(write);
          if (this.put(write)) this.at(world.dice.between(0, 5), ack);
        });
      },
    };
  }

  put({ run }) {
    this.before = used(this.disk);
    const done = run();
    if (done?.undo) this.unflushed.push(done.undo);
    else if (done) this.unflushed = []; // a strict write takes what lay before it to the disk as well
    return done;
  }

  /** What the server's answer does to the browser. */
  take(answer) {
    for (const [name, value] of answer.headers)
      if (name.toLowerCase() === "set-cookie" && value.startsWith("session="))
        this.setCookie(value.slice(8).split(";")[0]);
  }

  setCookie(value) {
    this.cookie = value || null;
    if (!value) this.person = null;
  }

  /**
   * The battery is out, or the system needed the memory: every window is gone, the disk stays. Writes that were under way
   * are there or not, never half; what was written without being flushed is gone.
   */
  kill() {
    let writing = this.world.dice.between(0, this.underWay.size);
    this.takeTurn();
    for (const write of this.underWay) {
      writing -= 1;
      if (writing < 0) break;
      this.world.count("killed while writing");
      this.put(write);
    }
    for (const undo of this.unflushed.reverse()) undo();
    this.life += 1;
    this.windows = [];
    this.start();
  }

  signIn(person) {
    const [token, cookie] = JSON.parse(this.lantern.tell("sign_in", { who: person, instead: this.token }));
    Object.assign(this, { token, cookie, person });
  }

  /** This person's vault, made when there is none yet. */
  async setUp(person, personId) {
    this.takeTurn();
    const secret = Buffer.from(Array.from({ length: 32 }, () => this.world.dice.between(0, 255)));
    this.secrets[person] = { credential: `passkey-${person}`, secret: new Uint8Array(secret) };
    await this.code.vault.make(personId, { prf: this.secrets[person] });
  }

  /** The store of one vault. Nothing that it keeps in memory is there for another phone, or after this one has died. */
  open(vault) {
    this.takeTurn();
    return this.code.store.openStore(inThisLife(vault, `${this.name} ${this.life} ${this.world.plan}`));
  }

  /** The rows of the outbox of one vault, as they lie on the disk. */
  outbox(vault) {
    return [...(this.disk.get(`vault-${vault}`)?.stores.get("outbox").rows.values() || [])];
  }

  /** A vault that was cut off goes, and no other. */
  forget(id) {
    if (this.wiped.has(id)) return;
    this.wiped.add(id);
    this.world.say(`${this.name} is told to forget a vault, and does.`);
    this.world.count("vault wiped");
    for (const window of this.windows.filter((one) => one.vault.id === id)) window.close();
    this.code.vault.wipe(id);
  }

  keySlots() {
    return [...(this.slots.get("keyslot")?.values() || [])].map((text) => JSON.parse(text));
  }

  hasVault(person) {
    return this.keySlots().find((slot) => slot.person === this.world.cast[person]);
  }

  /** The same disk in another phone, as a move to a new phone leaves it. */
  copy(name) {
    const twin = new Phone(this.world, this.lantern, this.code, name);
    for (const [key, db] of this.disk) {
      const stores = [...db.stores].map(([at, store]) => [
        at,
        { ...store, rows: new Map(store.rows), indexes: new Map(store.indexes) },
      ]);
      twin.disk.set(key, { version: db.version, stores: new Map(stores) });
    }
    for (const [key, entries] of this.slots) twin.slots.set(key, new Map(entries));
    Object.assign(twin.secrets, this.secrets);
    return twin;
  }
}

export { ROOM_PAGES };
