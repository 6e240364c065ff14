/** The line between a phone and Lantern, and all that can go wrong on it. Each fault can be ordered, or just happen. */

const failed = () => new TypeError("Failed to fetch");
const aborted = () => Object.assign(new Error("The wait was given up"), { name: "AbortError" });
const LATE = [60_000, 1_200_000]; // ms; long after the phone has given it up
const MARK = "X-Lantern"; // on every answer of Lantern's own
const RESTART = [200, 20_000]; // ms that a server needs to be back
const NOT_A_RECEIPT = {
  "a café's sign-in page": [200, "<html><body>Welcome to our free wi-fi. Press here.</body></html>"],
  "an empty yes": [204, ""],
  "somebody else's JSON": [200, '{"ok":true,"receipts":[{"id":"other","status":200,"outcome":"received"}]}'],
  "a redirect": [0, ""],
  "a proxy's 502": [502, "<html>Bad gateway</html>"],
  "a proxy's 413": [413, "<html>Request entity too large</html>"],
  "half a JSON": [200, '{"receipts": [{"id": "'],
  "a busy 429": [429, "slow down"],
  "another server's cut-off": [401, '{"held":"cut-off"}', [["X-Wipe", "1"]]],
};

/** What can happen to one exchange, and how often beside the others when something does. */
export const FAULTS = {
  "lost on the way": 3,
  "cut on the way up": 5,
  "cut on the way down": 5,
  "torn but looking whole": 3,
  "shortened and framed anew": 2,
  "sent twice": 4,
  "much too late": 3,
  "no answer ever": 2,
  "another's answer": 2,
  "not Lantern's answer": 4,
  "server killed": 5,
  "database locked": 2,
  "disk of the server full": 2,
  "a bug of the server": 2,
};

class Answer {
  constructor({ status, headers, text }, path) {
    this.status = status;
    this.url = `http://localhost:5000${path}`;
    this.redirected = false;
    const found = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
    this.headers = { get: (name) => found.get(name.toLowerCase()) ?? null };
    this.text = text;
  }
}

export class Line {
  /** @param {import("./world.mjs").World} world @param {object} lantern the server's end @param {object} phone */
  constructor(world, lantern, phone) {
    Object.assign(this, { world, lantern, phone, up: true, ordered: [], last: null });
  }

  /** The phone's `fetch`. @returns {Promise<Answer>} */
  fetch(path, { method = "GET", headers = {}, body, signal } = {}) {
    const { world, phone } = this;
    const form = typeof body?.append === "function";
    const bytes = Buffer.from(form ? body.toString() : body || "");
    const sent = { Origin: "http://localhost:5000", "Sec-Fetch-Site": "same-origin", ...headers };
    if (form) sent["Content-Type"] = "application/x-www-form-urlencoded;charset=UTF-8";
    if (phone.cookie) sent.Cookie = `session=${phone.cookie}`;
    const call = { path, method, headers: sent, body: bytes, phone };
    call.head = `${method} ${path} HTTP/1.1\r\n${Object.entries(sent).flat().join("##")}\r\n`.length;
    world.watch.sent(call);
    const life = phone.life;
    return new Promise((resolve, reject) => {
      // Whoever is dead hears nothing, and nobody hears two ends of one call.
      let open = true;
      const only = (end) => (value) => {
        if (!open || phone.life !== life) return;
        open = false;
        world.watch.ended(call);
        phone.takeTurn();
        end(value);
      };
      call.yes = only(resolve);
      call.no = only(reject);
      call.heard = () => phone.life === life;
      signal?.addEventListener("abort", () => call.no(aborted()));
      if (signal?.aborted) return call.no(aborted());
      if (!this.up) return world.at(world.dice.between(0, 5), () => call.no(failed()));
      this.carry(call, this.fate());
    });
  }

  fate() {
    const { dice, weather } = this.world;
    if (this.ordered.length) return this.ordered.shift();
    return dice.often(weather.share) ? dice.weighed(weather.faults) : "fine";
  }

  /** @param {object} call @param {string} fate */
  carry(call, fate) {
    const { world } = this;
    const there = world.dice.between(15, fate === "fine" && !world.calm && world.dice.often(0.1) ? 9000 : 400);
    if (fate !== "fine") world.count(fate);
    this.ways[fate].call(this, call, there);
  }

  /** The call arrives at Lantern; `then` gets its answer, or null when there is none. */
  arrive(call, after, then, with_ = {}) {
    this.world.at(after, () => then(this.lantern.http(call, with_)));
  }

  back(call, answer) {
    if (!answer) return this.world.at(20, () => call.no(failed()));
    this.world.at(this.world.dice.between(15, 400), () => this.deliver(call, answer, async () => answer.body));
  }

  deliver(call, answer, text) {
    if (call.heard()) call.phone.take(answer);
    call.yes(new Answer({ status: answer.status, headers: answer.headers, text }, call.path));
  }

