"""Verbs of recordings: what is stored, told and traced, and who is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g

from carerapp.audit.models import AuditRow
from carerapp.events.models import Event
from carerapp.people.models import Membership, Placement
from carerapp.recordings import queries, service
from carerapp.recordings.models import Recording, Step
from carerapp.recordings.rules import Entry
from carerapp.shell import clock
from carerapp.shell.errors import Denied, Refused
from carerapp.shell.posted import Written

EVENING = datetime(2026, 5, 5, 17, 42, tzinfo=UTC)
NOW = EVENING + timedelta(minutes=3)
WRITTEN = Written(EVENING, "Europe/London", 0)


@pytest.fixture(autouse=True)
def at_a_time(monkeypatch, app):
    """A Tuesday evening in London. The cast was loaded today, whatever today is, so links are made to have begun."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def amina(db, as_person):
    for link in (Membership, Placement):
        db.session.execute(db.update(link).values(starts_on=date(2025, 1, 1)))
    return as_person("amina")


def move_away(db, child_id: str) -> None:
    moved = db.update(Placement).where(Placement.child_id == child_id)
    db.session.execute(moved.values(ends_on=date(2026, 5, 5)))


def test_what_was_written_is_stored_whole(db, amina, cast) -> None:
    """NMS 26: what I saw, what I think and what I was told stay apart; R11: both times are kept."""
    entry = Entry(
        how="good", saw="He laughed.", think="He trusts us.", told="He ran.", told_by="School", child_said="I won!",
        went_well="Swimming", sections={"health": {"what": "A cough"}}, today_held=("laughed",), how_i_am="Fine",
        wants_help=True, help_with="Sleep",
    )  # fmt: skip
    made = service.submit(amina, cast["child:jay"], entry, Written(EVENING, "Europe/London", 60))
    db.session.expire_all()
    kept = db.session.get(Recording, made.id)
    assert (kept.saw, kept.think, kept.told, kept.told_by) == ("He laughed.", "He trusts us.", "He ran.", "School")
    assert (kept.child_said, kept.went_well, kept.how, kept.how_i_am) == ("I won!", "Swimming", "good", "Fine")
    assert kept.sections == {"health": {"what": "A cough"}}
    assert (kept.today_held, kept.today_held_version) == (["laughed"], 1)
    assert (kept.wants_help, kept.help_with) == (True, "Sleep")
    assert (kept.author_id, kept.child_id, kept.household_id) == (cast["amina"], cast["child:jay"], cast["home:rahman"])
    assert (kept.made_at, kept.sent_at, kept.skew) == (EVENING, NOW, 60)
    assert (kept.about_on, kept.day_part, kept.late, kept.amends_id) == (date(2026, 5, 5), "evening", False, None)


def test_sending_tells_the_others_and_leaves_a_trace(db, amina, cast) -> None:
    """S1-4.3-10: it goes to the supervising social worker; R18: no trace, no recording."""
    made = service.submit(amina, cast["child:jay"], Entry(how="hard", saw="A hard night.", wants_help=True), WRITTEN)
    event = db.session.scalar(db.select(Event).where(Event.subject_id == made.id, Event.tag == "recording:submitted"))
    assert (event.actor_id, event.child_id, event.household_id) == (made.author_id, made.child_id, made.household_id)
    assert (event.data["how"], event.data["wants_help"], event.data["head"]) == ("hard", True, "A hard night.")
    trace = db.session.scalar(db.select(AuditRow).where(AuditRow.thing == made.id))
    assert (trace.kind, trace.what, trace.actor_id) == ("wrote", "recording:submitted", amina.person_id)


def test_several_about_one_evening_are_fine(db, amina, cast) -> None:
    made = {service.submit(amina, cast["child:jay"], Entry(how="ok"), WRITTEN).id for _ in range(3)}
    assert len(made) == 3


@pytest.mark.parametrize(
    "whose", ["child:leo", "child:kit", "home:rahman", "nobody", "", "\ud800", "x" * 300, "a\x00b"]
)
def test_nobody_writes_about_a_child_who_does_not_live_with_them(db, amina, cast, whose: str) -> None:
    """S1: next door's, another authority's, no child at all: the same answer, and a trace of the refusal."""
    with pytest.raises(Denied):
        service.submit(amina, cast.get(whose, whose), Entry(how="ok"), WRITTEN)
    assert len(g.denials) == 1
    assert db.session.query(Recording).count() == 0


@pytest.mark.parametrize("slug", ["sam", "cora", "ivo", "della", "tom", "pat", "ada", "jay", "zed"])
def test_only_carers_write(db, as_person, cast, slug: str) -> None:
    with pytest.raises(Denied):
        service.submit(as_person(slug), cast["child:jay"], Entry(how="ok"), WRITTEN)


def test_after_a_move_the_refusal_says_why_and_whom_to_ring(db, amina, as_person, cast) -> None:
    """S3: on the day a child moves, the old home's right to write ends; the words stay with their author."""
    move_away(db, cast["child:jay"])
    with pytest.raises(Refused) as no:
        service.submit(as_person("amina"), cast["child:jay"], Entry(saw="words"), WRITTEN)
    assert no.value.status == 404 and not isinstance(no.value, Denied)
    assert "Jay does not live with you now" in no.value.reason and "Sam or " in no.value.reason
    assert "still on this phone" in no.value.reason and "999" not in no.value.reason
    assert len(g.denials) == 1
    assert db.session.query(Recording).count() == 0


