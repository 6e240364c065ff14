/** The locked phone: a way in for who can open it, and nothing for anybody else. It names nobody. */

import { announce, button, focusOn, h, placeFor } from "../dom.js";
import { readPaper } from "./paper.js";
import { picker } from "./signs.js";

const IDLE = ["pointerdown", "keydown", "input", "wheel"];
const QUIET = "govuk-button--secondary";

/**
 * Puts the lock screen where the page was. It is also how somebody shows that they can open a vault that is open.
 * @param {object} needs
 * @param {import("./slots.js").Slot[]} needs.slots
 * @param {import("./slots.js").Slot} [needs.chosen]
 * @param {string} [needs.title]
 * @param {string} [needs.message]  what has just happened
 * @param {(slot: import("./slots.js").Slot, secrets: object) => Promise<{left?: number}|null>} needs.open  null: another screen is there
 * @param {(slots: import("./slots.js").Slot[]) => Promise<{slot: object, prf: object}|null>} needs.passkey  null: another screen is there
 * @param {Node[]} needs.after  other ways on from here
 * @param {(slot: object) => Node|null} [needs.lost]  what to do when nothing opens it any more
 */
export function showLock({ slots, chosen = slots[0], title = "Unlock", message = "", open, passkey, after, lost }) {
  const error = h("p", { class: "lock__error", role: "alert" }, message);
  const pin = field("pin", { type: "password", inputmode: "numeric" });
  const paper = field("paper", { autocapitalize: "characters", spellcheck: "false", size: "26" });
  const body = h("div");
  const has = (kind) => chosen.wraps.some((wrap) => wrap.kind === kind);
  let onPaper = !has("pin") && !slots.some((slot) => slot.wraps.some((wrap) => wrap.kind === "prf"));

  function ways() {
    if (!has("prf")) return "Type your PIN";
    return has("pin") ? "Type your PIN, or use your passkey," : "Use your passkey";
  }

  async function attempt(work) {
    const buttons = [...body.querySelectorAll("button")];
    for (const one of buttons) one.disabled = true;
    error.textContent = "";
    const failed = await work().catch((problem) => ({ problem }));
    for (const one of buttons) one.disabled = false;
    if (!failed) return;
    error.textContent = wordsFor(failed, onPaper);
    pin.value = "";
    focusFirst();
  }

  const byPin = () => attempt(() => open(chosen, { pin: pin.value }));
  const byPasskey = () =>
    attempt(async () => {
      const found = await passkey(slots);
      return found && open(found.slot, { prf: found.prf });
    });
  const byPaper = () => {
    const key = readPaper(paper.value);
    if (key) return attempt(() => open(chosen, { paper: key }));
    error.textContent = SLIP;
    paper.focus();
  };

  const form = (input, label, hint, work, words) =>
    h(
      "form",
      {
        submit: (event) => {
          event.preventDefault();
          if (input.value) work();
          else input.focus();
        },
        autocomplete: "off",
        novalidate: true,
      },
      h(
        "div",
        { class: "govuk-form-group" },
        h("label", { class: "govuk-label", for: input.id }, label),
        h("p", { class: "govuk-hint", id: `${input.id}-hint` }, hint),
        input,
      ),
      h("button", { class: "govuk-button" }, words),
    );

  function draw() {
    const toPaper = (on) => () => {
      onPaper = on;
      error.textContent = "";
      draw();
      focusFirst();
    };
    const pinHint = chosen.demo_pin && `Demo PIN: ${chosen.demo_pin}`;
    const others = [
      has("pin") && form(pin, "PIN", pinHint, byPin, "Unlock"),
      slots.some((slot) => slot.wraps.some((wrap) => wrap.kind === "prf")) &&
        button("Use your passkey", byPasskey, has("pin") ? QUIET : ""),
    ];
    const papers = [
      form(
        paper,
        "Paper key",
        "Five groups of four letters and numbers, from the paper that you keep.",
        byPaper,
        "Open",
      ),
      others.some(Boolean) && button("Use something else", toPaper(false), QUIET),
    ];
    body.replaceChildren(
      ...[
        !onPaper && others.some(Boolean) && h("p", {}, `${ways()} to open what is kept on this phone.`),
        ...(onPaper ? papers : others),
        !onPaper && has("paper") && h("p", {}, button("Use your paper key", toPaper(true), QUIET)),
        lost?.(chosen),
        ...after,
      ].filter(Boolean),
    );
  }

  function focusFirst() {
    const first = body.querySelector("input");
    if (first) first.focus();
    else focusOn(document.querySelector("#lock h1"));
  }

  const who = picker(slots, chosen, (slot) => {
    chosen = slot;
    onPaper = false;
    draw();
  });
  draw();
  placeFor("lock").replaceChildren(h("h1", {}, title), error, who, body);
  focusFirst();
  if (title === "Unlock") announce("Locked. What is kept on this phone is sealed.");
}

const field = (id, attributes) =>
  h("input", { class: "govuk-input", id, autocomplete: "off", "aria-describedby": `${id}-hint`, ...attributes });

const SLIP = "That is not a paper key, or there is a slip in it. Look at the paper and type all five groups.";

function wordsFor({ left, problem }, onPaper) {
  if (problem?.name === "NotAllowedError") return "The passkey was not used. Try again, or use another way.";
  if (problem?.name === "QuotaExceededError")
    return "This phone is full, so it could not be opened safely. What you wrote is still on it. Delete photos or apps that you do not need, then try again.";
  if (problem) return problem.plain || "This phone could not be opened. Try again.";
  if (left === undefined)
    return onPaper
      ? "This paper key does not open what is on this phone. Is it the newest one, and yours?"
      : "This passkey does not open what is on this phone. Try another one.";
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
