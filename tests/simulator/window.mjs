/**
 * A window in which a vault is open: what phone.js, forms.js and drafts.js do with a page, done without one. The vault,
 * the box, the courier and the connection in it are the product's own.
 */

const ZONE = "Europe/London";
const PACK_EVERY = 60_000; // ms, as in phone.js
const FRESH_PAGES = {
  drop: async () => {},
  read: async () => ({ at: new Date().toISOString() }),
  keep: async () => {},
};

/** The phone's own time with London's offset in May. */
const iso = (at) => `${new Date(at.getTime() + 3_600_000).toISOString().slice(0, -1)}+01:00`;

export class Window {
  /** Unlocks this person's vault. Null when there is none on this phone. @returns {Promise<Window|null>} */
  static async open(phone, person, watched = true) {
    const { code, world } = phone;
    phone.takeTurn();
    const slot = (await code.vault.list()).find((one) => one.person === world.cast[person]);
    if (!slot) return null;
    const store = await phone.open(slot.id);
    const { vault } = await code.vault.unlock(slot, { prf: phone.secrets[person] }, store);
    const window = new Window(phone, person, vault, store, watched);
    phone.windows.push(window);
    await window.attach();
    window.box.tidy().catch(() => {});
    return window;
  }

  constructor(phone, person, vault, store, watched) {
    Object.assign(this, { phone, person, vault, store, watched, life: phone.life, packed: Number.NEGATIVE_INFINITY });
    const { code } = phone;
    const fetch = (path, request) => phone.line.fetch(path, request);
    const wipe = () => this.cutOff();
    const count = () => 0;
    this.connection = code.connection.createConnection({
      fetch,
      id: vault.id,
      person: vault.person,
      wipe,
      waiting: count,
      vaults: code.vault.vaults,
    });
    this.box = code.box.createBox(vault, store, { now: phone.now });
    this.courier = code.courier.createCourier({
      box: this.box,
      person: vault.person,
      device: vault.id,
      fetch,
      clock: { now: phone.now, after: (ms, ring) => phone.at(ms, ring) },
      gzip: code.connection.gzip,
      wipe,
      lock: (name, work) => phone.locks(name, work),
      digest: code.vault.sha256,
      probe: () => this.connection.who(),
      watched: () => this.watched,
      tell: ({ settled }) => this.heard(settled),
    });
  }

  get world() {
    return this.phone.world;
  }

  get open() {
    return this.life === this.phone.life && this.phone.windows.includes(this);
  }

  /** The form for a child's day: its draft, when one is kept. */
  async attach() {
    const key = await this.vault.name("draft:new-day");
    const sealed = await this.store.get("drafts", key);
    const kept = sealed && (await this.vault.open("drafts", key, sealed).catch(() => null));
    this.draft = { key, id: kept?.id || this.phone.code.vault.newId() };
  }

  /** Something is typed, and kept as a draft. */
  async type(words) {
    const { draft } = this;
    const value = { id: draft.id, fields: { saw: [words] }, at: this.phone.now() };
    await this.store.write([["put", "drafts", await this.vault.seal("drafts", draft.key, value), draft.key]]);
  }

  /** What the form's Save does: into the sealed outbox, with the draft gone in the same write. */
  async save({ path, fields, mends = null, entry }) {
    const { draft, phone } = this;
    phone.takeTurn();
    const { code } = phone;
    const item = {
      id: draft.id,
      path,
      fields,
      hash: await code.vault.sha256(code.outbox.canonical(path, fields)),
      made_at: iso(phone.now()),
      zone: ZONE,
      person: this.vault.person,
      title: "A day",
      words: [["What happened?", entry.word]],
      draft: "new-day",
      page: "/recordings/new",
    };
    const also = [["delete", "drafts", draft.key]];
    if (mends) also.push(...this.box.gone(mends, "mended"));
    entry.id = item.id;
    await this.box.add(item, also);
    entry.id = item.id;
    draft.id = code.vault.newId();
    return item;
  }

  /** A try may be worth it: words first, then what a visit brings besides. */
  hint() {
    this.phone.takeTurn();
    return this.courier
      .hint()
      .then(() => this.refresh())
      .catch(() => {});
  }

  /** As phone.js does it, but for the pages themselves, which are another test's. */
  async refresh() {
    const { code, locks } = this.phone;
    const { vault, store, box, connection } = this;
    if (performance.now() - this.packed < PACK_EVERY || !this.open || this.courier.sending().size) return;
    this.packed = performance.now();
    const heed = ({ decided }) => box.decided(decided);
    if (this.world.asksForPack(this)) {
      const brought = await code.pack.bringPack({ vault, store, connection, heed, box, pages: FRESH_PAGES });
      if (brought && this.world.calm) this.phone.caughtUp.add(vault.id);
    }
    if (!this.open) return;
    await locks("drain", () => code.copies.offerAgain(store, connection));
    await this.courier.hint();
  }

  /** Receipts came and were written down. */
  heard(settled) {
    if (settled.length) {
      this.refresh().catch(() => {});
      if (!this.courier.sending().size) this.box.tidy().catch(() => {});
    }
    for (const { item, state, receipt } of settled) this.world.watch?.settled(this, item, state, receipt);
  }

  /** Keys are forgotten, nothing of this window lives on. */
  close() {
    this.courier.stop();
    this.phone.windows = this.phone.windows.filter((window) => window !== this);
    this.store.close();
  }

  /** Lantern has cut this phone off. */
  cutOff() {
    this.phone.forget(this.vault.id);
  }
}
