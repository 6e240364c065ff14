// How long Argon2id alone takes in this page, in ms, at the cost that the vault of this phone asks for.
async () => {
  const [, at] = document.querySelector("script[type=module]").src.match(/(.*)\/js\//);
  const [{ argon2id }, { list }] = await Promise.all([
    import(`${at}/vendor/hash-wasm/argon2.js`),
    import(`${at}/js/offline/vault.js`),
  ]);
  const { memorySize, iterations, parallelism } = (await list())[0].wraps.find((wrap) => wrap.kind === "pin");
  const cost = { memorySize, iterations, parallelism, hashLength: 32, outputType: "binary" };
  const began = performance.now();
  await argon2id({ password: "135790", salt: new Uint8Array(16), ...cost });
  return performance.now() - began;
};
