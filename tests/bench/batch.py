"""The server alone: 365 items through /sync/items, against one raw transaction of the very rows that it wrote."""

import gzip
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from . import inside, records
from .table import Row, Times, at_least, at_most, detail, ms, say, times

ROUNDS, ALONE = 3, 73
GOAL, AGAIN_GOAL, CHEAPER = 3, 2, 40
CPU_EACH, FEW, MORE = 0.3, 10, 12
SETTINGS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on")
PLAIN = {"X-App": "1", "Accept-Encoding": "identity"}
JSON = PLAIN | {"Content-Type": "application/json", "Content-Encoding": "gzip"}


@dataclass(frozen=True)
class Taken:
    """Ms by the clock, and ms of this process's CPU: the difference is the disk's, and other people's."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Round:
    """One round: what each way took, how many statements few and many items cost, and the rows that came of many."""

    taken: dict[str, Taken]
    statements: tuple[int, int]
    wrote: dict[str, Any]


def measure(source: Path, folder: Path, children: list[str]) -> list[Row]:
    """Row 6. Each round begins with the same database."""
    rounds = []
    for at in range(ROUNDS + 1):  # the first warms up
        say(f"365 items in process, round {at} of {ROUNDS}")
        data = inside.copied(source, folder / f"round-{at}")
        with inside.lantern(data) as app:
            rounds.append(_round(app, data, children, seed=100 + at))
    say("365 items in process, posted one by one")
    with inside.lantern(inside.copied(source, folder / "alone")) as app:
        client, items = inside.signed_in(app, "amina"), records.items(children, seed=99, number=ALONE)
        alone = _timed(lambda: _one_by_one(client, items))
    return _rows(rounds[1:], alone.wall)


def _round(app: Flask, data: Path, children: list[str], seed: int) -> Round:
    client, file = inside.signed_in(app, "amina"), data / "lantern.sqlite"
    # A server that runs has compiled its statements before. What a few items need says what many should.
    few = inside.statements(lambda: send(client, records.items(children, seed=seed + 50, number=FEW)))
    before, bare = _last_rows(file), data / "before.sqlite"
    _copy(file, bare)
    body = _packed(records.items(children, seed=seed))
    inside.counted.clear()
    taken = {"whole": _timed(lambda: _send(client, body))}
    many = len(inside.counted)
    taken["again"] = _timed(lambda: _send(client, body))
    rows = _new_rows(file, before)
    taken |= {"raw": _raw(bare, rows), "only": _raw(bare, {"recordings": rows["recordings"]})}
    return Round(taken, (few, many), rows)


def _rows(rounds: list[Round], alone: float) -> list[Row]:
    kinds = ", ".join(f"{len(rows[1])} {table}" for table, rows in rounds[-1].wrote.items())
    whole, again, raw, only = (
        Times(tuple(one.taken[name].wall for one in rounds)) for name in ("whole", "again", "raw", "only")
    )
    whole_cpu, raw_cpu = (min(one.taken[name].cpu for one in rounds) for name in ("whole", "raw"))
    each, each_alone = whole.least / records.COUNT, alone / ALONE
    few, many = rounds[-1].statements
    return [
        at_most("365 items against a raw transaction of all rows they cause", whole.least / raw.least, GOAL, times),
        detail("through /sync/items, in process", str(whole)),
        detail("raw transaction, rows: " + kinds, str(raw)),
        detail("CPU alone, of both", f"{ms(whole_cpu)} and {ms(raw_cpu)}: {times(whole_cpu / raw_cpu)}"),
        detail("against the 365 recordings alone, without any other row", times(whole.least / only.least)),
        at_most("CPU for each of the 365", whole_cpu / records.COUNT, CPU_EACH, ms),
        at_most(f"Statements for 365 items; {FEW} took {few}", many, few + MORE),
        at_most("The same 365 sent again, against the same floor", again.least / raw.least, AGAIN_GOAL, times),
        detail("sent again", str(again)),
        at_least("One posted alone, against one of them sent together", each_alone / each, CHEAPER),
        detail(f"each of {ALONE} posted alone, in process (no network in it)", ms(each_alone)),
        detail("each of 365 sent together", ms(each)),
    ]


def send(client: FlaskClient, items: list[dict[str, Any]]) -> None:
    """Send items together. Raises AssertionError when one of them is not received."""
    _send(client, _packed(items))


def _packed(items: list[dict[str, Any]]) -> bytes:
    return gzip.compress(json.dumps({"items": items}).encode(), 6)


def _send(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/sync/items", data=body, headers=JSON)
    outcomes = {receipt["outcome"] for receipt in answer.get_json()["receipts"]}
    assert outcomes == {"received"}, f"{answer.status_code}: {answer.get_data(as_text=True)[:400]}"


def _one_by_one(client: FlaskClient, items: list[dict[str, Any]]) -> None:
    for item in items:
        named = {"Idempotency-Key": item["id"], "X-Queued-At": item["made_at"], "X-TZ": item["zone"]}
        answer = client.post(item["path"], data=item["fields"], headers=PLAIN | named)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:400]


def _timed(work: Callable[[], Any]) -> Taken:
    began, used = time.perf_counter(), time.process_time()
    work()
    return Taken((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000)


def _tables(rows: sqlite3.Connection) -> list[str]:
    asked = rows.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    return [name for (name,) in asked]


def _last_rows(file: Path) -> dict[str, int]:
    with sqlite3.connect(file) as rows:
        return {
            table: rows.execute(f"select coalesce(max(rowid), 0) from {table}").fetchone()[0] for table in _tables(rows)
        }


def _new_rows(file: Path, before: dict[str, int]) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """What came since, table by table: names of the columns, and the rows."""
    found = {}
    with sqlite3.connect(file) as rows:
        for table, last in before.items():
            asked = rows.execute(f"select * from {table} where rowid > ?", [last])
            columns, new = [column[0] for column in asked.description], asked.fetchall()
            if new:
                found[table] = (columns, new)
    return found


def _copy(file: Path, copy: Path) -> None:
    with sqlite3.connect(file) as there, sqlite3.connect(copy) as here:
        there.backup(here)


def _raw(before: Path, wrote: dict[str, Any]) -> Taken:
    """One transaction that writes these rows into the database as it was before them."""
    copy = before.with_name("raw.sqlite")
    _copy(before, copy)
    rows = sqlite3.connect(copy, isolation_level=None)
    for setting in SETTINGS:
        rows.execute(f"pragma {setting}")
    taken = _timed(lambda: _insert(rows, wrote))
    rows.close()
    for path in copy.parent.glob("raw.sqlite*"):
        path.unlink()
    return taken


def _insert(rows: sqlite3.Connection, wrote: dict[str, Any]) -> None:
    rows.execute("begin immediate")
    rows.execute("pragma defer_foreign_keys=on")
    for table, (columns, new) in wrote.items():
        rows.executemany(f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})", new)
    rows.execute("commit")
