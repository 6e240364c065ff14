"""The demo is lived through the real verbs: what they leave behind is what real use leaves, up to yesterday."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from carerapp import create_app
from carerapp.audit.models import AuditRow
from carerapp.clocks.models import Clock, HandUp
from carerapp.demo import cast, loader
from carerapp.events.models import Event
from carerapp.inbox.models import Handover
from carerapp.meetings.models import Meeting
from carerapp.people.models import Child, Household, Person
from carerapp.recordings.models import Recording, Step
from carerapp.shell.db import db, every_authority
from carerapp.triage.models import Decision, Waiting
from tests.conftest import ENV

TODAY = date(2026, 11, 22)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)
MOST_SECONDS = 20
"""Of one processor, so that what else the machine does proves nothing."""


def empty_app(folder: Path) -> Flask:
    """A server with tables and nobody in them."""
    app = create_app(ENV | {"DATA": str(folder)}, TESTING=True)
    with app.app_context():
        db.create_all()
    return app


@pytest.fixture(scope="module")
def ninety(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, float]]:
    """The whole demo, loaded once for this file; how long it took, and the database open."""
    app = empty_app(tmp_path_factory.mktemp("demo"))
    with app.app_context(), every_authority():
        began = time.process_time()
        loader.load(90, lambda line: None, TODAY)
        yield {"seconds": time.process_time() - began}
        db.session.rollback()
        db.engine.dispose()


def ids(model: type) -> dict[str, str]:
    """Ids by name."""
    return {row.name: row.id for row in db.session.scalars(select(model))}


@pytest.mark.slow
def test_it_is_quick(ninety: dict[str, float]) -> None:
    assert ninety["seconds"] < MOST_SECONDS


@pytest.mark.slow
def test_every_child_has_a_life(ninety: dict[str, float]) -> None:
    rows = db.session.execute(select(Child.name, func.count()).join(Recording).group_by(Child.name))
    assert all(65 <= count <= 90 for _, count in rows)
    amended = db.session.scalar(select(func.count()).where(Recording.amends_id.is_not(None)))
    late = db.session.scalar(select(func.count()).where(Recording.late))
    assert amended and amended >= 2
    assert late and late >= 4


@pytest.mark.slow
def test_nothing_is_from_today_or_later(ninety: dict[str, float]) -> None:
    for column in (Recording.sent_at, Step.at, Decision.at, Event.at, AuditRow.at, Clock.opened_at, HandUp.at):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None and latest < MIDNIGHT, column


@pytest.mark.slow
def test_the_newest_wait_in_each_home_with_reasons(ninety: dict[str, float]) -> None:
    waiting = db.session.execute(select(Household.name, Waiting).join(Household)).all()
    counts = Counter(home for home, _ in waiting)
    assert set(counts) == {"Amina and Ben's home", "Nia's home", "Zed's home"}
    assert all(4 <= count <= 8 for count in counts.values())
    reasons = [reason for _, row in waiting for reason in row.reasons]
    assert "asked for help" in reasons
    assert any("hard night" in reason for reason in reasons)
    undecided = select(Recording.id).where(Recording.id.not_in(select(Decision.recording_id)))
    assert {row.recording_id for _, row in waiting} == set(db.session.scalars(undecided))


@pytest.mark.slow
def test_workers_answered_passed_on_and_filed(ninety: dict[str, float]) -> None:
    kinds = dict(db.session.execute(select(Step.kind, func.count()).group_by(Step.kind)).all())
    assert kinds["replied"] > 60
    assert kinds["passed_on"] > 200
    assert kinds["filed"] > 200
    assert kinds["supervision"] > 5
    assert kinds["chronology"] == 2  # one in each authority
    assert kinds["alerted"] == 2
    cora = ids(Person)["Cora"]
    waiting = db.session.scalar(select(func.count()).where(Handover.reader_id == cora, Handover.done_at.is_(None)))
    assert waiting


@pytest.mark.slow
def test_promises_were_kept_mostly_and_the_missed_ones_handed_up(ninety: dict[str, float]) -> None:
    due = db.session.scalars(select(Clock).where(Clock.due_at < MIDNIGHT)).all()
    missed = [c for c in due if c.met_at is None or c.met_at > c.due_at]
    assert 0 < len(missed) < len(due) / 50
    assert {c.id for c in missed} <= set(db.session.scalars(select(HandUp.clock_id)))


@pytest.mark.slow
def test_only_kits_meeting_was_asked_for(ninety: dict[str, float]) -> None:
    meeting = db.session.scalars(select(Meeting)).one()
    assert meeting.child_id == ids(Child)["Kit"]
    assert meeting.asked_by_id == ids(Person)["Zoe"]
    clock = db.session.scalars(select(Clock).where(Clock.subject_id == meeting.id)).one()
    assert clock.met_at and clock.met_at < clock.due_at


@pytest.mark.slow
def test_looks_leave_their_traces(ninety: dict[str, float]) -> None:
    decisions = db.session.scalar(select(func.count()).select_from(Decision))
    looks = db.session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.kind == "saw"))
    refused = db.session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.kind == "refused"))
    assert looks > decisions > 0
    assert refused == 0


def test_same_seed_same_days(tmp_path: Path) -> None:
    def told(folder: str) -> list[tuple]:
        app = empty_app(tmp_path / folder)
        with app.app_context(), every_authority():
            assert not loader.loaded()
            loader.load(8, lambda line: None, TODAY)
            assert loader.loaded()
            columns = (Recording.sent_at, Recording.saw, Step.kind, Step.at, Step.words)
            query = select(*columns).outerjoin(Step, Step.recording_id == Recording.id).order_by(*columns)
            rows = [tuple(row) for row in db.session.execute(query)]
            db.session.rollback()
            db.engine.dispose()
        return rows

    first = told("one")
    assert first and first == told("two")


def test_a_load_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(loader.triage, "decide", fall)
    app = empty_app(tmp_path)
    with app.app_context():
        with pytest.raises(RuntimeError, match="power"):
            loader.load(8, lambda line: None, TODAY)
        assert not loader.loaded()
        db.session.rollback()
        db.engine.dispose()


def test_progress_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    app = empty_app(tmp_path)
    with app.app_context():
        loader.load(5, lines.append, TODAY)
        db.session.rollback()
        db.engine.dispose()
    assert lines[0] == "Making the people of the demo"
    assert lines[-1] == "The demo is ready"
    assert any("recordings, up to" in line for line in lines)
    assert len(cast.CAST) > 20
