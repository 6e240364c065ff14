/** A store whose database another window has just closed (R13). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdb, KeyRange, nothingTwice, nothingWrong } from "../simulator/idb.mjs";

Object.defineProperty(globalThis, "caches", { value: nothingTwice });
Object.assign(globalThis, { indexedDB: createIdb(new Map(), nothingWrong), IDBKeyRange: KeyRange });
const { openStore } = await import("../../static/js/offline/store.js");

test("R13: a question to a closed store is refused where it is waited for, and not where it is asked", async () => {
  const store = await openStore("closed");
  store.close();
  const questions = {
    get: ["meta", "last"],
    keys: ["pages"],
    all: ["pages"],
    inState: ["waiting"],
    newest: ["received", 1],
    count: ["waiting"],
    byId: ["item-1"],
    write: [[["delete", "meta", "last"]]],
  };
  for (const [name, args] of Object.entries(questions)) {
    let answer = null;
    assert.doesNotThrow(() => {
      answer = store[name](...args);
    }, name);
    await assert.rejects(answer, name);
  }
});
