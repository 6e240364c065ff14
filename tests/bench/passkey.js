// Makes a passkey in this page's virtual authenticator, and adds it to the phone's vault beside the PIN. Needs the server.
async (pin) => {
  const [at] = document.querySelector("script[type=module]").src.match(/.*\/static\/\w+/);
  const [{ list, unlock }, { openStore }, { localSecret }] = await Promise.all([
    import(`${at}/js/offline/vault.js`),
    import(`${at}/js/offline/store.js`),
    import(`${at}/js/behaviours/passkey.js`),
  ]);
  const credential = await navigator.credentials.create({
    publicKey: {
      rp: { id: "localhost", name: "Lantern" },
      user: { id: new Uint8Array(16), name: "bench", displayName: "bench" },
      challenge: new Uint8Array(32),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      extensions: { prf: {} },
    },
  });
  const prf = await localSecret([{ type: "public-key", id: credential.rawId }]);
  const [slot] = await list();
  const store = await openStore(slot.id);
  const { vault } = await unlock(slot, { pin }, store, { prf });
  store.close();
  if (!vault) throw new Error("the vault did not take the passkey");
};
