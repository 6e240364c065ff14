"""What a manager decides, what comes of it, and what the author is told (R14, S3)."""

from datetime import timedelta

import pytest

from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.audit.models import AuditRow
from carerapp.clocks.models import Clock
from carerapp.events.models import Event
from carerapp.people import service as people
from carerapp.people.models import Person, Placement, Team
from carerapp.policy.dates import day_written_about
from carerapp.quarantine.queries import TOLD_LETTERS
from carerapp.recordings.models import Step
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.triage.models import Waiting
from tests.quarantine.conftest import alone, batch, decide


@pytest.fixture
def kept(client_of, house, written):
    """What Amina wrote three days ago, from before Jay moved out yesterday."""
    item = written("He laughed at supper.", days_ago=3)
    amina = client_of("amina")
    house.moves_away(days_ago=1)
    assert batch(amina, item)[0]["kept"]
    return house.kept()[0]


def test_let_in_it_is_what_it_would_have_been(client_of, house, kept, cast) -> None:
    """S3: under the author's name, about that child and that home, as of when it was written; it goes to triage."""
    assert decide(client_of("della"), kept.id, "let-in", "Written before the move.").status_code == 303
    (recording,) = house.recordings()
    assert (recording.author_id, recording.child_id, recording.household_id) == (
        cast["amina"], cast["child:jay"], cast["home:rahman"],
    )  # fmt: skip
    assert recording.saw == "He laughed at supper." and recording.late
    assert recording.about_on == day_written_about(clock.now() - timedelta(days=3))
    assert [w.reader_id for w in house.rows(Waiting)] == [cast["sam"]]
    (step,) = house.rows(Step)
    assert (step.kind, step.by_id, step.words) == ("let_in", cast["della"], "Written before the move.")
    page = client_of("sam").get(f"/recordings/{recording.id}").get_data(as_text=True)
    assert "Della let it into the record" in page and "Written before the move." in page


def test_let_in_it_is_shown_only_to_who_may_see_that_time(app, client_of, house, kept, cast) -> None:
    """S3: Jay lives with Nia now. She sees nothing that was written in his home before; his workers of today do."""
    with app.app_context(), every_authority():
        home, today = cast["home:prosser"], clock.today()
        db.session.add(
            Placement(authority_id=kept.authority_id, child_id=kept.child_id, household_id=home, starts_on=today)
        )
        db.session.commit()
    decide(client_of("della"), kept.id, "let-in")
    place = f"/recordings/{house.recordings()[0].id}"
    people = ("amina", "ben", "nia", "sam", "cora", "carl", "sue")
    seen = {slug: client_of(slug).get(place).status_code for slug in people}
    assert seen == {"amina": 200, "ben": 404, "nia": 404, "sam": 200, "cora": 200, "carl": 404, "sue": 404}


def test_an_addition_let_in_stands_with_what_it_adds_to(client_of, house, written) -> None:
    amina = client_of("amina")
    first = batch(amina, written())[0]["location"]
    addition = written() | {"path": f"{first}/amendments", "fields": {"saw": ["One thing more."]}}
    house.ends("role")
    batch(amina, addition)
    assert decide(client_of("della"), house.kept()[0].id, "let-in").status_code == 303
    added = next(r for r in house.recordings() if r.amends_id)
    assert added.amends_id == first.rpartition("/")[2] and added.saw == "One thing more."
    assert [step.recording_id for step in house.rows(Step)] == [added.id]
    assert house.decisions()[0].recording_id == added.id


@pytest.mark.parametrize("cause", ["moved", "left", "role", "paused"])
def test_whatever_ended_it_a_manager_can_let_it_in(client_of, house, written, cause) -> None:
    """S3: each cause, and words from after the end as well."""
    amina = client_of("amina")
    items = [written("before"), written("after", days_ago=0)]
    house.ends(cause)
    batch(amina, *items)
    for kept in house.kept():
        assert decide(client_of("della"), kept.id, "let-in").status_code == 303
    assert {r.saw for r in house.recordings()} == {"before", "after"}


def test_what_the_form_itself_refuses_is_said_and_nothing_is_decided(client_of, house, written) -> None:
    """A paused account's item was never looked at by its form: the manager hears why it can't go in."""
    amina = client_of("amina")
    house.ends("paused")
    item = written()
    item["fields"] |= {"told_by": ["x" * 500]}
    batch(amina, item)
    answer = decide(client_of("della"), house.kept()[0].id, "let-in")
    assert answer.status_code == 422 and "It can&#39;t go into the record as it is" in answer.get_data(as_text=True)
    assert house.recordings() == house.decisions() == []


