"""Asking for a meeting: its cause, its clock, and the people who must be there."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.clocks.models import Clock
from carerapp.demo.cast import BY_SLUG
from carerapp.events.models import Event
from carerapp.meetings import queries, service
from carerapp.meetings.models import Meeting, MeetingPerson
from carerapp.people.models import Allocation, Person
from carerapp.policy import load_all
from carerapp.recordings.models import Step
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from carerapp.shell.errors import Denied, Refused
from tests.makers import world
from tests.makers.sent import send
from tests.makers.statements import statements


@pytest.fixture
def sent(db, cast, as_person):
    """A hard day that Amina wrote about."""
    return send(as_person("amina"), cast["child:jay"], how="very_hard")


def people(db, meeting) -> set[tuple[str, str, str | None]]:
    rows = db.session.execute(
        select(MeetingPerson.part, MeetingPerson.role, Person.name)
        .outerjoin(Person, Person.id == MeetingPerson.person_id)
        .where(MeetingPerson.meeting_id == meeting.id)
    )
    return {tuple(row) for row in rows}


def test_it_has_its_cause_its_clock_and_its_people(db, cast, as_person, sent) -> None:
    """Issue: a meeting in state asked for with its cause, the 48 h clock, and the people who must attend."""
    now = datetime.now(UTC)
    with clock.pretend(now):
        made = service.ask(as_person("sam"), sent, " It is a third hard night. ", 1)
    assert (made.state, made.cause_id, made.why) == ("asked_for", sent.id, "It is a third hard night.")
    promise = db.session.scalars(select(Clock).where(Clock.subject_id == made.id)).one()
    assert (promise.target_at, promise.due_at) == (now + timedelta(hours=24), now + timedelta(hours=48))
    assert (promise.owner_id, promise.asked_by_id) == (cast["cora"], cast["sam"])
    assert people(db, made) == {
        ("must_attend", "carer", "Amina"),
        ("must_attend", "carer", "Ben"),
        ("must_attend", "ssw", "Sam"),
        ("must_attend", "csw", "Cora"),
        ("arranges", "csw", "Cora"),
        ("may_chair", "childcare_manager", "Tom"),
        ("may_chair", "fostering_manager", "Della"),
    }
    event = db.session.scalars(select(Event).where(Event.tag == "meeting:asked-for")).one()
    assert (event.caused_by, event.subject_id, event.data["recording"]) == (1, made.id, sent.id)
    step = db.session.scalars(select(Step).where(Step.recording_id == sent.id)).one()
    assert (step.kind, step.link) == ("meeting", f"/meetings/{made.id}")


def test_authority_2_has_its_own_clock_and_people(db, cast, as_person) -> None:
    """S2-4-02, -03, X-11: pod managers chair; five working days by choice; no target is named."""
    sent = send(as_person("zed"), cast["child:kit"])
    made = service.ask(as_person("zoe"), sent, "Early signs.")
    policy = load_all()["placement-support"]
    promise = db.session.scalars(select(Clock).where(Clock.subject_id == made.id)).one()
    assert promise.due_at == policy.clocks["meetings.convene"].times(promise.opened_at, policy.calendar).due_at
    assert promise.target_at is None
    assert people(db, made) == {
        ("must_attend", "csw", "Zara"),
        ("must_attend", "ssw", "Zoe"),
        ("must_attend", "chair", None),
        ("must_attend", "carer", "Zed"),
        ("arranges", "csw", "Zara"),
        ("may_chair", "childcare_manager", None),
        ("may_chair", "fostering_manager", "Max"),
    }


def test_a_role_that_nobody_holds_stands_without_a_name_and_the_clock_still_has_an_owner(
    db, cast, as_person, sent
) -> None:
    """S1-A1-08: it warns; it never refuses a meeting because a desk is empty."""
    row = db.session.scalars(
        select(Allocation).where(Allocation.child_id == cast["child:jay"], Allocation.role == "csw")
    ).one()
    row.ends_on = clock.today()
    db.session.commit()
    made = service.ask(as_person("sam"), sent, "Now.")
    assert ("must_attend", "csw", None) in people(db, made) and ("arranges", "csw", None) in people(db, made)
    promise = db.session.scalars(select(Clock).where(Clock.subject_id == made.id)).one()
    assert promise.owner_id == cast["della"], "a manager arranges it until somebody is allocated"


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_reason_is_needed(db, as_person, sent, why) -> None:
    with pytest.raises(Refused) as refused:
        service.ask(as_person("sam"), sent, why)
    assert (refused.value.status, refused.value.field) == (422, "meeting_why")


def test_one_recording_asks_once(as_person, sent) -> None:
    service.ask(as_person("sam"), sent, "Now.")
    with pytest.raises(Refused):
        service.ask(as_person("della"), sent, "Me too.")


@pytest.mark.parametrize(
    "who", ["amina", "ben", "nia", "sue", "cora", "carl", "tom", "ivo", "pat", "ada", "jay", "zoe", "max"]
)
def test_nobody_else_asks_from_triage(db, app, as_person, sent, who) -> None:
    with app.test_request_context(), pytest.raises(Denied):
        service.ask(as_person(who), sent, "Now.")
    assert db.session.scalars(select(Meeting)).all() == []


def test_the_list_shows_exactly_what_may_be_seen(db, cast, as_person) -> None:
    """The scope of the list and the table of permissions agree, for everybody and every meeting."""
    with every_authority():
        world.make(cast)
        db.session.commit()
        rows = db.session.scalars(select(Meeting)).all()
    assert len(rows) == 4
    for slug in BY_SLUG:
        actor = as_person(slug)
        listed = set(db.session.scalars(select(Meeting.id).where(queries.visible(actor))))
        allowed = {
            m.id
            for m in rows
            if permitted(actor, Permission.MEETING_SEE, Facts(m.authority_id, m.child_id, m.household_id))
        }
        assert listed == allowed, slug
        assert queries.asked_for(actor) == len(listed)


def test_pages_make_few_statements_however_many_there_are(db, cast, as_person) -> None:
    amina, counts = as_person("amina"), []
    for _ in range(2):
        for _ in range(14):
            service.ask(as_person("sam"), send(amina, cast["child:jay"]), "Now.")
        sam = as_person("sam")
        with statements(db.engine) as made:
            page = queries.page(sam)
        counts.append(len([text for text in made if text.startswith("SELECT")]))
    assert counts == [1, 1] and page.more
    rest = queries.page(sam, before=page.lines[-1].id)
    assert len(page.lines) == 25 and len(rest.lines) == 3 and not rest.more
