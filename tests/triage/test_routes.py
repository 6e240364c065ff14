"""The pages of triage, for whom they are, and with every character kept when something is lacking."""

import re

import pytest
from sqlalchemy import select

from carerapp.audit.models import AuditRow
from carerapp.inbox.models import Handover
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from carerapp.triage.models import Decision, Waiting
from tests.makers.sent import send

APP = {"X-App": "1"}
WORDS = {"Mark as read", "Pass to child&#39;s social worker", "Raise in supervision"}


@pytest.fixture
def sent(db, cast, as_person):
    """What Amina wrote about Jay, and what Nia wrote about Leo before."""
    early = send(as_person("nia"), cast["child:leo"], saw="LEOWORDS")
    return early, send(as_person("amina"), cast["child:jay"], saw="JAYWORDS", how="very_hard", wants_help=True)


def count(db, table) -> int:
    with every_authority():
        db.session.rollback()
        return len(db.session.scalars(select(table)).all())


def test_the_queue_shows_the_first_entry_and_why_each_is_here(client_of, sent) -> None:
    """Issue: unread, oldest promise first, with reasons in plain words and the entry itself in view."""
    page = client_of("sam").get("/triage/").text
    rows = page.split('class="panes__entry"')[0]
    assert rows.index("Leo") < rows.index("Jay") and "asked for help" in rows and "a very hard day" in rows
    assert "LEOWORDS" in page.split('class="panes__entry"')[1]
    assert all(words in page for words in WORDS) and "Ask for a stability meeting" in page


def test_everything_works_by_keyboard_and_says_so(client_of, sent) -> None:
    client = client_of("sam")
    first = client.get("/triage/").text
    second = client.get(f"/triage/{sent[1].id}").text
    assert {'data-key="j"', 'data-key="o"', 'data-key="r"', 'data-key="d"'} <= set(re.findall(r'data-key="."', first))
    assert 'data-key="k"' in second and "<kbd>j</kbd>" in first


def test_authority_2_shows_its_own_words_throughout(client_of, db, cast, as_person) -> None:
    made = send(as_person("zed"), cast["child:kit"])
    page = client_of("zoe").get(f"/triage/{made.id}").text
    assert "Ask for a placement support meeting" in page and "tability meeting" not in page


def test_a_manager_sees_the_teams_queue_and_whose_each_is(client_of, sent) -> None:
    page = client_of("della").get("/triage/").text
    assert "JAYWORDS" in page and "With Sam" in page
    assert "With Sam" not in client_of("sam").get("/triage/").text


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), ("sam", 200), ("sue", 200), ("della", 200), ("tom", 200), ("amina", 404), ("ben", 404), ("nia", 404),
     ("cora", 404), ("carl", 404), ("ivo", 404), ("pat", 404), ("quinn", 404), ("tess", 404), ("ada", 404),
     ("jay", 404), ("zoe", 200), ("zara", 404), ("max", 200), ("zed", 404)],
)  # fmt: skip
def test_who_has_a_queue_and_what_stands_in_it(client_of, sent, who, status) -> None:
    answer = client_of(who).get("/triage/")
    assert answer.status_code == status
    assert ("JAYWORDS" in answer.text) == (who in ("sam", "della"))


@pytest.mark.parametrize("who", ["sue", "tom", "amina", "cora", "ivo", "ada", "zoe", "max", "jay", None])
def test_nobody_elses_entry_can_be_opened_read_or_decided(client_of, db, sent, who) -> None:
    client, address = client_of(who), f"/triage/{sent[1].id}"
    assert client.get(address).status_code in (404, 302)
    assert client.post(f"{address}/readings", headers=APP).status_code in (404, 401)
    posted = client.post(f"{address}/decisions", headers=APP, data={"quick": "pass_on", "based_on": ""})
    assert posted.status_code in (404, 401)
    assert count(db, Decision) == 0


def test_a_look_leaves_a_trace_and_changes_nothing(client_of, db, cast, sent) -> None:
    client_of("sam").get(f"/triage/{sent[1].id}")
    with every_authority():
        db.session.rollback()
        seen = db.session.scalars(select(AuditRow).where(AuditRow.kind == "saw")).all()
        assert [(row.actor_id, row.thing) for row in seen] == [(cast["sam"], sent[1].id)]
        assert db.session.get(Waiting, sent[1].id).read_at is None


def test_mark_as_read_and_the_carer_sees_by_whom(client_of, sent) -> None:
    """Design section 5, step 3: he reads it, and Amina sees "Read by Sam"."""
    sam = client_of("sam")
    answer = sam.post(f"/triage/{sent[1].id}/readings", headers=APP)
    assert (answer.status_code, answer.location) == (303, f"/triage/{sent[1].id}")
    assert "Read by Sam" in client_of("amina").get(f"/recordings/{sent[1].id}").text
    page = sam.get(f"/triage/{sent[1].id}").text
    assert "waits for a decision" in page and "Mark as read" not in page


def test_one_press_passes_it_on_and_the_next_one_is_shown(client_of, db, sent) -> None:
    sam = client_of("sam")
    answer = sam.post(f"/triage/{sent[0].id}/decisions", headers=APP, data={"quick": "pass_on", "based_on": ""})
    assert (answer.status_code, answer.location) == (303, f"/triage/{sent[1].id}")
    assert "With Carl" in client_of("nia").get(f"/recordings/{sent[0].id}").text
    last = sam.post(f"/triage/{sent[1].id}/decisions", headers=APP, data={"quick": "pass_on", "based_on": ""})
    assert last.location == "/triage/"
    assert "Nothing waits for you" in sam.get("/triage/").text


