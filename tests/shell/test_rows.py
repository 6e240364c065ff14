"""Rows that are kept and written many at a time: nobody may see any difference to rows that are written at once."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from carerapp.audit.models import AuditRow
from carerapp.events.models import Event
from carerapp.shell import clock, rows
from carerapp.shell.db import fence, set_reading
from carerapp.sync.models import Receipt
from tests.makers.statements import statements


def keep_event(number: int, **values):
    about = {"tag": "recording:read", "at": clock.now(), "authority_id": "a", "subject": "recording"}
    return rows.keep(Event, **about, subject_id=f"r{number}", **values)


def keep_trace(thing: str):
    return rows.keep(AuditRow, at=clock.now(), authority_id="a", kind="wrote", what="x", thing=thing)


def traced(db) -> list[str]:
    return list(db.session.scalars(select(AuditRow.thing).where(AuditRow.what == "x").order_by(AuditRow.id)))


@pytest.fixture(autouse=True)
def writing():
    set_reading(False)


def test_what_was_kept_is_there_for_the_next_question_and_after_the_commit(db) -> None:
    keep_trace("one")
    assert traced(db) == ["one"]
    keep_trace("two")
    db.session.commit()
    db.session.remove()
    assert traced(db) == ["one", "two"]


def test_what_was_kept_goes_with_the_transaction(db) -> None:
    keep_trace("gone")
    db.session.rollback()
    keep_trace("kept")
    db.session.commit()
    assert traced(db) == ["kept"]


def test_a_savepoint_takes_back_what_was_kept_in_it_and_nothing_from_before(db) -> None:
    keep_trace("before")
    with pytest.raises(ValueError, match="no"), rows.savepoint():
        keep_trace("written inside")
        assert "written inside" in traced(db)
        keep_trace("kept inside")
        raise ValueError("no")
    with rows.savepoint():
        keep_trace("after")
    db.session.commit()
    assert traced(db) == ["before", "after"]


def test_a_bare_savepoint_with_rows_before_it_is_refused(db) -> None:
    keep_trace("before")
    with pytest.raises(RuntimeError, match="savepoint"):
        db.session.begin_nested()


def test_many_rows_are_one_statement_for_each_table(db) -> None:
    db.session.execute(select(1))
    with statements(db.engine) as made:
        for number in range(200):
            keep_trace(str(number))
            keep_event(number)
        rows.write_out()
    assert sum(statement.startswith("INSERT") for statement in made) == 2
    assert traced(db) == [str(number) for number in range(200)]


@pytest.mark.parametrize("along", [{"sqlite"}, set()], ids=["counted along", "told by the database"])
def test_a_number_is_known_when_somebody_asks_for_it(db, monkeypatch, along) -> None:
    """What happened later has the higher number, whichever way the database tells it."""
    monkeypatch.setattr(rows, "COUNTS_ALONG", along)
    first, second = keep_event(1), keep_event(2)
    third = keep_event(3, caused_by=first.id)
    numbers = dict(db.session.execute(select(Event.subject_id, Event.id).where(Event.authority_id == "a")).all())
    assert numbers == {"r1": first.id, "r2": second.id, "r3": third.id}
    assert first.id < second.id < third.id and third.caused_by == first.id


def test_a_kept_row_reads_like_a_row_and_is_never_changed(db) -> None:
    event = keep_event(1)
    assert (event.subject_id, event.data, event.child_id) == ("r1", {}, None)
    with pytest.raises(AttributeError):
        event.subject_id = "other"
    with pytest.raises(AttributeError):
        _ = event.no_such_thing


def test_what_is_written_many_at_a_time_reads_as_if_sqlalchemy_had_written_it(db) -> None:
    """Every kind of column: a day, a moment in any zone, a list, nothing at all, a number, a yes or no."""
    written = clock.now().astimezone(clock.LONDON)
    others = written - timedelta(days=200)
    for number, at in enumerate((written, written, others)):
        keep_event(number, data={"n": [number, None, "é"]}, child_id=None if number else "c", caused_by=None)
        rows.keep(
            Receipt, person_id=f"p{number}", item_id="i", authority_id="a", hash="h", path="/", status=200,
            outcome="received", at=at, errors={"": [str(number)]}, location=None,
        )  # fmt: skip
    db.session.connection().exec_driver_sql("pragma defer_foreign_keys=on")
    fence("a")
    asked = select(Receipt).order_by(Receipt.person_id)
    assert [(r.at, r.errors, r.kept_with) for r in db.session.scalars(asked)] == [
        (at.astimezone(UTC), {"": [str(number)]}, None) for number, at in enumerate((written, written, others))
    ]
    events = db.session.scalars(select(Event).order_by(Event.id)).all()
    assert [(e.data, e.child_id) for e in events] == [
        ({"n": [number, None, "é"]}, None if number else "c") for number in range(3)
    ]
    plain = {name: getattr(events[0], name) for name in ("tag", "at", "authority_id", "subject", "data", "child_id")}
    db.session.execute(insert(Event), [plain | {"subject_id": "by SQLAlchemy"}])
    same = "select tag, at, authority_id, actor_id, child_id, subject, caused_by, data from events where subject_id = ?"
    raw = db.session.connection()
    assert raw.exec_driver_sql(same, ("r0",)).all() == raw.exec_driver_sql(same, ("by SQLAlchemy",)).all()


def test_a_row_that_lacks_something_or_has_too_much_is_refused_at_once(db) -> None:
    with pytest.raises(TypeError, match="subject_id"):
        rows.keep(Event, tag="recording:read", at=clock.now(), authority_id="a", subject="recording")
    with pytest.raises(TypeError, match="colour"):
        keep_event(1, colour="red")


def test_rows_share_nothing_that_can_be_changed(db) -> None:
    keep_event(1).data["changed"] = True
    assert keep_event(2).data == {}


def test_what_the_database_refuses_is_said_when_it_is_written(db, cast) -> None:
    receipt = {
        "authority_id": "south-gloucestershire", "person_id": cast["amina"], "item_id": "i", "hash": "h", "path": "/",
        "status": 200, "outcome": "received", "at": clock.now(),
    }  # fmt: skip
    rows.keep(Receipt, **receipt)
    rows.keep(Receipt, **receipt)
    with pytest.raises(IntegrityError):
        db.session.scalar(select(func.count()).select_from(Receipt))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 0
