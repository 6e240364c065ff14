"""The pages of the inbox, for whom they are."""

import hashlib
import re

import pytest
from sqlalchemy import select, update

from carerapp.audit.models import AuditRow
from carerapp.demo.cast import BY_SLUG
from carerapp.inbox.models import Handover
from carerapp.shell.db import every_authority
from carerapp.triage import service as triage
from carerapp.triage.rules import Choice
from tests.makers.sent import send

APP = {"X-App": "1"}
OTHERS = sorted(set(BY_SLUG) - {"cora", "tom"})


@pytest.fixture
def passed(db, cast, as_person) -> str:
    """The id of what Sam passed on to Cora about Jay."""
    made = send(as_person("amina"), cast["child:jay"], saw="JAYWORDS", child_said="Ɣou 🙂 ሰላም")
    triage.decide(as_person("sam"), made.id, Choice(frozenset({"alert"}), {"alert": "RINGME"}), "")
    db.session.commit()
    return db.session.scalars(select(Handover)).one().id


def fresh(db) -> Handover:
    with every_authority():
        db.session.rollback()
        return db.session.scalars(select(Handover)).one()


def test_the_inbox_shows_what_is_urgent_and_how_far_it_is(client_of, passed) -> None:
    page = client_of("cora").get("/inbox/").text
    assert "Alert" in page and "Not read yet" in page and f"/inbox/{passed}" in page


def test_looking_marks_nothing_and_leaves_a_trace(client_of, db, cast, passed) -> None:
    page = client_of("cora").get(f"/inbox/{passed}").text
    assert "JAYWORDS" in page and "RINGME" in page and "Mark as read" in page
    assert fresh(db).read_at is None
    with every_authority():
        seen = db.session.scalars(select(AuditRow).where(AuditRow.kind == "saw", AuditRow.actor_id == cast["cora"]))
        assert [row.what for row in seen] == ["recording"]


def test_the_whole_way_and_what_the_carer_sees_of_it(client_of, db, passed) -> None:
    """S1-4.3-12 to -14: read, on the case system, followed up; Amina sees each (design.md section 5)."""
    cora, amina = client_of("cora"), client_of("amina")
    recording = f"/recordings/{fresh(db).recording_id}"
    assert "With Cora" in amina.get(recording).text
    assert cora.post(f"/inbox/{passed}/readings", headers=APP).status_code == 303
    assert "Read by Cora" in amina.get(recording).text
    assert cora.post(f"/inbox/{passed}/filings", headers=APP, data={"filed_as": "Mosaic 4711"}).status_code == 303
    assert "4711" in cora.get(f"/inbox/{passed}").text and "Mosaic" in amina.get(recording).text
    form = {"needed": "no", "words": "NOTHINGNEEDED"}
    assert cora.post(f"/inbox/{passed}/follow-ups", headers=APP, data=form).status_code == 303
    assert "NOTHINGNEEDED" in amina.get(recording).text and "Followed up" in amina.get(recording).text
    assert "Nothing is with you" in cora.get("/inbox/").text
    assert f"/inbox/{passed}" in cora.get("/inbox/?done=1").text


def test_the_plain_form_without_script_does_the_same(client_of, db, passed) -> None:
    cora = client_of("cora")
    token = re.search(r'name="csrf_token" value="([^"]+)"', cora.get(f"/inbox/{passed}").text)[1]
    form = {"csrf_token": token, "filed_as": "Mosaic 1"}
    assert cora.post(f"/inbox/{passed}/filings", data=form).status_code == 303
    assert fresh(db).filed_as == "Mosaic 1"


@pytest.mark.parametrize(
    ("what", "form", "reason"),
    [
        ("filings", {}, "Write what it is called there."),
        ("filings", {"filed_as": "   "}, "Write what it is called there."),
        ("filings", {"filed_as": "x" * 81}, "too long"),
        ("filings", {"filed_as": "a\x00"}, "can&#39;t be kept"),
        ("follow-ups", {"needed": "yes"}, "Say what was done, or why nothing was needed."),
        ("follow-ups", {"words": "KEPTWORDS"}, "Choose one of the two."),
        ("follow-ups", {"needed": "perhaps", "words": "KEPTWORDS"}, "Not a valid choice"),
        ("follow-ups", {"needed": "yes", "words": "KEPT" * 5_001}, "too long"),
    ],
)
def test_what_is_lacking_is_said_and_every_character_comes_back(client_of, db, passed, what, form, reason) -> None:
    answer = client_of("cora").post(f"/inbox/{passed}/{what}", headers=APP, data=form)
    assert answer.status_code == 422 and reason in answer.text
    assert form.get("words", "") in answer.text
    assert fresh(db).read_at is None


