"""From passed on to done: received by the right person, read, on the case system, followed up; the carer sees each."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.clocks import watcher
from carerapp.clocks.models import Clock
from carerapp.demo.cast import BY_SLUG, SOUTH
from carerapp.events.models import Event
from carerapp.inbox import queries, rules, service
from carerapp.inbox.models import Handover
from carerapp.people import service as people
from carerapp.people.models import Allocation, Child, Person
from carerapp.recordings.models import Step
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from carerapp.shell.errors import Denied, Refused
from carerapp.triage import service as triage
from carerapp.triage.rules import Choice
from tests.makers import world
from tests.makers.sent import send
from tests.makers.statements import statements


def pass_on(as_person, recording, worker: str = "sam", alert: str = "") -> None:
    chosen = Choice(frozenset({"alert"} if alert else {"pass_on"}), {"alert": alert} if alert else {})
    triage.decide(as_person(worker), recording.id, chosen, "")


@pytest.fixture
def passed(db, cast, as_person) -> Handover:
    """What Amina wrote about Jay, passed on by Sam."""
    pass_on(as_person, send(as_person("amina"), cast["child:jay"], child_said="I like it here 🙂", saw="We baked."))
    db.session.commit()
    return db.session.scalars(select(Handover)).one()


def kinds(db) -> list[str]:
    return list(db.session.scalars(select(Step.kind).order_by(Step.id)))


def clock_of(db, rule: str) -> Clock:
    return db.session.scalars(select(Clock).where(Clock.rule == rule)).one()


def end_csw(db, cast, child: str = "child:jay") -> None:
    row = db.session.scalars(
        select(Allocation).where(Allocation.child_id == cast[child], Allocation.role == "csw")
    ).one()
    row.ends_on = clock.today()
    db.session.commit()


def test_it_is_with_the_childs_worker_with_a_promise(db, cast, passed) -> None:
    """S1-4.3-11, -12: passed on to the child's social worker, who must read it."""
    assert (passed.reader_id, passed.passed_by_id) == (cast["cora"], cast["sam"])
    promise = clock_of(db, "casework.read")
    assert (promise.owner_id, promise.asked_by_id, promise.subject_id) == (cast["cora"], cast["sam"], passed.id)
    step = db.session.scalars(select(Step).where(Step.kind == "passed_on")).one()
    assert step.to_id == cast["cora"], 'the carer sees "With Cora"'


def test_without_a_worker_it_is_with_the_manager_who_can_open_it(db, cast, as_person) -> None:
    """The manager of whoever had the child last, not just any."""
    db.session.add(Person(id="0" * 26, authority_id=SOUTH, name="Dot", full_name="Dot Other", role="childcare_manager"))
    end_csw(db, cast)
    pass_on(as_person, send(as_person("amina"), cast["child:jay"]))
    db.session.commit()
    made = db.session.scalars(select(Handover)).one()
    assert made.reader_id == cast["tom"]
    assert queries.open_count(as_person("tom")) == 1
    service.mark_read(as_person("tom"), made.id)


def test_without_manager_of_that_kind_the_other_stands_in(db, cast, as_person) -> None:
    """Authority 2 has one pod manager in its cast, and Kit no social worker."""
    end_csw(db, cast, "child:kit")
    db.session.get(Person, cast["zara"]).team_id = None
    pass_on(as_person, send(as_person("zed"), cast["child:kit"]), "zoe")
    db.session.commit()
    made = db.session.scalars(select(Handover)).one()
    assert made.reader_id == cast["max"]
    service.mark_read(as_person("max"), made.id)


def test_reading_filing_following_up(db, cast, as_person, passed) -> None:
    """S1-4.3-12, -13, -14. Each is a step for the carer, an event caused by the passing on, and a kept promise."""
    cora = as_person("cora")
    service.mark_read(cora, passed.id)
    assert clock_of(db, "casework.read").met_with == "handover:read"
    assert clock_of(db, "casework.file").met_at is None
    service.file(cora, passed.id, "  Mosaic 123456 ")
    assert (passed.filed_as, clock_of(db, "casework.file").met_with) == ("Mosaic 123456", "recording:filed")
    assert passed.done_at is None
    service.follow_up(cora, passed.id, True, "Rang the school.")
    assert passed.done_at is not None and queries.open_count(cora) == 0
    assert kinds(db) == ["read", "passed_on", "case_read", "filed", "followed_up"]
    cause = db.session.scalars(select(Event).where(Event.tag == "recording:passed-on")).one()
    for tag in ("handover:read", "recording:filed", "recording:followed-up"):
        event = db.session.scalars(select(Event).where(Event.tag == tag)).one()
        assert (event.caused_by, event.data["recording"]) == (cause.id, passed.recording_id)


