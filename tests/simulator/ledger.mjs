/** What was written, by whom, and where it must be: the truth that everything else is held to. */

import { gunzipSync } from "node:zlib";
import { Violation } from "./world.mjs";

const WORD = /\bw\d+z\b/g;

/** @typedef {{word: string, person: string, phone: object, vault: string, kind: string, id?: string, acked: boolean,
 *   gone?: string, location?: string, shown?: string}} Entry */

export class Ledger {
  /** @param {import("./world.mjs").World} world */
  constructor(world) {
    this.world = world;
    this.entries = [];
    this.byWord = new Map();
    this.receipts = new Map(); // person and id -> the receipt as it was given first
    this.everReceived = new Set(); // ids that Lantern ever acknowledged
    this.restored = false;
  }

  add(entry) {
    entry.word = `w${this.entries.length}z`;
    this.entries.push(entry);
    this.byWord.set(entry.word, entry);
    return entry;
  }

  /** A call leaves a phone: items in the order in which they were written, and each in one lane at a time. What is wrong
   * is noted, not thrown: the phone takes whatever its `fetch` throws for a bad line. */
  sent(call) {
    call.ids = idsOf(call);
    if (!call.ids.length) return;
    const { inFlight } = call.phone;
    const number = new Map(call.phone.outbox(call.headers["X-Device"]).map(({ id, n }) => [id, n]));
    const numbers = call.ids.map((id) => number.get(id));
    if (numbers.some((n, at) => at && n <= numbers[at - 1]))
      this.world.wrong ||= `${call.phone.name} sends in the wrong order: ${numbers}`;
    for (const id of call.ids) {
      if (inFlight.has(id)) this.world.wrong ||= `${call.phone.name} sends one item in two lanes at once`;
      inFlight.add(id);
    }
  }

  ended(call) {
    for (const id of call.ids) call.phone.inFlight.delete(id);
  }

  /** Lantern answers: the same item gets the same receipt, to the byte; and nobody sees what is not theirs. */
  answered(call, answer) {
    if (answer.status === 401) return;
    const type = answer.headers.find(([name]) => name === "Content-Type")?.[1] || "";
    if (call.method === "POST" && type.includes("json")) this.checkReceipts(call, answer);
    else if (call.method === "GET") this.checkPage(call, answer);
  }

  checkReceipts(call, answer) {
    const said = JSON.parse(answer.body);
    for (const receipt of said.receipts || [said]) {
      if (!receipt.id || !receipt.hash || !["received", "refused"].includes(receipt.outcome)) continue;
      if (receipt.status === 400) continue; // what did not arrive whole is not remembered
      if (receipt.outcome === "received") this.everReceived.add(receipt.id);
      const whose = `${call.headers["X-Vault-User"]} ${receipt.id} ${receipt.hash}`;
      const bytes = JSON.stringify(receipt);
      const first = this.receipts.get(whose);
      if (first && first !== bytes)
        throw new Violation(`The same item got two different receipts: ${first} and ${bytes}`);
      this.receipts.set(whose, bytes);
    }
  }

  checkPage(call, answer) {
    const reader = this.world.nameOf.get(call.headers["X-Vault-User"]);
    this.mayRead(reader, answer.body, call.path);
  }

  /** Nobody reads what was written in another home. */
  mayRead(reader, text, where) {
    for (const word of text.match(WORD) || []) {
      const entry = this.byWord.get(word);
      if (!this.readersOf(entry).includes(reader))
        throw new Violation(`${reader} reads ${word} of ${entry.person} at ${where}`);
    }
  }

  /** Who may read what somebody wrote: their own home, the child's social worker, and those who work with both homes. */
  readersOf({ person, child }) {
    const worker = child === this.world.cast["child:leo"] ? "carl" : "cora"; // a child keeps their worker when they move
    return [...HOMES.find((home) => home.includes(person)), worker, "sam", "ivo", "della", "tom"];
  }

  settled(window, item, state, receipt) {
    const entry = this.byWord.get(item.words?.[0]?.[1]);
    if (!entry) return;
    this.world.say(
      state === "received"
        ? `${window.phone.name} says "Sent" about ${entry.word}.`
        : `${window.phone.name} shows ${window.person} why ${entry.word} was not taken: ${Object.values(receipt.errors || {}).flat()[0] || receipt.outcome}`,
    );
    if (state !== "received") return;
    entry.location = receipt.location;
  }

  /** Is anything left behind by a history that must not be? @param {object} facts what lies on the server and on phones */
  check(facts) {
    const let_in = facts.server.let_in.flat();
    const kept = facts.server.kept.map(([id, author, child, saw]) => [id, author, child, JSON.parse(saw)]);
    checkRows([...facts.server.recordings, ...kept.filter(([id]) => !let_in.includes(id))], this);
    facts.stored = new Set([...facts.server.recordings, ...kept].map(([, , , saw]) => saw.match(WORD)[0]));
    checkTraces(facts.server);
    // A phone that died after the write and before it could say so has put these in the place of those all the same.
    const there = ({ word }) =>
      facts.stored.has(word) || facts.phones.some(({ items }) => items.some((item) => item.word === word));
    for (const entry of this.entries) if (entry.mends && there(entry)) entry.mends.gone ||= "mended";
    const refused = new Set(this.entries.filter(({ kind }) => !FAIR.includes(kind)).map(({ id }) => id));
    for (const entry of this.entries) checkEntry(entry, facts, refused.has(entry.id));
    for (const phone of facts.phones) checkDisk(phone, facts.cut, this);
  }
}

