"""A child's page and chronology, for whom they are, and what a carer's phone may keep of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from carerapp.audit.models import AuditRow
from carerapp.chronology import queries
from carerapp.events.models import Event
from carerapp.people.models import Allocation
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from carerapp.triage import service as triage
from carerapp.triage.rules import Choice
from tests.makers import world
from tests.makers.sent import send
from tests.makers.statements import statements


@pytest.fixture
def story(db, cast, as_person) -> dict[str, str]:
    """Recording, decision, meeting: what happened around Jay this week."""
    made = send(as_person("amina"), cast["child:jay"], saw="JAYWORDS", how="very_hard")
    chosen = Choice(
        frozenset({"pass_on", "meeting", "chronology"}), {"meeting": "WHYWORDS", "chronology": "ENTRYWORDS"}
    )
    triage.decide(as_person("sam"), made.id, chosen, "")
    db.session.commit()
    return {"recording": made.id, "child": cast["child:jay"]}


@pytest.fixture
def moved(db, cast, as_person) -> dict[str, world.Story]:
    """Rae lived with Nia until yesterday and lives with Amina from today."""
    with every_authority():
        made = world.make(cast)
        db.session.commit()
    return made


def test_the_childs_page_says_who_is_around(client_of, story) -> None:
    page = client_of("cora").get(f"/children/{story['child']}").text
    for name in ("Jay", "12 years old", "Amina and Ben&#39;s home", "Amina", "Ben", "Sam", "Cora", "Ivo"):
        assert name in page, name
    assert "supervising social worker" in page and "JAYWORDS" in page and "WHYWORDS" in page
    assert f"/children/{story['child']}/chronology" in page and "Write about" not in page


def test_a_carers_page_invites_to_write_and_may_be_kept_under_a_passkey(client_of, story) -> None:
    """Design section 7: what stands about the household is not for a phone that a PIN alone opens."""
    answer = client_of("amina").get(f"/children/{story['child']}")
    assert f"/recordings/new?child={story['child']}" in answer.text and "/chronology" not in answer.text
    assert answer.headers["X-Hold"] == "passkey" and answer.headers["X-Hold-Scope"] == f"child:{story['child']}"
    assert "X-Hold" not in client_of("sam").get(f"/children/{story['child']}").headers


def test_an_empty_desk_is_said(client_of, db, cast, story) -> None:
    row = db.session.scalars(
        select(Allocation).where(Allocation.child_id == story["child"], Allocation.role == "csw")
    ).one()
    row.ends_on = clock.today()
    db.session.commit()
    assert (
        "Nobody is the child&#39;s social worker just now." in client_of("sam").get(f"/children/{story['child']}").text
    )


@pytest.mark.parametrize(
    ("who", "page", "chronology"),
    [(None, 302, 302), ("amina", 200, 404), ("ben", 200, 404), ("sam", 200, 200), ("cora", 200, 200), ("ivo", 200, 200),
     ("della", 200, 200), ("tom", 200, 200), ("nia", 404, 404), ("sue", 404, 404), ("carl", 404, 404),
     ("pat", 404, 404), ("quinn", 404, 404), ("tess", 404, 404), ("ada", 404, 404), ("jay", 404, 404),
     ("mia", 404, 404), ("zed", 404, 404), ("zoe", 404, 404), ("zara", 404, 404), ("max", 404, 404)],
)  # fmt: skip
def test_who_may_see_a_child(client_of, story, who, page, chronology) -> None:
    client = client_of(who)
    assert client.get(f"/children/{story['child']}").status_code == page
    assert client.get(f"/children/{story['child']}/chronology").status_code == chronology


def test_a_carer_sees_nothing_of_the_home_before(client_of, moved) -> None:
    """A move: the new home's view begins today, and what the old home wrote is not part of it."""
    rae = moved["ended"].child
    page = client_of("amina").get(f"/children/{rae}").text
    assert "Rae" in page and "ENDEDWORDS" not in page
    assert client_of("nia").get(f"/children/{rae}").status_code == 404
    assert "ENDEDWORDS" in client_of("cora").get(f"/children/{rae}").text


def test_the_chain_from_recording_to_meeting_can_be_followed(client_of, story) -> None:
    """Design section 5, step 7: recording, decision, meeting, each with what caused it."""
    page = client_of("cora").get(f"/children/{story['child']}/chronology").text
    order = ["Sam asked for a meeting", "ENTRYWORDS", "Sam passed it to", "Sam decided:", "Sam read", "JAYWORDS"]
    places = [page.index(words) for words in order]
    assert places == sorted(places), "newest first"
    assert "Because of Sam&#39;s decision" in page and "Because of what Amina wrote" in page
    assert f"/recordings/{story['recording']}" in page and "/meetings/" in page