def test_what_was_filed_was_read(db, as_person, passed) -> None:
    service.file(as_person("cora"), passed.id, "Mosaic 1")
    assert passed.read_at and kinds(db)[-2:] == ["case_read", "filed"]


def test_reading_twice_is_reading_once(db, as_person, passed) -> None:
    cora = as_person("cora")
    service.mark_read(cora, passed.id), service.mark_read(cora, passed.id)
    assert kinds(db).count("case_read") == 1


def file(actor, handover_id: str, text: str = "x") -> None:
    service.file(actor, handover_id, text)


def follow_up(actor, handover_id: str, text: str = "x") -> None:
    service.follow_up(actor, handover_id, True, text)


@pytest.mark.parametrize("again", [file, follow_up])
def test_what_is_done_is_done_once(as_person, passed, again) -> None:
    cora = as_person("cora")
    again(cora, passed.id)
    with pytest.raises(Refused) as refused:
        again(cora, passed.id)
    assert refused.value.status == 409


@pytest.mark.parametrize("lacking", [file, follow_up])
def test_words_are_needed(db, as_person, passed, lacking) -> None:
    with pytest.raises(Refused) as refused:
        lacking(as_person("cora"), passed.id, " \n")
    assert refused.value.status == 422 and passed.read_at is None


@pytest.mark.parametrize(
    "who",
    [
        "amina",
        "ben",
        "nia",
        "sam",
        "sue",
        "carl",
        "della",
        "ivo",
        "pat",
        "quinn",
        "tess",
        "ada",
        "jay",
        "zed",
        "zoe",
        "zara",
        "max",
    ],
)
def test_nobody_else_receives_it(app, as_person, passed, who) -> None:
    with app.test_request_context():
        for verb in (service.mark_read, file, follow_up):
            with pytest.raises(Denied):
                verb(as_person(who), passed.id)


def test_an_alert_has_its_own_shorter_promise_and_reading_keeps_it(db, cast, as_person) -> None:
    """S1-4.3-04. Both promises run; both are kept by reading."""
    pass_on(as_person, send(as_person("amina"), cast["child:jay"]), alert="Ring me tonight.")
    made = db.session.scalars(select(Handover)).one()
    assert (made.alert, made.note) == (True, "Ring me tonight.")
    assert clock_of(db, "alerts.to_csw").due_at < clock_of(db, "casework.read").due_at
    service.mark_read(as_person("cora"), made.id)
    assert clock_of(db, "alerts.to_csw").met_at and clock_of(db, "casework.read").met_at


def test_alerts_stand_first_and_pages_go_on_where_they_stopped(db, cast, as_person) -> None:
    amina, now = as_person("amina"), clock.now() - timedelta(days=3)
    made = []
    for number in range(28):
        recording = send(amina, cast["child:jay"], at=now + timedelta(minutes=number))
        with clock.pretend(now + timedelta(hours=1, minutes=number)):
            pass_on(as_person, recording, alert="!" if number in (7, 26) else "")
        made.append(recording.id)
    db.session.commit()
    cora = as_person("cora")
    order = [made[7], made[26], *[id_ for n, id_ in enumerate(made) if n not in (7, 26)]]
    first = queries.page(cora)
    rest = queries.page(cora, after=first.lines[-1].cursor)
    found = [db.session.get(Handover, line.id).recording_id for line in (*first.lines, *rest.lines)]
    assert found == order and first.more and not rest.more
    inside = queries.page(cora, after=first.lines[0].cursor)
    assert [line.id for line in inside.lines[:3]] == [line.id for line in first.lines[1:4]], "after the first alert"
    service.file(cora, first.lines[0].id, "x"), service.follow_up(cora, first.lines[0].id, True, "x")
    assert [line.id for line in queries.page(cora, done=True).lines] == [first.lines[0].id]


