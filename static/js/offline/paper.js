/**
 * The paper key: a way into a vault that is written down and kept away from the phone. Pure.
 *
 * Nineteen random letters of thirty-two are 95 bits, and a last letter catches a slip. Nobody guesses that, however
 * fast their machine is, so it needs no slow hash as a PIN does, and a vault that it opens is no weaker for it.
 * The letters are those of recovery codes (carerapp/auth/rules.py), which are one group shorter.
 */

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // no I, L, O or U: what people misread on paper
const MISREAD = { O: "0", I: "1", L: "1", U: "V" };
/** How many random bytes make a key. */
export const RANDOM = 19;

/** Weighted by place, modulo a prime, so that a wrong letter and two swapped letters are both noticed. */
const check = (letters) =>
  LETTERS[[...letters].reduce((sum, letter, at) => sum + (at + 1) * LETTERS.indexOf(letter), 0) % 31];

/** "7Q2M-…" in five groups. @param {Uint8Array} random */
export function paperKey(random) {
  const letters = Array.from(random, (byte) => LETTERS[byte % 32]).join("");
  return (letters + check(letters)).match(/.{4}/g).join("-");
}

/** The key as it was shown, from how somebody typed it; null when there is a slip in it. @param {string} typed */
export function readPaper(typed) {
  const letters = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .replace(/[OILU]/g, (letter) => MISREAD[letter]);
  const whole = letters.length === RANDOM + 1 && check(letters.slice(0, -1)) === letters.at(-1);
  return whole ? letters.match(/.{4}/g).join("-") : null;
}
