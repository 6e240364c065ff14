"""R1: a browser that gives up its database takes nothing with it that was ever called saved.

Chromium writes a record of its log in pieces. Killed between two of them it goes on after the torn end, and the next
time but one it takes the whole database for spoilt and deletes it.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bars.figures import reached
from tests.journeys.carer import READY, Carer
from tests.journeys.outbox import open_box, put, waiting
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
TORN = 5  # bytes that the last record lacks
WORDS_LEFT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('words-'));
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map(({ url }) => new URL(url).pathname.split('/')[3]);
}"""


def database(amina: Carer) -> Path:
    """Where Chromium keeps what a phone keeps."""
    return next((amina.phone.profile / "Default/IndexedDB").glob("*.leveldb"))


def tear(amina: Carer, child: str) -> None:
    """Kill it while it writes one more record, which then has no end."""
    put(amina.page, child, ["on its way to the disk"])
    amina.phone.kill()
    log = max(database(amina).glob("*.log"), key=lambda path: int(path.stem))
    os.truncate(log, log.stat().st_size - TORN)


def locked(amina: Carer) -> None:
    """Open it again."""
    amina.phone.open()
    amina.page.goto("/")
    amina.is_locked()


def tries_left(amina: Carer, count: int) -> None:
    """What the lock says of a wrong PIN."""
    amina.type_pin("000000")
    expect(amina.page.get_by_role("alert")).to_contain_text(f"You can try {count} times more", timeout=READY)


def test_a_database_that_the_browser_gives_up_takes_no_words_with_it(amina: Carer, server: Server) -> None:
    """R1 R2 S4: what waits, a half-written day and the tries at the PIN are there again; the words arrive once."""
    server.kill()
    child = Records(server).child("Jay")
    open_box(amina.page)
    put(amina.page, child, [f"before {n} 🥞" for n in range(3)])
    tear(amina, child)
    locked(amina)
    amina.unlock().write_about("Jay").says("half a sent")
    open_box(amina.page)
    put(amina.page, child, [f"after {n}" for n in range(3)])
    said = [item["saw"] for item in waiting(amina.page)]
    amina.page.wait_for_timeout(1000)  # the draft is written a moment after the last letter
    amina.page.reload()
    tries_left(amina, 9)
    amina.phone.kill()
    locked(amina)
    tries_left(amina, 8)
    assert "since it was missing" in (database(amina) / "LOG").read_text(), "the browser kept it: nothing is proved"
    amina.unlock().sees_heading("This page is not on this phone")
    expect(amina.main).to_contain_text("What you wrote is safe")
    expect(amina.chip).to_have_text(f"{len(said)} waiting on this phone", timeout=READY)
    open_box(amina.page)
    kept = waiting(amina.page)
    lost = len(set(said) - {item["saw"] for item in kept if item["whole"]})
    assert reached("R1", "items lost when the browser gave up its whole database", lost, most=0)
    assert [item["saw"] for item in kept] == said, "in the order in which they were written"
    server.start()
    amina.sign_in().unlock()  # the browser died before it had written down its cookie
    amina.waits(0).sees_heading("Today")
    assert sorted(Records(server).sentences()) == sorted(said)
    assert set(amina.page.evaluate(WORDS_LEFT)) == {"drafts", "meta"}, "what Lantern has lies here once"
    amina.write_about("Jay")
    expect(amina.happened).to_have_value("half a sent")
