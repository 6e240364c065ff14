/**
 * The courier takes what waits to Lantern and comes back with receipts. Clock, storage, network and lock are passed in,
 * so that every bad day can be played through without a browser.
 *
 * One courier at a time on a phone (the lock "drain"), everything in the order in which it was written. One item goes to
 * its own address; several go together. Nothing here deletes: a receipt turns an item into a short note of it.
 *
 * @typedef {{n: number, id: string, state: string, path: string, fields: Record<string, string[]>, made_at: string,
 *   zone: string, hash: string}} Item
 */

import { isCutOff, isLanterns, patience } from "./connection.js";
import { lastHeaders } from "./copies.js";
import { next } from "./outbox.js";
import { judge, judgeAll, judgeReceipt, LATER } from "./receipts.js";

const MOST_ITEMS = 500; // the server takes no more in one call
const MOST_BYTES = 1_900_000; // unpacked; the server stops at 2 MiB
const MOST_ALONE = 4_000_000; // the server hangs up on one item of more, and what stands behind it would never go
const MOST_PACKED = 150_000; // what a lost link makes us send again: 1.6 s of slow 4G
const MOST_BARE = 20; // answers without a receipt in one pass; after so many it is Lantern that is ill, and not the items
const WEARY = 4; // times that Lantern asked us to wait, until it may be one item that makes it ask
const ROUND = 30_000; // ms between tries when nothing gives a hint
const EAGER = 2_000; // ms from try to try while somebody looks and Lantern does not answer: a failed try costs nothing
const BREATH = 250; // ms between two tries at the least, when the first took its time to fail

const HAPPENINGS = { received: "receipt", refused: "refused", kept: "kept", held: "signed-out", later: "failed" };
const FOREIGN = { status: 502, text: "" }; // whatever it claims, it is no yes; smaller calls, or others, may get past it
const wire = ({ id, path, fields, made_at, zone }) => ({ id, path, fields, made_at, zone });
const SETTLED = ["received", "needs-you", "with-manager"];
/** Whose account is paused is still heard, with what waits and nothing else. */
const notUs = (who, person) =>
  who.wipe ? "cut-off" : person === (who.person || who.paused) ? null : who.person ? "other-person" : "signed-out";
const TOO_MUCH = {
  outcome: "refused",
  errors: { "": ["This is too long to send at once. Save a copy, and send it in shorter parts."] },
};
const halves = (status, weary) => status >= 400 && status !== 401 && (status !== 429 || weary);
/** Work whose failure is looked at later, where it is waited for. */
const hushed = (work) => {
  work.catch(() => {});
  return work;
};
const form = (fields) =>
  new URLSearchParams(Object.entries(fields).flatMap(([name, values]) => values.map((value) => [name, value])));

/**
 * @param {object} needs
 * @param {{waiting: (limit: number, after: number) => Promise<Item[]>, count: () => Promise<number>,
 *   settle: (moves: {item: Item, state: string, receipt: object}[]) => Promise<void>,
 *   last: () => Promise<string|undefined>, lost: () => Promise<any>}} needs.box  the sealed outbox
 * @param {string} needs.person  whose words these are
 * @param {string} needs.device  vault id
 * @param {typeof fetch} needs.fetch
 * @param {{now: () => Date, after: (ms: number, ring: () => void) => () => void}} needs.clock
 * @param {(name: string, work: () => Promise<any>) => Promise<any>} needs.lock
 * @param {() => Promise<{person: string|null, wipe?: boolean}|null>} needs.probe  who Lantern thinks we are; null when it does not answer
 * @param {(text: string) => Promise<string>} needs.digest  hex SHA-256
 * @param {(bytes: Uint8Array) => Promise<Uint8Array>} [needs.gzip]
 * @param {() => boolean} [needs.watched]  is somebody looking at the page
 * @param {(news: {settled: {item: Item, state: string, receipt: object}[]}) => void} [needs.tell]
 * @param {() => void} [needs.wipe]  this phone was cut off
 */
