/** One touch signs in and opens the phone: Lantern's answer to the first decides nothing about the second (S10). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { reply } from "./fakes.js";

const mine = new Uint8Array([1, 2, 3]);
const theirs = new Uint8Array([9, 9, 9]);
let touches = []; // what the browser was asked for, in order
let used = mine; // the passkey that answers; null: the person cancels
let gives = true; // does it give its secret to whoever signs in, too
let lantern = {}; // what it answers, by address; null: it never does
let limits = []; // how long each of its answers was waited for

const buffer = (...bytes) => new Uint8Array(bytes).buffer;
const get = async ({ publicKey }) => {
  touches.push(publicKey.allowCredentials.map(({ id }) => [...id]));
  if (!used) throw new DOMException("cancelled", "NotAllowedError");
  const first = gives || touches.length > 1 ? buffer(7) : undefined;
  return {
    id: "-",
    rawId: used.buffer,
    type: "public-key",
    response: { clientDataJSON: buffer(1), userHandle: null },
    getClientExtensionResults: () => ({ prf: { results: { first } } }),
  };
};
Object.defineProperty(globalThis, "navigator", { value: { credentials: { get } }, configurable: true });
AbortSignal.timeout = (limit) => {
  limits.push(limit);
  const gone = new AbortController();
  setImmediate(() => gone.abort(new DOMException("too late", "TimeoutError")));
  return gone.signal;
};
globalThis.fetch = (path, { signal }) => {
  if (lantern[path]) return Promise.resolve(lantern[path]);
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
};
const { signIn, signInOrOpen, slotOf } = await import("../../static/js/behaviours/passkey.js");
const { base64url } = await import("../../static/js/offline/vault.js");

const slots = [{ id: "v1", person: "amina", wraps: [{ kind: "pin" }, { kind: "prf", credential: base64url(mine) }] }];
const asks = reply(200, { challenge: "AAAA" });
const no = reply(403, { error: "That passkey was not accepted." });
const answers = (options, signedIn) => ({ "/auth/sign-in/options": options, "/auth/sign-in": signedIn });
const refused = { plain: "That passkey was not accepted." };

beforeEach(() => {
  touches = [];
  limits = [];
  used = mine;
  gives = true;
});

test("a no from Lantern keeps no phone shut that the same touch opens", async () => {
  lantern = answers(asks, no);
  const { person, prf } = await signInOrOpen(slots);
  assert.equal(person, undefined, "nobody is signed in");
  assert.equal(slotOf(slots, prf), slots[0]);
  assert.deepEqual([...prf.secret], [7]);
  assert.equal(touches.length, 1);
});

test("a no to a passkey that opens nothing here is told in Lantern's words, and nobody is asked again", async () => {
  lantern = answers(asks, no);
  used = theirs;
  await assert.rejects(signInOrOpen(slots), refused);
  used = mine;
  gives = false;
  touches = [];
  await assert.rejects(signInOrOpen(slots), refused);
  assert.equal(touches.length, 1);
  lantern = answers(no);
  await assert.rejects(signInOrOpen(slots), refused);
  assert.equal(touches.length, 1, "a no before the touch has no secret either");
});

test("a Lantern that is busy before the touch leaves it to the passkeys of this phone", async () => {
  for (const busy of [reply(503, {}), reply(429, { error: "Too often." })]) {
    touches = [];
    lantern = answers(busy);
    assert.equal(slotOf(slots, (await signInOrOpen(slots)).prf), slots[0]);
    assert.deepEqual(touches, [[[...mine]]], "it asked for those, and once");
  }
});

test("a touch that the person did not give is asked for by nobody but them", async () => {
  lantern = answers(asks, no);
  used = null;
  await assert.rejects(signInOrOpen(slots), { name: "NotAllowedError" });
  assert.equal(touches.length, 1);
});

test("a Lantern that hangs is not waited for long where a vault lies, and patiently where none does", async () => {
  for (const hung of [answers(null), answers(asks, null)]) {
    limits = [];
    touches = [];
    lantern = hung;
    assert.equal(slotOf(slots, (await signInOrOpen(slots)).prf), slots[0]);
    assert.equal(touches.length, 1);
    assert.ok(Math.max(...limits) <= 5_000, `${limits} ms`);
    await assert.rejects(signIn(), { name: "TimeoutError" });
    assert.equal(limits.at(-1), 30_000, "a form waits: there is nothing else to do");
  }
});
