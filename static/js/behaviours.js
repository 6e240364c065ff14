/** Behaviours: what an element does beyond HTML, named in its data-behaviour. */

import { listen } from "./behaviours/keys.js";
import { attach, register, signIn } from "./behaviours/passkey.js";
import { go } from "./dom.js";
import { madePasskey, setUp, signedIn } from "./offline/gate.js";
import { later } from "./offline/later.js";

let doors = null;
const started = new WeakSet();
const leaveFor = (path) => (doors.serving() ? go(path) : location.assign(path));

const BEHAVIOURS = {
  "passkey-sign-in": (element) => {
    const { after } = element.dataset;
    attach(element, signIn, (who) => signedIn(doors, who, after));
  },
  "passkey-register": (element) => {
    const { after, invitation } = element.dataset;
    attach(
      element,
      () => register(invitation),
      async (made) => {
        if (!(await madePasskey(doors, made, after || made.next))) leaveFor(after || made.next);
      },
    );
  },
  install: async (element) => (await later()).offerInstall(element, doors.install),
  "make-vault": (element) => {
    element.hidden = doors.serving();
    element.addEventListener("click", () => setUp(doors, element.ownerDocument.body.dataset));
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
    listen();
  }
}
