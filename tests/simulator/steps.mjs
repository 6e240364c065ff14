/** What can happen in a history. Each step draws all it needs from its own seed, so that others can be left out. */

import { FAULTS } from "./line.mjs";

const pause = (dice) => (dice.often(0.5) ? dice.between(0, 200) : dice.between(200, 6000));

/** An open window on one of the phones, unlocked when there is none. Null: nobody can open this phone. */
async function windowOn(history, dice) {
  const phone = dice.pick(history.phones);
  const open = phone.windows.filter((window) => window.open);
  if (open.length && !dice.often(0.08)) return dice.pick(open);
  const person = dice.pick(Object.keys(phone.secrets).filter((one) => phone.hasVault(one)));
  return person ? history.unlock(phone, person) : null;
}

/** Where somebody's words go: a good day, or one that Lantern will refuse. */
function written(history, dice, window, kind, entry) {
  const { cast } = history.world;
  const own = window.person === "nia" ? ["child:leo"] : ["child:jay", "child:mia"];
  const child =
    kind === "another home's child" ? cast[window.person === "nia" ? "child:jay" : "child:leo"] : cast[dice.pick(own)];
  const saw = `${entry.word} ${dice.pick(WORDS)}`;
  const fields = { child: [child], how: ["good"], saw: [saw], day: ["today"], begun: [""] };
  if (kind === "a day to come") Object.assign(fields, { day: ["other"], about_on: ["2031-01-01"] });
  Object.assign(entry, { child, saw });
  return { path: "/recordings/", fields };
}
const WORDS = [
  "we baked bread",
  "Zoë lachte 😀 & sang",
  "<b>no</b>\nsecond line",
  "يوم جيد",
  "a".repeat(300),
  "half \ud800 a sign",
];

function addition(history, dice, window, entry) {
  const { entries } = history.ledger;
  const known = entries.filter((one) => one.person === window.person && one.location);
  if (!known.length) return null;
  const saw = `${entry.word} and then he slept`;
  const first = dice.pick(known);
  Object.assign(entry, { saw, child: first.child });
  return { path: `${first.location}/amendments`, fields: { saw: [saw] } };
}

async function save(history, dice, kind = "good") {
  const window = await windowOn(history, dice);
  if (!window) return;
  const { phone, person } = window;
  const entry = history.ledger.add({ person, phone: phone.name, vault: window.vault.id, kind, acked: false });
  const post =
    kind === "addition" ? addition(history, dice, window, entry) : written(history, dice, window, kind, entry);
  await keep(history, window, post || written(history, dice, window, "good", entry), entry);
  await history.world.pass(pause(dice));
}

/** Starts a save. Whether and when it is acknowledged is the disk's business. */
async function keep(history, window, post, entry, mends) {
  const { world } = history;
  world.say(
    `${window.person} saves ${entry.word} on ${window.phone.name}${entry.kind === "good" ? "" : ` (${entry.kind})`}.`,
  );
  window
    .save({ ...post, mends, entry })
    .then(() => {
      entry.acked = true;
      if (mends) mends.entry.gone ||= "mended";
      world.say(`${window.phone.name} says "Saved on this phone" about ${entry.word}.`);
      if (window.open) window.hint();
    })
    .catch((error) => world.say(`${window.phone.name} says that it could not save ${entry.word} (${error.name}).`));
}

/** Items of an open window that wait for the person. */
const needing = async (history, window) => {
  const found = window.box.list().catch(() => []);
  await history.world.pass(30);
  const items = await Promise.race([found, Promise.resolve([])]);
  return items.filter((item) => item.state === "needs-you" && !item.damaged);
};
const entryOf = (history, item) => history.ledger.byWord.get(item.words?.[0]?.[1]);