def test_kept_out_with_a_reason_that_the_author_reads(client_of, house, kept) -> None:
    """R14: the words stay kept and readable to the manager; the author reads why, here and on the phone."""
    della, amina = client_of("della"), client_of("amina")
    assert decide(della, kept.id, "kept-out", "Ben sent the same words on Monday.").status_code == 303
    assert house.recordings() == [] and len(house.kept()) == 1
    assert "He laughed at supper." in della.get(f"/quarantine/{kept.id}").get_data(as_text=True)
    page = amina.get("/quarantine/mine").get_data(as_text=True)
    assert "Kept out by Della" in page and "Ben sent the same words on Monday." in page
    (told,) = told_to_phone(amina, kept.item_id)
    assert (told["id"], told["outcome"], told["by"]) == (kept.item_id, "kept-out", "Della")
    assert told["why"] == "Ben sent the same words on Monday."


@pytest.mark.parametrize("outcome", ["", "kept-out", "burn-it"])
def test_no_decision_without_what_it_needs(client_of, house, kept, outcome) -> None:
    assert decide(client_of("della"), kept.id, outcome).status_code == 422 and house.decisions() == []


def test_decided_once_for_good(client_of, house, kept) -> None:
    """A second manager, or a second press, changes nothing and is told so."""
    della = client_of("della")
    decide(della, kept.id, "kept-out", "Twice")
    again = decide(della, kept.id, "let-in")
    assert again.status_code == 409 and "Della has decided about this already." in again.get_data(as_text=True)
    assert house.recordings() == [] and [d.outcome for d in house.decisions()] == ["kept-out"]


def test_let_in_the_phones_receipt_stays_what_it_was(client_of, house, kept, written) -> None:
    """R4: the same receipt for the same id, for ever; what became of it comes with the pack."""
    amina = client_of("amina")
    item = {"id": kept.item_id, "path": kept.path, "fields": kept.fields, "made_at": kept.made_at, "zone": kept.zone}
    before = alone(amina, item).json
    decide(client_of("della"), kept.id, "let-in")
    assert alone(amina, item).json == before and len(house.recordings()) == 1
    (told,) = told_to_phone(amina, kept.item_id)
    assert (told["outcome"], told["location"]) == ("let-in", f"/recordings/{house.recordings()[0].id}")


def told_to_phone(client, *asked: str) -> list[dict]:
    """What a phone hears that names these items."""
    return client.get("/sync/pack", headers={"X-With-Manager": ",".join(asked)}).json["decided"]


def kept_out(client_of, house, written, evenings: int, why: str) -> list[str]:
    """So many evenings that came after the move and were kept out: their ids."""
    items = [written(f"Evening {n}.") for n in range(evenings)]
    house.moves_away()
    batch(client_of("amina"), *items)
    for kept in house.kept():
        decide(client_of("della"), kept.id, "kept-out", why)
    return [item["id"] for item in items]


def test_a_phone_that_was_away_for_long_hears_of_every_decision(client_of, house, written) -> None:
    """R14: sixty decisions, of which the first is as much news as the last; and nothing that it did not ask about."""
    amina, asked = client_of("amina"), kept_out(client_of, house, written, 60, "Twice")
    assert {told["id"] for told in told_to_phone(amina, *asked)} == set(asked)
    assert [told["id"] for told in told_to_phone(amina, asked[0], "x", "", "'")] == asked[:1]
    assert told_to_phone(amina) == amina.get("/sync/pack").json["decided"] == []
    for somebody in ("ben", "della"):
        assert told_to_phone(client_of(somebody), *asked) == []


def test_many_long_reasons_come_some_at_a_time(client_of, house, written) -> None:
    """R14: on a slow link nobody waits for a book; what was heard is not asked about again, so the rest follows."""
    amina = client_of("amina")
    missing, rounds = set(kept_out(client_of, house, written, 4, "because " * 2400)), 0
    while missing:
        told = told_to_phone(amina, *missing)
        assert told and sum(len(one["why"]) for one in told) <= TOLD_LETTERS
        missing, rounds = missing - {one["id"] for one in told}, rounds + 1
    assert rounds == 2


