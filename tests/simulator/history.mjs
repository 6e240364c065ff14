/** One history: a world made from a seed, its steps, the quiet time after them, and what must be true then. */

import { chance } from "./chance.mjs";
import { Ledger } from "./ledger.mjs";
import { FAULTS, Lantern } from "./line.mjs";
import { Phone, ROOM_PAGES } from "./phone.mjs";
import { STEPS } from "./steps.mjs";
import { Window } from "./window.mjs";
import { Violation, World } from "./world.mjs";

const LEAST_STEPS = 50;
const BOUND = 150_000; // ms after which everything that can go has gone, with nobody doing anything
const LATEST = 21 * 60_000; // ms until the last thing that was held up on a line has arrived
const MOVES = ["a child moves", "an account is suspended"];
const UNSETTLED = [...MOVES, "the database is put back", "a phone is copied"]; // after which a good day may be refused
const SPARED = 0.4; // the share of faults that a history leaves out, so that each meets the others in many mixtures

/** The steps of a seed: what happens, and what each of them draws from. @returns {{kind: string, seed: number}[]} */
export function planOf(seed) {
  const dice = chance(seed * 2654435761);
  const weights = {};
  for (const [kind, { often, fault }] of Object.entries(STEPS).filter(([, { often }]) => often))
    weights[kind] = fault ? (dice.often(SPARED) ? 0 : often * dice.pick([0.5, 1, 2])) : often;
  const faults = {};
  for (const [kind, often] of Object.entries(FAULTS)) faults[kind] = dice.often(SPARED) ? 0.001 : often;
  const weather = dice.pick([0, 0.1, 0.3]);
  const steps = Array.from({ length: LEAST_STEPS + dice.between(0, 2) }, () => ({
    kind: dice.weighed(weights),
    seed: Math.floor(dice.draw() * 2 ** 32),
  }));
  return {
    seed,
    steps,
    faults,
    weather,
    ben: dice.often(0.5),
    second: dice.pick(["amina", "nia", null]),
    stranger: dice.often(0.4),
  };
}

/** The same steps, and among them three times one more: what is drawn for the others stays as it was. */
export function withAlso(plan, kind) {
  const dice = chance(plan.seed * 40503 + 7);
  const steps = [...plan.steps];
  for (let n = 0; n < 3; n += 1)
    steps.splice(dice.between(1, steps.length), 0, { kind, seed: Math.floor(dice.draw() * 2 ** 32) });
  return { ...plan, steps };
}

export class History {
  /** @param {ReturnType<typeof planOf>} plan @param {object} code the phones' modules @param {Function} ask */
  constructor(plan, code, ask) {
    this.world = new World(plan.seed);
    Object.assign(this.world, { requests: 0, plan: plan.seed });
    this.plan = plan;
    this.code = code;
    this.lantern = new Lantern(this.world, ask);
    this.ledger = new Ledger(this.world);
    this.world.watch = this.ledger;
    this.phones = [];
    this.faults = plan.faults;
    this.suspended = new Set();
    this.cut = new Set();
    this.world.weather = { share: 0, faults: plan.faults };
  }

  async begin() {
    const { world, plan } = this;
    Object.assign(world, this.lantern.tell("reset", { seed: plan.seed }));
    // When all is calm, a phone hears once what a server that was put back lacks: that does not change any more.
    world.asksForPack = ({ phone, vault }) =>
      world.calm ? this.ledger.restored && !phone.caughtUp.has(vault.id) : world.dice.often(0.04);
    world.nameOf = new Map(Object.entries(world.cast).map(([name, id]) => [id, name]));
    this.ledger.backup = { receipts: new Map(), suspended: [] };
    await this.give("the kitchen phone", plan.ben ? ["amina", "ben"] : ["amina"]);
    if (plan.second) await this.give(plan.second === "nia" ? "Nia's phone" : "Amina's old phone", [plan.second]);
    world.weather.share = plan.weather;
  }

  async give(name, people) {
    const phone = new Phone(this.world, this.lantern, this.code, name);
    for (const person of people) await phone.setUp(person, this.world.cast[person]);
    phone.signIn(people[0]);
    this.phones.push(phone);
  }

