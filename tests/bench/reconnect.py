"""365 recordings waiting on a phone: from the network's return to the last receipt, beside the floor."""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.serving import ROOT, Client, Server, free_port

from . import phone, records
from .table import Row, Times, at_most, detail, ms, say, size, times

ROUNDS = 3
GOAL, AIM = 3.5, 2
CHUNK, PER_RECORD, SLOW, SAVE, FIRST = 150_000, 330, 2500, 50, 3000
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


def measure(playwright: Playwright, server: Server, profile: Path, folder: Path) -> list[Row]:
    """Row 5. Each round begins with the same database on the server and an empty outbox on the phone."""
    with phone.browser(playwright, profile) as context, _floor(folder) as floor_url:
        page = context.new_page()
        wire = phone.Wire(page)
        server.kill()
        server.start()
        page.goto(f"{server.url}/")
        phone.unlock(page)
        phone.chip_says(page, phone.READY)
        page.wait_for_timeout(1500)
        children = children_of(server.data)
        kept = _keep(server)
        _seed(page, [])  # its scripts are fetched while the server is there
        floor_page = context.new_page()
        floor_page.goto(floor_url)
        drains, floors = [], []
        for at in range(ROUNDS + 1):  # the first warms up
            say(f"365 recordings wait, then the network returns, round {at} of {ROUNDS}")
            drain = _drain(server, kept, page, wire, records.items(children, seed=200 + at))
            floor = _floor_once(floor_page, children, seed=200 + at)
            if at:
                drains.append(drain)
                floors.append(floor)
        say("The same over slow 4G")
        slow = _drain(server, kept, page, wire, records.items(children, seed=300), **phone.SLOW_4G)
        say("One recording, and no event that says that the network is back")
        quiet = _no_event(server, kept, page, records.items(children, seed=400, number=1))
    return _rows(drains, floors, slow, quiet)


def children_of(data: Path) -> list[str]:
    """Amina's children."""
    with sqlite3.connect(data / "lantern.sqlite") as rows:
        found = rows.execute("select id from children where name in ('Jay', 'Mia') order by name").fetchall()
    return [child for (child,) in found]


def _keep(server: Server) -> Path:
    kept = server.data / "as-it-was.sqlite"
    with sqlite3.connect(server.data / "lantern.sqlite") as there, sqlite3.connect(kept) as here:
        there.backup(here)
    return kept


def _put_back(server: Server, kept: Path) -> None:
    for path in server.data.glob("lantern.sqlite*"):
        path.unlink()
    shutil.copy(kept, server.data / "lantern.sqlite")


def _drain(server: Server, kept: Path, page: Page, wire: phone.Wire, items: list[dict], **speed: float) -> Drain:
    page.bring_to_front()
    wire.network(offline=True)
    server.kill()
    *most, last = items
    saves = _seed(page, most)
    _write(page, last["fields"])
    phone.chip_says(page, f"{len(items)} waiting on this phone")
    page.get_by_role("heading", name="Today", level=1).wait_for()
    _put_back(server, kept)
    server.start()
    page.evaluate(WAITS_FOR_SENT)
    wire.forget()
    wire.network(**speed)
    taken = page.evaluate("benchSent")
    page.wait_for_timeout(300)
    wire.network()
    _check(server, items)
    return Drain(taken, [one for one in wire.all() if one.url.startswith(server.url)], saves)


def _seed(page: Page, items: list[dict]) -> list[float]:
    """Put items into the phone's outbox; ms that each took."""
    return page.evaluate((phone.HERE / "seed.js").read_text(), {"pin": phone.DEMO_PIN, "items": items})


def _write(page: Page, fields: dict[str, list[str]]) -> None:
    """The last one by hand, through the page's own form: it goes on its way and finds no network."""
    form = f"/recordings/new?child={fields['child'][0]}"
    page.evaluate("path => htmx.ajax('GET', path, {target: '#view', swap: 'innerHTML'})", form)
    page.locator("textarea[name=saw]").fill(fields["saw"][0])
    page.get_by_role("button", name="Save").first.click()


def _check(server: Server, items: list[dict]) -> None:
    with sqlite3.connect(server.data / "lantern.sqlite") as rows:
        words = {saw for (saw,) in rows.execute("select saw from recordings")}
    lost = sum(item["fields"]["saw"][0] not in words for item in items)
    assert not lost, f"{lost} of {len(items)} recordings are not on the server"


def _no_event(server: Server, kept: Path, page: Page, items: list[dict]) -> float:
    """Ms from the moment that the server answers again to the receipt, with nothing telling the page."""
    server.kill()
    _write(page, items[0]["fields"])
    phone.chip_says(page, "1 waiting on this phone")
    page.wait_for_timeout(6000)  # long enough for its tries to be as far apart as they get
    _put_back(server, kept)
    server.start()
    began = time.monotonic()
    phone.chip_says(page, phone.READY)
    return (time.monotonic() - began) * 1000


# --- the floor ------------------------------------------------------------------------------------------------------


@contextmanager
def _floor(folder: Path) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}",
         "--no-control-socket", "--log-level", "error", "tests.bench.floor:app"],
        cwd=ROOT, env=os.environ | {"FLOOR_DATA": str(folder / "floor.sqlite")},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield f"http://localhost:{port}/"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            Client(port).get("/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the floor's server did not start")


def _floor_once(page: Page, children: list[str], seed: int) -> dict[str, float]:
    page.bring_to_front()
    items = records.items(children, seed)
    page.evaluate("items => keep(items)", items)
    answer = page.evaluate("send()")
    assert answer["kept"] == len(items)
    return answer


# --- what came of it --------------------------------------------------------------------------------------------------


def _rows(drains: list[Drain], floors: list[dict[str, float]], slow: Drain, quiet: float) -> list[Row]:
    ours = Times(tuple(drain.taken for drain in drains))
    floor = Times(tuple(one["whole"] for one in floors))
    post = Times(tuple(one["post"] for one in floors))
    quickest = min(drains, key=lambda drain: drain.taken)
    saves = sorted(taken for drain in drains for taken in drain.saves)
    up = statistics.median(sum(one.up for one in drain.posts) / records.COUNT for drain in drains)
    chunk = max(one.body_up for drain in drains for one in drain.posts)
    return [
        at_most("365 recordings, network back to all receipts: x floor", ours.least / floor.least, GOAL, times, AIM),
        detail("network back to all receipts and to the screen that says so", str(ours)),
        detail("floor: one bare POST, one transaction, records in clear", str(floor)),
        detail("of which the POST alone", str(post)),
        detail("requests, of which carrying words", f"{len(quickest.sent)}, {len(quickest.posts)}"),
        at_most("Bytes up for each recording of 1 KB, headers included", up, PER_RECORD, size),
        detail("the floor's, not packed", size(floors[0]["bytes"] / records.COUNT)),
        at_most("Largest packed chunk", chunk, CHUNK, size),
        at_most("365 recordings over slow 4G (150 ms, 0.75 Mbit/s up)", slow.taken, SLOW, ms),
        at_most("One recording after the network's return, with no event", quiet, FIRST, ms),
        at_most("Saving one on the phone, sealed and flushed: 95 of 100", saves[int(len(saves) * 0.95)], SAVE, ms),
        detail("middle one, of " + str(len(saves)), ms(statistics.median(saves))),
    ]
