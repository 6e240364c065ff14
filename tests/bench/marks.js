// Notes, in ms since the navigation began, when the lock screen and then Today can be used. Runs before any script of ours.
(() => {
  const marks = {};
  globalThis.benchMarks = marks;

  /** When the page has been painted and the main thread is free to answer a finger. */
  const usable = (name) => {
    marks[`${name}Shown`] = performance.now();
    requestAnimationFrame(() =>
      setTimeout(() => {
        marks[name] = performance.now();
      }),
    );
  };
  const look = () => {
    if (!marks.lockShown && document.querySelector("#lock button")) usable("lock");
    if (marks.pressed && !marks.todayShown && document.querySelector("#view h1")?.textContent.trim() === "Today")
      usable("today");
  };
  const pressed = () => {
    if (marks.lockShown) marks.pressed ??= performance.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  addEventListener("click", pressed, { capture: true });
  addEventListener("submit", pressed, { capture: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) marks[entry.name] = entry.startTime;
  }).observe({ type: "paint", buffered: true });
})();