export const STEPS = {
  "save a day": { often: 7, play: (history, dice) => save(history, dice) },
  "add to a day": { often: 2, play: (history, dice) => save(history, dice, "addition") },
  "save what is refused": {
    often: 2,
    play: (history, dice) => save(history, dice, dice.pick(["a day to come", "another home's child"])),
  },
  "type without saving": {
    often: 8,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (!window) return;
      window.type("unfinished").catch(() => {});
      await history.world.pass(pause(dice));
    },
  },
  "time passes": {
    often: 12,
    async play(history, dice) {
      const ms = dice.often(0.6) ? dice.between(500, 8000) : dice.between(8000, 45_000);
      await history.world.pass(ms);
    },
  },
  "a long time passes": {
    often: 3,
    async play({ world, phones }, dice) {
      const ms = dice.between(6, dice.often(0.3) ? 2000 : 90) * 60_000;
      world.say(`Phones lock by themselves; ${Math.round(ms / 60_000)} minutes pass.`);
      for (const phone of phones) for (const window of [...phone.windows]) window.close();
      await world.pass(ms);
    },
  },
  "somebody looks at the phone": {
    often: 4,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (!window) return;
      window.watched = dice.often(0.7);
      window.hint();
      await history.world.pass(pause(dice));
    },
  },
  "a second window": {
    often: 2,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (window) await history.unlock(window.phone, window.person);
    },
  },
  "lock a phone": {
    often: 5,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      world.say(`${phone.name} is locked.`);
      for (const window of [...phone.windows]) window.close();
      await world.pass(pause(dice));
    },
  },
  "kill a phone": {
    often: 5,
    fault: true,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      world.say(`${phone.name} dies${phone.underWay.size ? " in the middle of a write" : ""}.`);
      phone.kill();
      await world.pass(pause(dice));
    },
  },
  "kill a phone while it saves": {
    often: 3,
    fault: true,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (!window) return;
      const { phone, person, vault } = window;
      const entry = history.ledger.add({ person, phone: phone.name, vault: vault.id, kind: "good", acked: false });
      await keep(history, window, written(history, dice, window, "good", entry), entry);
      await history.world.pass(dice.between(0, 25));
      history.world.say(`${phone.name} dies${phone.underWay.size ? " in the middle of a write" : ""}.`);
      phone.kill();
      await history.world.pass(pause(dice));
    },
  },
  // Put among the steps of histories of its own (test_simulator.py). What Lantern took is noted in the database only, so a
  // phone without it can give a restored Lantern nothing again.
  "a browser gives up its database": {
    often: 0,
    async play({ world, phones, ledger }, dice) {
      if (ledger.restored) return;
      const phone = dice.pick(phones);
      world.say(`${phone.name} dies, and its browser takes what it kept for spoilt and deletes it.`);
      world.count("database given up");
      world.givenUp = true;
      phone.kill();
      for (const name of phone.disk.keys()) phone.disk.delete(name);
      await world.pass(pause(dice));
    },
  },
  "kill the server": {
    often: 3,
    fault: true,
    async play({ world, lantern }, dice) {
      lantern.stop(dice.between(100, dice.often(0.5) ? 4000 : 60_000));
      await world.pass(pause(dice));
    },
  },
  "the line goes": {
    often: 5,
    fault: true,
    async play({ world, phones }, dice) {
      const { line, name, windows } = dice.pick(phones);
      line.up = !line.up;
      world.say(`${name} has ${line.up ? "signal again" : "no signal any more"}.`);
      if (line.up) for (const window of windows) window.hint(); // the browser says so to each of them
      await world.pass(pause(dice));
    },
  },
  "something goes wrong on the line": {
    often: 16,
    fault: true,
    async play({ world, phones, faults }, dice) {
      dice.pick(phones).line.ordered.push(dice.weighed(faults || FAULTS));
      await world.pass(dice.between(0, 300));
    },
  },
  "a session ends": {
    often: 1.5, // a phone whose session is over plays little else
    fault: true,
    async play({ world, phones, lantern }, dice) {
      const phone = dice.pick(phones);
      if (!phone.token) return;
      world.say(`The session on ${phone.name} has expired.`);
      lantern.tell("expire", { token: phone.token });
      await world.pass(pause(dice));
    },
  },
  "somebody signs in": {
    often: 3,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      const person = dice.often(0.8) ? dice.pick(Object.keys(phone.secrets)) : dice.pick(["sam", "nia"]);
      if (!phone.line.up) return;
      world.say(`${person} signs in on ${phone.name}.`);
      phone.signIn(person);
      for (const window of phone.windows) window.hint();
      await world.pass(pause(dice));
    },
  },
  "a clock is wrong": {
    often: 3,
    fault: true,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      phone.skew = dice.pick([-5, -1, 1, 5]) * dice.pick([3_600_000, 86_400_000, 365 * 86_400_000]);
      world.say(`The clock of ${phone.name} jumps to ${phone.now().toISOString().slice(0, 16)}.`);
      await world.pass(pause(dice));
    },
  },
  "the server's clock is wrong": {
    often: 1,
    fault: true,
    async play({ world, lantern }, dice) {
      lantern.skew = dice.between(-300, 300) * 1000;
      world.say(`The server's clock is off by ${lantern.skew / 1000} s.`);
      await world.pass(pause(dice));
    },
  },
  "a phone is full": {
    often: 3,
    fault: true,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      phone.room = Number.isFinite(phone.room) ? Number.POSITIVE_INFINITY : dice.between(200, 2600);
      world.say(
        `${phone.name} ${Number.isFinite(phone.room) ? `has room for ${phone.room} bytes` : "has room again"}.`,
      );
      await world.pass(pause(dice));
    },
  },
  "the worker sends": {
    often: 4,
    async play(history, dice) {
      const phone = dice.pick(history.phones);
      history.world.say(`The network wakes the worker of ${phone.name}.`);
      history.work(phone).catch(() => {});
      await history.world.pass(pause(dice));
    },
  },
  "a manager decides": {
    often: 2,
    async play({ world, lantern }, dice) {
      const outcome = dice.pick(["let_in", "keep_out"]);
      const decided = lantern.tell("decide", { outcome });
      if (decided) world.say(`Della decides about what was kept back: ${decided}.`);
      world.count(decided ? `decided: ${outcome}` : "nothing to decide");
    },
  },
  "read the list": {
    often: 1,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (!window) return;
      history.world.say(`${window.person} looks at the list on ${window.phone.name}.`);
      history.look(window).catch(() => {});
      await history.world.pass(pause(dice));
    },
  },
  "a child moves": {
    often: 1,
    fault: true,
    async play({ world, lantern }, dice) {
      const [child, home] = dice.pick([
        ["child:jay", "home:prosser"],
        ["child:leo", "home:rahman"],
      ]);
      world.say(`${child} moves to ${home}.`);
      lantern.tell("move", { child, home });
      await world.pass(pause(dice));
    },
  },
  "an account is suspended": {
    often: 1,
    fault: true,
    async play({ world, lantern, suspended }, dice) {
      const who = dice.pick(["amina", "ben"]);
      const closed = !suspended.delete(who);
      if (closed) suspended.add(who);
      world.say(`${who}'s account is ${closed ? "suspended" : "opened again"}.`);
      lantern.tell("suspend", { who, closed });
      await world.pass(pause(dice));
    },
  },
  "a phone is cut off": {
    often: 1,
    fault: true,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      if (!window || window.person === "nia") return;
      history.introduce(window);
      if (!history.lantern.tell("cut_off", { vault: window.vault.id })) return;
      history.world.say(`${window.person}'s vault on ${window.phone.name} is cut off by Sam.`);
      history.cut.add(window.vault.id);
      await history.world.pass(pause(dice));
    },
  },
  "a copy is made of the database": {
    often: 1,
    async play({ world, lantern, ledger, suspended }) {
      world.say("A copy is made of Lantern's database.");
      lantern.tell("back_up");
      ledger.backup = { receipts: new Map(ledger.receipts), suspended: [...suspended] };
    },
  },
  "the database is put back": {
    often: 0.5, // a history with it plays twice as long
    fault: true,
    async play(history, dice) {
      const { world, lantern, ledger, phones } = history;
      if (world.givenUp) return;
      world.say("Lantern's database is put back to its last copy.");
      lantern.tell("restore");
      ledger.receipts = new Map(ledger.backup.receipts);
      history.suspended = new Set(ledger.backup.suspended);
      ledger.restored = true;
      for (const phone of phones) phone.line.last = null;
      await world.pass(pause(dice));
    },
  },
  "a phone is copied": {
    often: 1,
    fault: true,
    async play(history, dice) {
      const phone = dice.pick(history.phones);
      if (history.phones.length > 3) return;
      history.world.say(`${phone.name} is copied to a new phone.`);
      history.phones.push(phone.copy(`a copy of ${phone.name}`));
    },
  },
  "a record rots": {
    often: 1,
    fault: true,
    async play({ world, phones, ledger }, dice) {
      const phone = dice.pick(phones);
      const rows = Object.keys(phone.secrets).flatMap((person) => {
        const slot = phone.hasVault(person);
        return slot ? phone.outbox(slot.id) : [];
      });
      const row = dice.pick(rows);
      if (!row) return;
      const bytes = new Uint8Array(row.ct.slice(0));
      bytes[dice.between(0, bytes.length - 1)] ^= 1;
      Object.assign(row, { ct: bytes.buffer, rotten: true });
      for (const entry of ledger.entries) if (entry.id === row.id) entry.rotten = true;
      world.say(`A record on ${phone.name} can't be read any more.`);
    },
  },
  "an app update": {
    often: 2,
    fault: true,
    async play({ world, phones }, dice) {
      const phone = dice.pick(phones);
      world.say(`${phone.name} gets a new version of the app and starts anew.`);
      phone.kill();
      await world.pass(pause(dice));
    },
  },
  "mend what was refused": {
    often: 2,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      const item = window && dice.pick(await needing(history, window));
      const before = item && entryOf(history, item);
      if (!before) return;
      const { person, phone, vault } = window;
      const entry = history.ledger.add({ person, phone: phone.name, vault: vault.id, kind: "good", acked: false });
      const mends = { n: item.n, id: item.id, state: item.state, entry: before };
      entry.mends = before;
      await keep(history, window, written(history, dice, window, "good", entry), entry, mends);
      await history.world.pass(pause(dice));
    },
  },
  "give up what was refused": {
    often: 1,
    async play(history, dice) {
      const window = await windowOn(history, dice);
      const item = window && dice.pick(await needing(history, window));
      const entry = item && entryOf(history, item);
      if (!entry) return;
      history.world.say(`${window.person} deletes ${entry.word} from ${window.phone.name}.`);
      entry.gone ||= "given up";
      window.box.forget(item).catch(() => {});
      await history.world.pass(pause(dice));
    },
  },
};
