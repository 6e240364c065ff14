"""Reading and deciding: each step reaches the carer, each part is an event, and nobody decides over somebody else."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from carerapp.audit.models import AuditRow
from carerapp.clocks.models import Clock
from carerapp.events.models import Event
from carerapp.inbox.models import Handover
from carerapp.meetings.models import Meeting
from carerapp.people import service as people
from carerapp.people.models import Person
from carerapp.people.queries import actor_for
from carerapp.recordings.models import Step
from carerapp.shell import clock
from carerapp.shell.db import every_authority, fence
from carerapp.shell.errors import Denied, Refused
from carerapp.triage import queries, service
from carerapp.triage.models import Decision, Waiting
from carerapp.triage.rules import Choice
from tests.makers.sent import add, send


def choice(*outcomes: str, because: str = "", **words: str) -> Choice:
    return Choice(frozenset(outcomes), words, because)


@pytest.fixture
def sent(db, cast, as_person):
    """What Amina wrote about Jay this evening."""
    return send(as_person("amina"), cast["child:jay"])


def steps(db, recording) -> list[str]:
    return [s.kind for s in db.session.scalars(select(Step).where(Step.recording_id == recording.id).order_by(Step.id))]


def events(db, tag: str) -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.tag == tag).order_by(Event.id)))


def clocks_of(db, subject_id: str) -> dict[str, Clock]:
    return {c.rule: c for c in db.session.scalars(select(Clock).where(Clock.subject_id == subject_id))}


def test_reading_is_a_step_an_event_and_a_kept_promise(db, cast, as_person, sent) -> None:
    """S1-4.3-10: who read it and when is recorded, and seen by the carer; a decision is then owed, with a clock."""
    sam = as_person("sam")
    service.mark_read(sam, sent.id)
    assert steps(db, sent) == ["read"]
    found = clocks_of(db, sent.id)
    assert found["recordings.read"].met_by_id == cast["sam"] and found["recordings.read"].met_with == "recording:read"
    assert found["recordings.pass_on"].met_at is None and found["recordings.pass_on"].owner_id == cast["sam"]
    read, came = events(db, "recording:read")[0], events(db, "recording:submitted")[0]
    assert (read.caused_by, read.actor_id) == (came.id, cast["sam"])
    assert db.session.get(Waiting, sent.id).read_at is not None, "it stays in the queue until somebody decides"
    assert db.session.scalars(select(AuditRow).where(AuditRow.what == "recording:read")).one().actor_id == cast["sam"]


def test_reading_twice_is_reading_once(db, as_person, sent) -> None:
    sam = as_person("sam")
    service.mark_read(sam, sent.id), service.mark_read(sam, sent.id)
    assert steps(db, sent) == ["read"] and len(events(db, "recording:read")) == 1


@pytest.mark.parametrize(
    "who",
    ["amina", "ben", "nia", "sue", "cora", "carl", "tom", "ivo", "pat", "quinn", "tess", "ada", "jay", "zoe", "max"],
)
def test_nobody_else_reads_or_decides(db, as_person, sent, app, who) -> None:
    with app.test_request_context():
        for verb in (
            lambda a: service.mark_read(a, sent.id),
            lambda a: service.decide(a, sent.id, choice("pass_on"), ""),
        ):
            with pytest.raises(Denied):
                verb(as_person(who))
    assert steps(db, sent) == []


@pytest.mark.parametrize("recording_id", ["", "x", "0" * 26, "../../etc", "a" * 500, "\x00"])
def test_what_is_not_there_is_refused_as_what_is_not_yours(db, app, as_person, sent, recording_id) -> None:
    with app.test_request_context(), pytest.raises(Denied):
        service.mark_read(as_person("sam"), recording_id)


def test_passing_on_reaches_the_childs_worker_and_the_carer_sees_it(db, cast, as_person, sent) -> None:
    """S1-4.3-11, in one decision: read, decided, passed on; the queue's row goes and the decision stays."""
    service.decide(as_person("sam"), sent.id, choice("pass_on"), "")
    assert steps(db, sent) == ["read", "passed_on"]
    handover = db.session.scalars(select(Handover)).one()
    assert (handover.recording_id, handover.reader_id, handover.alert) == (sent.id, cast["cora"], False)
    assert db.session.get(Waiting, sent.id) is None
    decided, passed = events(db, "recording:decided")[0], events(db, "recording:passed-on")[0]
    assert decided.caused_by == events(db, "recording:submitted")[0].id and passed.caused_by == decided.id
    assert all(c.met_at for c in clocks_of(db, sent.id).values())


