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

/**
 * Puts these into a place, unless the very same is there already: whoever reads or presses something there stays undisturbed.
 * What was opened stays open, and the focus goes to what took the place of what had it.
 * @param {Element} place @param {(Node|string|null|undefined|false)[]} children
 */
export function renew(place, children) {
  const next = h("div", {}, ...children);
  const named = (root, li) => li?.dataset.item && root.querySelector(`[data-item="${li.dataset.item}"]`);
  for (const details of place.querySelectorAll("details[open]"))
    named(next, details.closest("[data-item]"))?.querySelector("details")?.setAttribute("open", "");
  const same = (node, at) => node.isEqualNode(place.childNodes[at]);
  if (next.childNodes.length === place.childNodes.length && [...next.childNodes].every(same)) return;
  const had = place.contains(document.activeElement) ? document.activeElement : null;
  const words = had?.textContent;
  const item = had?.closest("[data-item]");
  place.replaceChildren(...next.childNodes);
  if (!had) return;
  const around = named(place, item) || place;
  [...around.querySelectorAll("a, button, summary")].find((other) => other.textContent === words)?.focus();
}

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

/** The one place for screens that come before any page. */
export function placeFor(kind) {
  let lock = document.getElementById("lock");
  if (!lock) {
    lock = h("div", { id: "lock" });
    view().replaceChildren(h("main", { id: "main", class: kind, tabindex: "-1" }, lock));
  }
  lock.parentElement.className = kind;
  return lock;
}

/** A link that the app draws itself: inside the app it goes to its page without leaving the document. */
export const to = (path, ...children) =>
  h(
    "a",
    {
      href: path,
      click: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(path);
      },
    },
    ...children,
  );

/** Goes to a page of the app without leaving the document (leaving would lose the key). @param {string} path */
export const go = (path, push = "true") =>
  globalThis.htmx.ajax("GET", path, { target: "#view", swap: "innerHTML", push });