  /** Opens a window. Null when the phone died meanwhile or the vault is gone. */
  async unlock(phone, person) {
    const opening = Window.open(phone, person, this.world.dice.often(0.6)).catch(() => null);
    this.world.say(`${person} unlocks ${phone.name}.`);
    await this.world.pass(4000);
    const window = await Promise.race([opening, Promise.resolve(null)]);
    window?.hint();
    return window;
  }

  /** What the worker does when the network is back: the copies of vaults that no page has open go without a key. */
  async work(phone) {
    const { vault, copies } = this.code;
    phone.takeTurn();
    const open = phone.windows.map((window) => window.vault.id);
    const slots = (await vault.list()).filter((slot) => !open.includes(slot.id));
    await copies.sendLocked({
      slots,
      openStore: (id) => phone.open(id),
      fetch: (path, request) => phone.line.fetch(path, request),
      lock: phone.locks,
      vaults: vault.vaults,
      cutOff: async ({ id }) => phone.forget(id),
    });
  }

  /** A page is fetched, read, and a sealed copy kept. */
  async look(window) {
    const { status, text } = await window.connection.request("/recordings/", { headers: { "HX-Request": "true" } });
    if (status !== 200) return;
    const key = await window.vault.name("/recordings/");
    const page = { html: text.padEnd(ROOM_PAGES) };
    await window.store.write([["put", "pages", await window.vault.seal("pages", key, page), key]]);
  }

  /** Lantern hears of a phone, as its first contact does it. */
  introduce(window) {
    const body = new URLSearchParams({ vault: window.vault.id, kind: "passkey", label: "Phone 1" });
    const { phone, vault } = window;
    if (phone.person !== window.person) return;
    const headers = {
      "X-App": "1",
      "X-Device": vault.id,
      "X-Vault-User": vault.person,
      Cookie: `session=${phone.cookie}`,
      "Content-Type": "application/x-www-form-urlencoded",
    };
    this.lantern.http({ path: "/auth/devices", method: "POST", headers, body: Buffer.from(body.toString()), phone });
  }

  async play() {
    await this.begin();
    const { world } = this;
    for (const { kind, seed } of this.plan.steps) {
      world.dice = chance(seed);
      world.count(kind);
      await STEPS[kind].play(this, world.dice);
    }
    world.dice = chance(this.plan.seed + 1);
    await this.quiet();
    this.ledger.check(await this.facts());
    if (this.plan.stranger) this.strangers();
  }

  /** All faults stop, sessions are renewed, and everything gets its chance. Nobody presses anything. */
  async quiet() {
    const { world, lantern, phones } = this;
    world.say("--- From here on nothing goes wrong any more. ---");
    world.weather.share = 0;
    world.calm = true;
    lantern.downUntil = 0;
    for (const who of this.suspended) lantern.tell("suspend", { who, closed: false });
    for (const phone of phones) {
      Object.assign(phone, { room: Number.POSITIVE_INFINITY });
      Object.assign(phone.line, { up: true, ordered: [] });
    }
    for (const phone of phones) for (const person of Object.keys(phone.secrets)) await this.drain(phone, person);
    for (const phone of phones) for (const window of [...phone.windows]) window.close();
    await world.pass(LATEST);
    if (this.ledger.restored) await this.anHourLater();
  }

  /** This person signs in again. Windows that are open go on by themselves; a locked phone is unlocked. */
  async drain(phone, person) {
    if (!phone.hasVault(person)) return;
    const { world } = this;
    const open = phone.windows.find((window) => window.person === person);
    phone.signIn(person);
    world.say(`${person} signs in again on ${phone.name}.`);
    const window = open || (await this.unlock(phone, person));
    if (!window) return;
    if (this.ledger.restored) await this.lookLater(window);
    if (this.cut.has(window.vault.id)) window.connection.who().then((who) => who?.wipe && window.cutOff()); // as the gate asks
    for (const end = world.now + BOUND; world.now < end; ) {
      await world.pass(3000);
      if (!phone.hasVault(person) || !waitingOn(phone, window.vault.id)) return;
    }
  }

  /** What a server that was put back could not take at first leans on what only another phone has: it is offered again. */
  async anHourLater() {
    await this.world.pass(3_600_000);
    for (const phone of this.phones)
      for (const person of Object.keys(phone.secrets)) {
        if (!phone.hasVault(person)) continue;
        phone.signIn(person);
        await this.unlock(phone, person);
        await this.world.pass(20_000);
        for (const window of [...phone.windows]) window.close();
      }
  }

