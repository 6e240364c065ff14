/** Chance that can be had again: the same seed draws the same numbers. */

/** mulberry32: small, seeded, good enough to choose a byte or a moment. @param {number} seed */
export function chance(seed) {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    draw,
    /** Did something happen that happens this often? */
    often: (share) => draw() < share,
    /** A whole number from `least` to `most`, both possible. */
    between: (least, most) => least + Math.floor(draw() * (most - least + 1)),
    pick: (list) => list[Math.floor(draw() * list.length)],
    /** One of the names, each as often as its weight says. @param {Record<string, number>} weights */
    weighed(weights) {
      const entries = Object.entries(weights);
      let at = draw() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        at -= weight;
        if (at < 0) return name;
      }
      return entries.at(-1)[0];
    },
  };
}
