/**
 * The outbox: which states a waiting item may be in, and what moves it. Pure: no browser, no clock, no network.
 *
 *   waiting     sealed on this phone, not yet with Lantern
 *   sending     on its way at this moment (never written down: after a crash it is simply waiting)
 *   held        Lantern asks who you are first (never written down either)
 *   needs-you   Lantern refused it and said why; the words stay here until the person has decided
 *   with-manager  Lantern keeps it, because access had ended: a manager decides; the words can be read here until the
 *               person lets go
 *   received    a receipt named this item and its content; only a short note of it stays
 *   gone        the phone has let go of it
 *
 * @typedef {'waiting'|'sending'|'held'|'needs-you'|'with-manager'|'received'|'gone'} State
 * @typedef {'again'|'saved'|'picked'|'receipt'|'refused'|'kept'|'let-in'|'signed-out'|'failed'|'mended'|'forgotten'} Happening
 */

// What is not in this table does not happen: a late "failed" cannot call a received item back,
// and nothing but a receipt or the person's own decision lets words go.
const MOVES = {
  new: { saved: "waiting" },
  waiting: { picked: "sending", receipt: "received", refused: "needs-you", kept: "with-manager", "signed-out": "held" },
  sending: { receipt: "received", refused: "needs-you", kept: "with-manager", "signed-out": "held", failed: "waiting" },
  held: { picked: "sending", receipt: "received", refused: "needs-you", kept: "with-manager", failed: "waiting" },
  "needs-you": { receipt: "received", mended: "gone", forgotten: "gone", again: "gone" },
  "with-manager": { "let-in": "received", forgotten: "gone" },
  received: { forgotten: "gone" },
  gone: {},
};

/**
 * Where an item stands after something happened.
 * @param {State|'new'} state
 * @param {Happening} happening
 * @returns {State}
 */
export const next = (state, happening) => (Object.hasOwn(MOVES[state], happening) ? MOVES[state][happening] : state);

/** How a state is written to the disk: "sending" and "held" are passing and come back as "waiting". @param {State} state */
export const durable = (state) => (state === "sending" || state === "held" ? "waiting" : state);

/** Lone halves of characters cannot travel as UTF-8; they become U+FFFD before anything is counted or hashed. */
export const wellFormed = (text) =>
  text.toWellFormed ? text.toWellFormed() : text.replace(/\p{Surrogate}/gu, "\uFFFD");

// By code point, as Python sorts, and not by UTF-16 unit, as JavaScript would.
const byCodePoint = ([a], [b]) => {
  const left = Array.from(a, (c) => c.codePointAt(0));
  const right = Array.from(b, (c) => c.codePointAt(0));
  const at = left.findIndex((c, i) => c !== right[i]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
};

/**
 * The one form in which phone and server hash an item: [path, [[name, [values]], ...]], names sorted.
 * tests/js/hash_vectors.json holds examples that both sides are tested against.
 * @param {string} path
 * @param {Record<string, string[]>} fields
 */
export function canonical(path, fields) {
  const entries = Object.entries(fields).map(([name, values]) => [wellFormed(name), values.map(wellFormed)]);
  return JSON.stringify([wellFormed(path), entries.sort(byCodePoint)]);
}
