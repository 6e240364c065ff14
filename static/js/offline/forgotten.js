/** What a phone says when it has forgotten a vault. */

import { createConnection } from "./connection.js";

/**
 * Tells Lantern that nothing is kept under this name any more. It asks for no sign-in, for a phone that was cut off has
 * none, and it goes without the vault's headers: whoever uses those still has it.
 * @param {typeof fetch} fetch @param {string} id vault id
 */
export const sayForgotten = (fetch, id) =>
  createConnection({ fetch }).request("/auth/devices/forgotten", {
    method: "POST",
    body: new URLSearchParams({ vault: id }),
    keepalive: true,
  });
