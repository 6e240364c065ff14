/** Keys for those who triage all day: an element with data-key="j" is pressed, or focused, by that key. */

/** @param {AbortSignal} [signal] */
export function listen(signal) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
      const found = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
      if (!found) return;
      event.preventDefault();
      if (found.matches("a, button, summary")) found.click();
      else found.focus();
    },
    { signal },
  );
}
