/** Passkeys: signing in and adding one. The same touch that signs in also gives the secret that opens the phone. */

import { h } from "../dom.js";
import { createConnection } from "../offline/connection.js";
import { base64url, challenge, fromBase64url } from "../offline/vault.js";

// One salt for everybody: which passkey will answer is not known beforehand, and the secret differs for each anyway.
const SALT = new TextEncoder().encode("lantern phone vault 1");
const LIMIT = 30_000; // ms for Lantern to answer
const SHORT = 5_000; // the same where the touch opens a phone without it
const BUSY = "Lantern is busy. Try again in a minute.";
const PRF = { prf: { eval: { first: SALT } } };

/** Are there passkeys in this browser? */
export const available = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials);

/** The secret of the passkey that answered, if it has one, and whose it says it is: {credential, secret, person}. */
function secretOf(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  const { userHandle } = credential.response;
  const person = userHandle ? new TextDecoder().decode(userHandle) : null;
  return first ? { credential: base64url(credential.rawId), secret: new Uint8Array(first), person } : null;
}

const named = (id) => ({ type: "public-key", id });
/** The passkeys that open any of these vaults, as a browser wants them named. @param {{wraps: object[]}[]} slots */
export const opening = (slots) =>
  slots.flatMap((slot) =>
    slot.wraps.filter((wrap) => wrap.kind === "prf").map((wrap) => named(fromBase64url(wrap.credential))),
  );

// Browsers can write and read all this as JSON themselves, but iPhones learned it in iOS 18.4 only.
const readable = ({ id, ...rest }) => ({ ...rest, id: fromBase64url(id) });
const optionsOf = ({ challenge, user, allowCredentials = [], excludeCredentials = [], ...options }) => ({
  ...options,
  challenge: fromBase64url(challenge),
  ...(user && { user: readable(user), excludeCredentials: excludeCredentials.map(readable) }),
  ...(!user && { allowCredentials: allowCredentials.map(readable) }),
  extensions: PRF,
});

const SAID = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
/** The answer for Lantern. The secret is not in it: that must never leave this phone. */
function forLantern({ id, type, response }) {
  const said = SAID.filter((name) => response[name]).map((name) => [name, base64url(response[name])]);
  return { id, rawId: id, type, response: { ...Object.fromEntries(said), transports: response.getTransports?.() } };
}

/** The vault that the secret of this passkey opens. @param {{wraps: object[]}[]} slots @param {object|null} [prf] */
export const slotOf = (slots, prf) =>
  slots.find((slot) => slot.wraps.some((wrap) => wrap.credential && wrap.credential === prf?.credential));

/** Throws with `plain` what Lantern says against it, and without `said` when it said neither yes nor no. */
async function post(path, body = {}, limit = LIMIT) {
  const { request } = createConnection({ fetch: globalThis.fetch.bind(globalThis) });
  const headers = { "Content-Type": "application/json" };
  const { status, text } = await request(path, { method: "POST", headers, body: JSON.stringify(body), limit });
  if (status >= 500) throw Object.assign(new Error(path), { plain: BUSY });
  const answer = JSON.parse(text);
  if (status >= 400) throw Object.assign(new Error(path), { plain: answer.error, said: status !== 429 });
  return answer;
}

/** Asks for a passkey without a network: only the right secret opens the phone, so nobody needs to check the rest. */
export async function localSecret(allow = []) {
  const credential = await navigator.credentials.get({
    publicKey: { challenge: challenge(), allowCredentials: allow, userVerification: "required", extensions: PRF },
  });
  const prf = secretOf(credential);
  if (!prf) throw new Error("no secret");
  return prf;
}

/** The same of one person's passkey only: on a shared phone the browser offers everybody's. @param {string} person */
export async function ownSecret(person) {
  const prf = await localSecret();
  if (prf.person === person) return prf;
  throw Object.assign(new Error("not theirs"), { plain: "That passkey is somebody else's. Choose your own." });
}

/** Signs in. @param {number} [limit] ms for each answer @returns {Promise<{person: string, prf: object|null}>} */
export async function signIn(limit = LIMIT) {
  const publicKey = optionsOf(await post("/auth/sign-in/options", {}, limit));
  const credential = await navigator.credentials.get({ publicKey });
  const prf = secretOf(credential);
  const { person } = await post("/auth/sign-in", forLantern(credential), limit).catch((error) => {
    throw Object.assign(error, { prf });
  });
  return { person, prf };
}

/**
 * Signs in with the touch that opens a vault. Whatever Lantern says to it, the same touch opens the vault: without signal
 * it would, so a no keeps nothing from anybody but the words from who wrote them. Being cut off is asked for elsewhere.
 * @param {{wraps: object[]}[]} slots @returns {Promise<{person?: string, prf: object|null}>}
 */
export async function signInOrOpen(slots) {
  try {
    return await signIn(SHORT);
  } catch (error) {
    if (slotOf(slots, error.prf)) return { prf: error.prf };
    if (error.said || error.name === "NotAllowedError") throw error;
    return { prf: error.prf || (await localSecret(opening(slots))) };
  }
}

/**
 * Adds a passkey of this device to whoever is signed in, or whom an invitation is for.
 * @param {string} [invitation]
 * @returns {Promise<{person: string, next: string, prf: object|null}>} prf: what lets it open a vault, if it can
 */
export async function register(invitation) {
  const publicKey = optionsOf(await post("/auth/passkeys/options", { invitation }));
  const credential = await navigator.credentials.create({ publicKey });
  const made = await post("/auth/passkeys", { ...forLantern(credential), invitation });
  const able = credential.getClientExtensionResults().prf?.enabled;
  // Some devices give the secret when it is made, others only when it is used.
  const prf = secretOf(credential) || (able && (await localSecret([named(credential.rawId)]).catch(() => null)));
  return { ...made, prf: prf || null };
}

const WORDS = {
  NotAllowedError: "The passkey was not used. Try again when you are ready.",
  InvalidStateError: "This device has a passkey for you already.",
  TypeError: "No signal. Signing in needs signal. What you wrote is safe on this phone.",
};

/** Makes a button do one of these. It tells how it went in the element named by data-status, or beside itself. */
export function attach(element, work, done) {
  const status = document.querySelector(element.dataset.status || ":not(*)") || h("p", { role: "status" });
  if (!status.isConnected) element.after(status);
  if (!available()) {
    status.textContent = "This browser has no passkeys. Use a newer one, or ask your worker for help.";
    element.disabled = true;
    return;
  }
  element.addEventListener("click", async () => {
    element.disabled = true;
    status.textContent = "Waiting for your passkey…";
    try {
      const result = await work();
      status.textContent = "";
      await done(result);
    } catch (error) {
      status.textContent = error.plain || WORDS[error.name] || "That did not work. Try again.";
    } finally {
      element.disabled = false;
    }
  });
}
