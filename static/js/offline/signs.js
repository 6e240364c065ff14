/** The sign of a vault: a shape, a colour and a number by which people who share a phone know theirs. It names nobody. */

import { h } from "../dom.js";

// Given in this order and never chosen: what somebody chooses for themselves would tell a stranger something about them.
const SIGNS = ["blue circle", "green triangle", "orange square", "purple star", "red diamond", "grey hexagon"];

const numberOf = ({ label }) => Number(label.replace(/\D/g, ""));
const signOf = (slot) => SIGNS[(numberOf(slot) - 1) % SIGNS.length];

/** "Phone 2, green triangle" @param {import("./slots.js").Slot} slot */
export const labelOf = (slot) => `${slot.label}, ${signOf(slot)}`;

/** The same with its picture. @param {import("./slots.js").Slot} slot */
export const signed = (slot) => [
  h("span", { class: `sign sign--${signOf(slot).split(" ")[1]}`, "aria-hidden": "true" }),
  " ",
  labelOf(slot),
];

/** Puts the mark on this one, unless somebody has chosen already. What was typed stays. @param {{id: string}} slot */
export const pickOut = ({ id }) =>
  document.querySelector(`fieldset:not([data-picked]) #vault-${id}:not(:checked)`)?.click();

/** Which one is yours? @param {import("./slots.js").Slot[]} slots @param {object} chosen @param {(slot: object) => void} choose */
export function picker(slots, chosen, choose) {
  if (slots.length < 2) return h("p", { class: "lock__sign" }, signed(slots[0]));
  const pick = (slot) =>
    h(
      "div",
      { class: "govuk-radios__item" },
      h("input", {
        class: "govuk-radios__input",
        type: "radio",
        name: "vault",
        id: `vault-${slot.id}`,
        checked: slot === chosen,
        change: () => choose(slot),
      }),
      h("label", { class: "govuk-label govuk-radios__label", for: `vault-${slot.id}` }, signed(slot)),
    );
  const picked = ({ isTrusted, currentTarget }) => {
    if (isTrusted) currentTarget.dataset.picked = "yes";
  };
  return h(
    "fieldset",
    { class: "govuk-fieldset", click: picked },
    h("legend", { class: "govuk-fieldset__legend" }, "Which one is yours?"),
    slots.map(pick),
  );
}
