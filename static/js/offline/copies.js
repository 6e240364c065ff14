/**
 * Sending without a key: what waits in a locked vault goes as the copies that were sealed to Lantern when it was saved.
 * The worker does this when the network is back and no page is open (Background Sync), and a page that is locked.
 *
 * Nobody here can read the words, so nobody here can tell whether a receipt names them: it is put beside the item, and
 * the item stays where it is until the vault is open and the courier has judged it.
 */

import { createConnection, gzip, patience } from "./connection.js";

const MOST = 150_000; // letters in one call: what a lost link makes us send again
const MANY = 500; // records looked at in one go; the server takes no more in one call
const AN_ITEMS_FAULT = [400, 413, 500]; // statuses of a whole call that one item of it may be the cause of
const LATER = 3_600_000; // ms before what Lantern could not take is offered to it again

/** What waits and was not answered yet. Needs no key. @returns {Promise<object[]>} */
export const unheard = async (store) => (await store.inState("waiting")).filter(({ receipt }) => !receipt);

/**
 * How many words are on this phone only, as far as Lantern told: what waits, what it refused, and what it lost since.
 * Needs no key.
 * @param {() => Promise<number>} [waiting]  how much waits, for who knows it without looking at each
 */
export async function unsent(store, waiting = async () => (await store.inState("waiting")).filter(unreceived).length) {
  const counts = [waiting(), store.count("needs-you"), store.get("meta", "lost")];
  const [here, needsYou, gone] = await Promise.all(counts);
  return { unsent: here + needsYou + (gone?.left || 0), needsYou };
}
const unreceived = ({ receipt }) => receipt?.outcome !== "received";

/**
 * How a phone names what Lantern took from it last: by its id and by when it was taken, for what a Lantern that was put
 * back is given anew by another way is not what it had.
 * @param {string} [last]  "ID TIME"; ID alone was written by an earlier release
 */
export function lastHeaders(last = "") {
  const [id, at] = last.split(" ");
  return { ...(id && { "X-Last-Received": id }), ...(at && { "X-Last-At": at }) };
}

const wire = ({ id, copy }) => ({ id, copy });

/** As many as fit into one call, and at least one. */
function fitting(records) {
  let letters = 0;
  const most = records.findIndex((record, at) => {
    letters += JSON.stringify(wire(record)).length;
    return at === MANY || (at > 0 && letters > MOST);
  });
  return most < 0 ? records : records.slice(0, most);
}

/** The receipts by item; null when Lantern did not answer with any. @returns {Promise<{status: number, named: Map|null}>} */
async function post(connection, records, headers) {
  const plain = new TextEncoder().encode(JSON.stringify({ items: records.map(wire) }));
  const body = gzip ? await gzip(plain) : plain;
  const answer = await connection.request("/sync/sealed", {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...(gzip && { "Content-Encoding": "gzip" }), ...headers },
    limit: patience(body.length),
    redirect: "manual",
  });
  const { status } = answer;
  if (status !== 200) return { status, named: null };
  const named = new Map(JSON.parse(answer.text).receipts.map((receipt) => [receipt.id, receipt]));
  return { status, named, lost: answer.headers.get("X-Offer-Again") === "1" };
}

/**
 * Sends all of these, in as many calls as it takes. One that Lantern can't be given even alone is stepped over, and
 * stands in nobody's way.
 * @param {(batch: object[], answer: {named: Map, lost?: boolean}) => Promise<any>} told
 * @returns {Promise<boolean>} false: it takes nothing for now
 */
async function sendAll(connection, records, headers, told) {
  let most = MANY;
  for (let rest = records; rest.length; ) {
    const batch = fitting(rest.slice(0, most));
    const answer = await post(connection, batch, await headers());
    if (!answer.named && !AN_ITEMS_FAULT.includes(answer.status)) return false;
    if (answer.named || batch.length === 1) {
      await told(batch, { ...answer, named: answer.named || new Map() });
      rest = rest.slice(batch.length);
      most = Math.min(2 * most, MANY);
    } else {
      most = Math.ceil(batch.length / 2);
    }
  }
  return true;
}

/** What is kept of a receipt: nothing that the reasons of a refusal might say. Those the open vault asks for again. */
const heard = ({ id, hash, outcome, at }) => ({ id, hash, outcome, at });
const decided = (receipt) =>
  /^[0-9a-f]{64}$/.test(receipt?.hash) && ["received", "refused", "conflict"].includes(receipt.outcome);

/** Sends what waits; says how much is left. */
async function sendWaiting(store, connection) {
  const waiting = (await unheard(store)).filter((record) => record.copy);
  let left = waiting.length;
  const headers = async () => ({
    "X-Sent-At": new Date().toISOString(),
    ...lastHeaders(await store.get("meta", "last")),
  });
  await sendAll(connection, waiting, headers, async (batch, answer) => {
    const decidedNow = batch.filter(({ id }) => decided(answer.named.get(id)));
    const ops = decidedNow.map((record) => [
      "put",
      "outbox",
      { ...record, receipt: heard(answer.named.get(record.id)) },
    ]);
    if (ops.length) await store.write(ops);
    if (answer.lost) await lost(store);
    left -= ops.length;
  });
  return left;
}

/**
 * Lantern does not know what it took last: it was put back to an earlier day. What it had in the last days counts as lost
 * until it is offered to it again, and what a manager has is handed in again. A Lantern that still has it says so again.
 * Needs no key.
 */
