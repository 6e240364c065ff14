/** Passkeys: signing in and adding one. The same touch that signs in also gives the secret that opens the phone. */

import { h } from "../dom.js";
import { base64url, challenge } from "../offline/vault.js";

// One salt for everybody: which passkey will answer is not known beforehand, and the secret differs for each anyway.
const SALT = new TextEncoder().encode("lantern phone vault 1");
const PRF = { prf: { eval: { first: SALT } } };

/** Are there passkeys in this browser? */
export const available = () => Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);

/** The secret of the passkey that answered, if it has one: {credential, secret}. */
function secretOf(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return first ? { credential: base64url(credential.rawId), secret: new Uint8Array(first) } : null;
}

/** The answer for Lantern, without the secret: it must never leave this phone. */
function forLantern(credential) {
  const answer = credential.toJSON();
  delete answer.clientExtensionResults?.prf?.results;
  return answer;
}

async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-App": "1" };
  const how = { method: "POST", headers, cache: "no-store", credentials: "same-origin" };
  const answer = await fetch(path, { ...how, body: JSON.stringify(body) });
  if (!answer.ok) throw Object.assign(new Error(path), { plain: (await answer.json().catch(() => ({}))).error });
  return answer.json();
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

/** Signs in. @returns {Promise<{person: string, prf: object|null}>} */
export async function signIn() {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(await post("/auth/sign-in/options"));
  const credential = await navigator.credentials.get({ publicKey: { ...options, extensions: PRF } });
  const { person } = await post("/auth/sign-in", forLantern(credential));
  return { person, prf: secretOf(credential) };
}

/** Adds a passkey of this device to whoever is signed in, or whom an invitation is for. @param {string} [invitation] */
export async function register(invitation) {
  const asked = await post("/auth/passkeys/options", { invitation });
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
  const credential = await navigator.credentials.create({ publicKey: { ...options, extensions: PRF } });
  return post("/auth/passkeys", { ...forLantern(credential), invitation });
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