  ways = {
    fine(call, there) {
      this.arrive(call, there, (answer) => this.back(call, answer));
    },
    "lost on the way"(call, there) {
      this.world.say(`${this.phone.name}: what it sends is lost on the way.`);
      this.world.at(there, () => call.no(failed()));
    },
    "cut on the way up"(call, there) {
      const at = this.world.dice.between(1, call.head + call.body.length - 1);
      this.world.say(`${this.phone.name}: the line is cut after ${at} of ${call.head + call.body.length} bytes.`);
      if (at > call.head)
        this.arrive({ ...call, body: call.body.subarray(0, at - call.head), whole: call.body.length }, there, () => {});
      this.world.at(there, () => call.no(failed()));
    },
    "cut on the way down"(call, there) {
      this.arrive(call, there, (answer) => {
        if (!answer) return call.no(failed());
        const at = this.world.dice.between(0, 400 + answer.body.length);
        this.world.say(`${this.phone.name}: the line is cut after ${at} bytes of the answer.`);
        if (at < 400) return this.world.at(20, () => call.no(failed()));
        this.world.at(20, () => this.deliver(call, answer, () => Promise.reject(failed())));
      });
    },
    "torn but looking whole"(call, there) {
      this.arrive(call, there, (answer) => {
        if (!answer) return call.no(failed());
        const at = this.world.dice.between(0, Math.max(0, answer.body.length - 1));
        this.world.say(`${this.phone.name}: only ${at} bytes of the answer come, and it looks whole.`);
        this.world.at(20, () => this.deliver(call, answer, async () => answer.body.slice(0, at)));
      });
    },
    "shortened and framed anew"(call, there) {
      const at = this.world.dice.between(0, Math.max(0, call.body.length - 1));
      this.world.say(`${this.phone.name}: a proxy passes on ${at} of ${call.body.length} bytes as if they were all.`);
      this.arrive({ ...call, body: call.body.subarray(0, at) }, there, (answer) => this.back(call, answer));
    },
    "sent twice"(call, there) {
      const again = this.world.dice.between(0, this.world.dice.often(0.5) ? 3000 : 600_000);
      const firstCounts = this.world.dice.often(0.6);
      this.world.say(`${this.phone.name}: what it sends arrives twice, ${Math.round(again / 1000)} s apart.`);
      this.arrive(call, there, (answer) => firstCounts && this.back(call, answer));
      this.arrive(call, there + again, (answer) => !firstCounts && this.back(call, answer));
    },
    "much too late"(call, there) {
      const late = this.world.dice.between(...LATE);
      this.world.say(`${this.phone.name}: what it sends will arrive in ${Math.round(late / 1000)} s.`);
      this.arrive(call, there + late, (answer) => this.back(call, answer));
    },
    "no answer ever"(call, there) {
      const arrives = this.world.dice.often(0.5);
      this.world.say(`${this.phone.name}: nobody ever answers${arrives ? ", though it arrived" : ""}.`);
      if (arrives) this.arrive(call, there, () => {});
    },
    "another's answer"(call, there) {
      const { last } = this;
      this.world.say(`${this.phone.name}: the answer to something else comes back.`);
      this.arrive(call, there, (answer) => {
        if (!last || !answer) return call.no(failed());
        const headers = last.headers.filter(([name]) => name === MARK); // it is Lantern's own
        this.world.at(20, () => this.deliver(call, { ...last, headers }, async () => last.body));
      });
    },
    "not Lantern's answer"(call, there) {
      const what = this.world.dice.pick(Object.keys(NOT_A_RECEIPT));
      const [status, body, headers = []] = NOT_A_RECEIPT[what];
      const arrives = this.world.dice.often(0.3);
      this.world.say(`${this.phone.name}: ${what} comes back${arrives ? ", though Lantern got it" : ""}.`);
      if (arrives) this.arrive(call, there, () => {});
      this.world.at(there + 20, () => this.deliver(call, { status, headers }, async () => body));
    },
    "server killed"(call, there) {
      const dies = this.world.dice.between(0, this.world.dice.pick([3, 12, 45]));
      this.arrive(call, there, (answer) => this.back(call, answer), { dies });
    },
    "a bug of the server"(call, there) {
      const breaks = this.world.dice.between(0, 40);
      this.world.say(`A bug of Lantern's strikes in the middle of what ${this.phone.name} sends.`);
      this.arrive(call, there, (answer) => this.back(call, answer), { breaks });
    },
    "database locked"(call, there) {
      this.world.say("Lantern's database is locked for a moment.");
      this.arrive(call, there, (answer) => this.back(call, answer), { trouble: "busy" });
    },
    "disk of the server full"(call, there) {
      this.world.say("Lantern's disk is full for a moment.");
      this.arrive(call, there, (answer) => this.back(call, answer), { trouble: "full" });
    },
  };
}

/** The server's end of all lines. `ask` speaks to the process that holds the app. */
export class Lantern {
  constructor(world, ask) {
    Object.assign(this, { world, ask, downUntil: 0, skew: 0 });
  }

  tell(what, more = {}) {
    return this.ask({ do: what, now: this.world.now + this.skew, ...more });
  }

  stop(ms = this.world.dice.between(...RESTART)) {
    this.downUntil = Math.max(this.downUntil, this.world.now + ms);
    this.world.say(`Lantern's server dies. It is back in ${Math.round(ms / 100) / 10} s.`);
  }

  /** @returns {{status: number, headers: [string, string][], body: string}|null} null: it does not answer */
  http(call, { dies, breaks, trouble } = {}) {
    if (this.world.now < this.downUntil) return null;
    const { path, method, headers, body, whole = body.length } = call;
    const asked = { path, method, headers, whole, dies, breaks, trouble, body: body.toString("base64") };
    const answer = this.tell("http", asked);
    this.world.hash.update(`${method} ${path} ${answer.status} ${answer.killed ? "" : answer.body.length}`);
    this.world.requests += 1;
    if (answer.killed) {
      this.stop();
      return null;
    }
    this.world.watch.answered(call, answer);
    // "You are cut off" does not name the vault that it is said to, so it may not be mixed up with another's (yet).
    if (answer.status !== 401 && !answer.body.includes('"wipe":true')) call.phone.line.last = answer;
    return answer;
  }
}