export async function lost(store) {
  const { from = 0 } = (await store.get("meta", "lost")) || {}; // one that is put off already stays put off
  const had = (await store.inState("received")).filter(({ copy }) => copy);
  // Of what was offered once already only a note and the copy are here: it can only be offered again.
  const handIn = ({ note, ...one }) =>
    note ? { ...one, state: "received", again: true } : { ...one, state: "waiting", receipt: undefined };
  const kept = (await store.inState("with-manager")).map(handIn);
  const left = had.length + kept.filter(({ state }) => state === "received").length;
  const offer = { after: 0, upTo: had.at(-1)?.n || 0, from, left };
  const over = ["delete", "meta", "offer"]; // the note of release 1
  await store.write([["put", "meta", offer, "lost"], over, ...kept.map((record) => ["put", "outbox", record])]);
}

/** Is this record of a received item among those that Lantern lost, as far as we know? @param {object} [note] */
export const isLost = ({ n, again, copy }, { after = 0, upTo = 0 } = {}) =>
  Boolean(again || (copy && n > after && n <= upTo));

/** What a receipt for something offered again makes of its record. What Lantern can't take yet is offered once more. */
function reoffered(record, receipt) {
  if (decided(receipt) && receipt.outcome === "received") return { ...record, again: false };
  if (decided(receipt) && receipt.kept === true) return { ...record, again: false, state: "with-manager", note: true };
  return { ...record, again: true };
}

/**
 * Lantern was put back to an earlier day: what it had received in the last week is offered to it again. It takes what
 * it does not have. How far that came is written down, so that it goes on after a crash.
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} store
 * @param {ReturnType<typeof createConnection>} connection
 */
export async function offerAgain(store, connection) {
  if (await store.get("meta", "offer")) await lost(store); // begun by release 1
  const offer = await store.get("meta", "lost");
  const wait = offer?.from - Date.now();
  if (!offer || (wait > 0 && wait <= LATER)) return; // a clock that was put back does not wait for years
  const headers = async () => ({ "X-Offered-Again": "1" });
  const { from, upTo } = offer;
  let { after, left } = offer;
  const more = () => store.inState("received", MANY, after);
  for (let records = await more(); records.length; records = await more()) {
    const told = async (batch, { named }) => {
      const now = batch.map((record) => reoffered(record, named.get(record.id)));
      const ops = now.filter((record, at) => record.again !== batch[at].again).map((one) => ["put", "outbox", one]);
      const known = now.findLast(({ again, state }) => !again && state === "received");
      if (known) ops.push(["put", "meta", `${known.id} ${named.get(known.id).at}`, "last"]);
      left -= now.filter(({ again }) => !again).length;
      after = batch.at(-1).n;
      await store.write([["put", "meta", { after, upTo, from, left }, "lost"], ...ops]);
    };
    const gone = records.filter((record) => isLost(record, offer));
    if (!(await sendAll(connection, gone, headers, told))) return;
    after = records.at(-1).n;
  }
  const later = ["put", "meta", { after: 0, upTo: 0, from: Date.now() + LATER, left }, "lost"];
  await store.write([left > 0 ? later : ["delete", "meta", "lost"]]);
}

/** Whoever is signed in sends their own; so does whose account is paused (S3). */
const maySend = (who, person) => (who?.person || who?.paused) === person;

/** One locked vault: hears what Lantern says of it, and sends what waits for who is signed in. */
async function contact({ id, person }, { openStore, fetch, lock, vaults, quiet, heard }) {
  const store = await openStore(id).catch(() => null); // one that does not open can be told to go all the same
  const found = { left: 0, answered: true, cut: false };
  try {
    const waiting = store ? (await unheard(store)).length : 0;
    const sends = waiting || (await store?.get("meta", "lost"));
    if (quiet && !sends) return found;
    const here = sends && (await unsent(store)).unsent;
    const connection = createConnection({
      fetch,
      id,
      person,
      vaults,
      waiting: sends && (() => here),
      // The account is paused: what could be read here goes at once, and needs no key to go.
      paused: () => store?.write([["clear", "pages"]]).catch(() => {}),
      wipe: () => {
        found.cut = true;
      },
    });
    const who = await connection.who();
    found.answered = Boolean(who && store);
    if (found.cut) return found;
    if (who) heard?.(who);
    const may = sends && maySend(who, person);
    found.left = may || !who ? waiting : 0; // a neighbour's waits for the neighbour
    if (!may) return found;
    await lock("drain", async () => {
      found.left = await sendWaiting(store, connection);
      await offerAgain(store, connection);
    });
  } catch {
    found.answered = false; // the next try finds everything where it was
  } finally {
    store?.close();
  }
  return found;
}

/**
 * Locked vaults and Lantern: one that was cut off goes, so do the copies of a paused account, and what waits is sent, each
 * for who is signed in.
 * @param {object} needs
 * @param {import("./vault.js").Slot[]} needs.slots
 * @param {(id: string) => Promise<any>} needs.openStore
 * @param {typeof fetch} needs.fetch
 * @param {(name: string, work: () => Promise<any>) => Promise<any>} needs.lock
 * @param {(slot: object) => Promise<any>} needs.cutOff  Lantern says that this vault must be forgotten
 * @param {() => Promise<number>} needs.vaults
 * @param {boolean} [needs.quiet]  ask nothing about vaults in which nothing waits
 * @param {(who: object) => void} [needs.heard]  who Lantern says is signed in
 * @returns {Promise<{left: number, answered: boolean}>} how much still waits that could have gone; did Lantern answer
 */
export async function sendLocked({ slots, cutOff, ...needs }) {
  const total = { left: 0, answered: true };
  for (const slot of slots) {
    const { left, answered, cut } = await contact(slot, needs);
    total.left += left;
    total.answered &&= answered;
    if (cut) await cutOff(slot);
  }
  return total;
}
