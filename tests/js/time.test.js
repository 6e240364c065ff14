import assert from "node:assert/strict";
import { test } from "node:test";
import { createPages } from "../../static/js/offline/pages.js";
import { createTime } from "../../static/js/offline/time.js";
import { reached } from "./reached.js";

const DAY = 86_400_000;
globalThis.DOMParser = class {
  parseFromString() {
    return { querySelector: () => null };
  }
};

/** A phone whose clock its owner can set, and which can be closed and opened again. */
async function phone() {
  const disk = new Map();
  const clock = { at: Date.parse("2026-05-05T18:42:00Z") };
  const store = {
    keys: async (name) =>
      [...disk.keys()].filter((key) => key.startsWith(`${name}/`)).map((key) => key.slice(name.length + 1)),
    get: async (name, key) => disk.get(`${name}/${key}`),
    async write(ops) {
      for (const [verb, name, ...args] of ops)
        verb === "put" ? disk.set(`${name}/${args[1]}`, args[0]) : disk.delete(`${name}/${args[0]}`);
    },
  };
  const vault = { kind: "pin", name: async (path) => path, seal: async (_s, _k, v) => v, open: async (_s, _k, v) => v };
  const it = { disk, clock };
  it.open = async () => {
    it.time = await createTime(store, () => clock.at);
    it.pages = createPages({ vault, store, connection: {}, now: () => new Date(clock.at), time: it.time.now });
    await it.pages.drop();
    await it.time.keep();
  };
  await it.open();
  it.keep = (days) =>
    it.pages.keep("/", {
      status: 200,
      text: "",
      headers: new Headers({ "X-Hold": "always", "X-Hold-Days": String(days) }),
    });
  return it;
}

test("S3: a copy goes after its lease, and never lives longer than a week, whatever the answer says", async () => {
  for (const [days, lives] of [
    [3, 3],
    [7, 7],
    [400, 7],
  ]) {
    const it = await phone();
    await it.keep(days);
    it.clock.at += lives * DAY - 1;
    assert.ok(await it.pages.read("/"));
    it.clock.at += 1;
    assert.equal(await it.pages.read("/"), null);
    await it.pages.drop();
    assert.equal([...it.disk.keys()].filter((key) => key.startsWith("pages/")).length, 0);
  }
});

test("S3: a clock that is put back does not make a copy live longer, open or closed, once or again and again", async () => {
  const it = await phone();
  await it.keep(7);
  for (let day = 0; day < 6; day += 1) {
    it.clock.at += DAY;
    await it.time.keep();
    it.clock.at -= 30 * DAY;
    await (day % 2 ? it.open() : it.time.keep()); // closed and opened again, or open all the while
  }
  assert.ok(await it.pages.read("/"), "six days have passed");
  it.clock.at += DAY;
  assert.equal(await it.pages.read("/"), null, "and the seventh");
  await it.time.keep();
  it.clock.at -= 3650 * DAY;
  await it.open();
  const left = (await it.pages.read("/")) ? 1 : 0;
  assert.ok(reached("S3", "copies that outlived their week because the clock was put back", left, { most: 0 }));
});

test("S3: a clock that jumped ahead and came back keeps nothing for years, and new copies still live their time", async () => {
  const it = await phone();
  it.clock.at += 1825 * DAY;
  await it.time.keep();
  it.clock.at -= 1825 * DAY;
  await it.open();
  await it.keep(7);
  it.clock.at += 7 * DAY - 1;
  assert.ok(await it.pages.read("/"));
  it.clock.at += 1;
  assert.equal(await it.pages.read("/"), null);
});

test("a phone that kept copies before it kept time believes its clock the first time", async () => {
  const it = await phone();
  it.disk.delete("meta/time");
  it.disk.set("pages//old", { path: "/old", until: it.clock.at + 1, scope: "self" });
  await it.open();
  assert.ok(await it.pages.read("/old"));
});
