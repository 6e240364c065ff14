/** The simulator's own answers to the store's questions. */

import { createIdb, KeyRange, nothingTwice, nothingWrong } from "./idb.mjs";
import { answers } from "./store_questions.mjs";

Object.defineProperty(globalThis, "caches", { value: nothingTwice });
Object.assign(globalThis, { indexedDB: createIdb(new Map(), nothingWrong), IDBKeyRange: KeyRange });
const store = await import("../../static/js/offline/store.js");
process.stdout.write(JSON.stringify(await answers(store)));
