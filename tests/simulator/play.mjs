/**
 * Plays histories, one after the other: `node play.mjs ASKED ROOT`. It speaks with Lantern's process through the file
 * descriptors 3 (asking) and 4 (answers), and with whoever started it by lines of JSON on its output.
 *
 * ASKED is JSON: {first, last, step} the seeds, and also: a step put among those of each; or {plans: [...]} histories
 * that were kept; hashes: true to tell the hash of each; shrink: true to look for the shortest way to a violation.
 */

import { readSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { seeded } from "./crypto.mjs";
import { History, planOf, withAlso } from "./history.mjs";
import { pretendBrowser } from "./phone.mjs";
import { shortest } from "./shrink.mjs";
import { Violation } from "./world.mjs";

const TELL_EVERY = 20; // histories

const asked = JSON.parse(process.argv[2]);
const root = process.argv[3];
let world = null;
pretendBrowser(
  () => world,
  seeded(() => world.dice),
);

const NAMES = ["box", "connection", "copies", "courier", "outbox", "pack", "store", "vault"];
const modules = NAMES.map((name) => import(pathToFileURL(`${root}/static/js/offline/${name}.js`).href));
const code = Object.fromEntries((await Promise.all(modules)).map((module, at) => [NAMES[at], module]));

const chunk = Buffer.alloc(1 << 20);
let rest = "";

/** Asks Lantern's process, and waits for its answer: nothing else happens meanwhile. */
function ask(what) {
  const line = Buffer.from(`${JSON.stringify(what)}\n`);
  for (let sent = 0; sent < line.length; ) sent += writeSync(3, line, sent);
  for (;;) {
    const end = rest.indexOf("\n");
    if (end >= 0) {
      const answer = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return JSON.parse(answer);
    }
    const size = readSync(4, chunk);
    if (!size) throw new Error("Lantern's process is gone");
    rest += chunk.toString("latin1", 0, size);
  }
}

/** Plays one history. `why` is null when all that must be true was true. */
async function played(plan) {
  const history = new History(plan, code, ask);
  world = history.world;
  try {
    await history.play();
    return { history, why: null };
  } catch (error) {
    return { history, why: error instanceof Violation ? error.message : `The simulator stumbles: ${error.stack}` };
  }
}

const say = (what) => writeSync(1, `${JSON.stringify(what)}\n`);
const nothing = () => ({ histories: 0, steps: 0, requests: 0, kinds: {}, hashes: {} });
let sum = nothing();

function add({ plan, world }) {
  sum.histories += 1;
  sum.steps += plan.steps.length;
  sum.requests += world.requests;
  for (const [kind, count] of Object.entries(world.played)) sum.kinds[kind] = (sum.kinds[kind] || 0) + count;
  if (asked.hashes) sum.hashes[plan.seed] = world.hash.digest("hex");
}

function tell() {
  say(sum);
  sum = nothing();
}

function* plans() {
  if (asked.plans) yield* asked.plans;
  else
    for (let seed = asked.first; seed < asked.last; seed += asked.step)
      yield asked.also ? withAlso(planOf(seed), asked.also) : planOf(seed);
}

for (const plan of plans()) {
  const { history, why } = await played(plan);
  add(history);
  if (sum.histories >= TELL_EVERY || why) tell();
  if (why) {
    const found = asked.shrink ? await shortest(plan, why, played) : { plan, why, story: history.world.story };
    say({ seed: plan.seed, steps: plan.steps.length, kept: found.plan.steps.length, ...found });
    process.exitCode = 1;
    break;
  }
}
if (sum.histories) tell();
process.exit(); // what a phone that died would still have waited for holds nobody up
