"""What came waits for a person, always, and for the right one; the page costs the same however long the queue is."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from carerapp import wiring
from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.clocks import watcher
from carerapp.clocks.models import Clock
from carerapp.demo.cast import BY_SLUG, SOUTH
from carerapp.events.log import _answers
from carerapp.events.tags import ALL
from carerapp.people import service as people
from carerapp.people.models import Allocation, Person
from carerapp.policy import load_all
from carerapp.policy.durations import due_at, parse
from carerapp.recordings.models import Recording
from carerapp.shell import clock
from carerapp.shell.db import every_authority, fence
from carerapp.triage import queries
from carerapp.triage.models import Waiting
from tests.makers import world
from tests.makers.sent import add, send, send_days
from tests.makers.statements import statements

EARLIER = clock.now() - timedelta(days=20)
"""Some weeks ago, when everybody of the cast was already where they are."""


def waiting(db, recording_id: str) -> Waiting:
    return db.session.get(Waiting, recording_id)


def test_what_is_sent_waits_for_the_households_worker_with_a_promise(db, cast, as_person) -> None:
    """S1-4.3-10: submitted to the supervising social worker, who must read it; two working days by choice (X-11)."""
    made = send(as_person("amina"), cast["child:jay"], at=EARLIER, saw="We baked bread.")
    row = waiting(db, made.id)
    assert (row.reader_id, row.head) == (cast["sam"], "We baked bread.")
    policy = load_all()["south-gloucestershire"]
    assert row.promised_at == due_at(EARLIER, parse("2 working days"), policy.calendar)
    promise = db.session.scalars(select(Clock).where(Clock.subject_id == made.id)).one()
    assert (promise.rule, promise.owner_id, promise.asked_by_id) == ("recordings.read", cast["sam"], cast["amina"])
    assert promise.due_at == row.promised_at


def test_why_it_stands_out_comes_with_it(db, cast, as_person) -> None:
    made = send_days(
        as_person,
        "amina",
        cast["child:jay"],
        [{"how": "hard"}, {"how": "hard"}, {"how": "very_hard", "wants_help": True}],
    )
    found = waiting(db, made[-1].id).reasons
    assert found[:2] == ["asked for help", "a very hard day"] and found[2].startswith("third hard night in five days")
    assert waiting(db, made[1].id).reasons == []


def test_another_homes_days_are_not_counted(db, cast, as_person) -> None:
    """A child who moved here brings no other home's nights along."""
    for ago in (1, 2):
        world.make_recording(
            "south-gloucestershire", cast["child:jay"], cast["home:prosser"], cast["nia"], "x", how="hard",
            about_on=clock.today() - timedelta(days=ago),
        )  # fmt: skip
    made = send(as_person("amina"), cast["child:jay"], how="hard")
    assert waiting(db, made.id).reasons == []


def test_what_is_added_waits_as_well_and_points_back(db, cast, as_person) -> None:
    first = send(as_person("amina"), cast["child:jay"])
    more = add(as_person("amina"), first.id, saw="He also fed the cat.")
    assert waiting(db, more.id).reasons[0].startswith("adds to ")
    assert waiting(db, first.id) is not None, "the first one still waits"


def test_without_a_worker_it_waits_for_the_manager(db, cast, as_person) -> None:
    """No owner is impossible. The manager of whoever had the home last, not just any, and they may decide on it."""
    first_manager(db, "fostering_manager")
    end_allocation(db, cast["sam"], cast["home:rahman"], clock.today())
    made = send(as_person("amina"), cast["child:jay"])
    assert waiting(db, made.id).reader_id == cast["della"]
    assert [line.id for line in queries.page(as_person("della")).lines] == [made.id]
    assert queries.entry_for(as_person("della"), made.id).waiting is not None


def first_manager(db, role: str) -> None:
    """A manager of another team, who comes first in every list."""
    db.session.add(Person(id="0" * 26, authority_id=SOUTH, name="Dot", full_name="Dot Other", role=role))
    db.session.commit()


