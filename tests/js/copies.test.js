/** Sending while everything is locked: by copies that nobody on this phone can read, and with nothing let go of. */
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";
import { unheard, unsent } from "../../static/js/offline/copies.js";
import { sayForgotten } from "../../static/js/offline/forgotten.js";
import { sealCopy } from "../../static/js/offline/seal.js";
import { fakeBox, fakeClock, fakeLantern, hire, reply } from "./fakes.js";
import { fakeStore, lanternOf, send, slot } from "./locked.js";

test("what waits goes as copies, and stays where it is with the receipt beside it", async () => {
  const [store, lantern] = [fakeStore(3), lanternOf()];
  assert.deepEqual(await send(store, lantern), { left: 0, answered: true });
  assert.deepEqual([...lantern.rows.values()], [1, 1, 1]);
  const [post] = lantern.posts;
  assert.deepEqual(Object.keys(post.items[0]), ["id", "copy"]);
  assert.equal(post.headers["X-Vault-User"], "amina");
  assert.equal(post.headers["X-App"], "1");
  for (const record of store.outbox.values()) {
    assert.deepEqual([record.state, record.ct], ["waiting", "sealed"], "only the open vault lets go");
    assert.deepEqual(Object.keys(record.receipt), ["id", "hash", "outcome", "at"], "reasons may name somebody");
  }
  assert.equal((await unheard(store)).length, 0);
  await send(store, lantern, { quiet: true });
  assert.equal(lantern.posts.length, 1, "what was answered is not sent again");
  assert.equal(lantern.asked, 1, "and with nothing to send, and nobody looking, nobody is asked");
});

test("many go in calls of at most 150 kB", async () => {
  const [store, lantern] = [fakeStore(700), lanternOf()];
  await send(store, lantern);
  assert.equal(lantern.rows.size, 700);
  for (const { items } of lantern.posts) assert.ok(JSON.stringify({ items }).length <= 150_200 && items.length <= 500);
});

test("nothing is sent for somebody else, nor when nobody is signed in, nor to a café", async () => {
  for (const person of ["ben", null]) {
    const [store, lantern] = [fakeStore(2), lanternOf(person)];
    assert.deepEqual(await send(store, lantern), { left: 0, answered: true }, "nothing of it could have gone");
    assert.equal(lantern.posts.length, 0);
  }
  const [store, lantern] = [fakeStore(2), lanternOf()];
  lantern.who = () => reply(200, "<h1>Free Wi-Fi</h1>");
  assert.deepEqual(await send(store, lantern), { left: 2, answered: false });
  lantern.down = true;
  assert.deepEqual(await send(store, lantern), { left: 2, answered: false });
  assert.equal(lantern.posts.length, 0);
});

test("two people's words on one phone each go for their own session", async () => {
  const stores = { a: fakeStore(2), b: fakeStore(3) };
  const lantern = lanternOf("ben");
  const slots = [
    { id: "a", person: "amina" },
    { id: "b", person: "ben" },
  ];
  const { left } = await send(null, lantern, { slots, openStore: async (id) => stores[id] });
  assert.equal(left, 0, "what waits for Amina could not have gone: the browser is not asked to try again for it");
  assert.equal((await unheard(stores.a)).length, 2);
  assert.equal((await unheard(stores.b)).length, 0);
});

test("a vault that does not open keeps nobody else's words waiting", async () => {
  const [lantern, store] = [lanternOf("ben"), fakeStore(2)];
  const openStore = async (id) => {
    if (id === slot.id) throw new Error("it is held by another window");
    return store;
  };
  const slots = [slot, { id: "vault-2", person: "ben" }];
  const { answered } = await send(store, lantern, { slots, openStore });
  assert.equal(lantern.rows.size, 2);
  assert.equal(answered, false, "the first is tried again");
});

test("R15, S4: a phone that was cut off forgets, also when nobody opens it, nothing waits, or its disk stumbles", async () => {
  const lantern = lanternOf(null);
  lantern.wipe = true;
  const stuck = async () => {
    throw new Error("it is held by another window");
  };
  for (const openStore of [async () => fakeStore(1), async () => fakeStore(0), stuck]) {
    const gone = [];
    const heard = () => assert.fail("who is here is another vault's to say");
    await send(null, lantern, { openStore, heard, cutOff: async ({ id }) => gone.push(id) });
    assert.deepEqual(gone, ["vault-1"]);
  }
});

test("a phone that is told while it hands in is wiped as well", async () => {
  const [store, lantern, gone] = [fakeStore(2), lanternOf(), []];
  lantern.mood = () => reply(401, { held: "cut-off" }, { "X-Wipe": "1" });
  await send(store, lantern, { cutOff: async ({ id }) => gone.push(id) });
  assert.deepEqual(gone, ["vault-1"]);
});

test("S3: what a paused account could read goes from a phone that nobody opens", async () => {
  const [store, lantern] = [fakeStore(0), lanternOf(null)];
  await send(store, lantern, { quiet: true });
  assert.equal(store.cleared, undefined);
  lantern.paused = "ben";
  await send(store, lantern);
  assert.equal(store.cleared, undefined, "somebody else's pause");
  lantern.paused = "amina";
  await send(store, lantern);
  assert.equal(store.cleared, "pages");
});

test("R15: it says without its name in the headers that it has forgotten, for no sign-in is left", async () => {
  const asked = [];
  await sayForgotten(async (path, how) => {
    asked.push([path, how.method, String(how.body), Object.keys(how.headers)]);
    return reply(200, { ok: true });
  }, "vault-1");
  assert.deepEqual(asked, [["/auth/devices/forgotten", "POST", "vault=vault-1", ["X-App"]]]);
});

