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
const LATER = 3_600_000; // ms before what Lantern could not take is offered to it again

const answered = async (store, is) => (await store.inState("waiting")).filter(({ receipt }) => is(receipt));
/** What waits and was not answered yet. Needs no key. @returns {Promise<object[]>} */
export const unheard = (store) => answered(store, (receipt) => !receipt);
/** What Lantern does not have, as far as it told: what it refused is on this phone only. */
export const unsent = (store) => answered(store, (receipt) => receipt?.outcome !== "received");

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

/** The receipts by item, or null when Lantern did not answer with any. */
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
  if (answer.status !== 200) return null;
  const { receipts } = JSON.parse(answer.text);
  const named = new Map(receipts.map((receipt) => [receipt.id, receipt]));
  return { named, lost: answer.headers.get("X-Offer-Again") === "1" };
}

/** What is kept of a receipt: nothing that the reasons of a refusal might say. Those the open vault asks for again. */
const heard = ({ id, hash, outcome, at }) => ({ id, hash, outcome, at });
const decided = (receipt) =>
  /^[0-9a-f]{64}$/.test(receipt?.hash) && ["received", "refused", "conflict"].includes(receipt.outcome);

/** Sends what waits; says how much is left. */
async function sendWaiting(store, connection) {
  const waiting = (await unheard(store)).filter((record) => record.copy);
  let left = waiting.length;
  for (let rest = waiting; rest.length; ) {
    const batch = fitting(rest);
    const last = await store.get("meta", "last");
    const answer = await post(connection, batch, {
      "X-Sent-At": new Date().toISOString(),
      ...(last && { "X-Last-Received": last }),
    });
    if (!answer) break;
    const told = batch.filter(({ id }) => decided(answer.named.get(id)));
    const ops = told.map((record) => ["put", "outbox", { ...record, receipt: heard(answer.named.get(record.id)) }]);
    if (ops.length) await store.write(ops);
    if (answer.lost) await lost(store);
    left -= told.length;
    rest = rest.slice(batch.length);
  }
  return left;
}

/**
 * Lantern does not know what it received last: it was put back to an earlier day. What it had is offered to it again, and
 * what a manager has is handed in again: a Lantern that still has it says so again. Needs no key.
 */
export async function lost(store) {
  const { from = 0, left = 0 } = (await store.get("meta", "offer")) || {}; // one that is put off already stays put off
  const again = (await store.inState("with-manager")).map((kept) => ({
    ...kept,
    state: "waiting",
    receipt: undefined,
  }));
  const ops = again.map((record) => ["put", "outbox", record]);
  await store.write([["put", "meta", { after: 0, from, left }, "offer"], ...ops]);
}

/**
 * Lantern was put back to an earlier day: what it had received in the last week is offered to it again. It takes what
 * it does not have. How far that came is written down, so that it goes on after a crash.
 * @param {Awaited<ReturnType<typeof import("./store.js").openStore>>} store
 * @param {ReturnType<typeof createConnection>} connection
 */
export async function offerAgain(store, connection) {
  const offer = await store.get("meta", "offer");
  const wait = offer?.from - Date.now();
  if (!offer || (wait > 0 && wait <= LATER)) return; // a clock that was put back does not wait for years
  for (let { after, put = 0 } = offer; ; ) {
    const records = await store.inState("received", MANY, after);
    if (!records.length) {
      const again = ["put", "meta", { after: 0, from: Date.now() + LATER, left: put }, "offer"];
      return void (await store.write([put ? again : ["delete", "meta", "offer"]]));
    }
    const batch = fitting(records);
    const copies = batch.filter((record) => record.copy);
    const answer = copies.length ? await post(connection, copies, { "X-Offered-Again": "1" }) : { named: new Map() };
    if (!answer) return;
    const off = copies.filter(({ id }) => !decided(answer.named.get(id)));
    put += off.length;
    const known = copies.findLast(({ id }) => answer.named.get(id)?.outcome === "received");
    after = batch.at(-1).n;
    const ops = [["put", "meta", { ...offer, after, put }, "offer"]];
    const other = copies.filter((record) => Boolean(record.again) !== off.includes(record));
    ops.push(...other.map((record) => ["put", "outbox", { ...record, again: off.includes(record) }]));
    if (known) ops.push(["put", "meta", known.id, "last"]);
    await store.write(ops);
  }
}

/** One locked vault: hears what Lantern says of it, and sends what waits for who is signed in. */
async function contact({ id, person }, { openStore, fetch, lock, vaults, quiet, heard }) {
  const store = await openStore(id).catch(() => null); // one that does not open can be told to go all the same
  const found = { left: 0, answered: true, cut: false };
  try {
    const waiting = store ? (await unheard(store)).length : 0;
    const sends = waiting || (await store?.get("meta", "offer"));
    if (quiet && !sends) return found;
    const here = sends && (await unsent(store)).length;
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
    found.left = waiting;
    if (!sends || (who?.person || who?.paused) !== person) return found;
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