def test_without_any_manager_it_still_waits_for_somebody(db, cast, as_person) -> None:
    end_allocation(db, cast["sam"], cast["home:rahman"], clock.today())
    for slug in ("della",):
        db.session.get(Person, cast[slug]).role = "quality"
    db.session.commit()
    made = send(as_person("amina"), cast["child:jay"])
    assert waiting(db, made.id).reader_id == cast["tom"]


def end_allocation(db, worker: str, household: str, day) -> None:
    row = db.session.scalars(
        select(Allocation).where(Allocation.worker_id == worker, Allocation.household_id == household)
    ).one()
    row.ends_on = day
    db.session.commit()


def test_a_new_worker_takes_over_what_waits_and_its_promises(db, cast, as_person) -> None:
    made = send(as_person("amina"), cast["child:jay"])
    other = send(as_person("nia"), cast["child:leo"])
    ada = as_person("ada")
    people.allocate(ada, cast["sue"], "ssw", clock.today(), household_id=cast["home:rahman"])
    db.session.commit()
    assert waiting(db, made.id).reader_id == cast["sue"]
    assert db.session.scalars(select(Clock).where(Clock.subject_id == made.id)).one().owner_id == cast["sue"]
    assert waiting(db, other.id).reader_id == cast["sam"], "Nia's home did not change hands"


def test_an_allocation_that_ends_by_itself_strands_nothing(db, cast, as_person) -> None:
    """Sue begins tomorrow, as was agreed today: nothing is recorded tomorrow, and the watcher still moves the queue."""
    made = send(as_person("amina"), cast["child:jay"])
    tomorrow = clock.now() + timedelta(days=1)
    people.allocate(as_person("ada"), cast["sue"], "ssw", tomorrow.date(), household_id=cast["home:rahman"])
    db.session.commit()
    assert waiting(db, made.id).reader_id == cast["sam"]
    with clock.pretend(tomorrow):
        assert watcher.run_once(clock.now()) == 1
        assert watcher.run_once(clock.now()) == 0
        assert waiting(db, made.id).reader_id == cast["sue"]
        assert [line.id for line in queries.page(as_person("sue")).lines] == [made.id]
        assert queries.page(as_person("sam")).lines == []


def test_the_oldest_promise_comes_first_whatever_else_is_true(db, cast, as_person) -> None:
    """S1-4.3-10: help that is asked for is shown as a reason, and the order stays the promise's."""
    late = send(as_person("amina"), cast["child:jay"], at=EARLIER + timedelta(days=2), wants_help=True, how="very_hard")
    early = send(as_person("nia"), cast["child:leo"], at=EARLIER)
    assert [line.id for line in queries.page(as_person("sam")).lines] == [early.id, late.id]


def test_pages_of_25_go_on_where_they_stopped(db, cast, as_person) -> None:
    amina = as_person("amina")
    made = [send(amina, cast["child:jay"], at=EARLIER + timedelta(minutes=i)).id for i in range(30)]
    sam = as_person("sam")
    first = queries.page(sam)
    rest = queries.page(sam, first.lines[-1].cursor)
    assert [line.id for line in (*first.lines, *rest.lines)] == made
    assert (len(first.lines), first.more, rest.more) == (25, True, False)
    assert queries.following(sam, waiting(db, made[24])) == made[25]
    assert queries.following(sam, waiting(db, made[29])) is None


@pytest.mark.parametrize("cursor", ["", "x", "1-", "-", "99999999999999999-abc", "²-abc", "1-../..", "9" * 40 + "-a"])
def test_a_torn_cursor_means_the_first_page(db, cast, as_person, cursor) -> None:
    send(as_person("amina"), cast["child:jay"])
    assert queries.page(as_person("sam"), cursor).more is False


