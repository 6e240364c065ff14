"""The database's own promises: flushed to disk, fenced by authority, times with a zone (bars R5, S2)."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import DateTime, exists, func, insert, select, text, union_all
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from carerapp.audit.models import AuditRow
from carerapp.people.models import Child, Person
from carerapp.shell import clock
from carerapp.shell.db import BUSY, NoAuthority, UtcTime, every_authority, fence, set_reading, without_waiting
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


PEOPLE_UNNAMED = {
    "a bare count": select(func.count()).select_from(Person),
    "a bare count with a condition": select(func.count()).where(Person.id != ""),
    "a count under another name": select(func.count()).select_from(aliased(Person)),
    "a subquery's answer": select(select(func.count(Person.id)).scalar_subquery()),
    "a bare count in a subquery": select(select(func.count()).select_from(Person).scalar_subquery()),
    "a count of a subquery": select(func.count()).select_from(select(Person.id).subquery()),
    "a count of a common table": select(func.count()).select_from(select(Person.id).cte()),
    "a union": union_all(select(func.count()).select_from(Person)),
    "a subquery in a row of another kind": select(
        select(func.count()).select_from(Person).where(AuditRow.id > 0).correlate(AuditRow).scalar_subquery()
    ).select_from(AuditRow),
}


@pytest.mark.parametrize("query", PEOPLE_UNNAMED.values(), ids=PEOPLE_UNNAMED)
def test_a_query_that_names_people_only_inside_is_fenced_and_refused_too(db, cast, query) -> None:
    """S2: a number of people, or of words, tells of another authority as well."""
    db.session.execute(insert(AuditRow), [{"at": clock.now(), "authority_id": "x", "kind": "saw", "what": "x"}])
    everybody = db.session.scalar(query)
    numbers = {}
    for authority in ("placement-support", "south-gloucestershire"):
        fence(authority)
        numbers[authority] = db.session.scalar(query)
        assert numbers[authority] == len(db.session.scalars(select(Person.id)).all()) > 0
    assert sum(numbers.values()) == everybody
    fence(None)
    with pytest.raises(NoAuthority, match="Person"):
        db.session.scalar(query)
    with every_authority():
        assert db.session.scalar(query) == everybody


NOT_TO_BE_FENCED = {
    "a table": select(func.count()).select_from(Person.__table__),
    "columns of a table": select(Person.__table__.c.name),
    "nothing but a condition": select(exists().where(Person.name == "Amina")),
    "text": select(Person).from_statement(text("select * from people")),
}


@pytest.mark.parametrize("query", NOT_TO_BE_FENCED.values(), ids=NOT_TO_BE_FENCED)
def test_a_query_that_cannot_be_fenced_is_refused_with_what_to_write(db, cast, query) -> None:
    """S2: no authority can be added to these, so they are for work that is nobody's in particular."""
    fence("placement-support")
    with pytest.raises(NoAuthority, match=r"count\(Person\.id\)"):
        db.session.scalars(query)
    fence(None)
    with pytest.raises(NoAuthority, match="without an authority"):
        db.session.scalars(query)
    with every_authority():
        assert db.session.scalars(query).first()


def test_what_is_not_of_an_authority_is_asked_for_without_one(db) -> None:
    """The trail, and SQL that somebody wrote out."""
    fence(None)
    assert db.session.scalar(select(func.count()).select_from(AuditRow)) == 0
    assert db.session.scalar(text("select count(*) from people")) > 0


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