const ITEMS = ["/sync/items", "/sync/sealed"];
function idsOf({ path, method, headers, body }) {
  if (method !== "POST") return [];
  if (headers["Idempotency-Key"]) return [headers["Idempotency-Key"]];
  if (!ITEMS.includes(path)) return [];
  const plain = headers["Content-Encoding"] === "gzip" ? gunzipSync(body) : body;
  return JSON.parse(plain.toString()).items.map(({ id }) => id);
}

const FAIR = ["good", "addition"];
const SHOWN = ["needs-you", "waiting"]; // what is with a manager must be with Lantern
const HOMES = [["amina", "ben"], ["nia"]];

const fail = (words) => {
  throw new Violation(words);
};

const same = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);

/** Each stored row has its audit row, its event, its place in the queue, its clock and its receipt: one of each. */
function checkTraces(server) {
  if (server.wrong.length || server.orphans.length) fail("The database is damaged");
  const rows = server.recordings.map(([id]) => id).sort();
  for (const trace of ["audit", "events", "waiting", "clocks"]) {
    const found = server[trace].map(([id]) => id).sort();
    if (!same(found, rows)) fail(`${rows.length} recordings are stored, and ${trace} has ${found.length} rows`);
  }
  const received = server.receipts.filter(([, , , outcome]) => outcome === "received").length + server.let_in.length;
  if (received !== rows.length) fail(`${rows.length} recordings are stored, and ${received} were acknowledged`);
  const kept = server.kept.map(([id]) => id).sort();
  for (const trace of ["kept_audit", "kept_events", "kept_clocks"])
    if (!same(server[trace].map(([id]) => id).sort(), kept))
      fail(`${kept.length} items are kept back, and ${trace} has ${server[trace].length} rows`);
  for (const [saw] of server.strays) fail(`${saw} is stored about a child who never lived there`);
}

/** What is stored was written by whom it says, about whom it says, in these very words, and is there once. */
function checkRows(rows, { byWord, world }) {
  const seen = new Set();
  for (const [, author, child, saw] of rows) {
    const [word] = saw.match(WORD) || [];
    if (!word) fail(`A recording holds what nobody wrote: ${saw}`);
    if (seen.has(word)) fail(`${word} is stored twice`);
    seen.add(word);
    const entry = byWord.get(word);
    if (world.cast[entry.person] !== author) fail(`${word} of ${entry.person} is stored as somebody else's`);
    if (entry.child !== child) fail(`${word} is stored about another child`);
    if (entry.saw.toWellFormed() !== saw) fail(`${word} is stored with other words`);
  }
}

/**
 * What was acknowledged is with Lantern, or on the phone where its author sees it. Two windows may have had one draft open:
 * when the words of one were refused and mended, Lantern has seen the id of the other's, and its author is asked.
 */
function checkEntry(entry, { stored, phones, moved, mayRefuse, gaveUp }, idRefused) {
  const places = phones.flatMap((phone) => phone.items.filter((item) => item.word === entry.word));
  const shown = places.filter((item) => SHOWN.includes(item.state));
  const late = places.find((item) => item.state === "waiting");
  if (late) fail(`${entry.word} still waits on ${late.phone}, though nothing is in its way`);
  const fair = FAIR.includes(entry.kind) && !mayRefuse && !idRefused;
  if (fair && places.some((item) => item.state === "needs-you"))
    fail(`${entry.word} was refused, though nothing is wrong with it`);
  if (!entry.acked || entry.gone || entry.rotten) return;
  if (stored.has(entry.word) || shown.length) return;
  // A server that was put back can't take it yet (a move is unknown to it, a manager has the day that it adds to): the
  // phone has it still, and goes on offering it.
  if (moved && phones.some(({ items }) => items.some((item) => item.id === entry.id && item.offered))) return;
  if (phones.some((phone) => phone.wiped.has(entry.vault))) return; // cut off: that is what cutting off costs
  if (gaveUp(entry)) return; // a phone too full for a note of what Lantern had, and then the server was put back: both at once
  fail(`${entry.word} of ${entry.person} was saved and is nowhere: not with Lantern, not on a phone`);
}

/** No words lie on a disk in clear, nobody's key opens what is another's, and what was cut off is gone, and nothing else. */
function checkDisk({ name, clear, opened, wiped, vaults }, cut, ledger) {
  for (const vault of wiped) if (!cut.has(vault)) fail(`A vault on ${name} was wiped, and nobody had cut it off`);
  if (!ledger.restored && vaults.some((vault) => cut.has(vault))) fail(`A vault that was cut off is still on ${name}`);
  // More than the three letters of a word, which stand in noise by chance.
  const read = ledger.entries.find(({ saw }) => clear.includes(saw.slice(0, 9)));
  if (read) fail(`${read.word} lies on ${name} in clear`);
  if (opened) fail(`On ${name} ${opened}`);
}