def test_the_list_shows_exactly_what_may_be_decided_on(db, cast, as_person) -> None:
    """The scope of the list and the table of permissions agree, for everybody and every row."""
    with every_authority():
        world.make(cast)
    end_allocation(db, cast["sam"], cast["home:prosser"], clock.today())
    send(as_person("nia"), cast["child:leo"])
    with every_authority():
        rows = db.session.scalars(select(Waiting)).all()
        by_recording = {r.id: r for r in db.session.scalars(select(Recording))}
    for slug in BY_SLUG:
        actor = as_person(slug)
        listed = set(db.session.scalars(select(Waiting.recording_id).where(queries.visible(actor))))
        allowed = {
            row.recording_id
            for row in rows
            if permitted(
                actor,
                Permission.TRIAGE_DECIDE,
                Facts(
                    row.authority_id, row.child_id, row.household_id, by_recording[row.recording_id].author_id,
                    row.reader_id,
                ),
            )
        }  # fmt: skip
        assert listed == allowed, slug
        assert queries.waiting_count(actor) == len(listed)
    assert queries.waiting_count(as_person("della")) and queries.waiting_count(as_person("zoe"))


def many(db, cast, count: int) -> None:
    """Rows as they would be after `count` recordings of Sam's households that nobody has read."""
    now = clock.now()
    with every_authority():
        made = [
            {
                "id": f"r{number:06}", "authority_id": "south-gloucestershire", "child_id": cast["child:jay"],
                "household_id": cast["home:rahman"], "author_id": cast["amina"], "about_on": clock.today(),
                "day_part": "evening", "made_at": now, "made_offset": 0, "made_zone": "Europe/London", "sent_at": now,
                "how": "good", "saw": "We baked bread.", "late": False, "wants_help": False,
                "sections": {}, "today_held": [],
            }
            for number in range(count)
        ]  # fmt: skip
        db.session.execute(insert(Recording), made)
        rows = [
            {
                "recording_id": row["id"], "reader_id": cast["sam"], "promised_at": now + timedelta(seconds=number),
                "head": "We baked bread.", "reasons": [],
                **{key: row[key] for key in (
                    "authority_id", "child_id", "household_id", "sent_at", "about_on", "day_part", "author_id", "how",
                    "wants_help")},
            }
            for number, row in enumerate(made)
        ]  # fmt: skip
        db.session.execute(insert(Waiting), rows)
        db.session.commit()


@pytest.mark.parametrize("path", ["/triage/", "/triage/r000003"])
def test_the_page_makes_few_statements_and_always_as_many(app, db, cast, client_of, path) -> None:
    """Issue: at most 12 however many recordings there are; our own goal is far lower (performance.md P3)."""
    counts = []
    for size in (100, 9_900):
        fence("*")
        if size == 100:
            many(db, cast, 100)
        else:
            grow(db, cast, 10_000)
        sam, della = client_of("sam"), client_of("della")
        for client in (sam, della):
            client.get(path)
            with statements(db.engine) as made:
                page = client.get(path)
            assert page.status_code == 200 and "We baked bread." in page.text
            asked = [text for text in made if text.startswith("SELECT")]
            assert len(asked) <= 5, "\n\n".join(asked)
            counts.append((len(made), len(asked)))
    assert counts[:2] == counts[2:]
    assert all(total <= 12 for total, _ in counts)


def grow(db, cast, count: int) -> None:
    from sqlalchemy import delete

    with every_authority():
        db.session.execute(delete(Waiting))
        db.session.execute(delete(Recording))
        db.session.commit()
    many(db, cast, count)


def test_every_event_that_a_policy_names_is_wired_to_keep_its_promises() -> None:
    """What meets a clock is defined by policy: a tag that exists and is named must be listened to."""
    named = {tag for policy in load_all().values() for rule in policy.clocks.values() for tag in rule.met_by}
    assert named & ALL == set(wiring.KEEP_PROMISES)


def test_wiring_twice_answers_once(app) -> None:
    before = {tag: list(answers) for tag, answers in _answers.items()}
    wiring.connect()
    assert {tag: list(answers) for tag, answers in _answers.items()} == before