@pytest.mark.parametrize(
    ("kind", "there", "not_there"),
    [
        ("days", ["JAYWORDS"], ["asked for a meeting", "ENTRYWORDS"]),
        ("meetings", ["asked for a meeting"], ["JAYWORDS", "ENTRYWORDS"]),
        ("decisions", ["ENTRYWORDS", "Sam decided"], ["JAYWORDS"]),
        ("moves", ["Nothing here yet"], ["JAYWORDS"]),
        ("no such kind", ["JAYWORDS", "ENTRYWORDS"], []),
    ],
)
def test_it_can_be_narrowed(client_of, story, kind, there, not_there) -> None:
    page = client_of("cora").get(f"/children/{story['child']}/chronology", query_string={"kind": kind}).text
    assert all(words in page for words in there) and not any(words in page for words in not_there)


def test_who_works_with_homes_reads_their_own_homes_days_only(db, cast, as_person, moved) -> None:
    """Sue gets Amina's home: Rae's moves and meetings are hers to know, what Nia wrote then is not."""
    rae, ada = moved["ended"].child, as_person("ada")
    from carerapp.people import service as people

    people.allocate(ada, cast["sue"], "ssw", clock.today(), household_id=cast["home:rahman"])
    db.session.commit()
    seen = {line.tag for line in queries.chronology(as_person("sue"), rae).lines}
    assert not seen & {"recording:submitted", "recording:read", "recording:decided", "recording:passed-on"}
    assert "recording:submitted" in {line.tag for line in queries.chronology(as_person("cora"), rae).lines}


def test_a_look_leaves_a_trace(client_of, db, cast, story) -> None:
    cora = client_of("cora")
    cora.get(f"/children/{story['child']}"), cora.get(f"/children/{story['child']}/chronology")
    with every_authority():
        db.session.rollback()
        rows = db.session.scalars(select(AuditRow).where(AuditRow.kind == "saw").order_by(AuditRow.id)).all()
    assert [(row.what, row.child_id) for row in rows] == [("child", story["child"]), ("chronology", story["child"])]


def test_pages_go_on_where_they_stopped(client_of, db, cast, as_person) -> None:
    amina, ago = as_person("amina"), clock.now() - timedelta(days=2)
    for number in range(60):
        send(amina, cast["child:jay"], at=ago + timedelta(minutes=number), saw=f"WORDS{number:02}.")
    cora, address = client_of("cora"), f"/children/{cast['child:jay']}/chronology?kind=days"
    first = cora.get(address).text
    assert "WORDS59" in first and "WORDS10" in first and "WORDS09." not in first
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    rest = cora.get(older).text
    assert "WORDS09." in rest and "WORDS00." in rest and "WORDS10" not in rest and "kind=days" in older


def test_torn_addresses(client_of, story) -> None:
    cora = client_of("cora")
    for path in ("/children/x", "/children/" + "0" * 26 + "/chronology", "/children/%00", "/children/" + "a" * 300):
        assert cora.get(path).status_code == 404, path
    for before in ("x", "-1", "9" * 40, "²", "%00"):
        assert cora.get(f"/children/{story['child']}/chronology?before={before}").status_code == 200


def test_pages_make_few_statements_however_much_happened(app, client_of, db, cast, as_person) -> None:
    """performance.md P3: the same number for one line and for fifty."""
    amina, counts = as_person("amina"), []
    for more in (1, 40):
        for _ in range(more):
            made = send(amina, cast["child:jay"])
        triage.decide(as_person("sam"), made.id, Choice(frozenset({"pass_on"})), "")
        db.session.commit()
        client = client_of("cora")
        for path in ("", "/chronology"):
            client.get(f"/children/{cast['child:jay']}{path}")
            with statements(db.engine) as asked:
                client.get(f"/children/{cast['child:jay']}{path}")
            counts.append(len([text for text in asked if text.startswith("SELECT")]))
    assert counts[:2] == counts[2:] and max(counts) <= 6, counts


def test_the_app_gets_the_inside_only(client_of, story) -> None:
    for path in ("", "/chronology"):
        inside = client_of("cora").get(f"/children/{story['child']}{path}", headers={"HX-Request": "true"}).text
        assert "<html" not in inside and "JAYWORDS" in inside


def test_nothing_is_read_but_events(db, cast, as_person, story) -> None:
    """The chronology shows what events hold: a recording without one is not there."""
    world.make_recording("south-gloucestershire", story["child"], cast["home:rahman"], cast["amina"], "UNTOLD")
    db.session.commit()
    lines = queries.chronology(as_person("cora"), story["child"]).lines
    assert len(lines) == len(db.session.scalars(select(Event).where(Event.child_id == story["child"])).all())
    assert "UNTOLD" not in str(lines)
