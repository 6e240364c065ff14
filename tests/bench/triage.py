"""Triage with 100 and with 10,000 recordings waiting for the same reader: statements, CPU against bare Flask, bytes."""

import sqlite3
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from carerapp.shell.ids import new_id

from . import batch, inside, records
from .table import Row, at_most, count, detail, say, size, times

PATH = "/triage/"
FEW, MANY = 100, 10_000
ROUNDS = 9
STATEMENTS, FEWEST, BARE, FLAT, BYTES, LIST = 12, 3, 12, 1.2, 14_000, 5_000
# Every table that knows a recording while it waits, and by which name. What it came through is not needed to show it.
KNOWN_BY = {"recordings": "id", "triage_waiting": "recording_id", "clocks": "subject_id"}


def measure(source: Path, folder: Path, children: list[str]) -> list[Row]:
    """Row 7."""
    asks, bare = {}, inside.bare()
    found: dict[int, dict[str, Any]] = {}
    with inside.lantern(_few(source, folder, children)) as few, inside.lantern(_many(folder)) as many:
        for number, app in ((FEW, few), (MANY, many)):
            client = inside.signed_in(app, "sam")
            ask = asks[number] = inside.caller(app, PATH, _cookie(client))
            ask()
            found[number] = {"statements": inside.statements(ask), "bytes": ask()}
        ratios = _ratios(bare, asks)
    return _rows(found, ratios)


def _rows(found: dict[int, dict[str, Any]], ratios: dict[str, list[float]]) -> list[Row]:
    few, many = found[FEW], found[MANY]
    counts = f"{few['statements']} at 100 rows, {many['statements']} at 10,000"
    most = max(few["statements"], many["statements"])
    rows = [at_most("Triage: statements", most, STATEMENTS, count, FEWEST, counts)]
    if few["statements"] != many["statements"]:
        rows.append(Row("Triage: the same number of statements at any length", counts, "equal", "MISSED"))
    for name, what, goal in (
        ("few", "Triage at 100 rows: CPU against bare Flask", BARE),
        ("many", "Triage at 10,000 rows: CPU against bare Flask", BARE),
        ("flat", "Triage: CPU at 10,000 rows against 100", FLAT),
    ):
        runs = ratios[name]
        middle = statistics.median(runs)
        figure = f"{times(middle)} ({times(min(runs))} to {times(max(runs))})"
        rows.append(at_most(what, middle, goal, times, figure=figure))
    rows.append(detail('CPU of bare Flask\'s "Hello, World!"', f"{statistics.median(ratios['bare']):.2f} ms"))
    rows.append(at_most("Triage at 10,000 rows: HTML, compressed", many["bytes"], BYTES, size, LIST))
    return rows


def _ratios(bare: Callable[[], Any], asks: dict[int, Callable[[], Any]]) -> dict[str, list[float]]:
    """CPU ratios, with all of them measured in each round, so that a busy moment disturbs all alike."""
    ratios: dict[str, list[float]] = {"few": [], "many": [], "flat": [], "bare": []}
    for at in range(ROUNDS + 1):
        floor = inside.cpu(bare, 200)
        few, many = inside.cpu(asks[FEW], 25), inside.cpu(asks[MANY], 25)
        if at:
            for name, value in (("few", few / floor), ("many", many / floor), ("flat", many / few), ("bare", floor)):
                ratios[name].append(value)
    return ratios


def _cookie(client: Any) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def _few(source: Path, folder: Path, children: list[str]) -> Path:
    """A folder in which 100 recordings wait for Sam, all of them sent by the road of every other."""
    say("Filling triage with 100 rows")
    data = inside.copied(source, folder / "few")
    with inside.lantern(data) as app:
        batch.send(inside.signed_in(app, "amina"), records.items(children, seed=7, number=FEW))
    with sqlite3.connect(data / "lantern.sqlite") as rows:
        rows.execute(
            "delete from triage_waiting where reader_id = ? and recording_id not in"
            " (select recording_id from triage_waiting where reader_id = ? order by sent_at desc limit ?)",
            [_sam(rows), _sam(rows), FEW],
        )
    return data


def _many(folder: Path) -> Path:
    """The same with 10,000: each of the hundred a hundred times, in every table that knows it."""
    say("Filling triage with 10,000 rows")
    data = inside.copied(folder / "few", folder / "many")
    with sqlite3.connect(data / "lantern.sqlite") as rows:
        waiting = rows.execute("select recording_id from triage_waiting where reader_id = ?", [_sam(rows)]).fetchall()
        twins = [{old: new_id() for (old,) in waiting} for _ in range(MANY // FEW - 1)]
        for table, column in KNOWN_BY.items():
            _double(rows, table, column, twins)
    return data


def _double(rows: sqlite3.Connection, table: str, column: str, twins: list[dict[str, str]]) -> None:
    known = list(twins[0])
    marks = ", ".join("?" * len(known))
    asked = rows.execute(f"select * from {table} where {column} in ({marks})", known)
    names = [found[0] for found in asked.description]
    originals = [dict(zip(names, row, strict=True)) for row in asked]
    new = []
    for twin in twins:
        for row in originals:
            changed = row | ({"id": new_id()} if "id" in row else {}) | {column: twin[row[column]]}
            new.append(tuple(changed.values()))
    rows.executemany(f"insert into {table} values ({', '.join('?' * len(names))})", new)


def _sam(rows: sqlite3.Connection) -> str:
    return rows.execute("select id from people where slug = 'sam'").fetchone()[0]
