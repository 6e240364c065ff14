"""A missed promise is handed up by itself, once for each step, whoever watches and however long nobody did."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from carerapp.clocks import queries, service, watcher
from carerapp.clocks.models import Clock, HandUp
from carerapp.events.models import Event
from carerapp.people.models import Person
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from tests.clocks.test_service import MONDAY, SOUTH, open_clock

DUE = datetime(2026, 6, 3, 23, tzinfo=UTC)
"""Two working days after Monday: the midnight that ends Wednesday."""


def add_person(db, role: str, authority: str = SOUTH) -> str:
    person = Person(authority_id=authority, name=role, full_name=role, role=role)
    db.session.add(person)
    db.session.flush()
    return person.id


@pytest.fixture
def missed(db, cast) -> Clock:
    """Jay's recording, promised to be read by the end of Wednesday."""
    with clock.pretend(MONDAY):
        made = open_clock(cast)
    db.session.commit()
    return made


def steps(db) -> list[tuple[int, str, str]]:
    return [(h.step, h.from_id, h.to_id) for h in db.session.scalars(select(HandUp).order_by(HandUp.id))]


def test_nothing_happens_before_it_is_due(db, missed) -> None:
    assert watcher.run_once(DUE - timedelta(microseconds=1)) == 0
    assert steps(db) == []


def test_run_thrice_it_is_handed_up_once(db, cast, missed) -> None:
    assert [watcher.run_once(DUE) for _ in range(3)] == [1, 0, 0]
    assert len(steps(db)) == 1
    event = db.session.scalars(select(Event).where(Event.tag == "clock:handed-up")).one()
    assert (event.child_id, event.data["rule"]) == (cast["child:jay"], "recordings.read")


def test_the_whole_chain_in_order_each_in_its_time(db, cast, missed) -> None:
    """Owner, duty worker, team manager, service manager (design.md section 4)."""
    duty, chief = add_person(db, "duty"), add_person(db, "service_manager")
    db.session.commit()
    sam, della = cast["sam"], cast["della"]
    watcher.run_once(DUE)
    assert steps(db) == [(1, sam, duty)]
    watcher.run_once(datetime(2026, 6, 5, 22, 59, tzinfo=UTC))
    assert len(steps(db)) == 1
    watcher.run_once(datetime(2026, 6, 5, 23, tzinfo=UTC))
    assert steps(db)[1:] == [(2, duty, della)]
    watcher.run_once(datetime(2026, 6, 9, 23, tzinfo=UTC))
    assert steps(db)[2:] == [(3, della, chief)]


def test_after_a_pause_of_a_month_every_step_is_there_and_in_order(db, cast, missed) -> None:
    duty, chief = add_person(db, "duty"), add_person(db, "service_manager")
    db.session.commit()
    assert watcher.run_once(DUE + timedelta(days=31)) == 3
    assert steps(db) == [(1, cast["sam"], duty), (2, duty, cast["della"]), (3, cast["della"], chief)]


def test_an_empty_desk_holds_nothing_up(db, cast, missed) -> None:
    """Nobody is the duty worker here, so the manager has it at once."""
    watcher.run_once(DUE)
    assert steps(db) == [(1, cast["sam"], cast["della"])]
    assert watcher.run_once(DUE + timedelta(days=31)) == 0, "Della has it already and there is nobody above her"


def test_a_step_that_was_taken_is_not_planned_again_when_a_desk_is_filled(db, cast, missed) -> None:
    """Della has it. Somebody becomes the duty worker: the step past that desk was taken and stays so."""
    watcher.run_once(DUE)
    add_person(db, "duty")
    db.session.commit()
    assert service.anything_to_hand_up(DUE, SOUTH) is False


def test_a_clock_that_is_met_or_stopped_is_left_alone(db, cast, missed) -> None:
    with clock.pretend(DUE - timedelta(hours=1)):
        service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    db.session.commit()
    assert watcher.run_once(DUE + timedelta(days=31)) == 0


