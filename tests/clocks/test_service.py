"""Clocks open by the authority's times, are met by what its policy names, and nobody's promise is ever nobody's."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from carerapp.clocks import queries, service
from carerapp.clocks.models import Clock
from carerapp.events.models import Event
from carerapp.shell import clock
from carerapp.shell.db import db as database

MONDAY = datetime(2026, 6, 1, 18, 42, tzinfo=UTC)
SOUTH = "south-gloucestershire"


def open_clock(cast, rule="recordings.read", subject_id="r1", owner="sam", **more) -> Clock:
    opened = service.open(
        rule,
        authority=SOUTH,
        subject="recording",
        subject_id=subject_id,
        owner_id=cast[owner],
        child_id=cast["child:jay"],
        household_id=cast["home:rahman"],
        asked_by_id=cast["amina"],
        **more,
    )
    return database.session.get_one(Clock, opened.id)


def test_promises_of_one_transaction_count_each_from_its_own_moment(db, cast) -> None:
    """S1-5-02: what was worked out for the one is not taken for the other."""
    later = MONDAY + timedelta(minutes=5)
    due = []
    for number, moment in enumerate((MONDAY, later, MONDAY)):
        with clock.pretend(moment):
            due.append(open_clock(cast, "meetings.convene", f"r{number}").due_at)
    assert due[1] - due[0] == later - MONDAY
    assert due[2] == due[0]


def test_opening_takes_the_times_of_the_policy(db, cast) -> None:
    """S1-5-02, X-01: 24 hours are the aim, 48 the limit, and a meeting's clock knows both."""
    with clock.pretend(MONDAY):
        made = open_clock(cast, "meetings.convene")
    assert (made.target_at, made.due_at) == (MONDAY + timedelta(hours=24), MONDAY + timedelta(hours=48))
    with clock.pretend(MONDAY):
        other = service.open(
            "meetings.convene", authority="placement-support", subject="meeting", subject_id="m2", owner_id=cast["zara"]
        )
    assert other.target_at is None and other.due_at == datetime(2026, 6, 8, 23, tzinfo=UTC)


def test_one_subject_has_one_clock_of_a_kind(db, cast) -> None:
    open_clock(cast)
    with pytest.raises(IntegrityError):
        open_clock(cast)


def test_only_the_named_event_meets_a_clock(db, cast) -> None:
    """S1-4.3-10: reading keeps the promise to read; having it in the queue does not."""
    made = open_clock(cast)
    with pytest.raises(ValueError, match="does not keep"):
        service.meet("recordings.read", "r1", cast["sam"], "recording:submitted")
    assert made.met_at is None
    service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    assert (made.met_by_id, made.met_with) == (cast["sam"], "recording:read")


def test_a_clock_is_met_once_and_the_first_time_counts(db, cast) -> None:
    made = open_clock(cast)
    with clock.pretend(MONDAY):
        service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    assert service.meet("recordings.read", "r1", cast["della"], "recording:read") is None
    assert (made.met_at, made.met_by_id) == (MONDAY, cast["sam"])


def test_an_event_keeps_every_promise_it_is_named_for_and_no_other(db, cast) -> None:
    read, passed, other = open_clock(cast), open_clock(cast, "recordings.pass_on"), open_clock(cast, subject_id="r2")
    service.keep(Event(tag="recording:passed-on", subject_id="r1", actor_id=cast["sam"]))
    assert [c.met_with for c in (read, passed, other)] == [None, "recording:passed-on", None]


def test_a_stopped_clock_is_neither_kept_nor_missed(db, cast, as_person) -> None:
    with clock.pretend(MONDAY):
        made = open_clock(cast)
        service.stop("recordings.read", "r1", "It was taken back.")
    sam = as_person("sam")
    later = MONDAY + timedelta(days=9)
    assert made.stopped_because == "It was taken back."
    assert queries.promises(sam, later) == [] and queries.kept_on_time(sam, later) == []


def test_a_new_owner_takes_over_what_runs_and_not_what_is_done(db, cast) -> None:
    done, running = open_clock(cast), open_clock(cast, "recordings.pass_on")
    service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    service.move(["r1"], cast["sue"])
    assert (done.owner_id, running.owner_id) == (cast["sam"], cast["sue"])
    service.move([], cast["sue"])


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("sam", {"r1"}),
        ("sue", {"r2"}),
        ("amina", {"r1", "r2"}),
        ("ben", set()),
        ("nia", set()),
        ("della", {"r1", "r2"}),
        ("tom", set()),
        ("cora", set()),
        ("ivo", set()),
        ("ada", set()),
        ("jay", set()),
        ("zed", set()),
        ("zoe", set()),
        ("max", set()),
    ],
)
def test_who_sees_a_promise(db, cast, as_person, who, sees) -> None:
    """What I owe, what I am owed, what my team owes; nothing of anybody else's."""
    open_clock(cast), open_clock(cast, subject_id="r2", owner="sue")
    db.session.flush()
    actor = as_person(who)
    seen = db.session.scalars(select(Clock).where(queries.visible(actor))).all()
    assert {c.subject_id for c in seen} == sees


def test_rates_count_what_fell_due_and_was_kept_in_time(db, cast, as_person) -> None:
    with clock.pretend(MONDAY):
        for number in range(4):
            open_clock(cast, subject_id=f"r{number}")
        service.meet("recordings.read", "r0", cast["sam"], "recording:read")
    due = datetime(2026, 6, 3, 23, tzinfo=UTC)
    with clock.pretend(due):
        service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    for who in ("sam", "della"):
        assert queries.kept_on_time(as_person(who), due) == [("recordings.read", 4, 1)]
    assert queries.kept_on_time(as_person("della"), due - timedelta(microseconds=1)) == []
    assert queries.kept_on_time(as_person("tom"), due) == []
    assert queries.kept_on_time(as_person("sam"), due + timedelta(days=90)) == []


def test_counts_for_the_home_page(db, cast, as_person) -> None:
    with clock.pretend(MONDAY):
        open_clock(cast)
    with clock.pretend(MONDAY + timedelta(days=5)):
        assert (queries.mine(as_person("sam")), queries.overdue(as_person("sam"))) == (1, 1)
        assert (queries.mine(as_person("sue")), queries.overdue(as_person("sue"))) == (0, 0)
    with clock.pretend(MONDAY):
        assert queries.overdue(as_person("sam")) == 0
