import assert from "node:assert/strict";
import { test } from "node:test";
import { createBox } from "../../static/js/offline/box.js";

/** A vault whose seal can be looked into, and a store that does all of a write or none, as IndexedDB does. */
const vault = {
  seal: async (_store, key, value) => ({ iv: key, ct: JSON.stringify(value) }),
  open: async (_store, key, { iv, ct }) => {
    assert.equal(iv, key, "opened in another place than it was sealed for");
    return JSON.parse(ct);
  },
};

function fakeStore() {
  const outbox = new Map();
  const drafts = new Set(["draft-key"]);
  const meta = new Map();
  let last = 0;
  const inState = (state) => [...outbox.values()].filter((record) => record.state === state).sort((a, b) => a.n - b.n);
  const apply = {
    "add outbox"(record) {
      if ([...outbox.values()].some((other) => other.id === record.id)) throw new Error("ConstraintError");
      last += 1;
      outbox.set(last, { ...record, n: last });
    },
    "put outbox": (record) => outbox.set(record.n, record),
    "delete outbox": (n) => outbox.delete(n),
    "delete drafts": (key) => drafts.delete(key),
    "put meta": (value, key) => meta.set(key, value),
    "delete meta": (key) => meta.delete(key),
  };
  return {
    outbox,
    drafts,
    async write(ops) {
      const before = new Map(outbox);
      try {
        for (const [verb, name, ...args] of ops) apply[`${verb} ${name}`](...args);
      } catch (error) {
        outbox.clear();
        for (const [n, record] of before) outbox.set(n, record);
        throw error;
      }
    },
    inState: async (state, limit, after = 0) =>
      inState(state)
        .filter((record) => record.n > after)
        .slice(0, limit),
    get: async (_meta, key) => meta.get(key),
    newest: async (state, limit) => inState(state).reverse().slice(0, limit),
    count: async (state) => inState(state).length,
    byId: async (id) => [...outbox.values()].find((record) => record.id === id),
    align: async () => {},
  };
}

const item = (id, over = {}) => ({
  id,
  hash: `hash-${id}`,
  path: "/recordings/",
  fields: { child: ["c_1"], saw: ["Jay made pancakes"] },
  made_at: "2026-05-05T19:42:00.000+01:00",
  title: "Jay's day",
  words: [["What happened?", "Jay made pancakes"]],
  ...over,
});
const receipt = (over) => ({ outcome: "received", at: "2026-05-05T18:43:00Z", location: "/recordings/r_1", ...over });
const world = (now = "2026-05-05T18:43:30Z") => {
  const store = fakeStore();
  let time = new Date(now);
  const box = createBox(vault, store, { now: () => time });
  return {
    store,
    box,
    later: (ms) => {
      time = new Date(time.getTime() + ms);
    },
  };
};

test("only a number, a random id and a state stand on the disk in clear", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  assert.deepEqual(Object.keys(store.outbox.get(1)).sort(), ["ct", "id", "iv", "n", "state"]);
  assert.equal(store.outbox.get(1).state, "waiting");
});

test("the draft goes in the very write in which the item comes", async () => {
  const { store, box } = world();
  await box.add(item("a"), [["delete", "drafts", "draft-key"]]);
  assert.equal(store.drafts.size, 0);
});

test("saving the same draft twice is saving it once, and its draft is gone all the same", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  await box.add(item("a"), [["delete", "drafts", "draft-key"]]);
  assert.equal(store.outbox.size, 1);
  assert.equal(store.drafts.size, 0);
});

test("other words under an id that is taken become an item of their own, waiting, sent or damaged", async () => {
  const state = {
    waiting: async () => {},
    sent: async ({ box }) => {
      const [sent] = await box.waiting(10, 0);
      await box.settle([{ item: sent, state: "received", receipt: receipt() }]);
    },
    damaged: async ({ store }) => store.outbox.set(1, { ...store.outbox.get(1), ct: "#" }),
  };
  for (const reach of Object.values(state)) {
    const here = world();
    await here.box.add(item("a"));
    await reach(here);
    const second = item("a", { hash: "other", fields: { child: ["c_1"], saw: ["Jay made waffles"] } });
    await here.box.add(second, [["delete", "drafts", "draft-key"]]);
    assert.notEqual(second.id, "a", "whoever waits for its receipt must know its name");
    const kept = JSON.parse([...here.store.outbox.values()].find((record) => record.id === second.id).ct);
    assert.deepEqual(kept.fields.saw, ["Jay made waffles"]);
    assert.equal(here.store.outbox.size, 2);
    assert.equal(here.store.drafts.size, 0);
  }
});

test("the same words saved twice, and sent in between, are not sent again", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [sent] = await box.waiting(10, 0);
  await box.settle([{ item: sent, state: "received", receipt: receipt() }]);
  await box.add(item("a"), [["delete", "drafts", "draft-key"]]);
  assert.equal(store.outbox.size, 1);
  assert.equal(store.drafts.size, 0);
});

test("a disk that fails says so: nothing is called saved", async () => {
  const { store, box } = world();
  store.write = async () => {
    throw new Error("QuotaExceededError");
  };
  await assert.rejects(box.add(item("a")), /Quota/);
});

