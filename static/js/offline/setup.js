/** Getting a phone ready: choosing what will open it. It says plainly what a PIN protects and what it does not. */

import { button, focusOn, h } from "../dom.js";
import { placeFor } from "./lock.js";

const SHORTEST = 6;
const FIRST = [
  "Then you can write with no signal, and what you write and read is locked on this phone.",
  "Only you can open it: with your passkey, which is the finger, face or code that opens this phone, or with a PIN that you choose now.",
  "Nobody can find a lost PIN again for you, and then what was not sent is lost, so choose both if you can.",
];
const PROTECTS =
  "A PIN keeps out someone who picks up this phone. It does not keep out an expert who copies it, so with a PIN less is kept here.";
const field = (id, label) => {
  const input = h("input", { class: "govuk-input", id, type: "password", inputmode: "numeric", autocomplete: "off" });
  return [input, h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id }, label), input)];
};

function wrongWith(pin, again) {
  if (!/^\d+$/.test(pin) || pin.length < SHORTEST) return `Choose at least ${SHORTEST} digits.`;
  if (/^(\d)\1*$/.test(pin) || "01234567890 09876543210".includes(pin))
    return "Choose digits that are harder to guess.";
  return pin === again ? "" : "The two PINs are not the same. Type them again.";
}

/**
 * Asks how this phone will be opened. Resolves with the secrets, or null for "not now".
 * @param {() => Promise<{credential: string, secret: Uint8Array}>} [passkey]  absent where the browser has none
 * @returns {Promise<import("./vault.js").Secrets|null>}
 */
export function chooseSecrets(passkey) {
  return new Promise((resolve) => {
    const error = h("p", { class: "lock__error", role: "alert" });
    const [pin, pinGroup] = field("new-pin", "PIN, at least 6 digits");
    const [again, againGroup] = field("new-pin-again", "The same PIN again");
    const byPin = (event) => {
      event.preventDefault();
      error.textContent = wrongWith(pin.value, again.value);
      if (error.textContent) pin.focus();
      else resolve({ pin: pin.value });
    };
    const byPasskey = async () => {
      error.textContent = pin.value && wrongWith(pin.value, again.value);
      if (error.textContent) return;
      try {
        resolve({ prf: await passkey(), ...(pin.value && { pin: pin.value }) });
      } catch {
        error.textContent = "This passkey cannot lock what is kept on this phone. Choose a PIN instead.";
      }
    };
    const heading = h("h1", {}, "Get this phone ready");
    const byPasskeyToo = passkey && [
      button("Use your passkey", byPasskey),
      h("p", { class: "govuk-hint" }, "A passkey is strongest. You may add a PIN below as a spare."),
    ];
    const screen = h(
      "div",
      {},
      heading,
      FIRST.map((sentence) => h("p", {}, sentence)),
      error,
      byPasskeyToo,
      h(
        "form",
        { submit: byPin, autocomplete: "off", novalidate: true },
        pinGroup,
        againGroup,
        h("button", { class: "govuk-button govuk-button--secondary" }, "Use a PIN"),
      ),
      h("p", { class: "govuk-hint" }, PROTECTS),
      button("Not now", () => resolve(null), "govuk-button--secondary"),
    );
    placeFor("lock").replaceChildren(screen);
    focusOn(heading);
  });
}
