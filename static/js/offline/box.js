/**
 * The box: the outbox as the courier and the screens see it, sealed on the way in and opened on the way out.
 * A record in the store is {n, id, state, iv, ct, copy, receipt}; only its number, its random id and its state are
 * readable. `copy` is the item sealed to Lantern, for when this vault is locked; `note` says that the words are in there
 * only; `receipt` what was heard meanwhile: it names the content by a salted hash, for short words are soon guessed from
 * a plain one.
 */

import { isLost, lost, unsent } from "./copies.js";
import { durable, next } from "./outbox.js";
import { isFull } from "./store.js";
import { newId, sealCopy } from "./vault.js";

const KEEP_NOTES = 7 * 86_400_000; // ms that note and copy of a sent item stay, should Lantern ever be put back to an earlier day
const WITH_LANTERN = ["received", "with-manager"];
const announced = () => globalThis.document?.querySelector("meta[name=seal-key]")?.content;

/**
 * @param {import("./vault.js").Vault} vault
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} store
 * @param {{now?: () => Date, whenLost?: () => void}} [more]
 */
export function createBox(vault, store, { now = () => new Date(), whenLost = () => {} } = {}) {
  const open = async (record) => {
    const item = await vault.open("outbox", record.id, record);
    const { n, id, state, copy, receipt, again, note } = record;
    return Object.assign(item, { n, id, state, copy, heard: receipt, again, note });
  };
  const record = async ({ n, state, copy, heard, again, note, ...item }) => ({
    ...(n && { n }),
    id: item.id,
    state: durable(state),
    ...(await vault.seal("outbox", item.id, item)),
    ...(copy && { copy }),
    ...(note && { note }),
  });
  /** What Lantern needs of an item, sealed to it. A save never fails for want of a copy: the vault has the words. */
  const copyOf = async ({ id, person, path, fields, made_at, zone, salt }) => {
    const key = announced();
    return key && sealCopy(key, id, { person, path, fields, made_at, zone, salt }).catch(() => undefined);
  };
  const gone = (item, happening) => (next(item.state, happening) === "gone" ? [["delete", "outbox", item.n]] : []);
  const openAll = (records) => Promise.all(records.map((record) => open(record).catch(() => damaged(record))));

  return {
    /** What can go, oldest first, at most `limit`, with a number above `after`. */
    async waiting(limit, after) {
      const records = await store.inState("waiting", limit, after);
      const whole = (await openAll(records)).filter((item) => !item.damaged);
      return whole.length || !records.length ? whole : this.waiting(limit, records.at(-1).n);
    },
    count: () => store.count("waiting"),

    /** How many words are on this phone only. Needs no key. */
    unsent: () => unsent(store, () => store.count("waiting")),

    /** When the oldest words that are on this phone only were written, by its own clock. */
    async oldest() {
      const first = await Promise.all(["needs-you", "waiting"].map((state) => store.inState(state, 1)));
      const items = (await openAll(first.flat())).filter((item) => item.made_at).sort((a, b) => a.n - b.n);
      return items[0]?.made_at ?? null;
    },

    /** Unsent items and the notes of those sent last, oldest first, at most `limit` of each. */
    async list(limit = 50) {
      const unsent = ["needs-you", "with-manager", "waiting"].map((state) => store.inState(state, limit));
      const asked = [store.get("meta", "lost"), store.newest("received", limit), ...unsent];
      const [gone, sent, ...rest] = await Promise.all(asked);
      const records = [...rest.flat(), ...sent.map((record) => ({ ...record, again: isLost(record, gone) }))];
      const items = (await openAll(records)).filter((item) => !(item.damaged && item.state === "received"));
      return items.map((item) => (item.damaged ? { ...item, state: "needs-you" } : item)).sort((a, b) => a.n - b.n);
    },

    /**
     * Puts an item into the outbox; its draft goes, and the item it mends goes, in the same write or not at all.
     * Saving the same words twice keeps the first. Other words under the same id (two windows had one draft open) are
     * an item of their own: they get a new id, and nothing that was written gives way to anything else.
     * @param {object} item
     * @param {import("./store.js").Op[]} [also]
     */
    async add(item, also = []) {
      item.salt ||= newId();
      const copy = await copyOf(item);
      const sealed = await record({ ...item, copy, state: next("new", "saved") });
      try {
        await store.write([["add", "outbox", sealed], ...also]);
      } catch (error) {
        const found = await store.byId(item.id);
        if (!found) throw error;
        const known = await open(found).catch(() => null);
        if (known?.hash !== item.hash) {
          item.id = newId();
          return this.add(item, also);
        }
        if (also.length) await store.write(also);
      }
    },

    /**
     * Writes what receipts decided, all in one go. On a phone too full even for notes, what Lantern has may go without
     * one: otherwise a full phone could never get rid of what fills it.
     */
    async settle(moves) {
      const records = await Promise.all(
        moves.map(({ item, state, receipt }) => record(after(item, state, receipt, now()))),
      );
      const last = moves.findLast(({ state }) => WITH_LANTERN.includes(state));
      const also = last ? [["put", "meta", `${last.item.id} ${last.receipt.at}`, "last"]] : [];
      try {
        await store.write([...records.map((value) => ["put", "outbox", value]), ...also]);
      } catch (error) {
        const arrived = isFull(error) ? moves.filter((move) => move.state === "received") : [];
        if (arrived.length) await store.write(arrived.map(({ item }) => ["delete", "outbox", item.n]));
        if (arrived.length < moves.length) throw error;
      }
    },

    /** What Lantern took last, as far as this phone knows (see `lastHeaders`). Not to know it means it was put back to an earlier day. */
    last: () => store.get("meta", "last"),
    /** Lantern did not know it: what it received in the last days is offered to it again. */
    lost: () => lost(store).then(whenLost),

    /** What is with a manager and was not decided yet, as far as this phone heard. */
    async undecided() {
      const kept = await openAll(await store.inState("with-manager"));
      return kept.filter((item) => !item.damaged && !item.decision).map((item) => item.id);
    },

    /** What a manager decided about items that lie here: let in, they are sent; kept out, they say why. */
    async decided(news = []) {
      const known = new Map(news.map((decision) => [decision.id, decision]));
      const kept = (await openAll(await store.inState("with-manager"))).filter((item) => known.has(item.id));
      const fresh = kept.filter((item) => !item.damaged && item.decision?.at !== known.get(item.id).at);
      const told = await Promise.all(fresh.map((item) => record(afterDecision(item, known.get(item.id), now()))));
      if (told.length) await store.write(told.map((value) => ["put", "outbox", value]));
    },

    /** What lets go of an item that the person has mended or decided to give up. */
    gone,
    forget: (item) => store.write(gone(item, "forgotten")),

    /** Lantern has other words under this item's name: it goes as an item of its own, and both stay. */
    async again({ n, state, errors, outcome, location, salt, ...item }) {
      const found = await store.byId(item.id);
      if (found && next(found.state, "again") === "gone")
        await this.add({ ...item, id: newId() }, [["delete", "outbox", n]]);
    },

    /**
     * Lets go of what is needed no more: second copies of what was sent, and old notes. How old one is, Lantern's own
     * times say: a phone's clock may jump by years.
     */
    async tidy() {
      await store.align();
      const [[newest], oldest] = await Promise.all([store.newest("received", 1), store.inState("received", 500)]);
      if (!newest || (await store.get("meta", "lost"))) return; // what is still being offered may be needed
      const [{ at: latest }, ...notes] = await openAll([newest, ...oldest]);
      const old = notes.filter((note) => Date.parse(latest) - Date.parse(note.at) > KEEP_NOTES);
      if (old.length) await store.write(old.flatMap((note) => gone(note, "forgotten")));
    },
  };
}

/** What is known of a record that does not open: it stands in nobody's way, and only the person lets go of it. */
const damaged = ({ n, id, state, copy }) => ({
  n,
  id,
  state,
  copy,
  damaged: true,
  path: "",
  fields: {},
  title: "Something you wrote",
  errors: { "": ["This can't be opened on this phone any more."] },
});

/** What stays of an item: the whole of it with the reasons when it needs the person, a short note when it was received. */
function after({ decision, ...item }, state, receipt, now) {
  const { errors = {}, outcome, with: keeper, location } = receipt;
  if (state !== "received") return { ...item, state, errors, outcome, with: keeper, location };
  const { n, id, hash, path, title, made_at, copy } = item;
  const fields = { child: item.fields.child || [] }; // only where it belongs, not what it says
  return {
    n,
    id,
    hash,
    path,
    title,
    made_at,
    fields,
    copy,
    state,
    at: receipt.at,
    location,
    got: now.toISOString(),
  };
}

function afterDecision(item, decision, now) {
  return { ...after(item, next(item.state, decision.outcome), decision, now), decision };
}
