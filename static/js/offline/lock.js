/** The locked phone: a way in for who can open it, and nothing for anybody else. It names nobody. */

import { announce, button, focusOn, h, view } from "../dom.js";

const IDLE = ["pointerdown", "keydown", "input", "wheel"];

/**
 * Puts the lock screen where the page was.
 * @param {object} needs
 * @param {import("./vault.js").Slot[]} needs.slots
 * @param {import("./vault.js").Slot} [needs.chosen]
 * @param {string} [needs.message]
 * @param {(slot: import("./vault.js").Slot, secrets: object) => Promise<{left?: number}|null>} needs.open  null: it is open
 * @param {(slots: import("./vault.js").Slot[]) => Promise<{slot: object, prf: object}>} needs.passkey
 */
export function showLock({ slots, chosen = slots[0], message = "", open, passkey }) {
  const error = h("p", { class: "lock__error", role: "alert" }, message);
  const pin = h("input", {
    class: "govuk-input",
    id: "pin",
    type: "password",
    inputmode: "numeric",
    autocomplete: "off",
    "aria-describedby": "pin-hint",
  });
  const unlock = h("button", { class: "govuk-button" }, "Unlock");
  const body = h("div");
  const has = (kind) => chosen.wraps.some((wrap) => wrap.kind === kind);

  function ways() {
    if (!has("prf")) return "Type your PIN";
    return has("pin") ? "Type your PIN, or use your passkey," : "Use your passkey";
  }

  async function attempt(work) {
    unlock.disabled = true;
    error.textContent = "";
    const failed = await work().catch((problem) => ({ problem }));
    unlock.disabled = false;
    if (!failed) return;
    error.textContent = wordsFor(failed);
    pin.value = "";
    if (has("pin")) pin.focus();
  }

  const byPin = (event) => {
    event.preventDefault();
    if (!pin.value) return pin.focus();
    attempt(() => open(chosen, { pin: pin.value }));
  };
  const byPasskey = () =>
    attempt(async () => {
      const { slot, prf } = await passkey(slots);
      return open(slot, { prf });
    });

  const pick = (slot) =>
    h(
      "div",
      { class: "govuk-radios__item" },
      h("input", {
        class: "govuk-radios__input",
        type: "radio",
        name: "vault",
        id: `vault-${slot.id}`,
        checked: slot === chosen,
        change: () => {
          chosen = slot;
          draw();
        },
      }),
      h("label", { class: "govuk-label govuk-radios__label", for: `vault-${slot.id}` }, slot.label),
    );

  function draw() {
    body.replaceChildren(
      ...[
        h("p", {}, `${ways()} to open what is kept on this phone.`),
        has("pin") &&
          h(
            "form",
            { submit: byPin, autocomplete: "off", novalidate: true },
            h(
              "div",
              { class: "govuk-form-group" },
              h("label", { class: "govuk-label", for: "pin" }, "PIN"),
              h("p", { class: "govuk-hint", id: "pin-hint" }, chosen.demo_pin && `Demo PIN: ${chosen.demo_pin}`),
              pin,
            ),
            unlock,
          ),
        slots.some((slot) => slot.wraps.some((wrap) => wrap.kind === "prf")) &&
          button("Use your passkey", byPasskey, has("pin") ? "govuk-button--secondary" : ""),
        h("p", {}, h("a", { href: "/sign-in" }, "Sign in as someone else")),
      ].filter(Boolean),
    );
  }

  const picker =
    slots.length > 1 &&
    h(
      "fieldset",
      { class: "govuk-fieldset" },
      h("legend", { class: "govuk-fieldset__legend" }, "Which one is yours?"),
      slots.map(pick),
    );
  draw();
  placeFor("lock").replaceChildren(...[h("h1", {}, "Unlock"), error, picker, body].filter(Boolean));
  if (has("pin")) pin.focus();
  else focusOn(document.querySelector("#lock h1"));
  announce("Locked. What is kept on this phone is sealed.");
}

/** The one place for screens that come before any page. */
export function placeFor(kind) {
  let lock = document.getElementById("lock");
  if (!lock) {
    lock = h("div", { id: "lock" });
    view().replaceChildren(h("main", { id: "main", class: kind, tabindex: "-1" }, lock));
  }
  lock.parentElement.className = kind;
  return lock;
}

function wordsFor({ left, problem }) {
  if (problem?.name === "NotAllowedError") return "The passkey was not used. Try again, or use your PIN.";
  if (problem?.name === "QuotaExceededError")
    return "This phone is full, so it could not be opened safely. What you wrote is still on it. Delete photos or apps that you do not need, then try again.";
  if (problem) return problem.plain || "This phone could not be opened. Try again.";
  if (left === undefined) return "This passkey does not open what is on this phone. Try another one.";
  if (left <= 0)
    return "That was the tenth wrong PIN, so what was kept on this phone is deleted. Sign in again when there is signal.";
  return `That PIN is not right. You can try ${left === 1 ? "once" : `${left} times`} more. After that, what is kept on this phone is deleted.`;
}

/**
 * Locks when nobody has touched the page for a while, in sight or out of sight.
 * @param {() => number} limit ms @param {() => void} lock @param {AbortSignal} signal
 */
export function autoLock(limit, lock, signal) {
  // Two clocks: one that nobody can put back, and one that goes on while the phone sleeps.
  const times = () => [performance.now(), Date.now()];
  let last = times();
  const check = () => {
    if (times().some((time, at) => time - last[at] >= limit())) lock();
  };
  const ticking = setInterval(check, 15_000);
  signal.addEventListener("abort", () => clearInterval(ticking));
  for (const kind of IDLE) {
    addEventListener(
      kind,
      () => {
        last = times();
      },
      { signal, passive: true, capture: true },
    );
  }
  document.addEventListener("visibilitychange", check, { signal });
}