test("on a phone too full even for notes, what Lantern has goes without one, and what it refused stays", async () => {
  const { box, store } = world();
  for (const id of ["a", "b", "c"]) await box.add(item(id));
  const [a, b, c] = await box.waiting(9, 0);
  const { write } = store;
  store.write = async (ops) => {
    if (ops.some(([verb]) => verb !== "delete")) throw new DOMException("no room", "QuotaExceededError");
    return write(ops);
  };
  const moves = [a, b].map((one) => ({ item: one, state: "received", receipt: receipt({ id: one.id }) }));
  await box.settle(moves.slice(0, 1));
  assert.deepEqual(
    (await box.waiting(9, 0)).map(({ id }) => id),
    ["b", "c"],
  );
  const refused = { item: c, state: "needs-you", receipt: receipt({ outcome: "refused", errors: {} }) };
  await assert.rejects(box.settle([moves[1], refused]), /no room/);
  assert.deepEqual(
    (await box.waiting(9, 0)).map(({ id }) => id),
    ["c"],
    "it waits, with every word",
  );
  store.write = async () => {
    throw new Error("a disk that fails");
  };
  await assert.rejects(box.settle([{ item: c, state: "received", receipt: receipt({ id: "c" }) }]), /fails/);
});

test("a received item leaves a note without its words", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  await box.settle([{ item: waiting, state: "received", receipt: receipt() }]);
  assert.equal(store.outbox.get(1).state, "received");
  assert.equal(store.outbox.get(1).ct.includes("pancakes"), false);
  const [note] = await box.list();
  assert.equal(note.at, "2026-05-05T18:43:00Z");
  assert.deepEqual(note.fields, { child: ["c_1"] });
  assert.deepEqual(await box.unsent(), { unsent: 0, needsYou: 0 });
});

test("a refused item keeps every word, and the reasons", async () => {
  const { box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  const refusal = receipt({ outcome: "refused", errors: { saw: ["Too long"] } });
  await box.settle([{ item: waiting, state: "needs-you", receipt: refusal }]);
  const [kept] = await box.list();
  assert.deepEqual(kept.fields, item("a").fields);
  assert.deepEqual(kept.errors, { saw: ["Too long"] });
  assert.deepEqual(await box.unsent(), { unsent: 1, needsYou: 1 });
  assert.deepEqual(await box.waiting(10, 0), []);
});

test("a record that does not open stands in nobody's way, and is named until the person lets go of it", async () => {
  const { store, box } = world();
  for (const id of ["a", "b", "c", "d"]) await box.add(item(id));
  for (const n of [1, 2]) store.outbox.set(n, { ...store.outbox.get(n), ct: "#" });
  const ids = async (limit, after) => (await box.waiting(limit, after)).map(({ id }) => id);
  assert.deepEqual(await ids(10, 0), ["c", "d"]);
  assert.deepEqual(await ids(1, 0), ["c"], "not even when only damaged ones are looked at first");
  assert.deepEqual(await ids(1, 4), []);
  const list = await box.list();
  assert.deepEqual(
    list.map(({ id, state }) => [id, state]),
    [
      ["a", "needs-you"],
      ["b", "needs-you"],
      ["c", "waiting"],
      ["d", "waiting"],
    ],
  );
  assert.deepEqual(Object.values(list[0].errors).flat(), ["This can't be opened on this phone any more."]);
  assert.equal(list[0].draft, undefined, "there is nothing to mend");
  await box.forget(list[0]);
  assert.equal(store.outbox.has(1), false);
  store.outbox.set(2, { ...store.outbox.get(2), state: "received" });
  await box.tidy();
  assert.equal((await box.list()).length, 2);
});

test("mending puts the new item in and takes the old one out, both or neither", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  await box.settle([{ item: waiting, state: "needs-you", receipt: receipt({ outcome: "refused" }) }]);
  const [refused] = await box.list();
  await box.add(item("b"), box.gone(refused, "mended"));
  assert.deepEqual(
    [...store.outbox.values()].map((record) => record.id),
    ["b"],
  );
});

test("words that wait cannot be let go by mistake", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  assert.deepEqual(box.gone(waiting, "mended"), []);
  assert.deepEqual(box.gone(waiting, "forgotten"), []);
  await box.forget(waiting);
  assert.equal(store.outbox.size, 1);
});

test("notes of sent items go a week after they were received, whatever the phone's clock says, and nothing else does", async () => {
  const { store, box, later } = world();
  const sendOn = async (id, at) => {
    await box.add(item(id));
    const sent = (await box.waiting(10, 0)).find((one) => one.id === id);
    await box.settle([{ item: sent, state: "received", receipt: receipt({ at }) }]);
  };
  await sendOn("a", "2026-05-05T18:43:00Z");
  await box.add(item("b"));
  later(5 * 365 * 86_400_000);
  await box.tidy();
  assert.equal(store.outbox.size, 2, "the copy is what a server that was put back is given again");
  await sendOn("c", "2026-05-12T18:42:00Z");
  await box.tidy();
  assert.equal(store.outbox.size, 3);
  await sendOn("d", "2026-05-12T18:44:00Z");
  await box.tidy();
  assert.deepEqual(
    [...store.outbox.values()].map((record) => record.id),
    ["b", "c", "d"],
  );
});

