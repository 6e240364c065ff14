/**
 * The browser's cryptography, computed at once by Node's own: the same ciphers and the same bytes, but no threads, for
 * threads finish in an order of their own and no history could be played twice. tests/js/simulated_phone.test.js holds
 * it to the WebCrypto of this Node. Random numbers come from the history's seed.
 */

import { createCipheriv, createDecipheriv, createECDH, createHmac, createSecretKey, hash, hkdfSync } from "node:crypto";

const TAG = 16;
const refused = () => Object.assign(new Error("It does not open"), { name: "OperationError" });

/** @param {() => {draw: () => number}} dice  what fresh keys are drawn from */
const subtleOf = (dice) => ({
  digest: async (_name, data) => arrayBuffer(hash("sha256", data, "buffer")),
  importKey: async (_format, bytes, algorithm) =>
    algorithm === "HKDF" ? { secret: createSecretKey(bytes) } : { point: Buffer.from(bytes) },
  exportKey: async (_format, key) => arrayBuffer(key.point),
  // A key is made once for the many times that it is used: Node takes long to see that plain bytes are no key object.
  deriveKey: async ({ salt, info }, { secret }, { length }) => ({
    secret: createSecretKey(Buffer.from(hkdfSync("sha256", secret, salt, info, length / 8))),
  }),
  async generateKey() {
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(Buffer.from(Array.from({ length: 32 }, (_, at) => (at ? Math.floor(dice().draw() * 256) : 7))));
    return { publicKey: { point: pair.getPublicKey() }, privateKey: { pair } };
  },
  deriveBits: async ({ public: theirs }, { pair }) => arrayBuffer(pair.computeSecret(theirs.point)),
  sign: async (_name, key, data) => arrayBuffer(createHmac("sha256", key.secret).update(data).digest()),
  async encrypt({ iv, additionalData }, key, data) {
    const cipher = createCipheriv("aes-256-gcm", key.secret, iv).setAAD(additionalData || Buffer.alloc(0));
    return arrayBuffer(Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]));
  },
  async decrypt({ iv, additionalData }, key, data) {
    const bytes = Buffer.from(data);
    try {
      const decipher = createDecipheriv("aes-256-gcm", key.secret, iv).setAAD(additionalData || Buffer.alloc(0));
      decipher.setAuthTag(bytes.subarray(-TAG));
      return arrayBuffer(Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]));
    } catch {
      throw refused();
    }
  },
});

const arrayBuffer = (buffer) => buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);

/** `crypto` as the phones' code finds it. @param {() => {draw: () => number}} dice */
export const seeded = (dice) => ({
  subtle: subtleOf(dice),
  getRandomValues(array) {
    for (let at = 0; at < array.length; at += 1) array[at] = Math.floor(dice().draw() * 256);
    return array;
  },
  randomUUID() {
    const hex = Array.from({ length: 32 }, () => Math.floor(dice().draw() * 16).toString(16)).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  },
});
