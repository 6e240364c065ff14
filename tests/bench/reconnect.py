"""Recordings waiting on a phone: from the network's return to the last receipt, beside the floor and beside PouchDB."""

import sqlite3
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.serving import Server

from . import phone, records, rivals
from .table import Row, Times, at_least, at_most, detail, ms, say, size, times

ROUNDS = 3
YEAR, MANY = records.COUNT, 5000
CHUNK, PER_RECORD, SAVE, FIRST = 150_000, 330, 50, 3000
WAITS_FOR_SENT = """() => {
  const done = () => document.getElementById("status").textContent.includes("Everything is sent");
  globalThis.benchSent = new Promise((resolve) => {
    addEventListener("online", () => {
      const began = performance.now();
      const look = () => {
        if (!done()) return;
        watch.disconnect();
        resolve(performance.now() - began);
      };
      const watch = new MutationObserver(look);
      watch.observe(document.getElementById("status"), { childList: true, subtree: true, characterData: true });
    }, { once: true });
  });
}"""


@dataclass
class Drain:
    """One return of the network: how long it took, what was sent, and what saving had taken."""

    taken: float
    sent: list[phone.Fetched]
    saves: list[float]

    @property
    def posts(self) -> list[phone.Fetched]:
        """The requests that carried words."""
        return [one for one in self.sent if one.method == "POST"]


@dataclass
class Compared:
    """The same number of recordings, sent by each, in the same browser and the same run."""

    ours: list[Drain] = field(default_factory=list)
    floor: list[dict[str, float]] = field(default_factory=list)
    pouch: list[dict[str, float]] = field(default_factory=list)

    @property
    def whole(self) -> tuple[Times, Times, Times]:
        """Ms from the network's return to all receipts: ours, the floor's, PouchDB's."""
        taken = [
            [one.taken for one in self.ours],
            *([one["whole"] for one in them] for them in (self.floor, self.pouch)),
        ]
        ours, floor, pouch = (Times(tuple(times)) for times in taken)
        return ours, floor, pouch


class Bench:
    """One phone whose vault is open, its server, and the two rivals in tabs beside it."""

    def __init__(self, context: BrowserContext, server: Server, floor: rivals.Rival, pouch: rivals.Rival) -> None:
        self.server, self.floor, self.pouch = server, floor, pouch
        self.page = context.new_page()
        self.wire = phone.Wire(self.page)
        server.kill()
        server.start()
        if phone.vault_here(self.page, server.url):
            phone.unlock(self.page)
            phone.chip_says(self.page, phone.READY)
        else:
            phone.sign_in(self.page, server.url, "amina")
        self.page.wait_for_timeout(1500)
        self.children = children_of(server.data)
        _seed(self.page, [])  # its scripts are fetched while the server is there

    def compare(self, number: int, seed: int, rounds: int, warm: bool = False, **speed: float) -> Compared:
        """Each in turn, so that whatever else the machine does meets all of them."""
        found = Compared()
        for at in range(rounds + warm):
            say(f"{number} recordings wait, then the network returns{' (slow 4G)' if speed else ''}: {at + 1}")
            items = records.items(self.children, seed=seed + at, number=number)
            once = self.drain(items, **speed), self.floor.run(items, **speed), self.pouch.run(items, **speed)
            if at or not warm:
                for kept, one in zip((found.ours, found.floor, found.pouch), once, strict=True):
                    kept.append(one)  # type: ignore[arg-type]
        return found

    def drain(self, items: list[dict[str, Any]], **speed: float) -> Drain:
        """Begins with an empty outbox on the phone. The server keeps what came before: a database put back would be a
        restored one, to which phones give again what it lost.
        """
        page, wire = self.page, self.wire
        page.bring_to_front()
        wire.network(offline=True)
        self.server.kill()
        *most, last = items
        saves = _seed(page, most)
        _write(page, last["fields"])
        phone.chip_says(page, f"{len(items)} waiting on this phone")
        page.get_by_role("heading", name="Today", level=1).wait_for()
        self.server.start()
        page.evaluate(WAITS_FOR_SENT)
        wire.forget()
        wire.network(**speed)
        taken = page.evaluate("benchSent")
        page.wait_for_timeout(300)
        wire.network()
        _check(self.server, items)
        return Drain(taken, [one for one in wire.all() if one.url.startswith(self.server.url)], saves)

    def first_without_event(self) -> float:
        """Ms from the moment that the server answers again to the receipt, with nothing telling the page."""
        self.server.kill()
        _write(self.page, records.items(self.children, seed=400, number=1)[0]["fields"])
        phone.chip_says(self.page, "1 waiting on this phone")
        self.page.wait_for_timeout(6000)  # long enough for its tries to be as far apart as they get
        self.server.start()
        began = time.monotonic()
        phone.chip_says(self.page, phone.READY)
        return (time.monotonic() - began) * 1000


