/** What stands under an item that is with a manager: why, what was decided, and how to let go of it. */

import { button, h } from "../dom.js";

/** @param {object} item @param {{box: object, changed: () => void}} acts */
export function withManager({ decision, errors = {}, ...item }, { box, changed }) {
  const letGo = () => box.forget(item).then(changed);
  const words = decision ? [decision.why] : Object.values(errors).flat();
  return [
    ...words.map((text) => h("p", { dir: "auto" }, text)),
    h("p", { class: "govuk-hint" }, "Lantern keeps it, whatever you do here."),
    h("p", { class: "buttons" }, button("Let go of it on this phone", letGo, "govuk-button--secondary")),
  ];
}
