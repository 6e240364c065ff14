"""The database's own promises: flushed to disk, fenced by authority, times with a zone (bars R5, S2)."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from carerapp.people.models import Child, Person
from carerapp.shell.db import BUSY, NoAuthority, UtcTime, fence, set_reading, without_waiting
from tests.makers.statements import statements


def test_what_is_acknowledged_is_flushed_to_disk(db) -> None:
    asked = {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
    assert asked == {"journal_mode": "wal", "synchronous": 2}
    assert db.session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_query_that_forgot_the_authority_is_refused(db, cast) -> None:
    fence(None)
    with pytest.raises(NoAuthority):
        db.session.scalars(select(Child)).all()
    with pytest.raises(NoAuthority):
        db.session.get(Person, cast["amina"], populate_existing=True)


def test_a_query_sees_one_authority_only(db, cast) -> None:
    fence("placement-support")
    assert {child.name for child in db.session.scalars(select(Child))} == {"Kit"}
    assert db.session.get(Child, cast["child:jay"], populate_existing=True) is None
    fence("south-gloucestershire")
    assert {child.name for child in db.session.scalars(select(Child))} == {"Jay", "Mia", "Leo"}


def test_joins_and_single_columns_are_fenced_too(db) -> None:
    fence("placement-support")
    assert db.session.scalars(select(Person.name).join(Child, Child.id == Person.child_id)).all() == ["Kit"]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 5, 3, 18, 42), None)


@pytest.mark.parametrize("offset", [0, 60, -570])
def test_a_time_is_written_as_sqlalchemy_writes_it(offset) -> None:
    """Our way is quicker; a row from before must still compare with a row from after."""
    bind, theirs = (
        kind.dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect()) for kind in (UtcTime(), DateTime())
    )
    for moment in (datetime(2026, 5, 3, 18, 42, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)):
        local = moment.astimezone(timezone(timedelta(minutes=offset)))
        assert bind(local) == theirs(moment.replace(tzinfo=None))
    assert bind(None) is None
    with pytest.raises(ValueError, match="zone"):
        bind(datetime(2026, 5, 3, 18, 42))


def test_a_note_finds_another_writer_and_does_not_wait(app, db) -> None:
    """R17: by what it asks of the database, for a time measured would be the machine's (tests/bars measures it)."""
    set_reading(False)
    db.session.rollback()
    other = sqlite3.connect(app.config["DATA"] / "lantern.sqlite", isolation_level=None)
    other.execute("begin immediate")
    with statements(db.engine) as sent, without_waiting(), pytest.raises(OperationalError, match="locked"):
        db.session.execute(text("select 1"))
    assert "PRAGMA busy_timeout=0" in sent[: sent.index("BEGIN IMMEDIATE")]
    db.session.rollback()
    other.execute("rollback")
    other.close()
    assert db.session.execute(text("PRAGMA busy_timeout")).scalar() == BUSY, "whoever comes next waits again"
