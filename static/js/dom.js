/** The few things every screen of the app does with the page. Text goes in as text, never as markup. */

/**
 * An element: h("button", { class: "x", click: fn }, "Save").
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node|string|null|undefined|false)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

export const button = (label, click, look = "") =>
  h("button", { type: "button", class: `govuk-button ${look}`, click }, label);

/** A note in a box. @param {string} tone good, wait, warn or bad */
export const note = (tone, ...children) => h("div", { class: `note note--${tone}` }, ...children);

/** Says something to those who hear the page. @param {string} text */
export function announce(text) {
  let live = document.getElementById("live");
  if (!live) {
    live = h("div", { id: "live", class: "govuk-visually-hidden", role: "status", "aria-live": "polite" });
    document.body.append(live);
  }
  live.textContent = "";
  setTimeout(() => {
    live.textContent = text;
  }, 50);
}

/** Moves the focus to a heading or a field, so that a reader starts there. @param {HTMLElement|null|undefined} element */
export function focusOn(element) {
  if (!element) return;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

export const view = () => document.getElementById("view");
export const here = () => location.pathname + location.search;

/** Goes to a page of the app without leaving the document (leaving would lose the key). @param {string} path */
export const go = (path, push = "true") =>
  globalThis.htmx.ajax("GET", path, { target: "#view", swap: "innerHTML", push });
