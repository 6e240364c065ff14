"""R17: somebody holds the database's lock; phones are asked to come again, lose nothing, and reading goes on."""

import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carerapp.shell import db
from tests.bars.figures import figure, reached
from tests.serving import Client, recording_item, serving

SECONDS = figure("R17_SECONDS", quick=8, full=30)
PHONES, PATIENCE, DRAINED = 4, 6, 10
PAGES = ("/", "/recordings/")


@contextmanager
def locked(file: Path, seconds: float) -> Iterator[None]:
    """A writer who began and does not end."""
    rows = sqlite3.connect(file, isolation_level=None)
    rows.execute("pragma busy_timeout=10000")
    rows.execute("begin immediate")
    began = time.monotonic()
    try:
        yield
        time.sleep(max(0, seconds - (time.monotonic() - began)))
    finally:
        rows.execute("rollback")
        rows.close()


class Phone(threading.Thread):
    """Sends the same items until each has a receipt, and comes again when it is told to."""

    def __init__(self, port: int, child: str, number: int) -> None:
        super().__init__()
        self.client = Client(port, timeout=30).sign_in("amina")
        self.items = [recording_item(child, f"phone {number} words {n}") for n in range(5)]
        self.answers: list[tuple[int, float, str | None]] = []
        self.receipts: list[dict] = []
        self.done_at = 0.0

    def run(self) -> None:
        """Until everything is taken."""
        body = json.dumps({"items": self.items}).encode()
        while not self.receipts:
            began = time.monotonic()
            answer = self.client.request("POST", "/sync/items", body, Content_Type="application/json")
            self.answers.append((answer.status, time.monotonic() - began, answer.headers.get("Retry-After")))
            if answer.status == 200:
                self.receipts, self.done_at = answer.json["receipts"], time.monotonic()
            elif answer.status == 503:
                time.sleep(min(1.0, float(answer.headers.get("Retry-After") or 1)))


def asked(client: Client, times: int) -> list[float]:
    """Seconds that each page took."""
    taken = []
    for n in range(times):
        began = time.monotonic()
        assert client.get(PAGES[n % len(PAGES)], HX_Request="true").status == 200
        taken.append(time.monotonic() - began)
        time.sleep(0.05)
    return taken


@pytest.mark.slow
def test_while_the_database_is_locked_phones_are_told_to_come_again_and_pages_are_read(tmp_path: Path) -> None:
    """R17."""
    file = tmp_path / "lantern.sqlite"
    with serving(tmp_path) as server:
        with sqlite3.connect(file) as rows:
            child = rows.execute("select id from children where name = 'Jay'").fetchone()[0]
            rows.execute("update sign_ins set last_seen_at = datetime('now', '-5 minutes')")
        reader = Client(server.port, timeout=30).sign_in("amina")
        phones = [Phone(server.port, child, number) for number in range(PHONES)]
        before = asked(reader, 30)
        with sqlite3.connect(file) as rows:  # whoever reads now was last seen minutes ago, which is a note to write
            rows.execute("update sign_ins set last_seen_at = datetime('now', '-5 minutes')")
        with locked(file, SECONDS):
            for phone in phones:
                phone.start()
            during = asked(reader, 30)
        released = time.monotonic()
        for phone in phones:
            phone.join(60)
    answers = [answer for phone in phones for answer in phone.answers]
    refused = [answer for answer in answers if answer[0] != 200]
    assert reached("R17", "requests that met the lock, and were sent again", len(refused), least=PHONES)
    reached("R17", "held by another writer", SECONDS, least=30, unit="s")
    assert reached("R17", "answers that were not 503", sum(status != 503 for status, _, _ in refused), most=0)
    assert reached(
        "R17", "of these that did not say when to come again", sum(not again for _, _, again in refused), most=0
    )
    assert reached("R17", "longest until a 503", max(taken for _, taken, _ in refused), most=PATIENCE, unit="s")
    drained = max(phone.done_at for phone in phones) - released
    assert reached("R17", "from the release until everything was taken", drained, most=DRAINED, unit="s")
    with sqlite3.connect(file) as rows:
        stored = [row[0] for row in rows.execute("select saw from recordings")]
    written = [item["fields"]["saw"][0] for phone in phones for item in phone.items]
    assert reached("R17", "items lost", len(set(written) - set(stored)), most=0)
    assert reached("R17", "items doubled", len(stored) - len(set(stored)), most=0)
    assert {receipt["outcome"] for phone in phones for receipt in phone.receipts} == {"received"}
    p95 = [statistics.quantiles(taken, n=20)[-1] * 1000 for taken in (before, during)]
    reached("R17", "reading a page, 95 of 100: before", p95[0], unit="ms")
    reached("R17", "the same while the lock is held", p95[1], most=2 * p95[0], unit="ms")
    assert max(during) < db.BUSY / 1000, "a page waited for the writer"
