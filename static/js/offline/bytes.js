/** Bytes as letters, where only letters can stand: in an address, in JSON. */

/** Bytes in letters that may stand in an address, with no padding. @param {ArrayBuffer|Uint8Array} bytes */
export const base64url = (bytes) =>
  btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("")).replace(
    /[+/=]/g,
    (c) => ({ "+": "-", "/": "_", "=": "" })[c],
  );
export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replace(/[-_]/g, (c) => (c === "-" ? "+" : "/"))), (c) => c.charCodeAt(0));
