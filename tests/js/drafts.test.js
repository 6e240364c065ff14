import assert from "node:assert/strict";
import { test } from "node:test";
import { coalesce } from "../../static/js/offline/drafts.js";

/** A disk whose writes end when they are told to. */
function slowDisk() {
  const written = [];
  const ends = [];
  const write = (value) =>
    new Promise((resolve, reject) =>
      ends.push({ end: () => resolve(written.push(value)), fail: () => reject(new Error("full")) }),
    );
  return { written, ends, write };
}
const turn = () => new Promise(setImmediate);

test("typing fast costs a few writes, and the last letter is always among them", async () => {
  const disk = slowDisk();
  const draft = coalesce(disk.write);
  for (const letter of "pancakes") draft.push(letter);
  assert.equal(disk.ends.length, 1, "one write under way, not eight");
  disk.ends[0].end();
  await turn();
  assert.equal(disk.ends.length, 2);
  disk.ends[1].end();
  await draft.settled();
  assert.deepEqual(disk.written, ["p", "s"]);
});

test("a letter typed at the very moment a write ends is not lost", async () => {
  const disk = slowDisk();
  const draft = coalesce(disk.write);
  const first = draft.push("a");
  disk.ends[0].end();
  first.then(() => draft.push("b"));
  for (let turns = 0; turns < 5; turns += 1) await turn();
  disk.ends[1].end();
  await draft.settled();
  assert.deepEqual(disk.written, ["a", "b"]);
});

test("writes of one draft never overtake each other", async () => {
  const under = [];
  let most = 0;
  const draft = coalesce(async (value) => {
    under.push(value);
    most = Math.max(most, under.length);
    await turn();
    under.pop();
  });
  for (let n = 0; n < 50; n += 1) {
    draft.push(n);
    if (n % 7 === 0) await turn();
  }
  await draft.settled();
  assert.equal(most, 1);
});

test("a full disk is told, and the next letter tries again", async () => {
  const disk = slowDisk();
  const draft = coalesce(disk.write);
  const failed = assert.rejects(draft.push("a"), /full/);
  disk.ends[0].fail();
  await failed;
  const next = draft.push("ab");
  disk.ends[1].end();
  await next;
  assert.deepEqual(disk.written, ["ab"]);
});

test("a letter typed while a write failed is tried by itself, and only its own failure is told", async () => {
  const disk = slowDisk();
  const draft = coalesce(disk.write);
  const first = draft.push("a");
  draft.push("ab");
  disk.ends[0].fail();
  await turn();
  assert.equal(disk.ends.length, 2, "the newest was tried though nobody typed again");
  draft.push("abc");
  disk.ends[1].fail();
  await turn();
  disk.ends[2].end();
  await Promise.all([first, draft.settled()]);
  assert.deepEqual(disk.written, ["abc"]);
  const full = draft.push("abcd");
  draft.push("abcde");
  const told = Promise.all([assert.rejects(full, /full/), assert.rejects(draft.settled(), /full/)]);
  disk.ends[3].fail();
  await turn();
  disk.ends[4].fail();
  await told;
});

test("after saving, a letter still on its way to the disk does not bring the draft back", async () => {
  const disk = slowDisk();
  const draft = coalesce(disk.write);
  draft.push("a");
  draft.push("ab");
  const cancelled = draft.cancel();
  disk.ends[0].end();
  await cancelled;
  await turn();
  assert.deepEqual(disk.written, ["a"]);
  assert.equal(disk.ends.length, 1);
});
