"""What may be seen is one rule written twice, and a page costs the same however much was written."""

from datetime import timedelta

import pytest

from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.people.models import Placement
from carerapp.recordings import queries
from carerapp.recordings.models import Recording, Step
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from tests.cast import CAST
from tests.makers import world
from tests.makers.statements import statements


@pytest.fixture
def everything(db, cast):
    """Four stories, what both carers of a home wrote, and a child who moved on."""
    stories = world.make(cast)
    south, jay, home = "south-gloucestershire", cast["child:jay"], cast["home:rahman"]
    world.make_recording(south, jay, home, cast["ben"], "Ben's words")
    world.make_recording(south, cast["child:mia"], home, cast["amina"], "Mia's day")
    world.make_recording(south, stories["ended"].child, home, cast["amina"], "Rae's first day here")
    world.make_recording(south, cast["child:leo"], home, cast["amina"], "Leo once stayed here")
    db.session.commit()
    return stories


@pytest.mark.parametrize("slug", [part.slug for part in CAST])
@pytest.mark.parametrize("moved", [False, True])
def test_the_list_and_the_rule_agree(everything, db, as_person, cast, slug: str, moved: bool) -> None:
    """S1, S2: for every person of the cast and every recording there is, before and after a move."""
    if moved:
        gone = db.update(Placement).where(Placement.child_id == cast["child:jay"])
        db.session.execute(gone.values(ends_on=clock.today()))
    with every_authority():
        all_of_them = db.session.scalars(db.select(Recording)).all()
    actor = as_person(slug)
    allowed = {r.id for r in all_of_them if permitted(actor, Permission.RECORDING_SEE, queries.facts_of(r))}
    seen = set(db.session.scalars(db.select(Recording.id).where(queries.visible(actor))))
    assert seen == allowed
    assert {line.id for line in queries.page(actor).lines} == allowed
    assert len(all_of_them) == 8


def test_an_authority_may_say_that_words_go_with_the_child(everything, db, as_person, cast, monkeypatch) -> None:
    """policy: keep_after_move and export_after_move; both shipped policies say yes."""
    from dataclasses import replace

    from carerapp.policy import registry

    leo = db.session.scalar(db.select(Recording).where(Recording.saw == "Leo once stayed here"))
    amina = as_person("amina")
    policy = registry.policy_of(amina.authority_id)
    rules = replace(policy.recordings, keep_after_move=False)
    monkeypatch.setitem(registry._policies, policy.key, replace(policy, recordings=rules))
    assert leo.id not in {line.id for line in queries.page(amina).lines}
    assert leo.id not in {one.recording.id for one in queries.everything_by(amina)}
    with pytest.raises(queries.Denied):
        queries.one(amina, leo.id)
    rules = replace(policy.recordings, export_after_move=False)
    monkeypatch.setitem(registry._policies, policy.key, replace(policy, recordings=rules))
    assert leo.id in {line.id for line in queries.page(amina).lines}
    assert leo.id not in {one.recording.id for one in queries.everything_by(amina)}


@pytest.mark.parametrize("page", ["/", "/recordings/", "/recordings/?child={jay}", "/recordings/{one}",
                                  "/recordings/calendar?child={jay}", "/recordings/new?child={jay}"])  # fmt: skip
@pytest.mark.parametrize("slug", ["amina", "sam"])
def test_a_page_makes_the_same_statements_at_10_rows_and_at_200(db, cast, client_of, page: str, slug: str) -> None:
    """performance.md 3: few statements, built once. At most four of the room's own."""
    south, jay, home = "south-gloucestershire", cast["child:jay"], cast["home:rahman"]
    client, counted = client_of(slug), []
    first = None
    for rows in (10, 190):
        for number in range(rows):
            about = {"about_on": clock.today() - timedelta(days=number % 3), "amends_id": first if number % 2 else None}
            one = world.make_recording(south, jay, home, cast["amina"], f"Words {number}", **about)
            first = first or one.id
            for kind in ("read", "replied"):
                db.session.add(
                    Step(authority_id=south, recording_id=one.id, kind=kind, at=clock.now(), by_id=cast["sam"])
                )
        db.session.commit()
        address = page.format(jay=jay, one=first)
        client.get(address)
        with statements(db.engine) as made:
            answer = client.get(address)
        if answer.status_code == 404:
            return
        counted.append([statement for statement in made if "FROM recording" in statement])
        total = len(made)
    assert len(counted[0]) == len(counted[1]) <= 4
    assert total <= 12, made
