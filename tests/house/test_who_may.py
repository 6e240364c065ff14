"""S1, S2, S12: who may see what, for every route and everybody; nobody meets words that are not their business.

The table is tests/house/who_may.txt; `python -m tests.house.who_may` makes it anew, and a person reads the change.
"""

import io
import re
import sqlite3
from collections import deque
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.demo.cast import BY_SLUG, CAST
from carerapp.people.models import Person
from carerapp.people.queries import actor_for
from carerapp.recordings import queries as recordings
from carerapp.recordings.models import Recording
from carerapp.shell.db import db, every_authority, fence
from tests.house import who_may
from tests.house.who_may import NOBODY, PEOPLE, STORIES, Somebody

# Whose words each person of the cast may ever meet on a page, by crawling from Today. Everything else is a leak.
MAY_MEET = {
    "amina": {"OWNWORDS"},
    "ben": {"OWNWORDS"},
    "nia": {"NEXTWORDS", "ENDEDWORDS"},  # what she wrote about Rae stays hers to read after the move
    "sam": {"OWNWORDS", "NEXTWORDS", "ENDEDWORDS"},
    "cora": {"OWNWORDS", "ENDEDWORDS"},
    "carl": {"NEXTWORDS"},
    "della": {"OWNWORDS", "NEXTWORDS", "ENDEDWORDS"},
    "tom": {"OWNWORDS", "NEXTWORDS", "ENDEDWORDS"},
    "ivo": {"OWNWORDS", "NEXTWORDS"},
    "zed": {"OTHERWORDS"},
    "zoe": {"OTHERWORDS"},
    "zara": {"OTHERWORDS"},
    "max": {"OTHERWORDS"},
}
# What is kept back meets its author and its author's manager, and nobody else: not Ben, who lives in the same home, not
# Sam or Cora, who work with it, not Tom of the other team (bars S3).
MAY_MEET_KEPT = {
    "amina": {"KEPTOWN"},
    "nia": {"KEPTNEXT", "KEPTENDED"},
    "della": {"KEPTOWN", "KEPTNEXT", "KEPTENDED"},
    "zed": {"KEPTOTHER"},
    "max": {"KEPTOTHER"},
}
ALL_WORDS = {"OWNWORDS", "NEXTWORDS", "OTHERWORDS", "ENDEDWORDS", "KEPTOWN", "KEPTNEXT", "KEPTOTHER", "KEPTENDED"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    app, ids, stories = who_may.build(str(folder))
    yield app, ids, stories, folder
    with app.app_context():
        db.engine.dispose()


def test_the_table_is_what_a_person_reviewed() -> None:
    """S1."""
    assert who_may.TABLE.read_text() == who_may.text(), "python -m tests.house.who_may, then read the diff"


def test_a_refusal_is_the_same_bytes_whatever_the_reason(world) -> None:
    """S1: not there, not yours, not your authority's: one answer."""
    app, _, stories, _ = world
    amina = Somebody(app, "amina")
    answers = set()
    for recording in (stories["next"].recording, stories["other"].recording, "0" * 26, "x"):
        answer = amina.open(f"/recordings/{recording}")
        answers.add((answer.status_code, re.sub(rb'name="csrf_token" value="[^"]+"', b"", answer.data)))
    assert len(answers) == 1 and answers.pop()[0] == 404


def _crawl(somebody: Somebody, start: str = "/", most: int = 150) -> dict[str, str]:
    """Every page this person can reach by following links."""
    seen: dict[str, str] = {}
    todo = deque([start])
    while todo and len(seen) < most:
        path = todo.popleft()
        if path in seen:
            continue
        answer = somebody.open(path)
        assert answer.status_code < 500, f"{path}: {answer.status_code}"
        seen[path] = _text_of(answer)
        if answer.mimetype == "text/html":
            todo.extend(
                link.replace("&amp;", "&").split("#")[0]
                for link in re.findall(r'href="(/[^"]*)"', seen[path])
                if not link.startswith("/static/")
            )
    return seen


def _text_of(answer) -> str:
    if answer.mimetype != "application/pdf":
        return answer.get_data(as_text=True)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)


@pytest.mark.parametrize("slug", [part.slug for part in CAST])
def test_nobody_meets_words_that_are_not_their_business(world, slug: str) -> None:
    """S2: 50 pages or one, no page of anybody holds another home's or another authority's words."""
    app, _, _, _ = world
    for path, text in _crawl(Somebody(app, slug)).items():
        met = {words for words in ALL_WORDS if words in text}
        assert met <= MAY_MEET.get(slug, set()) | MAY_MEET_KEPT.get(slug, set()), f"{slug} met {met} at {path}"
        other = "placement-support" if BY_SLUG[slug].authority.startswith("south") else "south-gloucestershire"
        for part in CAST:
            if part.authority == other and path != "/demo":
                assert part.full_name not in text, f"{slug} met {part.full_name} of the other authority at {path}"


def test_people_do_meet_the_words_that_are_their_business(world) -> None:
    """The crawl finds what it should: a crawl that finds nothing would prove nothing."""
    app, _, _, _ = world
    for slug in ("amina", "nia", "sam", "cora", "della", "zoe", "max"):
        pages = "".join(_crawl(Somebody(app, slug)).values())
        found = {words for words in ALL_WORDS if words in pages}
        assert found == MAY_MEET[slug] | MAY_MEET_KEPT.get(slug, set()), slug


def _rows(folder: Path) -> dict[str, list]:
    with sqlite3.connect(folder / "lantern.sqlite") as found:
        names = [row[0] for row in found.execute("select name from sqlite_master where type = 'table'")]
        return {name: found.execute(f"select * from {name}").fetchall() for name in names if name != "audit"}


def test_looking_changes_nothing(world) -> None:
    """S12: everybody looks at everything they can reach; only the trace of looking is new."""
    app, _, _, folder = world
    people = [Somebody(app, slug) for slug in ("amina", "sam", "cora", "della", "zed", "ada", "jay")]
    before = _rows(folder)
    for somebody in people:
        _crawl(somebody)
    after = _rows(folder)
    changed = [name for name in before if before[name] != after[name]]
    assert not changed, f"looking changed {changed}"


@pytest.mark.parametrize("slug", [part.slug for part in CAST])
def test_lists_and_the_table_of_permissions_agree(world, slug: str) -> None:
    """S1: a list's scope in SQL and the predicate in the table are the same, for every recording and everybody."""
    app, ids, _, _ = world
    with app.app_context():
        with every_authority():
            person = db.session.get(Person, ids[slug])
            everything = db.session.query(Recording).all()
            actor = actor_for(person)
        fence(actor.authority_id)
        listed = set(db.session.scalars(select(Recording.id).where(recordings.visible(actor))))
        allowed = {r.id for r in everything if permitted(actor, Permission.RECORDING_SEE, recordings.facts_of(r))}
    assert listed == allowed


def test_every_person_and_story_is_asked_about() -> None:
    table = who_may.TABLE.read_text()
    assert NOBODY in table and all(slug in table for slug in PEOPLE) and all(story in table for story in STORIES)
