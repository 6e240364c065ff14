/** Times and states in the words that stand on the screen. Pure. */

const two = (n) => String(n).padStart(2, "0");

/** "6:42pm" @param {string|Date|number} when */
export function clockTime(when) {
  const at = new Date(when);
  return `${at.getHours() % 12 || 12}:${two(at.getMinutes())}${at.getHours() < 12 ? "am" : "pm"}`;
}

/** "6:42pm" today, else "Tuesday 3 May, 6:42pm". @param {string|Date|number} when @param {Date} [now] */
export function dayAndTime(when, now = new Date()) {
  const at = new Date(when);
  if (at.toDateString() === now.toDateString()) return clockTime(at);
  const named = (options) => at.toLocaleDateString("en-GB", options);
  return `${named({ weekday: "long" })} ${at.getDate()} ${named({ month: "long" })}, ${clockTime(at)}`;
}

/** The phone's own time with its offset: "2026-10-25T01:30:00.000+01:00", so that both nights of a clock change are told apart. */
export function localIso(at = new Date()) {
  const east = -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + east * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(east);
  return `${shifted}${east < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const STATES = {
  waiting: "Saved on this phone",
  sending: "Sending",
  held: "Sign in to send",
  "needs-you": "Needs you",
};

const HELD = {
  "signed-out": "You are signed out. Sign in, and it goes by itself.",
  "other-person": "Someone else is signed in on this phone. Sign in as yourself, and it goes by itself.",
};

/**
 * Why what waits does not go at this moment, and what to do about it. Nothing when it is simply on its way.
 * @param {{held?: string|null, trouble?: string|null, heard?: string|null}} facts  heard: when Lantern last answered
 */
export function whyWords({ held, trouble, heard }, now = new Date()) {
  if (held) return HELD[held] || "";
  if (trouble === "busy") return "Lantern is busy. This phone tries again by itself.";
  if (trouble !== "no-signal") return "";
  const since = heard ? ` since ${dayAndTime(heard, now)}` : "";
  return `No signal${since}. It goes by itself when there is signal.`;
}

const DECIDED = ["with-manager", "received"]; // not when it is offered again to a Lantern that was put back

/** What stands beside one item. @param {{state: string, at?: string, with?: string, decision?: {outcome: string, by: string}}} item */
export function stateWords({ state, at, with: keeper, decision, again }) {
  if (again) return "Lantern lost it, and is given it again";
  if (decision && DECIDED.includes(state))
    return `${decision.outcome === "let-in" ? "Let in" : "Kept out"} by ${decision.by}`;
  if (state === "with-manager") return `With ${keeper || "your manager"} to decide`;
  return STATES[state] || `Sent ${dayAndTime(at)}`;
}

/**
 * What the chip says, always in sight.
 * @param {{unsent: number, needsYou?: number, held?: string|null, ready?: boolean}} facts
 */
export function chipWords({ unsent, needsYou = 0, held = null, ready = true }) {
  if (!unsent) return ready ? "Everything is sent" : "Getting this phone ready";
  const words = [`${unsent} waiting on this phone`];
  if (needsYou) words.push(needsYou === 1 ? "1 needs you" : `${needsYou} need you`);
  if (held) words.push("sign in to send");
  return words.join(", ");
}
