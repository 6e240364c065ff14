/** The ways into a vault that is open: which there are, another one, one less. */

import * as passkeys from "../behaviours/passkey.js";
import { announce, button, go, h, here } from "../dom.js";
import { later } from "./later.js";
import { showLock } from "./lock.js";
import { dayAndTime } from "./words.js";
import { newPaperKey, removeWrap, unlock } from "./vault.js";

const NAMES = { prf: "A passkey", pin: "A PIN", paper: "A paper key" };

/**
 * @param {object} needs
 * @param {import("./slots.js").Slot} needs.slot
 * @param {object} needs.store
 * @param {() => void} needs.wiped  the tenth wrong PIN has wiped the vault
 */
export function createWays({ slot, store, wiped }) {
  const lastOne = () => slot.wraps.length < 2;

  /** The new secret, or null when somebody thought better of it. */
  async function ask(kind) {
    const { newPin, paperKey } = await later();
    if (kind === "pin") return newPin();
    if (kind === "paper") return paperKey(newPaperKey);
    return { prf: await passkeys.ownSecret(slot.person) };
  }

  /** Only who can open it may say who else can, also while it lies open on a table. */
  function prove(more) {
    return new Promise((resolve) => {
      const open = async (_slot, secrets) => {
        const { vault, ...failed } = await unlock(slot, secrets, store, more);
        if (vault) resolve(true);
        else if (failed.left === 0 || failed.gone) wiped();
        else return failed;
        return null;
      };
      const passkey = async () => {
        return { slot, prf: await passkeys.localSecret(passkeys.opening([slot])) };
      };
      const back = button("Go back", () => resolve(false), "govuk-button--secondary");
      const message = "Open it once more with a way that you have. Then the new one opens it too.";
      showLock({ slots: [slot], title: "Show that it is you", message, open, passkey, after: [h("p", {}, back)] });
    });
  }

  return {
    /** What opens this phone, in words. */
    list: () =>
      slot.wraps.map((wrap) => ({
        wrap,
        kind: wrap.kind,
        words: wrap.at ? `${NAMES[wrap.kind]}, since ${dayAndTime(wrap.at)}` : NAMES[wrap.kind],
        last: lastOne(),
      })),

    /**
     * Adds a way in, or puts a new PIN or paper key in the place of the old one; then shows the page again.
     * @param {"prf"|"pin"|"paper"} kind @param {object} [prf]  the passkey that was just made
     * @returns {Promise<boolean>}
     */
    async add(kind, prf) {
      const more = prf ? { prf } : await ask(kind);
      const done = Boolean(more) && (await prove(more));
      await go(here(), "false");
      return done;
    },

    /** A passkey was not used, or was somebody else's: the page comes back as it was. */
    failed: (error) => go(here(), "false").then(() => announce(error.plain || "Nothing was changed. Try again.")),

    /** Takes one away, never the last. */
    remove: ({ wrap }) => removeWrap(slot, wrap),
  };
}