def test_a_day_to_come_and_a_day_before_birth_are_refused(db, amina, cast) -> None:
    for wrong, reason in ((date(2026, 5, 6), "not come yet"), (date(202, 5, 3), "not born yet")):
        with pytest.raises(Refused, match=reason) as no:
            service.submit(amina, cast["child:jay"], Entry(how="ok", about_on=wrong), WRITTEN)
        assert (no.value.status, no.value.field) == (422, "about_on")


@pytest.mark.parametrize("ahead", [86_400, -86_400, 5 * 365 * 86_400, -5 * 365 * 86_400])
def test_a_phone_with_a_wrong_clock_is_never_refused(db, amina, cast, ahead: int) -> None:
    """R11: a day or five years off; the day is today all the same, and the phone's own time is kept."""
    said = EVENING + timedelta(seconds=ahead)
    made = service.submit(amina, cast["child:jay"], Entry(how="ok"), Written(said, "Europe/London", ahead))
    assert (made.about_on, made.day_part, made.late, made.made_at) == (date(2026, 5, 5), "evening", False, said)


def test_a_draft_of_yesterday_evening_is_about_yesterday(db, amina, cast) -> None:
    """R2: the draft came back in the morning, and its "today" is the day on which it was begun."""
    begun = datetime(2026, 5, 4, 20, 30, tzinfo=UTC)
    made = service.submit(amina, cast["child:jay"], Entry(saw="words", begun=begun), WRITTEN)
    assert (made.about_on, made.day_part, made.late) == (date(2026, 5, 4), "evening", False)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_that_no_calendar_holds_is_the_time_it_came(db, amina, cast, year: int) -> None:
    said = datetime.fromisoformat(f"{year:04}-{'01-01T00:00:00+14:00' if year == 1 else '12-31T23:00:00-12:00'}")
    made = service.submit(amina, cast["child:jay"], Entry(how="ok"), Written(said, "UTC", None))
    db.session.expire_all()
    assert (made.made_at, made.about_on) == (NOW, date(2026, 5, 5))


def test_late_is_the_authoritys_own_number(db, amina, cast) -> None:
    """X-11: late_after_days is 1 in the policy file."""
    yesterday = service.submit(amina, cast["child:jay"], Entry(how="ok", days_ago=1), WRITTEN)
    before = service.submit(amina, cast["child:jay"], Entry(how="ok", about_on=date(2026, 5, 3)), WRITTEN)
    waited = Written(EVENING - timedelta(hours=25), "Europe/London", 0)
    sent_late = service.submit(amina, cast["child:jay"], Entry(how="ok"), waited)
    assert [r.late for r in (yesterday, before, sent_late)] == [False, True, True]


def test_an_addition_stands_beside_what_was_written(db, amina, cast) -> None:
    """NMS 26: entries are locked; corrections are added and never overwrite."""
    first = service.submit(amina, cast["child:jay"], Entry(saw="At six."), WRITTEN)
    added = service.amend(amina, first.id, Entry(saw="It was seven."), WRITTEN)
    again = service.amend(amina, added.id, Entry(saw="Half past."), WRITTEN)
    db.session.expire_all()
    assert first.saw == "At six." and first.amends_id is None
    assert (added.amends_id, again.amends_id) == (first.id, first.id)
    assert (added.child_id, added.household_id, added.about_on) == (first.child_id, first.household_id, first.about_on)
    came, told = (
        db.session.scalar(db.select(Event).where(Event.subject_id == one.id, Event.tag.startswith("recording:")))
        for one in (first, added)
    )
    assert (told.tag, told.caused_by, told.data["amends"]) == ("recording:amended", came.id, first.id)


def test_an_addition_is_the_authors_also_after_a_move(db, amina, as_person, cast) -> None:
    first = service.submit(amina, cast["child:jay"], Entry(saw="words"), WRITTEN)
    move_away(db, cast["child:jay"])
    assert service.amend(as_person("amina"), first.id, Entry(saw="more"), WRITTEN).amends_id == first.id


@pytest.mark.parametrize("slug", ["ben", "nia", "sam", "cora", "zed", "jay"])
def test_nobody_else_adds_to_my_words(db, amina, as_person, cast, slug: str) -> None:
    first = service.submit(amina, cast["child:jay"], Entry(saw="words"), WRITTEN)
    with pytest.raises(Denied):
        service.amend(as_person(slug), first.id, Entry(saw="more"), WRITTEN)


@pytest.mark.parametrize("what", ["nothing", "", "\ud800", "a\x00"])
def test_nothing_can_be_added_to_what_is_not_there(db, amina, what: str) -> None:
    with pytest.raises(Denied):
        service.amend(amina, what, Entry(saw="more"), WRITTEN)


def test_a_step_says_who_did_what_for_whom(db, amina, as_person, cast) -> None:
    """S1-4.3-10: who and when."""
    first = service.submit(amina, cast["child:jay"], Entry(saw="words"), WRITTEN)
    sam = as_person("sam")
    service.add_step(first, "read", sam)
    service.add_step(first, "passed_on", sam, cast["cora"])
    service.add_step(first, "replied", sam, words="Well done")
    steps = queries.steps_of([first.id])[first.id]
    assert [(s.kind, s.by, s.to, s.words) for s in steps] == [
        ("read", "Sam", "", ""),
        ("passed_on", "Sam", "Cora", ""),
        ("replied", "Sam", "", "Well done"),
    ]
    assert all(step.at == NOW for step in steps)
    with pytest.raises(ValueError, match="no such step"):
        service.add_step(first, "liked", sam)
    assert db.session.query(Step).count() == 3
