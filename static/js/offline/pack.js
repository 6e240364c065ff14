/** The pack: the pages this phone holds for when there is no signal, and nothing that it may no longer hold. */

const FRESH = 10 * 60_000; // ms that a copy counts as fresh enough not to be fetched again

/**
 * Brings the phone up to date: drops what it may not hold any more, fetches what it should hold.
 * @param {object} needs
 * @param {import("./vault.js").Vault} needs.vault
 * @param {ReturnType<typeof import("./pages.js").createPages>} needs.pages
 * @param {ReturnType<typeof import("./connection.js").createConnection>} needs.connection
 * @param {() => number} [needs.now]
 * @returns {Promise<boolean>} is everything here
 */
export async function bringPack({ vault, pages, connection, now = Date.now }) {
  try {
    const list = await connection.request(`/sync/pack?kind=${vault.kind}`);
    if (list.status !== 200) return false;
    const pack = JSON.parse(list.text);
    await pages.drop(pack.scopes);
    for (const path of pack.pages) {
      const copy = await pages.read(path);
      if (copy && now() - Date.parse(copy.at) < FRESH) continue;
      const answer = await connection.request(path, { headers: { "HX-Request": "true" }, limit: 15_000 });
      if (answer.status === 401) return false;
      await pages.keep(path, answer);
    }
    return true;
  } catch {
    return false;
  }
}
