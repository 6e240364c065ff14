"""R5: the server is killed in the middle of transactions; what was acknowledged is there, once."""

import contextlib
import random
import sqlite3
import statistics
import threading
import time
from pathlib import Path

import pytest

from tests.bars.figures import figure, reached
from tests.serving import Client, Server, recording_item, serving

KILLS = figure("R5_KILLS", quick=4, full=100)
PHONES = 4


class Phone(threading.Thread):
    """Keeps a batch until it has receipts, and sends the same ids again after any failure."""

    def __init__(self, server: Server, child: str, number: int, stop: threading.Event) -> None:
        super().__init__()
        self.client = Client(server.port, timeout=10).sign_in("amina")
        self.child, self.number, self.stop = child, number, stop
        self.acked: set[str] = set()
        self.resent = self.refused = 0
        self.random = random.Random(number)

    def run(self) -> None:
        """Write and send until told to stop."""
        made = 0
        while not self.stop.is_set():
            batch = []
            for _ in range(self.random.randint(1, 8)):
                made += 1
                batch.append(recording_item(self.child, f"phone {self.number} words {made}"))
            self._send(batch)

    def _send(self, batch: list[dict]) -> None:
        while True:
            try:
                receipts = self.client.send(batch)
            except OSError:
                self.resent += 1
                time.sleep(0.02)
                continue
            self.refused += sum(receipt["outcome"] != "received" for receipt in receipts)
            self.acked |= {item["fields"]["saw"][0] for item in batch}
            return


@pytest.mark.slow
def test_a_server_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """R5."""
    with serving(tmp_path) as server:
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            child = rows.execute("select id from children where name = 'Jay'").fetchone()[0]
        stop = threading.Event()
        phones = [Phone(server, child, number, stop) for number in range(PHONES)]
        for phone in phones:
            phone.start()
        chance = random.Random(5)
        ready = []
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.1, 0.8))
            server.kill()
            began = time.monotonic()
            server.start()
            ready.append(time.monotonic() - began)
        stop.set()
        for phone in phones:
            phone.join(60)
    with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
        stored = [row[0] for row in rows.execute("select saw from recordings")]
        traced = rows.execute("select count(*) from audit where kind = 'wrote' and what = 'recording:submitted'")
        assert traced.fetchone()[0] == len(stored), "a record without its trace"
        assert rows.execute("select count(*) from triage_waiting").fetchone()[0] == len(stored)
        assert rows.execute("pragma integrity_check").fetchone()[0] == "ok"
    acked = set().union(*(phone.acked for phone in phones))
    resent = sum(phone.resent for phone in phones)
    reached("R5", "times the server was killed (-9) under load", KILLS, least=100)
    reached("R5", "items acknowledged", len(acked))
    assert reached("R5", "of these lost", len(acked - set(stored)), most=0)
    assert reached("R5", "items stored twice", len(stored) - len(set(stored)), most=0)
    assert reached("R5", "requests that a kill hit, and that were sent again", resent, least=1)
    reached("R5", "median until it answers again", statistics.median(ready), most=2, unit="s")
    reached("R5", "longest until it answers again", max(ready), most=2, unit="s")
    assert not sum(phone.refused for phone in phones)


@pytest.mark.slow
def test_a_hundred_items_and_a_server_killed_among_them_arrive_once(tmp_path: Path) -> None:
    """R5: the issue's own story: one phone, 100 items, the server killed at any point and restarted."""
    with serving(tmp_path) as server:
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            child = rows.execute("select id from children where name = 'Jay'").fetchone()[0]
        client = Client(server.port).sign_in("amina")
        items = [recording_item(child, f"words {n}") for n in range(100)]
        answers: list[list[dict]] = []

        def send() -> None:
            with contextlib.suppress(OSError):
                answers.append(client.send(items))

        for wait in (0.0, 0.02, 0.08, 0.2):
            sender = threading.Thread(target=send)
            sender.start()
            time.sleep(wait)
            server.kill()
            sender.join()
            server.start()
        receipts = client.send(items)
        assert [receipt["id"] for receipt in receipts] == [item["id"] for item in items]
        assert {receipt["outcome"] for receipt in receipts} == {"received"}
        for earlier in answers:
            assert earlier == receipts, "the same item got another receipt"
    with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
        assert rows.execute("select count(*), count(distinct saw) from recordings").fetchone() == (100, 100)
