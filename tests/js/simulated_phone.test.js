/** The simulator's cryptography (tests/simulator/crypto.mjs) gives the bytes that a browser's gives, and opens what it sealed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { chance } from "../simulator/chance.mjs";
import { seeded } from "../simulator/crypto.mjs";

const dice = chance(25);
const simulated = seeded(() => dice).subtle;
const real = globalThis.crypto.subtle;
const utf8 = new TextEncoder();
const hex = (buffer) => Buffer.from(buffer).toString("hex");
const AES = { name: "AES-GCM", length: 256 };

async function derived(subtle, bytes, info, algorithm, usages) {
  const from = await subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: utf8.encode("salt"), info: utf8.encode(info) };
  return subtle.deriveKey(how, from, algorithm, false, usages);
}
const both = (work) => Promise.all([real, simulated].map(work));

test("R25: it digests as a browser does", async () => {
  const [wanted, found] = await both((subtle) => subtle.digest("SHA-256", utf8.encode("Zoë lachte 😀")));
  assert.equal(hex(found), hex(wanted));
});

test("R25: it derives the key that a browser derives, and signs with it alike", async () => {
  const [wanted, found] = await both(async (subtle) => {
    const key = await derived(
      subtle,
      new Uint8Array(32).fill(7),
      "idx",
      { name: "HMAC", hash: "SHA-256", length: 256 },
      ["sign"],
    );
    return subtle.sign("HMAC", key, utf8.encode("draft:new-day"));
  });
  assert.equal(hex(found), hex(wanted));
});

test("R25: it seals to the same bytes, opens a browser's, and nothing that was sealed for another place", async () => {
  const how = (place) => ({ name: "AES-GCM", iv: new Uint8Array(12).fill(3), additionalData: utf8.encode(place) });
  const words = utf8.encode("we baked bread");
  const sealed = async (subtle) => {
    const key = await derived(subtle, new Uint8Array(32).fill(9), "enc", AES, ["encrypt", "decrypt"]);
    return [key, await subtle.encrypt(how("outbox/1"), key, words)];
  };
  const [[, wanted], [key, found]] = await both(sealed);
  assert.equal(hex(found), hex(wanted));
  assert.equal(hex(await simulated.decrypt(how("outbox/1"), key, wanted)), hex(words));
  await assert.rejects(simulated.decrypt(how("outbox/2"), key, wanted), { name: "OperationError" });
});

test("R25: what it agrees on with a browser's key is what the browser agrees on with its", async () => {
  const P256 = { name: "ECDH", namedCurve: "P-256" };
  const browsers = await real.generateKey(P256, true, ["deriveBits"]);
  const mine = await simulated.generateKey(P256, false, ["deriveBits"]);
  const point = await simulated.exportKey("raw", mine.publicKey);
  const theirs = await simulated.importKey("raw", await real.exportKey("raw", browsers.publicKey), P256, false, []);
  const found = await simulated.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const seen = await real.importKey("raw", point, P256, false, []);
  assert.equal(hex(found), hex(await real.deriveBits({ name: "ECDH", public: seen }, browsers.privateKey, 256)));
});
