/** Behaviours: what an element does beyond HTML, named in its data-behaviour and fetched when it is there. */

import { go } from "./dom.js";
import { later } from "./offline/later.js";

const passkey = () => import("./behaviours/passkey.js");
let doors = null;
const started = new WeakSet();
const leaveFor = (path) => (doors.serving() ? go(path) : location.assign(path));

const BEHAVIOURS = {
  "passkey-sign-in": async (element) => {
    const { attach, signIn } = await passkey();
    const { after } = element.dataset;
    attach(element, signIn, async (who) => (await import("./offline/gate.js")).signedIn(doors, who, after));
  },
  "passkey-register": async (element) => {
    const { attach, register } = await passkey();
    const { after, invitation } = element.dataset;
    attach(
      element,
      () => register(invitation),
      async (made) => {
        const { madePasskey } = await import("./offline/gate.js");
        if (!(await madePasskey(doors, made, after || made.next))) leaveFor(after || made.next);
      },
    );
  },
  install: async (element) => (await later()).offerInstall(element, doors.install),
  "make-vault": (element) => {
    element.hidden = doors.serving();
    element.addEventListener("click", async () =>
      (await import("./offline/gate.js")).setUp(doors, element.ownerDocument.body.dataset),
    );
  },
};

/** @param {{serve: Function, close: Function, serving: () => boolean}} app */
export function watch(app) {
  doors = app;
}

/** Starts what has come into the page. @param {ParentNode} root */
export function start(root) {
  for (const element of root.querySelectorAll("[data-behaviour]")) {
    if (started.has(element)) continue;
    started.add(element);
    BEHAVIOURS[element.dataset.behaviour]?.(element);
  }
  if (root.querySelector("[data-key]") && !started.has(document)) {
    started.add(document);
    import("./behaviours/keys.js").then(({ listen }) => listen());
  }
}