def measure(playwright: Playwright, server: Server, profile: Path, folder: Path) -> list[Row]:
    """The rows of R24."""
    with (
        phone.browser(playwright, profile) as context,
        rivals.floor(context, folder) as floor,
        rivals.pouch(context, folder) as pouch,
    ):
        bench = Bench(context, server, floor, pouch)
        year = bench.compare(YEAR, 200, ROUNDS, warm=True)
        many = bench.compare(MANY, 250, 1)
        slow_year = bench.compare(YEAR, 300, 1, **phone.SLOW_4G)
        slow_many = bench.compare(MANY, 350, 1, **phone.SLOW_4G)
        say("One recording, and no event that says that the network is back")
        first = bench.first_without_event()
    return [
        *_beside(YEAR, year, 2, 3),
        *_beside(MANY, many, 4.5, 2),
        *_slow(YEAR, slow_year, 2000),
        *_slow(MANY, slow_many, 25_000),
        *_wire(year, many),
        at_most("One recording after the network's return, with no event", first, FIRST, ms),
        *_saving(year),
    ]


def children_of(data: Path) -> list[str]:
    """Amina's children."""
    with sqlite3.connect(data / "lantern.sqlite") as rows:
        found = rows.execute("select id from children where name in ('Jay', 'Mia') order by name").fetchall()
    return [child for (child,) in found]


def _seed(page: Page, items: list[dict]) -> list[float]:
    """Put items into the phone's outbox; ms that each took."""
    return page.evaluate((phone.HERE / "seed.js").read_text(), {"pin": phone.DEMO_PIN, "items": items})


def _write(page: Page, fields: dict[str, list[str]]) -> None:
    """The last one by hand, through the page's own form: it goes on its way and finds no network."""
    form = f"/recordings/new?child={fields['child'][0]}"
    page.evaluate("path => htmx.ajax('GET', path, {target: '#view', swap: 'innerHTML'})", form)
    page.locator("textarea[name=saw]").fill(fields["saw"][0])
    page.get_by_role("button", name="Save", exact=True).click()


def _check(server: Server, items: list[dict]) -> None:
    with sqlite3.connect(server.data / "lantern.sqlite") as rows:
        words = {saw for (saw,) in rows.execute("select saw from recordings")}
    lost = sum(item["fields"]["saw"][0] not in words for item in items)
    assert not lost, f"{lost} of {len(items)} recordings are not on the server"


# --- what came of it --------------------------------------------------------------------------------------------------


def _beside(number: int, found: Compared, most: float, faster: float) -> list[Row]:
    ours, floor, pouch = found.whole
    quickest = min(found.ours, key=lambda drain: drain.taken)
    return [
        at_most(f"{number} recordings, network back to all receipts: x floor", ours.least / floor.least, most, times),
        at_least("the same: how many times faster than PouchDB as it comes", pouch.least / ours.least, faster),
        detail("ours: to all receipts and to the screen that says so", str(ours)),
        detail("floor: one bare POST, one transaction, records in clear", str(floor)),
        detail("PouchDB: one replication, nothing flushed, no rights", str(pouch)),
        detail("requests, of which carrying words", f"{len(quickest.sent)}, {len(quickest.posts)}"),
    ]


def _slow(number: int, found: Compared, most: float) -> list[Row]:
    ours, floor, pouch = found.whole
    return [
        at_most(f"{number} recordings over slow 4G (150 ms, 0.75 Mbit/s up)", ours.least, most, ms),
        detail("floor, PouchDB", f"{ms(floor.least)}, {ms(pouch.least)}"),
    ]


def _wire(year: Compared, many: Compared) -> list[Row]:
    up = statistics.median(sum(one.up for one in drain.posts) / YEAR for drain in year.ours)
    chunk = max(one.body_up for drain in year.ours + many.ours for one in drain.posts)
    per_request = MANY / max(len(drain.posts) for drain in many.ours)
    return [
        at_most("Bytes up for each recording of 1 KB, headers included", up, PER_RECORD, size),
        at_most("Largest packed chunk", chunk, CHUNK, size),
        detail("recordings in each request, of 5,000", f"{per_request:.0f}"),
    ]


def _saving(year: Compared) -> list[Row]:
    saves = sorted(taken for drain in year.ours for taken in drain.saves)
    return [
        at_most("Saving one on the phone, sealed and flushed: 95 of 100", saves[int(len(saves) * 0.95)], SAVE, ms),
        detail("middle one, of " + str(len(saves)), ms(statistics.median(saves))),
    ]
