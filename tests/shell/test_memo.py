"""What was asked once: true for as long as nothing changed, and for nobody else."""

import pytest
from sqlalchemy import update

from carerapp.people.models import Person
from carerapp.people.queries import person
from carerapp.shell.db import fence, set_reading
from carerapp.shell.memo import once


@pytest.fixture
def asked(db) -> list[str]:
    return []


@pytest.fixture
def ask(asked):
    def name_of(person_id: str) -> str:
        asked.append(person_id)
        found = person(person_id)
        return found.name if found else ""

    return name_of


def test_the_same_question_is_asked_once(ask, asked, cast) -> None:
    assert [once(ask, cast[who]) for who in ("sam", "amina", "sam")] == ["Sam", "Amina", "Sam"]
    assert asked == [cast["sam"], cast["amina"]]


def rename(db, cast) -> None:
    db.session.get(Person, cast["sam"]).name = "Samuel"
    db.session.flush()


def rename_at_once(db, cast) -> None:
    db.session.execute(update(Person).where(Person.id == cast["sam"]).values(name="Samuel"))


CHANGES = [rename, rename_at_once, lambda db, cast: db.session.commit(), lambda db, cast: db.session.rollback()]


@pytest.mark.parametrize("change", CHANGES, ids=["a change", "a change of many", "a commit", "a roll-back"])
def test_it_is_asked_again_after(db, ask, asked, cast, change) -> None:
    set_reading(False)
    once(ask, cast["sam"])
    change(db, cast)
    assert once(ask, cast["sam"]) == db.session.get(Person, cast["sam"]).name
    assert len(asked) == 2


def test_another_authority_is_told_nothing_that_was_asked_before(ask, asked, cast) -> None:
    """S2."""
    assert once(ask, cast["sam"]) == "Sam"
    fence("placement-support")
    assert once(ask, cast["sam"]) == ""


def test_another_request_asks_anew(app, client_of, cast, monkeypatch) -> None:
    """Never across requests: whoever works with a home since a minute ago reads what comes now."""
    from carerapp.triage import queries

    asked, real = [], queries.reader_of
    monkeypatch.setattr(queries, "reader_of", lambda home: asked.append(home) or real(home))
    amina = client_of("amina")
    for text in ("one", "two"):
        amina.post("/recordings/", data={"child": cast["child:jay"], "saw": text}, headers={"X-App": "1"})
    assert len(asked) == 2
