import assert from "node:assert/strict";
import { test } from "node:test";
import { chipWords, clockTime, dayAndTime, localIso, stateWords } from "../../static/js/offline/words.js";

test("times are written as people say them", () => {
  assert.equal(clockTime(new Date(2026, 4, 5, 18, 42)), "6:42pm");
  assert.equal(clockTime(new Date(2026, 4, 5, 0, 5)), "12:05am");
  assert.equal(clockTime(new Date(2026, 4, 5, 12, 0)), "12:00pm");
  const now = new Date(2026, 4, 5, 20, 0);
  assert.equal(dayAndTime(new Date(2026, 4, 5, 18, 42), now), "6:42pm");
  assert.equal(dayAndTime(new Date(2026, 4, 3, 18, 42), now), "Sunday 3 May, 6:42pm");
});

test("the phone's own time keeps its offset, and is the same moment", () => {
  for (const at of [new Date(2026, 9, 25, 0, 30), new Date(2026, 0, 1), new Date(2026, 6, 1, 23, 59, 59, 999)]) {
    assert.match(localIso(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    assert.equal(new Date(localIso(at)).getTime(), at.getTime());
  }
});

test("a state is never called sent before a receipt", () => {
  for (const state of ["with-manager", "waiting", "sending", "held", "needs-you"])
    assert.doesNotMatch(stateWords({ state }), /Sent/);
  assert.match(stateWords({ state: "received", at: new Date() }), /^Sent \d+:\d\d[ap]m$/);
});

test("the chip says how many wait, and only says everything is sent when nothing does", () => {
  assert.equal(chipWords({ unsent: 0 }), "Everything is sent");
  assert.equal(chipWords({ unsent: 0, ready: false }), "Getting this phone ready");
  assert.equal(chipWords({ unsent: 3 }), "3 waiting on this phone");
  assert.equal(chipWords({ unsent: 3, ready: false }), "3 waiting on this phone");
  assert.equal(
    chipWords({ unsent: 2, needsYou: 1, held: "signed-out" }),
    "2 waiting on this phone, 1 needs you, sign in to send",
  );
});

test("R14: what a manager has, and what was decided, is said by name", () => {
  assert.equal(stateWords({ state: "with-manager", with: "Della" }), "With Della to decide");
  assert.equal(stateWords({ state: "with-manager" }), "With your manager to decide");
  const decision = { by: "Della", outcome: "kept-out" };
  assert.equal(stateWords({ state: "with-manager", with: "Della", decision }), "Kept out by Della");
  assert.equal(stateWords({ state: "received", decision: { ...decision, outcome: "let-in" } }), "Let in by Della");
});