test("what was saved by an older app has no copy, and waits for its owner", async () => {
  const [store, lantern] = [fakeStore(2), lanternOf()];
  store.outbox.set(1, { ...store.outbox.get(1), copy: undefined });
  assert.equal((await send(store, lantern)).left, 0);
  assert.deepEqual([...lantern.rows.keys()], ["id-2"]);
});

test("what is put off is said to be left, so that the browser tries again", async () => {
  const [store, lantern] = [fakeStore(3), lanternOf()];
  lantern.judge = (id) => (id === "id-2" ? { outcome: "later" } : {});
  assert.equal((await send(store, lantern)).left, 1);
  lantern.judge = null;
  assert.equal((await send(store, lantern)).left, 0);
  assert.deepEqual(
    lantern.posts[1].items.map(({ id }) => id),
    ["id-2"],
  );
});

test("what Lantern refused while this was locked is still on this phone only, and is counted so", async () => {
  const [store, lantern] = [fakeStore(3), lanternOf()];
  lantern.judge = (id) => (id === "id-2" ? { outcome: "refused", status: 422 } : {});
  await send(store, lantern);
  assert.equal((await unheard(store)).length, 0);
  assert.deepEqual(await unsent(store), { unsent: 1, needsYou: 0 });
});

test("a link that dies between two calls loses nothing and sends nothing twice that was answered", async () => {
  const [store, lantern] = [fakeStore(300), lanternOf()];
  lantern.mood = () => {
    if (lantern.posts.length === 2) throw new TypeError("cut");
  };
  assert.equal((await send(store, lantern)).answered, false);
  const before = lantern.rows.size;
  assert.ok(before > 0 && before < 300);
  lantern.mood = () => undefined;
  assert.equal((await send(store, lantern)).left, 0);
  assert.ok([...lantern.rows.values()].every((times) => times === 1));
});

// --- what the open vault makes of it ---------------------------------------------------------------------------------

const SALTED = createHash("sha256").update("pinch hash-1").digest("hex"); // what Lantern names a sealed copy's content by
const withHeard = (heard) => {
  const box = fakeBox(2);
  Object.assign(box.items.get(1), { heard, salt: "pinch " });
  return box;
};

test("the courier lets go of what the worker heard, once the receipt names item and content, and sends the rest", async () => {
  const box = withHeard({ id: "id-1", hash: SALTED, outcome: "received", at: "x" });
  const lantern = fakeLantern();
  await hire(box, lantern, fakeClock()).hint();
  assert.deepEqual(box.states(), ["received", "received"]);
  assert.deepEqual(lantern.order, ["id-2"], "it is not sent again");
});

test("what the worker heard lets nothing go when it names something else or says no: it goes again", async () => {
  const lies = [
    { id: "id-1", hash: "another", outcome: "received" },
    { id: "id-1", hash: "hash-1", outcome: "received" },
    { id: "id-2", hash: SALTED, outcome: "received" },
    { id: "id-1", hash: SALTED, outcome: "refused" },
    { id: "id-1", hash: SALTED, outcome: "later" },
    { id: "id-1", hash: null, outcome: "refused" },
    "received",
    7,
  ];
  for (const lie of lies) {
    const box = withHeard(lie);
    const lantern = fakeLantern();
    await hire(box, lantern, fakeClock()).hint();
    assert.deepEqual(lantern.order, ["id-1", "id-2"]);
  }
});

test("what was heard is settled without a network as well", async () => {
  const box = withHeard({ id: "id-1", hash: SALTED, outcome: "received", at: "x" });
  const lantern = fakeLantern();
  lantern.down = true;
  await hire(box, lantern, fakeClock()).hint();
  assert.deepEqual(box.states(), ["received", "waiting"]);
});

// --- the seal ---------------------------------------------------------------------------------------------------------

test("a copy holds no word in clear, opens with the server's key only, and is never the same twice", async () => {
  const { subtle } = globalThis.crypto;
  const P256 = { name: "ECDH", namedCurve: "P-256" };
  const server = await subtle.generateKey(P256, true, ["deriveBits"]);
  const point = Buffer.from(await subtle.exportKey("raw", server.publicKey)).toString("base64url");
  const id = randomUUID();
  const content = { person: "amina", fields: { saw: ["He laughed. ".repeat(20_000)] } };
  const one = await sealCopy(`k1.${point}`, id, content);
  const two = await sealCopy(`k1.${point}`, id, content);
  assert.notEqual(one.epk, two.epk);
  const raw = (text) => Buffer.from(text, "base64url");
  const open = async (copy, aad) => {
    const theirs = await subtle.importKey("raw", raw(copy.epk), P256, false, []);
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, server.privateKey, 256);
    const from = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: raw(copy.epk), info: Buffer.from("lantern sealed copy") };
    const key = await subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const plain = { name: "AES-GCM", iv: raw(copy.iv), additionalData: Buffer.from(aad) };
    return JSON.parse(new TextDecoder().decode(await subtle.decrypt(plain, key, raw(copy.ct))));
  };
  assert.deepEqual(await open(one, id), content);
  await assert.rejects(open(one, randomUUID()), "it opens under no other id");
  assert.equal(Buffer.concat([raw(one.ct), raw(one.epk)]).includes("laughed"), false);
});
