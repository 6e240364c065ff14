/** What stands under an item that Lantern could not take: why, and what its author can do about it. */

import { button, h } from "../dom.js";
import { saveCopy } from "./copies.js";

const QUIET = "govuk-button--secondary";
const SURE = "Delete these words from this phone? Lantern does not have them. This cannot be taken back.";

/**
 * @param {object} item @param {Node} why  the reasons
 * @param {{mend: (item: object) => void, box: object, changed: () => void}} acts
 */
export function needsYou(item, why, { mend, box, changed }) {
  const giveUp = async () => {
    if (!confirm(SURE)) return;
    await box.forget(item);
    changed();
  };
  const away = button("Delete it", giveUp, QUIET);
  if (item.damaged) return [why, away];
  return [
    h("p", {}, "Lantern could not take this. Your words are safe here:"),
    why,
    h(
      "p",
      { class: "buttons" },
      item.draft && button("Mend it", () => mend(item)),
      button("Save a copy", () => saveCopy([item]), QUIET),
      away,
    ),
    h("p", { class: "govuk-hint" }, "A saved copy is an ordinary file. Anyone who has it can read it."),
  ];
}