ELSE = ["amina", "ben", "nia", "sam", "sue", "cora", "tom", "ivo", "ada", "jay", "max", "quinn"]


@pytest.mark.parametrize("slug", ELSE)
def test_nobody_else_reads_or_decides(client_of, house, kept, slug) -> None:
    """S3: sealed from the home, its worker, the child's worker and child, the other manager, the administrator."""
    somebody = client_of(slug)
    assert somebody.get(f"/quarantine/{kept.id}").status_code == 404
    assert decide(somebody, kept.id, "let-in").status_code == 404
    for path in ("/", "/quarantine/", "/quarantine/mine", "/clocks/", f"/children/{kept.child_id}/chronology"):
        page = somebody.get(path, follow_redirects=True).get_data(as_text=True)
        assert slug == "amina" or "He laughed at supper." not in page
    assert house.recordings() == house.decisions() == []


def test_each_look_and_each_decision_leaves_a_trace(client_of, house, kept, cast) -> None:
    """S13."""
    della = client_of("della")
    della.get(f"/quarantine/{kept.id}")
    decide(della, kept.id, "let-in")
    traces = [(r.kind, r.what, r.actor_id) for r in house.rows(AuditRow) if r.thing == kept.id]
    assert ("saw", "quarantine", cast["della"]) in traces and ("wrote", "quarantine:let-in", cast["della"]) in traces
    assert ("wrote", "quarantine:kept", cast["amina"]) in traces
    (wrote,) = house.rows(AuditRow, AuditRow.what == "recording:submitted")
    assert wrote.actor_id == cast["amina"]


def test_the_decision_is_promised_and_the_promise_kept(client_of, house, kept, cast) -> None:
    """design.md section 4: three working days, owed by the manager to the author; deciding keeps it."""
    (promise,) = house.rows(Clock, Clock.rule == "quarantine.decide")
    assert (promise.owner_id, promise.asked_by_id, promise.child_id) == (cast["della"], cast["amina"], None)
    assert "Decide about words" in client_of("amina").get("/clocks/").get_data(as_text=True)
    decide(client_of("della"), kept.id, "kept-out", "Twice")
    assert house.rows(Clock, Clock.rule == "quarantine.decide")[0].met_with == "quarantine:decided"
    assert len(house.rows(Event, Event.tag == "quarantine:decided")) == 1


def test_todays_pages_say_so(client_of, house, kept) -> None:
    """The manager sees how many wait; the author sees with whom, and afterwards who decided."""
    della, amina = client_of("della"), client_of("amina")
    assert "1 recording is kept back for you" in della.get("/").get_data(as_text=True)
    assert "Something you wrote is with Della to decide" in amina.get("/").get_data(as_text=True)
    decide(della, kept.id, "let-in")
    assert "kept back" not in della.get("/").get_data(as_text=True)
    assert "Della has decided about something you wrote" in amina.get("/").get_data(as_text=True)


def test_a_new_worker_of_another_team_takes_the_decision_along(app, client_of, house, kept, cast, as_person) -> None:
    """What waits for a manager waits for the right one, promise included; the one before has it no more."""
    with app.app_context(), every_authority():
        team = Team(authority_id=kept.authority_id, name="East team")
        db.session.add(team)
        db.session.flush()
        for slug, role in (("sue", "ssw"), ("quinn", "fostering_manager")):
            person = db.session.get(Person, cast[slug])
            person.team_id, person.role = team.id, role
        db.session.commit()
    people.allocate(as_person("ada"), cast["sue"], "ssw", clock.today(), household_id=cast["home:rahman"])
    db.session.commit()
    seen = {slug: client_of(slug).get(f"/quarantine/{kept.id}").status_code for slug in ("della", "quinn")}
    assert seen == {"della": 404, "quinn": 200}
    assert house.rows(Clock, Clock.rule == "quarantine.decide")[0].owner_id == cast["quinn"]


def test_whoever_is_named_as_the_reader_never_decides_about_their_own_words(as_person) -> None:
    """S1: the table says so itself, and does not rely on who is chosen."""
    della = as_person("della")
    for author, allowed in (("somebody", True), (della.person_id, False), (None, False)):
        thing = Facts(della.authority_id, author_id=author, reader_id=della.person_id)
        assert permitted(della, Permission.QUARANTINE_DECIDE, thing) is allowed