def test_met_between_two_steps_it_goes_no_further(db, cast, missed) -> None:
    add_person(db, "duty")
    watcher.run_once(DUE)
    service.meet("recordings.read", "r1", cast["sam"], "recording:read")
    db.session.commit()
    assert watcher.run_once(DUE + timedelta(days=31)) == 0


def test_roles_are_filled_from_the_clocks_own_authority(db, cast) -> None:
    """bars S2: authority 1 has a duty worker, authority 2 has none, and must not be lent one."""
    add_person(db, "duty")
    with clock.pretend(MONDAY):
        service.open(
            "recordings.read",
            authority="placement-support",
            subject="recording",
            subject_id="r9",
            owner_id=cast["zoe"],
            household_id=cast["home:halloran"],
        )
    db.session.commit()
    watcher.run_once(DUE + timedelta(days=31))
    assert steps(db) == [(1, cast["zoe"], cast["max"])]


def test_both_authorities_are_looked_after_in_one_round(db, cast, missed) -> None:
    with clock.pretend(MONDAY):
        service.open(
            "recordings.read",
            authority="placement-support",
            subject="recording",
            subject_id="r9",
            owner_id=cast["zoe"],
        )
    db.session.commit()
    assert watcher.run_once(DUE) == 2


def test_the_fence_stands_where_it_stood(db, as_person, missed) -> None:
    as_person("sam")
    watcher.run_once(DUE)
    assert db.session.info["authority"] == SOUTH


def test_watchers_at_once_do_it_once(app, db, cast, missed) -> None:
    """Four watchers, each with its own connection, all find the same missed clocks at the same moment."""
    with clock.pretend(MONDAY):
        for number in range(2, 12):
            open_clock(cast, subject_id=f"r{number}")
    db.session.commit()
    start, done = threading.Barrier(4), []

    def watch() -> None:
        with app.app_context():
            start.wait()
            done.append(watcher.run_once(DUE))

    threads = [threading.Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 11
    assert len(steps(db)) == 11
    assert len(db.session.scalars(select(Event).where(Event.tag == "clock:handed-up")).all()) == 11


def test_two_watchers_that_planned_the_same_step_write_it_once(db, cast, missed) -> None:
    """The database itself refuses the second: what a plan made a moment ago says does not count."""
    planned = list(service._planned(DUE, SOUTH))
    assert service.hand_up(DUE, SOUTH) == 1
    assert service._record(planned[0], "duty worker", DUE) is False
    db.session.commit()
    assert len(steps(db)) == 1
    assert len(db.session.scalars(select(Event)).all()) == 1


def test_many_are_done_in_small_transactions(db, cast, monkeypatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    with clock.pretend(MONDAY):
        for number in range(5):
            open_clock(cast, subject_id=f"r{number}")
    db.session.commit()
    assert watcher.run_once(DUE) == 5


def test_a_quiet_round_writes_nothing(app, db, missed, monkeypatch) -> None:
    """It looks as a reader: somebody else holds the write lock all the while, and nobody waits."""
    other = db.engine.connect()
    begun = other.begin()
    try:
        assert watcher.run_once(DUE - timedelta(days=1)) == 0
    finally:
        begun.rollback()
        other.close()


def test_who_was_handed_it_sees_it_and_who_asked_sees_each_step(db, cast, missed, as_person) -> None:
    duty = add_person(db, "duty")
    db.session.commit()
    watcher.run_once(DUE + timedelta(days=31))
    with every_authority():
        found = queries.promises(as_person("amina"), DUE + timedelta(days=31))
    assert [to for _, to, _ in found[0].handed_up] == ["duty", "Della"]
    assert found[0].holder == "Della" and found[0].owner == "Sam"
    assert duty in [h.to_id for h in db.session.scalars(select(HandUp))]
