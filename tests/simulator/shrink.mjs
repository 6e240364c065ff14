/** A failing history made short: steps are left out as long as it goes wrong in the same way. */

/** What kind of violation it is, whatever the words and numbers in it are. */
const kindOf = (why) => why?.replace(/\b[\w-]*\d[\w-]*\b/g, "#");

/**
 * @param {object} plan @param {string} why
 * @param {(plan: object) => Promise<{history: object, why: string|null}>} play
 * @returns {Promise<{plan: object, why: string, story: string[]}>}
 */
export async function shortest(plan, why, play) {
  let best = { plan, why, story: (await play(plan)).history.world.story };
  const without = async (from, count) => {
    const steps = best.plan.steps.toSpliced(from, count);
    const tried = { ...best.plan, steps };
    const { history, why: now } = await play(tried);
    if (kindOf(now) !== kindOf(why)) return false;
    best = { plan: tried, why: now, story: history.world.story };
    return true;
  };
  // First what came after it, then ever smaller parts from the end to the beginning.
  for (let size = best.plan.steps.length; size >= 1; size = Math.floor(size / 2))
    for (let at = best.plan.steps.length - size; at >= 0; at -= size)
      if (at < best.plan.steps.length) await without(at, size);
  return best;
}
