/** The simulator's own answers to the store's questions. */

import { createIdb, KeyRange, nothingWrong } from "./idb.mjs";
import { answers } from "./store_questions.mjs";

const nothing = async () => undefined;
const open = async () => ({ keys: async () => [], match: nothing, put: nothing, delete: nothing });
Object.defineProperty(globalThis, "caches", { value: { open, delete: nothing } }); // what lies twice is another test's

Object.assign(globalThis, { indexedDB: createIdb(new Map(), nothingWrong), IDBKeyRange: KeyRange });
const store = await import("../../static/js/offline/store.js");
process.stdout.write(JSON.stringify(await answers(store)));
