/**
 * Where the app starts. A document is one of these:
 *   the locked shell       any navigation on a phone with a vault: unlock, then pages come as fragments
 *   a page with a vault    made just now, or slipped past the worker
 *   a plain page           no vault: links and forms work by themselves, and nothing is stored
 *   the shell, online      somebody without a vault uses a phone that has one: fragments, and nothing is stored
 */

import { start, watch } from "./behaviours.js";
import { focusOn, go, h, view } from "./dom.js";
import { leavesApp } from "./addresses.js";
import { open } from "./offline/gate.js";
import { WHY } from "./offline/pages.js";
import { list } from "./offline/slots.js";

const { body } = document;
const person = body.dataset.person || null;
let app = null; // what serves this document's pages: {fetch, page, sent}
let locked = false;

/** From now on pages come into #view, through `next.fetch`. */
function serve(next) {
  app = next;
  locked = false;
  globalThis.htmx.config.defaultSettleDelay = 0; // a link touched while a page settles would leave the app, for the lock
  body.setAttribute("hx-boost:inherited", 'target:"#view" swap:innerHTML');
  body.setAttribute("hx-sync", "replace");
}

const doors = {
  serve,
  close: () => {
    app = null;
    locked = true;
  },
  serving: () => app,
};

// The browser offers this once and early; the help page about the home screen has the button for it.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  doors.install = event;
});

document.addEventListener("htmx:before:init", (event) => {
  const { target } = event;
  if (leavesApp(target.href || target.getAttribute("action") || "/")) event.preventDefault();
});

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!app) return;
  const form = ctx.sourceElement;
  if (form.matches("form")) form.setAttribute("hx-sync", "drop"); // pressing twice is asking once
  ctx.fetch = async (action, request) => {
    const asked = app;
    const response = await asked.fetch(action, request);
    if (request.method !== "GET" && response.ok) await asked.sent(form);
    if (asked !== app) throw new DOMException("locked meanwhile", "AbortError");
    // A form that came back with its faults has no address of its own to return to.
    if (request.method !== "GET" && response.url && new URL(response.url).pathname === action.split("?")[0])
      ctx.push = "false";
    return response;
  };
});

// What was on its way when the phone was locked does not come onto the screen any more.
document.addEventListener("htmx:before:swap", (event) => {
  if (locked) event.preventDefault();
});

// Back and forward: pages are fetched again, never kept by the browser.
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  if (app) go(event.detail.path, "false");
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!app || !view().contains(ctx.target)) return;
  const headers = ctx.response?.headers;
  start(view());
  app.page(new Date(headers?.get("X-Copy-At") || Date.now()));
  if (ctx.target !== view()) return;
  const notice = headers?.get("X-Notice");
  const main = document.getElementById("main");
  if (notice && !main.querySelector("[data-this-phone]"))
    // that page is never old: the phone itself fills it
    main.prepend(
      h("div", { class: "note note--wait", id: "copy-note" }, h("p", {}, notice, " ", signIn(headers.get("X-Why")))),
    );
  if (view().dataset.quiet) {
    delete view().dataset.quiet; // the same page, told anew: whoever reads it stays where they are
    return;
  }
  scrollTo(0, 0);
  focusOn(view().querySelector(".govuk-error-summary") || view().querySelector("h1") || main);
});

const signIn = (why) => (why === "signed-out" || why === "other-person") && h("a", { href: "/sign-in" }, "Sign in");

document.addEventListener("htmx:error", ({ target, detail: { ctx, error } }) => {
  if (!app || !ctx || ctx.request.method === "GET") return;
  const words =
    error?.message === "signed-out"
      ? "You are signed out, so this was not done. Sign in, then try again."
      : `${WHY[error?.why] || "This needs signal, and there was none."} It was not done. What you chose is still here: try again when there is signal.`;
  const place = target.closest?.("form") || document.getElementById("main");
  place.querySelector(".send-note")?.remove();
  place.prepend(h("div", { class: "send-note note note--bad", role: "alert" }, h("p", {}, words)));
});

async function boot() {
  const inShell = Boolean(document.getElementById("lock"));
  watch(doors);
  start(document);
  const slots = await list().catch(() => null);
  const mine = person && !leavesApp(location.href);
  const gate = inShell || (mine && (body.dataset.vault === "make" || slots?.some((slot) => slot.person === person)));
  if (gate) open({ doors, slots, inShell, person, demoPin: body.dataset.demoPin || null });
  if (person || inShell) navigator.serviceWorker?.register("/sw.js").catch(() => {});
}

if (!globalThis.caches || !globalThis.navigator?.locks)
  body.dataset.plain = "yes"; // too old a browser for a vault: plain pages
else boot();
