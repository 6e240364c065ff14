/** The simulator's own answers to the store's questions. */

import { createIdb, KeyRange } from "./idb.mjs";
import { answers } from "./store_questions.mjs";

const soon = (run) => setImmediate(run);
const hand = {
  soon,
  read: (_name, run) => soon(run),
  write: (_name, run, ack) => soon(() => run() && soon(ack)),
  room: () => true,
};
Object.assign(globalThis, { indexedDB: createIdb(new Map(), hand), IDBKeyRange: KeyRange });
const store = await import("../../static/js/offline/store.js");
process.stdout.write(JSON.stringify(await answers(store)));
