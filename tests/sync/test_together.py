"""Items that come together are written together: to the last row and receipt as if each had come alone."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carerapp import wiring
from carerapp.events import log as events
from carerapp.events import tags
from carerapp.recordings.models import Recording
from carerapp.shell import clock, rows
from carerapp.shell.db import db, every_authority
from carerapp.shell.errors import Refused
from carerapp.sync import service
from tests.bars.figures import figure
from tests.makers.statements import statements
from tests.serving import recording_item

RUNS = figure("R4_TOGETHER", quick=40, full=600)
MADE = {"at", "sent_at", "opened_at", "target_at", "warn_at", "due_at", "promised_at"}
ID = re.compile(r"[0-9a-v]{26}")
TABLES = ("recordings", "events", "clocks", "triage_waiting", "receipts", "audit")


@pytest.fixture
def amina(client_of):
    return client_of("amina")


def send(client, items: list[dict]) -> list[dict]:
    answer = client.post("/sync/items", json={"items": items}, headers={"X-App": "1"})
    assert answer.status_code == 200, answer.data
    return answer.json["receipts"]


@contextmanager
def never_together() -> Iterator[None]:
    """Each item in a savepoint of its own from the start."""

    @contextmanager
    def refused() -> Iterator[None]:
        raise service._NotTogether
        yield

    with patch.object(service, "_together", refused):
        yield


@contextmanager
def counted() -> Iterator[list[str]]:
    """Which way each item was tried."""
    ways: list[str] = []
    real = {name: getattr(service, name) for name in ("_together", "_apart")}

    def noting(name: str) -> Any:
        return lambda: (ways.append(name), real[name]())[1]

    with patch.object(service, "_together", noting("_together")), patch.object(service, "_apart", noting("_apart")):
        yield ways


def state(file: Any) -> dict[str, list[tuple]]:
    """Every row but for its times, with ids by the order in which they came."""
    with sqlite3.connect(file) as asked:
        asked.row_factory = sqlite3.Row
        made = [
            row["id"]
            for table in ("recordings", "clocks")
            for row in asked.execute(f"select id from {table} order by rowid")
        ]
        ids = {key: f"id {n}" for n, key in enumerate(made)}
        return {
            table: [_told(row, ids) for row in asked.execute(f"select * from {table} order by rowid")]
            for table in TABLES
        }


def _told(row: sqlite3.Row, ids: dict[str, str]) -> tuple:
    known = {name: value for name, value in dict(row).items() if name not in MADE | {"sign_in_id"}}
    named = {n: ID.sub(lambda m: ids.get(m[0], m[0]), v) if isinstance(v, str) else v for n, v in known.items()}
    return tuple(named.items())


def said(receipts: list[dict]) -> list[tuple]:
    return [(r["id"], r["hash"], r["status"], r["outcome"], r["errors"], bool(r["location"])) for r in receipts]


words = st.text(min_size=1, max_size=20).map(lambda text: text.encode("utf-8", "replace").decode())
DAYS = ["2026-05-01", "2025-11-11", "2024-02-29", "2031-01-01", "1999-01-01", "31.2."]
entries = st.fixed_dictionaries(
    {"saw": words},
    optional={
        "how": st.sampled_from(["great", "hard", "very_hard", "none"]),
        "day": st.sampled_from(["today", "yesterday", "other"]),
        "about_on": st.sampled_from(DAYS),
        "day_part": st.sampled_from(["evening", "night", "morning"]),
        "today_held": st.sampled_from(["hard_night", "away", "laughed", "nonsense"]),
        "wants_help": st.just("y"),
        "missing_how": words,
        "went_well": words,
        "think": st.just("t" * 20_001),
    },
)
KINDS = ["good"] * 6 + [
    "next door",
    "other authority",
    "nobody",
    "no such place",
    "not queueable",
    "added",
    "again",
    "changed",
    "torn",
]
plans = st.lists(st.tuples(st.sampled_from(KINDS), entries, st.integers(0, 9)), min_size=1, max_size=12)


def built(plan: list[tuple], cast: dict[str, str], first: str) -> list[dict]:
    """The items of a plan: good ones, and every kind of bad one, some of them naming items before them."""
    child = {"next door": "child:leo", "other authority": "child:kit", "nobody": "nobody"}
    items: list[dict] = []
    for number, (kind, entry, at) in enumerate(plan):
        item = recording_item(
            cast.get(child.get(kind, "child:jay"), "no-such-child"), **{"text": "", **entry, "saw": entry["saw"]}
        )
        item["id"] = f"00000000-0000-4000-8000-{number:012d}"
        earlier = items[at % len(items)] if items else item
        if kind == "no such place":
            item["path"] = "/no/such/place"
        elif kind == "not queueable":
            item["path"] = "/sign-out"
        elif kind == "added":
            item["path"] = f"/recordings/{first}/amendments"
        elif kind == "again":
            item = earlier
        elif kind == "changed":
            item = earlier | {"fields": earlier["fields"] | {"saw": ["other words"]}}
        elif kind == "torn":
            item["hash"] = "0" * 64
        items.append(item)
    return items


def _put_back(app: Flask, used: Path, kept: Path) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    for left in used.parent.glob("lantern.sqlite*"):
        left.unlink()
    shutil.copyfile(kept, used)


@given(plan=plans)
@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_batch_ends_as_if_each_item_had_come_alone(app, one_server, client_of, cast, plan) -> None:
    """R4, R14: rows, receipts, events, clocks, queue and audit, whichever way they are written."""
    _, used, fresh = one_server
    started, ends = used.with_name("started.sqlite"), []
    with clock.pretend(clock.datetime(2026, 5, 6, 20, tzinfo=clock.UTC)):
        _put_back(app, used, fresh)
        first = send(client_of("amina"), [recording_item(cast["child:jay"], "first")])[0]
        with sqlite3.connect(used) as there, sqlite3.connect(started) as here:
            there.backup(here)
        items = built(plan, cast, first["location"].split("/")[-1])
        for way in (nullcontext, never_together):
            _put_back(app, used, started)
            client = client_of("amina")
            with way():
                receipts = send(client, items)
            ends.append((said(receipts), state(used)))
            for receipt, again in zip(receipts, send(client, items), strict=True):
                assert receipt == again if receipt["outcome"] == "received" else said([receipt]) == said([again])
    together, alone = ends
    assert together == alone


@pytest.fixture
def answer_to():
    """Let a verb of another room answer what was submitted, as wiring would."""
    added = []

    def answer(does) -> None:
        added.append(does)
        events.on(tags.RECORDING_SUBMITTED, does)

    yield answer
    for does in added:
        events._answers[tags.RECORDING_SUBMITTED].remove(does)
    wiring.connect()


def stored(app) -> set[str]:
    with app.app_context(), every_authority():
        return set(db.session.scalars(db.select(Recording.saw)))


def refuses(event) -> None:
    if event.data["head"] == "bad":
        raise Refused(422, "Not this one.")


def breaks(event) -> None:
    if event.data["head"] == "bad":
        raise ZeroDivisionError


def breaks_the_database(event) -> None:
    if event.data["head"] == "bad":
        first = db.session.get_one(Recording, event.subject_id)
        columns = first.__table__.columns.keys()
        rows.keep(Recording, **{name: getattr(first, name) for name in columns})


@pytest.mark.parametrize(
    ("does", "outcome"),
    [(refuses, "refused"), (breaks, "later"), (breaks_the_database, "later")],
    ids=["refuses", "breaks", "breaks the database"],
)
@pytest.mark.parametrize("at", [0, 2, 4])
def test_whoever_leaves_something_behind_and_is_refused_goes_alone(
    app, amina, cast, answer_to, does, outcome, at
) -> None:
    """R14: a verb that wrote before it refused, one that broke, and rows that the database does not take."""
    answer_to(does)
    items = [recording_item(cast["child:jay"], "bad" if n == at else f"good {n}") for n in range(5)]
    with counted() as ways:
        receipts = send(amina, items)
    assert [r["outcome"] for r in receipts] == [outcome if n == at else "received" for n in range(5)]
    assert stored(app) == {f"good {n}" for n in range(5) if n != at}
    assert ways.count("_apart") == 5
    assert send(amina, [item for n, item in enumerate(items) if n != at]) == [
        r for n, r in enumerate(receipts) if n != at
    ]


def test_who_is_refused_before_anything_is_written_does_not_cost_the_others_their_speed(app, amina, cast) -> None:
    items = [recording_item(cast["child:leo" if n == 3 else "child:jay"], f"words {n}") for n in range(6)]
    with counted() as ways:
        receipts = send(amina, items)
    assert [r["outcome"] for r in receipts] == ["refused" if n == 3 else "received" for n in range(6)]
    assert set(ways) == {"_together"}


def test_a_refusal_that_is_tried_twice_leaves_one_trace(app, amina, cast, answer_to) -> None:
    """S1: what one is refused is traced once, also when the batch had to begin again."""
    answer_to(breaks)
    send(amina, [recording_item(cast["child:leo"], "next door"), recording_item(cast["child:jay"], "bad")])
    with sqlite3.connect(app.config["DATA"] / "lantern.sqlite") as asked:
        assert asked.execute("select count(*) from audit where kind = 'refused'").fetchone() == (1,)


def test_what_arrives_together_was_received_at_one_moment(app, amina, cast) -> None:
    """R24: a promise for each is worked out once, and all of them count from the same time."""
    receipts = send(amina, [recording_item(cast["child:jay"], f"words {n}") for n in range(3)])
    assert len({receipt["at"] for receipt in receipts}) == 1
    with sqlite3.connect(app.config["DATA"] / "lantern.sqlite") as asked:
        assert asked.execute("select count(distinct opened_at), count(distinct due_at) from clocks").fetchone() == (
            1,
            1,
        )


def test_statements_do_not_grow_with_the_batch(app, amina, cast) -> None:
    """R24, performance.md P3: a count, which no other load on the machine can change."""

    def made(number: int) -> int:
        items = [recording_item(cast["child:jay"], f"words {number} {n}", how="very_hard") for n in range(number)]
        with app.app_context():
            engine = db.engine
        with statements(engine) as sent:
            assert {r["outcome"] for r in send(amina, items)} == {"received"}
        return len(sent)

    made(2)
    few, many = made(10), made(100)
    assert many <= few + 4, (few, many)
    assert many <= 25


def test_reasons_count_what_came_just_before_in_the_same_batch(app, amina, cast) -> None:
    """S2-3.1-01: three hard nights on one phone are three hard nights, not one three times."""
    nights = [
        recording_item(
            cast["child:jay"], f"night {n}", how="hard", day_part="night", day="other", about_on=f"2026-05-0{n}"
        )
        for n in (1, 2, 3)
    ]
    for night in nights:
        night["made_at"] = "2026-05-04T08:00:00+01:00"
    with clock.pretend(clock.datetime(2026, 5, 4, 9, tzinfo=clock.UTC)):
        send(amina, nights)
    with sqlite3.connect(app.config["DATA"] / "lantern.sqlite") as asked:
        reasons = [row[0] for row in asked.execute("select reasons from triage_waiting order by about_on")]
    assert "third hard night" in reasons[2] and "hard night" not in reasons[0]
