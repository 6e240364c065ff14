/**
 * Sealed copies: what is saved, sealed once more to Lantern's public key, so that it can be sent while the vault is
 * locked. Only the server opens it; this phone can't, not even unlocked. Server's twin: carerapp/sync/sealed.py.
 */

import { base64url, fromBase64url } from "./bytes.js";

const utf8 = new TextEncoder();
const P256 = { name: "ECDH", namedCurve: "P-256" };

/**
 * @param {string} announced  "kid.publickey", as the shell brought it
 * @param {string} id  of the item; the copy opens under no other
 * @param {object} content
 * @returns {Promise<{kid: string, epk: string, iv: string, ct: string}>}
 */
export async function sealCopy(announced, id, content) {
  const { subtle } = crypto;
  const [kid, point] = announced.split(".");
  const theirs = await subtle.importKey("raw", fromBase64url(point), P256, false, []);
  const mine = await subtle.generateKey(P256, false, ["deriveBits"]);
  const epk = await subtle.exportKey("raw", mine.publicKey);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const from = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: epk, info: utf8.encode("lantern sealed copy") };
  const key = await subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = { name: "AES-GCM", iv, additionalData: utf8.encode(id) };
  const ct = await subtle.encrypt(bound, key, utf8.encode(JSON.stringify(content)));
  return { kid, epk: base64url(epk), iv: base64url(iv), ct: base64url(ct) };
}
