/** What stands under an item that Lantern could not take: why, and what its author can do about it. */

import { button, h, to } from "../dom.js";
import { saveCopy } from "./copies.js";

const QUIET = "govuk-button--secondary";
const SURE = "Delete these words from this phone? Lantern does not have them. This cannot be taken back.";

/**
 * @param {object} item @param {Node} why  the reasons
 * @param {{mend: (item: object) => void, box: object, changed: () => void, send: () => void}} acts
 */
export function needsYou(item, why, { mend, box, changed, send }) {
  const giveUp = async () => {
    if (!confirm(SURE)) return;
    await box.forget(item);
    changed();
  };
  const away = button(item.outcome === "conflict" ? "Let go of mine" : "Delete it", giveUp, QUIET);
  if (item.damaged) return [why, away];
  const more = [button("Save a copy", () => saveCopy([item]), QUIET), away];
  const open = h("p", { class: "govuk-hint" }, "A saved copy is an ordinary file. Anyone who has it can read it.");
  if (item.outcome === "conflict") {
    const both = async ({ currentTarget: pressed }) => {
      pressed.disabled = true; // pressing twice is sending once
      await box.again(item);
      changed();
      send();
    };
    return [
      why,
      item.location && h("p", {}, to(item.location, "Read what Lantern has")),
      h("p", { class: "buttons" }, button("Keep both: send mine as well", both), ...more),
      open,
    ];
  }
  return [
    h("p", {}, "Lantern could not take this. Your words are safe here:"),
    why,
    h("p", { class: "buttons" }, item.draft && button("Mend it", () => mend(item)), ...more),
    open,
  ];
}