def test_what_is_filed_already_is_not_filed_again_and_the_name_typed_comes_back(client_of, db, passed) -> None:
    cora = client_of("cora")
    cora.post(f"/inbox/{passed}/filings", headers=APP, data={"filed_as": "First"})
    answer = cora.post(f"/inbox/{passed}/filings", headers=APP, data={"filed_as": "Second"})
    assert answer.status_code == 409 and fresh(db).filed_as == "First"
    assert "This is on the case system already." in answer.text


def test_a_page_that_was_open_too_long_gives_its_words_back(client_of, db, passed) -> None:
    form = {"csrf_token": "old", "needed": "yes", "words": "KEPTWORDS"}
    answer = client_of("cora").post(f"/inbox/{passed}/follow-ups", data=form)
    assert answer.status_code == 422 and "KEPTWORDS" in answer.text and "open for a long time" in answer.text
    assert fresh(db).followed_up_at is None


@pytest.mark.parametrize(
    "who",
    [
        None,
        *[
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
            "zoe",
            "zara",
            "max",
        ],
    ],
)
def test_nobody_else_opens_it_or_takes_it_away(client_of, db, passed, who) -> None:
    client = client_of(who)
    for path in (f"/inbox/{passed}", f"/files/handovers/{passed}.pdf", f"/files/handovers/{passed}.json"):
        answer = client.get(path)
        assert answer.status_code in (404, 302) and b"JAYWORDS" not in answer.data, path
    for what, form in (
        ("readings", {}),
        ("filings", {"filed_as": "x"}),
        ("follow-ups", {"needed": "no", "words": "x"}),
    ):
        assert client.post(f"/inbox/{passed}/{what}", headers=APP, data=form).status_code in (404, 401)
    assert fresh(db).read_at is None


@pytest.mark.parametrize(("who", "status"), [("cora", 200), ("tom", 200), ("della", 200), ("sam", 404), ("amina", 404)])
def test_who_has_an_inbox(client_of, passed, who, status) -> None:
    answer = client_of(who).get("/inbox/")
    assert answer.status_code == status
    assert (passed in answer.text) == (who in ("cora", "tom"))


def test_the_pack_for_computers_is_the_bytes_its_checksum_is_of(client_of, db, passed) -> None:
    cora, made = client_of("cora"), fresh(db)
    first, later = (cora.get(f"/files/handovers/{passed}.json") for _ in range(2))
    assert first.data == later.data and hashlib.sha256(first.data).hexdigest() == made.pack_hash
    assert first.mimetype == "application/json" and "Ɣou 🙂 ሰላም" in first.get_data(as_text=True)
    assert first.headers["Content-Disposition"] == f'attachment; filename="{made.reference}.json"'
    assert "no-store" in first.headers["Cache-Control"]


def test_the_pack_on_paper_prints_reference_and_checksum_and_is_the_same_each_time(client_of, db, passed) -> None:
    from io import BytesIO

    import pypdf

    cora, made = client_of("cora"), fresh(db)
    first, later = (cora.get(f"/files/handovers/{passed}.pdf") for _ in range(2))
    assert first.mimetype == "application/pdf" and first.data == later.data
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(first.data)).pages)
    flat = re.sub(r"\s", "", text)
    assert made.reference in flat and made.pack_hash in flat
    assert "JAYWORDS" in flat and "JaydenClarke" in flat and "SamWhitlock" in flat


def test_a_pack_that_was_tampered_with_is_not_handed_out(client_of, db, passed) -> None:
    with every_authority():
        db.session.execute(update(Handover).values(pack='{"forged":true}'))
        db.session.commit()
    for kind in ("json", "pdf"):
        answer = client_of("cora").get(f"/files/handovers/{passed}.{kind}")
        assert answer.status_code >= 400 and b"forged" not in answer.data


def test_taking_the_pack_leaves_a_trace(client_of, db, cast, passed) -> None:
    client_of("cora").get(f"/files/handovers/{passed}.json")
    with every_authority():
        db.session.rollback()
        assert [r.what for r in db.session.scalars(select(AuditRow).where(AuditRow.kind == "saw"))] == ["handover:pack"]


def test_authority_2_files_on_its_own_case_system(client_of, db, cast, as_person) -> None:
    """S2-5-01, X-05."""
    made = send(as_person("zed"), cast["child:kit"])
    triage.decide(as_person("zoe"), made.id, Choice(frozenset({"pass_on"})), "")
    db.session.commit()
    page = client_of("zara").get(f"/inbox/{fresh(db).id}").text
    assert "On Eclipse now" in page and "Mosaic" not in page and "PS-" in page


def test_the_app_gets_the_inside_only(client_of, passed) -> None:
    for path in ("/inbox/", f"/inbox/{passed}"):
        assert "<html" not in client_of("cora").get(path, headers={"HX-Request": "true"}).text
