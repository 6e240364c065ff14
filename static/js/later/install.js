/** The home screen: a button where the browser gives one, and a word to those who have Lantern there already. */

import { announce } from "../dom.js";

const there = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

/**
 * @param {HTMLElement} place  holds a button and a note, both hidden
 * @param {{prompt: () => Promise<{outcome: string}>}|undefined} offer  what the browser offered, if it did
 */
export function offerInstall(place, offer) {
  const [button, note] = [place.querySelector("button"), place.querySelector("[data-there]")];
  note.hidden = !there();
  button.hidden = there() || !offer;
  button.addEventListener("click", async () => {
    button.hidden = true; // the browser asks once for each offer
    const { outcome } = await offer.prompt();
    if (outcome !== "accepted") return;
    note.hidden = false;
    announce(note.textContent);
  });
}
