/** What a form holds: as fields to send, as words to read, and back into the form again. */

import { wellFormed } from "./outbox.js";

const NOT_WORDS = ["csrf_token"]; // a token dies in the queue, and nobody may lose an evening's words to one

/**
 * The fields of a form as they will be sent. Files are not part of it.
 * @param {HTMLFormElement} form @param {HTMLElement|null} [submitter]
 * @returns {Record<string, string[]>}
 */
export function collect(form, submitter = null) {
  const found = new Map();
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value !== "string" || NOT_WORDS.includes(name)) continue;
    const key = wellFormed(name);
    found.set(key, [...(found.get(key) || []), wellFormed(value)]);
  }
  return Object.fromEntries(found);
}

export const controls = (form) =>
  [...form.elements].filter(
    (c) => c.name && !NOT_WORDS.includes(c.name) && !["file", "submit", "button"].includes(c.type),
  );

const ticks = (control) => control.type === "checkbox" || control.type === "radio";

/** Puts values into one control. True when it now holds something that was not there by itself. */
function put(control, values, nth) {
  if (ticks(control)) {
    control.checked = values.includes(control.value);
    return control.checked && !control.defaultChecked;
  }
  if (control.options) {
    for (const option of control.options) option.selected = values.includes(option.value);
    return [...control.options].some((option) => option.selected && !option.defaultSelected && option.index);
  }
  control.value = values[nth] ?? control.value;
  return control.type !== "hidden" && control.value !== control.defaultValue;
}

/** Puts fields back into a form, and opens the parts in which something is written. */
export function fill(form, fields) {
  const seen = new Map(); // several boxes may share a name (day, month, year): each gets its own value
  for (const control of controls(form)) {
    const nth = seen.get(control.name) || 0;
    seen.set(control.name, nth + 1);
    const values = Object.hasOwn(fields, control.name) ? fields[control.name] : [];
    if (put(control, values, nth)) control.closest("details")?.setAttribute("open", "");
  }
  form.dispatchEvent(new CustomEvent("restored", { bubbles: true }));
}

const textOf = (element) => element?.textContent.trim().replace(/\s+/g, " ") || "";
const legend = (control) => textOf(control.closest("fieldset")?.querySelector("legend"));

function wordsIn(control) {
  if (control.type === "hidden") return "";
  if (ticks(control)) return control.checked ? textOf(control.labels?.[0]) : "";
  return control.options ? textOf(control.selectedOptions[0]) : control.value;
}

/** What was written, as people read it: [[label, words]]. @param {HTMLFormElement} form */
export function readable(form) {
  const lines = new Map();
  for (const control of controls(form)) {
    const words = wordsIn(control);
    if (!words) continue;
    const name = (ticks(control) && legend(control)) || textOf(control.labels?.[0]);
    lines.set(name, lines.has(name) ? `${lines.get(name)}, ${words}` : words);
  }
  return [...lines];
}
