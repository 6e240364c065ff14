"""The database's own promises: flushed to disk, fenced by authority, times with a zone (bars R5, S2)."""

from datetime import datetime

import pytest
from sqlalchemy import select, text

from carerapp.people.models import Child, Person
from carerapp.shell.db import NoAuthority, UtcTime, fence


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