test("of two that came under one name both are kept: mine goes again under a name of its own", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  const conflict = receipt({ outcome: "conflict", errors: { "": ["Other words"] }, location: "/recordings/theirs" });
  await box.settle([{ item: waiting, state: "needs-you", receipt: conflict }]);
  const [refused] = await box.list();
  assert.equal(refused.location, "/recordings/theirs", "both can be read");
  await box.again(refused);
  const [mine] = await box.waiting(10, 0);
  assert.equal(store.outbox.size, 1);
  assert.notEqual(mine.id, "a");
  assert.deepEqual(mine.fields, item("a").fields);
  assert.equal(mine.hash, "hash-a");
  assert.deepEqual([mine.errors, mine.outcome, mine.location], [undefined, undefined, undefined]);
});

test("asked twice, or about what only waits, nothing is sent twice", async () => {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.list();
  await box.again({ ...waiting });
  assert.equal(store.outbox.size, 1);
  const [sent] = await box.waiting(10, 0);
  await box.settle([{ item: sent, state: "needs-you", receipt: receipt({ outcome: "conflict" }) }]);
  const [refused] = await box.list();
  await box.again(refused);
  await box.again(refused);
  assert.equal(store.outbox.size, 1);
});

async function withDella() {
  const { store, box } = world();
  await box.add(item("a"));
  const [waiting] = await box.waiting(10, 0);
  const kept = receipt({ outcome: "refused", kept: true, with: "Della", errors: { "": ["Della has it"] } });
  await box.settle([{ item: waiting, state: "with-manager", receipt: kept }]);
  return { store, box };
}
const decision = (outcome, over = {}) => ({
  id: "a",
  outcome,
  by: "Della",
  at: "2026-05-06T10:00:00Z",
  why: "Twice",
  location: "/recordings/x",
  ...over,
});

test("R14: what a manager has keeps every word here, counts as sent, and is let go of only by the person", async () => {
  const { store, box } = await withDella();
  const [kept] = await box.list();
  assert.deepEqual([kept.state, kept.with, kept.fields], ["with-manager", "Della", item("a").fields]);
  assert.deepEqual(await box.unsent(), { unsent: 0, needsYou: 0 });
  assert.deepEqual(await box.waiting(10, 0), []);
  await box.tidy();
  assert.equal(store.outbox.size, 1);
  await box.forget(kept);
  assert.equal(store.outbox.size, 0);
});

test("R14: let in, it is sent, and the words go; kept out, the words and the reason stay", async () => {
  for (const [outcome, state, words] of [
    ["let-in", "received", false],
    ["kept-out", "with-manager", true],
  ]) {
    const { store, box } = await withDella();
    assert.deepEqual(await box.undecided(), ["a"]);
    await box.decided([decision(outcome), decision("let-in", { id: "b" })]);
    assert.deepEqual(await box.undecided(), [], "what was heard is asked about no more");
    const [told] = await box.list();
    assert.deepEqual([told.state, told.decision.by, told.decision.why], [state, "Della", "Twice"]);
    assert.equal(store.outbox.get(1).ct.includes("pancakes"), words);
    const before = store.outbox.get(1);
    await box.decided([decision(outcome)]);
    assert.equal(store.outbox.get(1), before, "told twice, written once");
  }
});

test("R14, R22: what a manager has is handed in again to a Lantern that was put back to an earlier day", async () => {
  const { box } = await withDella();
  await box.lost();
  const [again] = await box.waiting(10, 0);
  assert.deepEqual([again.id, again.fields], ["a", item("a").fields]);
});

test("R22: what Lantern took last is named, also when a manager has it", async () => {
  const { box } = await withDella();
  assert.match(await box.last(), /^a \S+$/);
});

test("R22, R8: what Lantern lost counts, and stands in the list, as what is on this phone only", async () => {
  const { box, store } = await withDella();
  await box.add(item("b"));
  const [sent] = await box.waiting(10, 0);
  await box.settle([{ item: { ...sent, copy: {} }, state: "received", receipt: { at: "2026-05-05T18:43:00+00:00" } }]);
  assert.equal((await box.unsent()).unsent, 0);
  await box.lost();
  assert.equal((await box.unsent()).unsent, 2, "the other one goes to the manager again");
  const again = (await box.list()).filter((one) => one.again).map(({ id }) => id);
  assert.deepEqual(again, ["b"]);
  assert.equal(store.outbox.size, 2);
});

test("R14, R22: decided before Lantern was put back, and not since: it is asked about again", async () => {
  const { box } = await withDella();
  await box.decided([decision("kept-out")]);
  await box.lost();
  const [again] = await box.waiting(10, 0);
  await box.settle([{ item: again, state: "with-manager", receipt: { outcome: "refused", with: "Della" } }]);
  assert.deepEqual(await box.undecided(), ["a"]);
});
