import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canonical, durable, next } from "../../static/js/offline/outbox.js";
import { sha256 } from "../../static/js/offline/vault.js";

const states = ["waiting", "sending", "held", "needs-you", "with-manager", "received", "gone"];
const happenings = ["saved", "picked", "receipt", "refused", "signed-out", "failed", "mended", "forgotten"];
const decided = ["kept", "let-in"];

test("the whole table, so that a change of it is seen", () => {
  const rows = states.map((state) => `${state}: ${happenings.map((happening) => next(state, happening)).join(" ")}`);
  assert.deepEqual(rows, [
    // saved picked receipt refused signed-out failed mended forgotten
    "waiting: waiting sending received needs-you held waiting waiting waiting",
    "sending: sending sending received needs-you held waiting sending sending",
    "held: held sending received needs-you held waiting held held",
    "needs-you: needs-you needs-you received needs-you needs-you needs-you gone gone",
    "with-manager: with-manager with-manager with-manager with-manager with-manager with-manager with-manager gone",
    "received: received received received received received received received gone",
    "gone: gone gone gone gone gone gone gone gone",
  ]);
});

test("only a receipt that says so brings it to a manager, and only the manager's decision makes it sent", () => {
  const rows = states.map((state) => `${state}: ${decided.map((happening) => next(state, happening)).join(" ")}`);
  assert.deepEqual(rows, [
    // kept let-in
    "waiting: with-manager waiting",
    "sending: with-manager sending",
    "held: with-manager held",
    "needs-you: needs-you needs-you",
    "with-manager: with-manager received",
    "received: received received",
    "gone: gone gone",
  ]);
});

test("words that were never sent cannot be forgotten by anything but a receipt or the person", () => {
  for (const state of ["waiting", "sending", "held"]) {
    for (const happening of happenings) assert.notEqual(next(state, happening), "gone");
  }
});

test("a late failure does not call a received item back", () => {
  for (const late of ["failed", "signed-out", "refused", "picked"]) assert.equal(next("received", late), "received");
});

test("a refused item is not sent again by itself", () => {
  assert.equal(next("needs-you", "picked"), "needs-you");
});

test("a happening nobody has heard of changes nothing", () => {
  assert.equal(next("waiting", "exploded"), "waiting");
  assert.equal(next("waiting", "constructor"), "waiting");
});

test("a phone that dies while sending finds the item waiting", () => {
  assert.equal(durable("sending"), "waiting");
  assert.equal(durable("held"), "waiting");
  assert.equal(durable("needs-you"), "needs-you");
});

const vectors = JSON.parse(readFileSync(new URL("hash_vectors.json", import.meta.url), "utf8"));
for (const { name, path, fields, canonical: expected, hash } of vectors) {
  test(`phone and server hash the same: ${name}`, async () => {
    assert.equal(canonical(path, fields), expected);
    assert.equal(await sha256(canonical(path, fields)), hash);
  });
}

test("the order in which fields were filled in does not change the hash", () => {
  assert.equal(canonical("/r/", { b: ["1"], a: ["2"] }), canonical("/r/", { a: ["2"], b: ["1"] }));
});