def test_the_plain_form_without_script_does_the_same(client_of, db, sent) -> None:
    """No header of the app, the token in the form, the box for passing on ticked beforehand (S1-4.3-11)."""
    sam = client_of("sam")
    page = sam.get(f"/triage/{sent[1].id}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert re.search(r'value="pass_on" checked', page)
    form = {"csrf_token": token, "outcomes": "pass_on", "quick": "", "based_on": ""}
    assert sam.post(f"/triage/{sent[1].id}/decisions", data=form).status_code == 303
    assert count(db, Handover) == 1


def test_a_shortcut_takes_along_what_was_typed(client_of, db, sent) -> None:
    form = {"quick": "supervision", "outcomes": ["pass_on", "reply"], "reply_words": "Thank you.", "based_on": ""}
    assert client_of("sam").post(f"/triage/{sent[1].id}/decisions", headers=APP, data=form).status_code == 303
    with every_authority():
        db.session.rollback()
        made = db.session.scalars(select(Decision)).one()
    assert set(made.outcomes) == {"pass_on", "reply", "supervision"} and made.words == {"reply": "Thank you."}
    assert "Thank you." in client_of("amina").get(f"/recordings/{sent[1].id}").text


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, "Choose what happens next, or say that nothing more is needed."),
        ({"outcomes": ["nothing_more", "supervision"]}, "Untick one of them."),
        ({"outcomes": ["supervision"]}, "Passing on is the rule."),
        ({"quick": "meeting", "outcomes": ["pass_on"]}, "Say in a sentence why a meeting would help"),
        ({"outcomes": ["pass_on"], "reply_words": "KEPTWORDS"}, "You wrote this and did not tick it."),
        ({"outcomes": ["pass_on", "reply"], "reply_words": "x" * 20_001}, "1 characters too long"),
        ({"outcomes": ["pass_on", "reply"], "reply_words": "a\x00b"}, "can&#39;t be kept"),
        ({"outcomes": ["burn_it"], "quick": "launch"}, "Choose what happens next"),
    ],
)
def test_a_decision_that_lacks_something_gives_every_character_back(client_of, db, sent, form, reason) -> None:
    given = {"based_on": "", "chronology_words": "KEPTTOO" if "chronology" not in form else ""} | form
    answer = client_of("sam").post(f"/triage/{sent[1].id}/decisions", headers=APP, data=given)
    assert answer.status_code == 422 and reason in answer.text
    assert "KEPTTOO" in answer.text and "JAYWORDS" in answer.text
    for text in form.values():
        if isinstance(text, str) and "KEPT" in text:
            assert text in answer.text
    assert count(db, Decision) == 0


def test_a_page_that_was_open_too_long_gives_its_words_back(client_of, db, sent) -> None:
    form = {"csrf_token": "old", "outcomes": ["pass_on", "reply"], "reply_words": "KEPTWORDS", "based_on": ""}
    answer = client_of("sam").post(f"/triage/{sent[1].id}/decisions", data=form)
    assert answer.status_code == 422 and "KEPTWORDS" in answer.text and "open for a long time" in answer.text
    assert count(db, Decision) == 0


def test_two_decide_at_once_and_the_second_keeps_her_words(client_of, db, sent) -> None:
    address, form = f"/triage/{sent[1].id}/decisions", {"quick": "pass_on", "based_on": ""}
    assert client_of("sam").post(address, headers=APP, data=form).status_code == 303
    della = client_of("della")
    form = {"outcomes": ["pass_on", "reply"], "reply_words": "DELLASWORDS", "based_on": ""}
    answer = della.post(address, headers=APP, data=form)
    assert answer.status_code == 409
    assert "DELLASWORDS" in answer.text and "Somebody else decided" in answer.text and "passed it on" in answer.text
    assert count(db, Decision) == 1
    again = re.search(r'name="based_on" value="([^"]+)"', answer.text)[1]
    assert della.post(address, headers=APP, data=form | {"based_on": again}).status_code == 303
    assert count(db, Decision) == 2 and count(db, Handover) == 1


def test_what_was_decided_can_be_seen_and_added_to(client_of, sent) -> None:
    sam = client_of("sam")
    sam.post(f"/triage/{sent[1].id}/decisions", headers=APP, data={"quick": "pass_on", "based_on": ""})
    page = sam.get(f"/triage/{sent[1].id}").text
    assert "What was decided" in page and "Decide something more" in page and "Ask for a stability meeting" in page
    assert not re.search(r'value="pass_on" checked', page)


def test_the_app_gets_the_inside_only(client_of, sent) -> None:
    for path in ("/triage/", f"/triage/{sent[1].id}"):
        inside = client_of("sam").get(path, headers={"HX-Request": "true"}).text
        assert "<html" not in inside and "JAYWORDS" in inside


def test_a_place_in_the_queue_is_kept_in_addresses_and_nothing_else_is(client_of, sent) -> None:
    sam = client_of("sam")
    place = "1780000000000000-abc"
    assert f"?after={place}" in sam.get(f"/triage/{sent[1].id}?after={place}").text
    hostile = sam.get(f'/triage/{sent[1].id}?after="><b>x').text
    assert "<b>x" not in hostile and "after=%22" not in hostile


def test_the_page_fits_the_first_flight(client_of, db, cast, as_person) -> None:
    """Issue: every page's own HTML at most 14 KB compressed, with 25 long entries in the list."""
    import gzip

    made = [
        send(as_person("amina"), cast["child:jay"], saw=f"{n} {clock.now().timestamp()} " + "words " * 300, how="hard")
        for n in range(26)
    ]
    page = client_of("sam").get(f"/triage/{made[0].id}")
    assert len(gzip.compress(page.data, 6)) < 14_000
