/** The world: one clock, one list of what is about to happen, one seed that decides, and the story of it. */

import { createHash } from "node:crypto";
import { chance } from "./chance.mjs";

const START = Date.parse("2026-05-05T17:42:00Z");
const MOST_EVENTS = 60_000; // more than this in one history: something runs in a circle

/** Lets everything run that needs no time. Nothing of the phones' code waits for anything but promises and this world. */
const settled = () => new Promise(setImmediate);

export class Violation extends Error {}

export class World {
  constructor(seed) {
    this.now = START;
    this.dice = chance(seed);
    this.queue = [];
    this.story = [];
    this.hash = createHash("sha256");
    this.played = {};
    this.events = 0;
    this.born = 0;
  }

  /** Something happens `after` ms from now, unless it is called off. What happens at one moment happens in any order. */
  at(after, run) {
    const event = { at: this.now + Math.max(0, after), tie: this.dice.draw(), run };
    let place = this.queue.length;
    while (place > 0 && later(this.queue[place - 1], event)) place -= 1;
    this.queue.splice(place, 0, event);
    return () => {
      event.run = null;
    };
  }

  /** Lets time pass; what it sets off gets its turn before more time passes. */
  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      await settled();
      const next = this.queue[0];
      if (!next || next.at > end) break;
      this.queue.shift();
      if (!next.run) continue;
      this.now = next.at;
      this.events += 1;
      if (this.events > MOST_EVENTS) throw new Violation("It runs in a circle: more happens than anybody asked for");
      next.run();
    }
    this.now = end;
    if (this.wrong) throw new Violation(this.wrong);
  }

  /** Counts what was played, so that a reader sees that it really was. */
  count(kind) {
    this.played[kind] = (this.played[kind] || 0) + 1;
  }

  say(words) {
    const line = `${new Date(this.now).toISOString().slice(5, 19).replace("T", " ")}  ${words}`;
    this.story.push(line);
    this.hash.update(line);
  }
}

const later = (a, b) => a.at > b.at || (a.at === b.at && a.tie > b.tie);
