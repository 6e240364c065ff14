/** Choosing what opens a phone, and a second way for the day when the first is gone. It says what each protects. */

import { announce, button, focusOn, h, placeFor } from "../dom.js";

const SHORTEST = 6;
const QUIET = "govuk-button--secondary";
const FIRST = [
  "Then you can write with no signal, and what you write and read is locked on this phone.",
  "Only you can open it: with your passkey, which is the finger, face or code that opens this phone, or with a PIN that you choose now.",
  "Nobody can find a lost PIN or passkey again for you, so the next screen gives you a second way in.",
];
const PROTECTS =
  "A PIN keeps out someone who picks up this phone. It does not keep out an expert who copies it, so with a PIN less is kept here.";
const NO_SECRET = "This passkey cannot lock what is kept on this phone. Choose another way.";

const p = (...words) => h("p", {}, ...words);
const hint = (words) => h("p", { class: "govuk-hint" }, words);

/** A screen with a heading. It resolves when one of its buttons says what was chosen. */
function screen(title, draw) {
  return new Promise((resolve) => {
    const heading = h("h1", {}, title);
    const error = h("p", { class: "lock__error", role: "alert" });
    const parts = draw(resolve, (words) => {
      error.textContent = words;
    });
    placeFor("lock").replaceChildren(h("div", {}, heading, error, ...parts.filter(Boolean)));
    focusOn(heading);
  });
}

function wrongWith(pin, again) {
  if (!/^\d+$/.test(pin) || pin.length < SHORTEST) return `Choose at least ${SHORTEST} digits.`;
  if (/^(\d)\1*$/.test(pin) || "01234567890 09876543210".includes(pin))
    return "Choose digits that are harder to guess.";
  return pin === again ? "" : "The two PINs are not the same. Type them again.";
}

const field = (id, label) => {
  const input = h("input", { class: "govuk-input", id, type: "password", inputmode: "numeric", autocomplete: "off" });
  return [input, h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id }, label), input)];
};

function pinForm(resolve, fail, look) {
  const [pin, pinGroup] = field("new-pin", "PIN, at least 6 digits");
  const [again, againGroup] = field("new-pin-again", "The same PIN again");
  const submit = (event) => {
    event.preventDefault();
    const wrong = wrongWith(pin.value, again.value);
    fail(wrong);
    if (wrong) pin.focus();
    else resolve({ pin: pin.value });
  };
  const use = h("button", { class: `govuk-button ${look}` }, "Use a PIN");
  return h("form", { submit, autocomplete: "off", novalidate: true }, pinGroup, againGroup, use);
}

const passkeyButton = (passkey, resolve, fail, words, look = "") =>
  button(
    words,
    () =>
      passkey().then(
        (prf) => resolve({ prf }),
        (error) => fail(error.plain || NO_SECRET),
      ),
    look,
  );

/**
 * Shows a new paper key until it is written down. Null for "go on without one", which is asked twice.
 * @param {() => string} newPaperKey
 * @returns {Promise<{paper: string}|null>}
 */
export async function paperKey(newPaperKey) {
  const paper = newPaperKey();
  for (;;) {
    const done = await screen("Write down your paper key", (resolve) => [
      p(
        "If your passkey or your PIN is ever lost, this paper opens what is on this phone. Without it, words that were not sent would be lost.",
      ),
      h("p", { class: "paper-key" }, ...paper.split("-").flatMap((group) => [h("code", {}, group), " "])),
      hint(
        "It is shown only now. Keep it away from this phone: whoever has both can read what is kept here. Recovery codes are something else: they get you back into your account.",
      ),
      button("I have written it down", () => resolve(true)),
      button("Go on without one", () => resolve(false), QUIET),
    ]);
    if (done) return { paper };
    const sure = await screen("Go on without a paper key?", (resolve) => [
      p(
        "Then there is one way into this phone. If it is lost, everything here that was not sent is lost with it, and nobody can bring it back.",
      ),
      button("Show the paper key again", () => resolve(false)),
      button("Go on without one", () => resolve(true), QUIET),
    ]);
    if (sure) return null;
  }
}

/** Asks for a new PIN, with what it protects. @returns {Promise<{pin: string}|null>} */
export const newPin = () =>
  screen("Choose a PIN", (resolve, fail) => [
    hint(PROTECTS),
    pinForm(resolve, fail, ""),
    button("Go back", () => resolve(null), QUIET),
  ]);

const secondWay = (newPaperKey, passkey) =>
  screen("A second way in", (resolve, fail) => [
    p("If you forget your PIN, a second way opens what is on this phone, so that nothing you wrote is lost."),
    passkey && passkeyButton(passkey, resolve, fail, "Use your passkey as well"),
    button("Make a paper key", () => resolve(paperKey(newPaperKey)), passkey ? QUIET : ""),
    button("Not now", () => resolve(null), QUIET),
  ]);

/**
 * Asks how this phone will be opened. Resolves with the secrets, or null for "not now".
 * @param {() => string} newPaperKey
 * @param {() => Promise<{credential: string, secret: Uint8Array}>} [passkey]  absent where the browser has none
 * @returns {Promise<import("../offline/vault.js").Secrets|null>}
 */
export async function chooseSecrets(newPaperKey, passkey) {
  const first = await screen("Get this phone ready", (resolve, fail) => [
    ...FIRST.map((sentence) => p(sentence)),
    passkey && passkeyButton(passkey, resolve, fail, "Use your passkey"),
    passkey && hint("A passkey is strongest."),
    pinForm(resolve, fail, QUIET),
    hint(PROTECTS),
    button("Not now", () => resolve(null), QUIET),
  ]);
  if (!first) return null;
  announce("Now a second way in, for the day when the first is lost.");
  // A paper key is as strong as a passkey; a PIN as the spare of a passkey would make the whole vault as weak as a PIN.
  const second = first.prf ? await paperKey(newPaperKey) : await secondWay(newPaperKey, passkey);
  return { ...first, ...second };
}
