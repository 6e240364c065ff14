/**
 * Questions to the store, answered over a browser's IndexedDB and over the simulator's: the answers must be the same.
 * Run by node it prints its own answers; test_store.py asks Chromium the same.
 */

const outcome = (promise) =>
  promise.then(
    (value) => ["yes", value],
    (error) => ["no", error.name],
  );
const item = (id, state = "waiting", more = {}) => ({ id, state, iv: "iv", ...more });

/** @param {{openStore: Function, destroy: Function}} store  the real store.js @returns {Promise<[string, any][]>} */
export async function answers({ openStore, destroy }) {
  const heard = [];
  const ask = async (what, promise) => heard.push([what, await outcome(promise)]);
  await destroy("q");
  const store = await openStore("q");

  await ask(
    "add two",
    store.write([
      ["add", "outbox", item("a")],
      ["add", "outbox", item("b")],
    ]),
  );
  await ask(
    "the same id again",
    store.write([
      ["put", "meta", 1, "m"],
      ["add", "outbox", item("a")],
    ]),
  );
  await ask("nothing of that write is there", store.get("meta", "m"));
  await ask("the next number", store.write([["add", "outbox", item("c", "needs-you")]]));
  await ask("a number of its own", store.write([["put", "outbox", item("d", "waiting", { n: 9 })]]));
  await ask("and the next after it", store.write([["add", "outbox", item("e")]]));
  await ask("the id of another by put", store.write([["put", "outbox", item("a", "waiting", { n: 2 })]]));
  await ask("oldest first", store.inState("waiting"));
  await ask("at most two", store.inState("waiting", 2));
  await ask("after a number", store.inState("waiting", 5, 2));
  await ask("of no state", store.inState("gone"));
  await ask("newest first", store.newest("waiting", 2));
  await ask("newest of none", store.newest("gone", 2));
  await ask("how many", store.count("waiting"));
  await ask("by id", store.byId("c"));
  await ask("by an id that is not there", store.byId("zz"));
  await ask("into another state", store.write([["put", "outbox", item("c", "received", { n: 3 })]]));
  await ask("how many now", Promise.all(["waiting", "needs-you", "received"].map((state) => store.count(state))));
  await ask(
    "delete, put, clear in one",
    store.write([
      ["delete", "outbox", 1],
      ["put", "drafts", { iv: 1 }, "k"],
      ["put", "pages", { iv: 2 }, "z"],
      ["put", "pages", { iv: 3, stays: true }, "B"],
      ["clear", "meta"],
    ]),
  );
  await ask("keys in order", store.keys("pages"));
  await ask("all of them", store.all("pages"));
  await ask("delete what is not there", store.write([["delete", "drafts", "none"]]));
  await ask("a draft", store.get("drafts", "k"));
  const [first, second, read] = [
    store.write([["put", "meta", 1, "order"]]),
    store.write([["put", "meta", 2, "order"]]),
    store.get("meta", "order"),
  ];
  await ask("writes and a read, begun at once", Promise.all([first, second, read]));

  const other = await openStore("q");
  await ask("another window reads it", other.byId("e"));
  await ask("and writes", other.write([["put", "meta", "theirs", "w"]]));
  await ask("which this one reads", store.get("meta", "w"));
  other.close();
  await ask("a closed one", other.write([["put", "meta", 1, "x"]]));
  const late = store.write([["put", "meta", "last", "x"]]);
  store.close();
  await ask("a write under way when it is closed", late);
  const again = await openStore("q");
  await ask("it was written", again.get("meta", "x"));
  let wiped = null;
  again.whenWanted((why) => {
    wiped = why;
  });
  const underWay = [again.write([["put", "meta", 1, "y"]]), again.get("meta", "y")];
  await destroy("q");
  await ask("what was under way then is done", Promise.all(underWay));
  heard.push(["whoever has it open is told", wiped]);
  await ask("and can't use it", again.get("meta", "x"));
  const fresh = await openStore("q");
  await ask("a new one is empty", Promise.all([fresh.keys("outbox"), fresh.keys("meta")]));
  await ask("and counts from one", fresh.write([["add", "outbox", item("a")]]));
  fresh.close();
  return heard;
}