@pytest.mark.parametrize("cursor", ["", "x", "1-2-a", "--", "1-0-", "9" * 30 + "-0-a", "1-0-../x"])
def test_a_torn_cursor_means_the_first_page(as_person, passed, cursor) -> None:
    assert len(queries.page(as_person("cora"), after=cursor).lines) == 1


def test_a_new_social_worker_takes_over_what_is_open_and_its_promises(db, cast, as_person, passed) -> None:
    people.allocate(as_person("ada"), cast["carl"], "csw", clock.today(), child_id=cast["child:jay"])
    db.session.commit()
    assert (passed.reader_id, clock_of(db, "casework.read").owner_id) == (cast["carl"], cast["carl"])
    assert (queries.open_count(as_person("carl")), queries.open_count(as_person("cora"))) == (1, 0)


def test_a_hand_over_agreed_for_tomorrow_strands_nothing(db, cast, as_person, passed) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    people.allocate(as_person("ada"), cast["carl"], "csw", tomorrow.date(), child_id=cast["child:jay"])
    db.session.commit()
    assert passed.reader_id == cast["cora"]
    with clock.pretend(tomorrow):
        assert (watcher.run_once(clock.now()), watcher.run_once(clock.now())) == (1, 0)
        with every_authority():
            assert db.session.scalars(select(Handover)).one().reader_id == cast["carl"]


def test_the_list_shows_exactly_what_may_be_acted_on(db, cast, as_person, passed) -> None:
    """The scope of the list and the table of permissions agree, for everybody and every row."""
    with every_authority():
        world.make(cast)
    end_csw(db, cast, "child:leo")
    pass_on(as_person, send(as_person("nia"), cast["child:leo"]))
    db.session.commit()
    with every_authority():
        rows = db.session.scalars(select(Handover)).all()
    for slug in BY_SLUG:
        actor = as_person(slug)
        listed = set(db.session.scalars(select(Handover.id).where(queries.visible(actor))))
        allowed = {
            h.id
            for h in rows
            if permitted(
                actor, Permission.INBOX_ACT, Facts(h.authority_id, h.child_id, h.household_id, reader_id=h.reader_id)
            )
        }
        assert listed == allowed, slug


# --- the pack ---------------------------------------------------------------------------------------------------------


def test_the_pack_has_every_word_and_a_number_of_its_own(db, cast, passed) -> None:
    """S1-4.3-13: what goes on the case system is the whole recording, with who wrote it and who passed it on."""
    pack = json.loads(passed.pack)
    assert pack["reference"] == passed.reference and passed.reference.startswith("SG-")
    assert pack["recording"]["child_said"] == "I like it here 🙂" and pack["recording"]["saw"] == "We baked."
    assert (pack["written_by"], pack["passed_on_by"]) == ("Amina Rahman", "Sam Whitlock")
    assert pack["child"]["full_name"] == "Jayden Clarke" and "steps" not in pack["recording"]
    assert rules.checksum(passed.pack) == passed.pack_hash


def test_the_pack_stays_as_it_was_when_names_change(db, cast, as_person, passed) -> None:
    before = passed.pack
    db.session.get(Child, cast["child:jay"]).full_name = "Jayden Rahman"
    db.session.get(Person, cast["amina"]).full_name = "Amina Okafor"
    db.session.commit()
    assert queries.one_for(as_person("cora"), passed.id, pack=True).handover.pack == before


def test_references_differ(db, cast, as_person) -> None:
    for _ in range(3):
        pass_on(as_person, send(as_person("amina"), cast["child:jay"]))
    assert len(set(db.session.scalars(select(Handover.reference)))) == 3


def test_pages_make_few_statements_however_many_there_are(db, cast, as_person) -> None:
    amina, counts = as_person("amina"), []
    for _ in range(2):
        for _ in range(12):
            pass_on(as_person, send(amina, cast["child:jay"]))
        cora = as_person("cora")
        with statements(db.engine) as made:
            queries.page(cora)
        counts.append(len([text for text in made if text.startswith("SELECT")]))
    assert counts == [1, 1]