export function createCourier(needs) {
  const { box, person, device, fetch, clock, lock, probe, digest, gzip } = needs;
  const { watched = () => true, tell = () => {}, wipe = () => {} } = needs;
  const sending = new Set();
  const askers = new Map(); // item id -> those who want to hear where it ends up
  const stopping = new AbortController();
  let held = null;
  let missed = 0; // tries in a row without an answer
  let busy = 0; // tries in a row that Lantern put off
  let most = MOST_ITEMS;
  let bare = 0; // answers without a receipt in this pass
  let from = 0; // where the next pass begins, when this one met too many of them
  let pause = 0; // ms that Lantern asked for
  let doubt = false; // the last answer named nothing of ours: was it Lantern at all?
  let tried = 0; // when the last try began, in ms
  let running = null;
  let noting = null; // receipts that are being written down
  let again = false;
  let unplan = () => {};

  /** @returns {Promise<import("./receipts.js").Answer|null>} null: nobody answered */
  async function post(path, headers, body) {
    const bell = new AbortController();
    const quiet = clock.after(patience(body.byteLength || String(body).length), () => bell.abort());
    const stop = () => bell.abort();
    stopping.signal.addEventListener("abort", stop);
    try {
      const last = await box.last();
      const answer = await fetch(path, {
        method: "POST",
        headers: {
          "X-App": "1",
          "X-Device": device,
          "X-Vault-User": person,
          "X-Sent-At": clock.now().toISOString(),
          ...lastHeaders(last),
          ...headers,
        },
        body,
        signal: bell.signal,
        cache: "no-store",
        credentials: "same-origin",
        redirect: "manual", // a redirect to a sign-in page is not a receipt
      });
      pause = 0;
      if (!(await isLanterns(answer, fetch, bell.signal))) return FOREIGN;
      const text = await answer.text();
      if (isCutOff(answer, text)) wipe();
      if (answer.headers.get("X-Offer-Again") === "1") await box.lost();
      pause = Math.min(Number(answer.headers.get("Retry-After")) * 1000 || 0, ROUND);
      return { status: answer.status, text };
    } catch {
      return null;
    } finally {
      quiet();
      stopping.signal.removeEventListener("abort", stop);
    }
  }

  const alone = async (item) => {
    const headers = {
      "Idempotency-Key": item.id,
      "X-Queued-At": item.made_at,
      "X-TZ": item.zone,
      "X-Content-Hash": item.hash,
    };
    const body = form(item.fields);
    if (String(body).length > MOST_ALONE) return [{ verdict: "refused", receipt: TOO_MUCH }];
    const answer = await post(item.path, headers, body);
    return answer && [judge(answer, item)];
  };

  /** As many of the items as fit into one call, packed. */
  async function fitting(items) {
    for (let batch = items; ; ) {
      const bytes = new TextEncoder().encode(JSON.stringify({ items: batch.map(wire) }));
      const packed = gzip ? await gzip(bytes) : bytes;
      const room = Math.min(MOST_BYTES / bytes.length, MOST_PACKED / packed.length);
      if (room >= 1 || batch.length === 1)
        return { batch, packed, hash: await digest(batch.map((item) => item.hash).join("")) };
      batch = batch.slice(0, Math.max(1, Math.floor(batch.length * room * 0.95)));
    }
  }

  const together = async ({ batch, packed, hash }) => {
    const headers = {
      "Content-Type": "application/json",
      "X-Content-Hash": hash,
      ...(gzip && { "Content-Encoding": "gzip" }),
    };
    const answer = await post("/sync/items", headers, packed);
    // Too much at once, or something in it that the batch stumbles over: go on in halves, down to one by one.
    if (answer && halves(answer.status, weary()) && (!pause || weary()))
      most = Math.max(1, Math.floor(batch.length / 2));
    return answer && judgeAll(answer, batch);
  };

  const weary = () => busy >= WEARY;

  /** @returns {Promise<import("./receipts.js").Judgement[]|null>} one for each; null: nobody answered */
  async function send(cargo) {
    const { batch } = cargo;
    for (const item of batch) {
      item.state = next(item.state, "picked");
      sending.add(item.id);
    }
    tell({ settled: [] });
    try {
      return await (batch.length > 1 ? together(cargo) : alone(batch[0]));
    } finally {
      for (const item of batch) sending.delete(item.id);
    }
  }

  async function settle(batch, judgements) {
    const moves = batch.map((item, at) => {
      item.state = next(item.state, HAPPENINGS[judgements[at].verdict]);
      return { item, state: item.state, receipt: judgements[at].receipt };
    });
    const settled = moves.filter((move) => SETTLED.includes(move.state));
    if (!settled.length) return settled;
    await box.settle(settled);
    busy = 0;
    for (const move of settled) {
      askers.get(move.item.id)?.(move);
      askers.delete(move.item.id);
    }
    return settled;
  }

  /** After a miss, a strange answer or a refusal to know us, one small question goes first. */
  async function welcome() {
    if (!missed && !held && !doubt) return true;
    const who = await probe();
    if (!who) {
      missed += 1;
      return false;
    }
    missed = 0;
    doubt = false;
    held = notUs(who, person);
    if (held === "cut-off") wipe();
    return !held;
  }

  /** Receipts that came while the vault was locked name their items, or those go again. */
  async function settleHeard(items) {
    const marked = items.filter((item) => item.heard);
    const hashes = await Promise.all(marked.map((item) => digest(item.salt + item.hash)));
    const judged = marked.map((item, at) => judgeReceipt(item.heard, { id: item.id, hash: hashes[at] }));
    const sure = (_, at) => judged[at].verdict === "received";
    const heard = marked.filter(sure);
    if (heard.length) await note(heard, judged.filter(sure));
    return heard.length;
  }

  /** What goes next after number `after`, opened and packed; null when nothing waits. */
  async function load(after) {
    const items = await box.waiting(most, after);
    if (await settleHeard(items)) return load(after);
    if (!items.length) return null;
    return items.length > 1 ? fitting(items) : { batch: items };
  }

  /** Writes receipts down, and says so. */
  async function note(batch, judgements) {
    tell({ settled: await settle(batch, judgements) });
  }

  /**
   * Sends this. While it is on its way the next is opened and packed, and its receipts are written down while the next
   * is on its way: of a slow link nothing is wasted, and still one call is out at a time. What goes next; null: nothing.
   */
  async function step(cargo) {
    const { batch } = cargo;
    const last = batch.at(-1).n;
    const sent = send(cargo);
    const ahead = most === MOST_ITEMS ? hushed(load(last)) : null; // after trouble it is not known how much comes next
    const answered = await sent;
    await noting;
    const judgements = answered || batch.map(() => LATER);
    held = judgements[0].why || null;
    missed = answered ? 0 : missed + 1;
    doubt = !judgements.some((judgement) => judgement.receipt);
    noting = hushed(note(batch, judgements));
    if (held || !answered || (doubt && !passOver(batch))) return null;
    if (!doubt) most = Math.min(MOST_ITEMS, most * 2);
    return (await ahead) || load(last); // what was saved meanwhile goes as well
  }

  /** Lantern answered and decided nothing. What went alone may have trouble of its own: are those behind it tried? */
  function passOver(batch) {
    if (batch.length > 1) {
      again = most < batch.length && !pause; // halved just now: worth another go at once
      return false;
    }
    bare += 1;
    if (bare >= MOST_BARE || (pause && weary())) from = batch[0].n; // what stands behind them has its turn next time
    return !pause && !from;
  }

  /** Once through all that waits. An item that Lantern puts off does not stop those behind it. */
  async function pass() {
    if (!(await box.count())) return;
    // The first try after a hint is likely to succeed, so what goes first is made ready while the question is out.
    const begin = from;
    const first = missed === 1 && hushed(load(begin));
    if (!(await welcome())) return;
    bare = from = 0;
    noting = null;
    try {
      for (let cargo = await (first || load(begin)); cargo && !stopping.signal.aborted; ) cargo = await step(cargo);
    } finally {
      await noting;
    }
    busy = (await box.count()) ? busy + 1 : 0;
  }

  function wait() {
    if (held) return ROUND;
    const took = Math.max(0, clock.now() - tried); // less than nothing, when the clock was put back meanwhile
    if (missed) return Math.max(BREATH, Math.min(500 * 2 ** missed, watched() ? EAGER : ROUND) - took);
    return Math.max(pause, Math.min(1000 * 2 ** busy, ROUND)) * (1 + Math.random() * 0.4);
  }

  async function plan() {
    unplan();
    if (stopping.signal.aborted || !(await box.count())) return;
    unplan();
    unplan = clock.after(wait(), drain);
  }

  function drain() {
    if (stopping.signal.aborted) return Promise.resolve();
    again = Boolean(running);
    running ||= lock("drain", async () => {
      do {
        again = false;
        tried = clock.now().getTime();
        await pass();
      } while (again && !stopping.signal.aborted);
    })
      .catch(() => {
        missed += 1;
      })
      .finally(() => {
        running = null;
        tell({ settled: [] });
        return plan().catch(() => {});
      });
    return running;
  }

  return {
    /** Something happened that makes a try worth it: a save, an unlock, a network, a person looking. */
    hint() {
      missed = Math.min(missed, 1); // still ask before sending, but at once
      busy = 0;
      unplan();
      return drain();
    },
    /** Where an item ends up within `ms`, or null when it is still on its way. */
    outcome(id, ms) {
      return new Promise((resolve) => {
        askers.set(id, resolve);
        clock.after(ms, () => resolve(null));
      });
    },
    /** Takes one item that this phone could not keep straight to Lantern. @returns {Promise<import("./receipts.js").Judgement>} */
    async carry(item) {
      return (await alone(item))?.[0] || LATER;
    },
    sending: () => sending,
    held: () => held,
    /** Why nothing goes at this moment, when Lantern has not said so itself. */
    trouble: () => (missed ? "no-signal" : busy ? "busy" : null),
    /** The vault is being locked: let go at once. What was on its way is still waiting, and its id makes a second time harmless. */
    stop() {
      unplan();
      stopping.abort();
    },
  };
}