def test_every_outcome_at_once(db, cast, as_person, sent) -> None:
    service.decide(
        as_person("sam"),
        sent.id,
        choice(
            "reply", "pass_on", "supervision", "alert", "chronology", "meeting",
            reply="Thank you, Amina.", alert="He said he wants to leave.", chronology="Jay slept at a friend's.",
            meeting="Two hard weeks.",
        ),
        "",
    )  # fmt: skip
    assert steps(db, sent) == ["read", "replied", "passed_on", "alerted", "supervision", "chronology", "meeting"]
    decided = events(db, "recording:decided")[0]
    for tag in ("alert:raised", "recording:passed-on", "supervision:raised", "chronology:entered", "meeting:asked-for"):
        assert [e.caused_by for e in events(db, tag)] == [decided.id], tag
    assert events(db, "chronology:entered")[0].data["words"] == "Jay slept at a friend's."
    assert db.session.scalars(select(Meeting)).one().why == "Two hard weeks."
    kept = db.session.scalars(select(Decision)).one()
    assert kept.words["reply"] == "Thank you, Amina." and kept.by_id == cast["sam"]


def test_what_the_carer_is_shown_of_a_decision(db, as_person, sent) -> None:
    """The answer is hers to read. What goes to other workers, in an alert or a chronology, is not on her page."""
    service.decide(
        as_person("sam"), sent.id, choice("reply", "alert", "chronology", reply="R", alert="A", chronology="C"), ""
    )
    shown = {s.kind: s.words for s in db.session.scalars(select(Step))}
    assert shown == {"read": "", "replied": "R", "passed_on": "", "alerted": "", "chronology": ""}


def test_an_alert_is_passed_on_and_urgent(db, cast, as_person, sent) -> None:
    """S1-4.3-04: nobody is alerted to what they can't read."""
    service.decide(as_person("sam"), sent.id, choice("alert", alert="Please ring tonight."), "")
    handover = db.session.scalars(select(Handover)).one()
    assert handover.alert and handover.note == "Please ring tonight."
    assert set(clocks_of(db, handover.id)) == {"casework.read", "alerts.to_csw"}


def test_nothing_more_is_a_decision_too_with_its_reason(db, as_person, sent) -> None:
    made = service.decide(as_person("sam"), sent.id, choice("nothing_more", because="Cora was there."), "")
    assert (made.outcomes, made.not_passed_because) == (["nothing_more"], "Cora was there.")
    assert steps(db, sent) == ["read", "nothing_more"] and db.session.scalars(select(Handover)).all() == []
    assert all(c.met_at for c in clocks_of(db, sent.id).values()), "deciding keeps the promise to pass on or decide"


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (choice(), "outcomes"),
        (choice("nothing_more", "pass_on"), "outcomes"),
        (choice("supervision"), "not_passed_because"),
        (choice("pass_on", "meeting"), "meeting_why"),
    ],
)
def test_a_decision_that_lacks_something_changes_nothing(db, as_person, sent, chosen, field) -> None:
    """The verb asks the rules itself: not every caller is the form."""
    with pytest.raises(Refused) as refused:
        service.decide(as_person("sam"), sent.id, chosen, "")
    assert (refused.value.status, refused.value.field) == (422, field)
    assert steps(db, sent) == [] and db.session.get(Waiting, sent.id).read_at is None


