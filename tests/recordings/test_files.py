"""What a carer takes away: every word they ever wrote, as data and on paper, also after a move."""

import io
import json
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from carerapp.audit.models import AuditRow
from carerapp.people.models import Placement
from carerapp.recordings.models import Step
from carerapp.shell import clock
from tests.makers.world import make_recording

SOUTH = "south-gloucestershire"


@pytest.fixture
def written(db, cast):
    """A year ago and yesterday, about Jay and Mia; and Ben's, which are not Amina's to take."""
    home = cast["home:rahman"]
    old = make_recording(
        SOUTH, cast["child:jay"], home, cast["amina"], "Jay swam 😀 two lengths.\nTwice.",
        about_on=date(2025, 5, 3), child_said="I did it!", told="He was kind.", told_by="Mr Hughes", think="Proud.",
        sections={"health": {"medicine": "Inhaler, 2 puffs"}, "visits": {"alone": "yes"}}, how_i_am="Tired.",
        today_held=["proud", "upset"], wants_help=True, help_with="An evening off", late=True,
    )  # fmt: skip
    make_recording(
        SOUTH, cast["child:jay"], home, cast["amina"], "It was three.", amends_id=old.id, about_on=date(2025, 5, 3)
    )
    make_recording(SOUTH, cast["child:mia"], home, cast["amina"], "Mia drew a ትግርኛ lantern.")
    make_recording(SOUTH, cast["child:jay"], home, cast["ben"], "Ben's own words.")
    make_recording("placement-support", cast["child:kit"], cast["home:halloran"], cast["zed"], "Zed's words.")
    steps = [("read", None, ""), ("replied", None, "Well *done*"), ("passed_on", cast["cora"], "")]
    for kind, to, words in steps:
        db.session.add(Step(authority_id=SOUTH, recording_id=old.id, kind=kind, at=clock.now(), by_id=cast["sam"],
                            to_id=to, words=words))  # fmt: skip
    moved = db.update(Placement).where(Placement.child_id == cast["child:jay"])
    db.session.execute(moved.values(ends_on=clock.today() - timedelta(days=1)))
    db.session.commit()
    return old


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_json_holds_every_word_and_what_came_of_it(client_of, written) -> None:
    """S1-A3.5-10, X-09: one source; MIRRA M-5: not locked to one supplier. Also after a move."""
    answer = client_of("amina").get("/files/recordings.json")
    assert answer.mimetype == "application/json" and "no-store" in answer.headers["Cache-Control"]
    assert "attachment" in answer.headers["Content-Disposition"] and "X-Hold" not in answer.headers
    data = json.loads(answer.data)
    assert data["person"] == "Amina" and len(data["recordings"]) == 3
    first, second, third = data["recordings"]
    assert (first["child"], first["saw"], first["child_said"]) == (
        "Jay",
        "Jay swam 😀 two lengths.\nTwice.",
        "I did it!",
    )
    assert first["sections"] == {"health": {"medicine": "Inhaler, 2 puffs"}, "visits": {"alone": "yes"}}
    assert (first["today_held"], first["wants_help"], first["late"]) == (["proud", "upset"], True, True)
    assert [(s["kind"], s["by"], s["to"], s["words"]) for s in first["steps"]] == [
        ("read", "Sam", "", ""), ("replied", "Sam", "", "Well *done*"), ("passed_on", "Sam", "Cora", ""),
    ]  # fmt: skip
    assert (second["adds_to"], third["child"], third["saw"]) == (first["id"], "Mia", "Mia drew a ትግርኛ lantern.")
    assert "Ben" not in answer.text.replace("Ben's home", "") and "Zed" not in answer.text


def test_paper_holds_the_words_with_their_marks(client_of, written) -> None:
    """NMS 26: saw, think and told apart, each with its name; a part for each child (domain.md B.1)."""
    answer = client_of("amina").get("/files/recordings.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    text = text_of(answer.data)
    for words in ("What Amina wrote", "South Gloucestershire", "Saturday 3 May 2025", "Jay swam [grinning face] two",
                  "In Jay's own words I did it!", "What someone told me (Mr Hughes) He was kind.", "I think Proud.",
                  "Medicine Inhaler, 2 puffs", "seen alone? Yes", "Was proud of something", "This came late.",
                  "How I am Tired.", "I would like help with this An evening off", "Added to Saturday 3 May 2025",
                  "It was three.", "Sam answered", "Well *done*", "Sam passed it to Cora",
                  "Mia drew a [letters in ethiopic] lantern."):  # fmt: skip
        assert words in text, words
    assert text.index("It was three.") < text.index("Mia drew")
    assert "Ben's own" not in text and "Zed" not in text


def test_every_child_taken_along_leaves_a_trace(client_of, written, db, cast) -> None:
    client_of("amina").get("/files/recordings.json")
    rows = db.session.query(AuditRow).where(AuditRow.what == "recordings:export").all()
    assert {row.child_id for row in rows} == {cast["child:jay"], cast["child:mia"]}


@pytest.mark.parametrize("ending", ["json", "pdf"])
def test_nothing_written_is_a_file_too(client_of, ending: str) -> None:
    assert client_of("nia").get(f"/files/recordings.{ending}").status_code == 200


@pytest.mark.parametrize("slug", ["sam", "cora", "della", "ivo", "pat", "ada", "jay"])
def test_nobody_else_takes_a_carers_words_along(client_of, written, slug: str) -> None:
    """S1: the right is the author's."""
    for ending in ("json", "pdf"):
        assert client_of(slug).get(f"/files/recordings.{ending}").status_code == 404
