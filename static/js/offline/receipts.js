/**
 * Receipts: what an answer means for the item it should be about. Pure.
 *
 * Only a receipt that names the item AND the hash of its content lets the phone let go. A sign-in page with 200,
 * a captive portal, half a JSON, an empty 204, somebody else's receipt: all of these mean "later".
 *
 * @typedef {{status: number, text: string}} Answer
 * @typedef {{id: string, hash: string}} Named
 * @typedef {{verdict: 'received'|'refused'|'kept'|'held'|'later', receipt?: object, why?: string}} Judgement
 */

export const LATER = Object.freeze({ verdict: "later" });
const REASONS = ["signed-out", "other-person", "cut-off", "paused"];

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Why Lantern will not listen to us, or null. @param {Answer} answer */
function heldWhy(answer) {
  if (answer.status !== 401) return null;
  const why = parsed(answer.text)?.held;
  return REASONS.includes(why) ? why : null;
}

/** What one receipt says of one item. @returns {Judgement} */
export function judgeReceipt(receipt, item) {
  if (receipt?.id !== item.id) return LATER;
  // An item so odd that Lantern could not even hash it. A refusal keeps the words, so the id is name enough.
  if (receipt.hash === null && receipt.outcome === "refused") return { verdict: "refused", receipt };
  if (receipt.hash !== item.hash) return LATER;
  if (receipt.outcome === "received") return { verdict: "received", receipt };
  if (receipt.outcome === "refused" && receipt.kept === true) return { verdict: "kept", receipt };
  if (receipt.outcome === "refused" || receipt.outcome === "conflict") return { verdict: "refused", receipt };
  // Named, but not decided: Lantern is there and will take it another time.
  return { verdict: "later", receipt };
}

/**
 * The answer to one item that went alone.
 * @param {Answer} answer @param {Named} item @returns {Judgement}
 */
export function judge(answer, item) {
  const why = heldWhy(answer);
  if (why) return { verdict: "held", why };
  const judgement = judgeReceipt(parsed(answer.text), item);
  const good = answer.status >= 200 && answer.status < 300;
  return judgement.verdict === "received" && !good ? LATER : judgement;
}

/**
 * The answer to several that went together: one judgement an item, in order, found by name and not by place.
 * @param {Answer} answer @param {Named[]} items @returns {Judgement[]}
 */
export function judgeAll(answer, items) {
  const why = heldWhy(answer);
  if (why) return items.map(() => ({ verdict: "held", why }));
  const receipts = answer.status === 200 ? parsed(answer.text)?.receipts : null;
  if (!Array.isArray(receipts)) return items.map(() => LATER);
  const byId = new Map(receipts.map((receipt) => [receipt?.id, receipt]));
  return items.map((item) => judgeReceipt(byId.get(item.id), item));
}