def test_the_second_to_decide_is_told_what_the_first_decided(db, cast, as_person, sent) -> None:
    """Sam and his manager open it at the same moment."""
    service.decide(as_person("sam"), sent.id, choice("pass_on"), "")
    with pytest.raises(service.DecidedMeanwhile) as newer:
        service.decide(as_person("della"), sent.id, choice("pass_on", "reply", reply="Mine"), "")
    assert [made.by for made in newer.value.decisions] == ["Sam"]
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_something_more_may_be_decided_later(db, as_person, sent) -> None:
    """A meeting asked for two days after it was passed on: passed on once, and no reason is asked for a second time."""
    sam = as_person("sam")
    first = service.decide(sam, sent.id, choice("pass_on"), "")
    service.decide(sam, sent.id, choice("meeting", meeting="It was a third hard night."), first.id)
    assert len(db.session.scalars(select(Meeting)).all()) == 1
    assert len(events(db, "recording:passed-on")) == 1
    assert [made.outcomes for made in queries.decisions_of(sent.id)] == [["pass_on"], ["meeting"]]


def test_an_alert_after_it_was_passed_on_makes_the_same_handover_urgent(db, as_person, sent) -> None:
    sam = as_person("sam")
    first = service.decide(sam, sent.id, choice("pass_on"), "")
    service.decide(sam, sent.id, choice("alert", alert="It got worse."), first.id)
    handover = db.session.scalars(select(Handover)).one()
    assert handover.alert and handover.note == "It got worse."
    assert steps(db, sent) == ["read", "passed_on", "alerted"]


def test_a_manager_decides_for_the_team_and_is_named(db, cast, as_person, sent) -> None:
    service.decide(as_person("della"), sent.id, choice("pass_on"), "")
    assert {s.by_id for s in db.session.scalars(select(Step))} == {cast["della"]}


def test_who_lost_the_household_today_no_longer_decides_on_it(db, cast, app, as_person, sent) -> None:
    people.allocate(as_person("ada"), cast["sue"], "ssw", clock.today(), household_id=cast["home:rahman"])
    db.session.commit()
    with app.test_request_context(), pytest.raises(Denied):
        service.decide(as_person("sam"), sent.id, choice("pass_on"), "")
    service.decide(as_person("sue"), sent.id, choice("pass_on"), "")


def test_what_was_added_is_decided_on_by_itself(db, as_person, sent) -> None:
    more = add(as_person("amina"), sent.id, saw="He also fed the cat.")
    service.decide(as_person("sam"), sent.id, choice("pass_on"), "")
    assert db.session.get(Waiting, more.id) is not None
    service.decide(as_person("sam"), more.id, choice("pass_on"), "")
    assert len(db.session.scalars(select(Handover)).all()) == 2


def test_time_passes_between_reading_and_deciding(db, cast, as_person, sent) -> None:
    sam = as_person("sam")
    service.mark_read(sam, sent.id)
    with clock.pretend(clock.now() + timedelta(hours=3)):
        service.decide(sam, sent.id, choice("pass_on"), "")
    assert steps(db, sent) == ["read", "passed_on"]


def test_two_who_decide_at_the_very_same_moment(app, db, cast, as_person, sent) -> None:
    """Two threads, two connections: one decides, the other is told so, and nothing is done twice."""
    db.session.commit()
    start, answers = threading.Barrier(2), []

    def decide(slug: str) -> None:
        with app.app_context():
            with every_authority():
                actor = actor_for(db.session.scalar(select(Person).where(Person.slug == slug)))
            db.session.rollback()
            fence(actor.authority_id)
            start.wait()
            try:
                service.decide(actor, sent.id, choice("pass_on"), "")
                db.session.commit()
                answers.append("decided")
            except service.DecidedMeanwhile:
                db.session.rollback()
                answers.append("told")

    both = [threading.Thread(target=decide, args=(slug,)) for slug in ("sam", "della")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(answers) == ["decided", "told"]
    assert steps(db, sent) == ["read", "passed_on"]