  /** A server that was put back hears at the next visit what it lacks: the list in view is fetched anew then. */
  async lookLater(window) {
    await this.world.pass(5000);
    window.packed = Number.NEGATIVE_INFINITY;
    if (window.open) window.hint();
    await this.world.pass(20_000);
  }

  async facts() {
    const server = this.lantern.tell("facts");
    const phones = [];
    for (const phone of this.phones) phones.push(await look(phone, this));
    const mayRefuse = UNSETTLED.some((kind) => this.world.played[kind]);
    const { restored, everReceived } = this.ledger;
    const full = this.world.played["storage full"];
    const gaveUp = (entry) => restored && everReceived.has(entry.id) && full;
    // A day that lay on a phone that was cut off: what was added to it waits for it in vain.
    const moved = this.cut.size > 0 || MOVES.some((kind) => this.world.played[kind]);
    return { server, phones, cut: this.cut, moved, mayRefuse, gaveUp };
  }

  /** Somebody who has no business with it asks for the list, or for one of the recordings. */
  strangers() {
    const { world, lantern, ledger } = this;
    const stranger = world.dice.pick(["nia", "zed", "sue", "carl", "zoe", "tess"]);
    const hidden = ledger.entries.filter((entry) => entry.location && !ledger.readersOf(entry).includes(stranger));
    const path = hidden.length && world.dice.often(0.6) ? world.dice.pick(hidden).location : "/recordings/";
    const phone = new Phone(world, lantern, this.code, `${stranger}'s computer`);
    phone.signIn(stranger);
    const headers = {
      "HX-Request": "true",
      "X-App": "1",
      "X-Vault-User": world.cast[stranger],
      Cookie: `session=${phone.cookie}`,
    };
    const answer = lantern.http({ path, method: "GET", headers, body: Buffer.alloc(0), phone });
    if (path !== "/recordings/" && answer.status !== 404)
      throw new Violation(`${stranger} is answered ${answer.status} at ${path}`);
  }
}

const waitingOn = (phone, vault) => phone.outbox(vault).filter((row) => row.state === "waiting" && !row.rotten).length;

/** What lies on a phone: opened with its owner's key, with everybody else's, and read as bytes by a thief. */
async function look(phone, history) {
  const slots = phone.keySlots();
  const vaults = await opened(phone, slots, history);
  const items = [];
  let wrongly = "";
  for (const { person, vault } of vaults) {
    const others = vaults.filter((one) => one.person !== person);
    const offers = phone.disk.get(`vault-${vault.id}`).stores.get("meta").rows.has("lost");
    for (const row of phone.outbox(vault.id).filter(({ rotten }) => !rotten)) {
      const item = await vault.open("outbox", row.id, row);
      const word = item.words?.[0]?.[1];
      const { id, state, copy } = row;
      items.push({ word, id, state, person, phone: phone.name, offered: offers && Boolean(copy) });
      const reader = await whoOpens(row, others);
      if (reader) wrongly = `${reader} opens what is ${person}'s`;
    }
  }
  const { name, wiped } = phone;
  return { name, wiped, vaults: slots.map((slot) => slot.id), items, opened: wrongly, clear: bytesOf(phone.disk) };
}

async function whoOpens(row, vaults) {
  for (const { person, vault } of vaults) if (await vault.open("outbox", row.id, row).catch(() => null)) return person;
  return null;
}

/** Every vault of a phone, each opened by its owner. */
async function opened(phone, slots, { code, world }) {
  const vaults = [];
  const store = { get: async () => undefined };
  for (const slot of slots) {
    phone.takeTurn();
    const person = world.nameOf.get(slot.person);
    const { vault } = await code.vault.unlock(slot, { prf: phone.secrets[person] }, store);
    vaults.push({ person, vault });
  }
  return vaults;
}

function bytesOf(disk) {
  const found = [];
  for (const { stores } of disk.values())
    for (const { rows } of stores.values())
      for (const [key, value] of rows) {
        const { ct, iv, ...plain } = Object(value);
        found.push(JSON.stringify([key, plain]), ct ? Buffer.from(ct).toString("latin1") : "");
      }
  return found.join("\n");
}
