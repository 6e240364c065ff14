"""Addresses of recordings: written, refused kindly, read by whom they concern, kept by a phone as the policy says."""

import json
import uuid
from datetime import timedelta

import pytest

from carerapp.auth.models import Phone
from carerapp.people.models import Placement
from carerapp.recordings.forms import EMPTY, NO_DATE
from carerapp.recordings.models import Recording, Step
from carerapp.shell import clock
from tests.makers.world import make_recording

APP = {"X-App": "1"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'\"><svg onload=alert(1)>",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "</textarea></form><h1>gone",
    "javascript:alert(1)",
    "مرحبا، كيف كان يومك؟",
    "\u202etxet desrever",
    "😀👨‍👩‍👧 sunshine ☀️",
    "a&amp;b &lt;i&gt;",
    "line one\r\nline two",
]


@pytest.fixture
def made(db, cast):
    """Make recordings straight in the database."""

    def make(author="amina", child="jay", home="rahman", words="Sunny words.", **changes):
        authority = "placement-support" if author == "zed" else "south-gloucestershire"
        ids = (cast[f"child:{child}"], cast[f"home:{home}"], cast[author])
        recording = make_recording(authority, *ids, words, **changes)
        db.session.commit()
        return recording.id

    return make


@pytest.fixture
def moved(db, cast):
    """Jay moves away today."""
    db.session.execute(
        db.update(Placement).where(Placement.child_id == cast["child:jay"]).values(ends_on=clock.today())
    )
    db.session.commit()


def post(client, child, **fields):
    return client.post("/recordings/", data={"child": child, **fields}, headers=APP)


def test_the_shortest_entry_is_one_tap_and_one_sentence(client_of, cast, db) -> None:
    """Today, "Write about Jay's day", a tap, a sentence, Save (domain.md B.1)."""
    amina = client_of("amina")
    today = amina.get("/").text
    address = f"/recordings/new?child={cast['child:jay']}"
    assert f'href="{address}"' in today and "Write about Jay&#39;s day" in today
    form = amina.get(address)
    assert form.status_code == 200 and "Write about <bdi>Jay</bdi>'s day" in form.text
    assert f'data-queue data-draft="recording:{cast["child:jay"]}" data-title="Jay\'s day" data-after="/"' in form.text
    assert form.text.index('name="how"') < form.text.index('name="saw"') < form.text.index("<details")
    answer = post(amina, cast["child:jay"], how="good", saw="He laughed.")
    assert answer.status_code == 303
    shown = amina.get(answer.location)
    assert all(words in shown.text for words in ("He laughed.", "Good", "Sent", "Add to this"))
    kept = db.session.query(Recording).one()
    assert (kept.how, kept.saw, kept.late) == ("good", "He laughed.", False)


def test_nothing_on_the_form_is_hidden_from_who_has_no_script(client_of, cast) -> None:
    """Everything stands in the page, and parts that hold something stand open after a refusal."""
    amina = client_of("amina")
    page = amina.get(f"/recordings/new?child={cast['child:jay']}").text
    names = ("went_well", "child_said", "think", "told", "told_by", "today_held", "health_medicine", "school_what",
             "family_time_who", "incident_before", "incident_repair", "missing_police", "money_decisions",
             "visits_alone", "how_i_am", "wants_help", "help_with", "about_on", "day_part")  # fmt: skip
    assert all(f'name="{name}"' in page for name in names)
    assert " hidden" not in page.split("<form")[1].replace('type="hidden"', "").replace("govuk-visually-hidden", "")
    refused = post(amina, cast["child:jay"], health_what="x" * 20_001).text
    assert refused.count('<details class="more" open>') == 1


@pytest.mark.parametrize("fragment", [False, True])
def test_a_refused_form_gives_every_character_back(client_of, cast, db, fragment: bool) -> None:
    """R10: nobody loses an evening's words to a mistake."""
    headers = APP | ({"HX-Request": "true"} if fragment else {})
    words = "He said <b>no</b> & went. " * 10
    answer = client_of("amina").post(
        "/recordings/",
        data={"child": cast["child:jay"], "saw": words, "think": "y" * 20_001, "about_on": "3 May"},
        headers=headers,
    )
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<!doctype html>") is not fragment
    assert "He said &lt;b&gt;no&lt;/b&gt; &amp; went." in answer.text and "y" * 20_001 in answer.text
    assert "1 characters too long" in answer.text and NO_DATE in answer.text and "3 May" in answer.text
    assert 'href="#think"' in answer.text and 'href="#about_on"' in answer.text
    assert db.session.query(Recording).count() == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, EMPTY),
        ({"saw": " \r\n "}, EMPTY),
        ({"how": "splendid"}, EMPTY),
        ({"saw": "a\x00b"}, "can&#39;t be kept"),
        ({"told_by": "x" * 201, "how": "ok"}, "too long"),
        ({"how": "ok", "about_on": "2999-01-01"}, "not come yet"),
        ({"how": "ok", "about_on": "0202-05-03"}, "not born yet"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_a_reason(client_of, cast, db, fields: dict, reason: str) -> None:
    answer = post(client_of("amina"), cast["child:jay"], **fields)
    assert answer.status_code == 422 and reason in answer.text
    assert db.session.query(Recording).count() == 0


def test_a_page_that_was_open_too_long_gives_its_text_back(client_of, cast) -> None:
    """R10: a dead token costs nobody a word."""
    answer = client_of("amina").post(
        "/recordings/", data={"child": cast["child:jay"], "saw": "An evening's words.", "csrf_token": "dead"}
    )
    assert answer.status_code == 422
    assert "An evening&#39;s words." in answer.text and "open for a long time" in answer.text


def test_choices_we_never_offered_are_left_out_and_words_never_are(client_of, cast, db) -> None:
    """S12: extra fields (author, household, sent_at) do nothing."""
    answer = post(
        client_of("amina"), cast["child:jay"], saw="Words", how="x", day_part="noon", today_held=["laughed", "<b>"],
        today_held_version="99", visits_alone="perhaps", author_id=cast["ben"], household_id=cast["home:prosser"],
        amends_id="x", late="y", made_at="2020-01-01", authority_id="placement-support",
    )  # fmt: skip
    assert answer.status_code == 303
    kept = db.session.query(Recording).one()
    assert (kept.how, kept.today_held, kept.today_held_version, kept.sections) == ("", ["laughed"], 1, {})
    assert (kept.author_id, kept.household_id, kept.authority_id) == (
        cast["amina"], cast["home:rahman"], "south-gloucestershire",
    )  # fmt: skip
    assert kept.amends_id is None and kept.late is False


@pytest.mark.parametrize("begun", ["", "x", "2026-05-03", "2026-05-03T18:42:00", "0001-01-01T00:00:00+14:00", "\x00"])
def test_what_nobody_typed_never_refuses_what_somebody_did(client_of, cast, begun: str) -> None:
    answer = post(client_of("amina"), cast["child:jay"], saw="Words", begun=begun, today_held_version="\x00", day="x")
    assert answer.status_code == 303


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_and_foreign_words_are_shown_as_they_were_typed(client_of, cast, db, text: str) -> None:
    """S5: every text field, every place it is shown; the page client refuses script and broken markup."""
    amina = client_of("amina")
    fields = {name: text for name in ("saw", "went_well", "child_said", "think", "told", "how_i_am", "help_with",
                                      "health_what", "incident_what", "missing_police")}  # fmt: skip
    answer = post(amina, cast["child:jay"], told_by=text, **fields)
    assert answer.status_code == 303
    assert db.session.query(Recording).one().saw == text.replace("\r\n", "\n")
    for page in (answer.location, "/", "/recordings/", f"{answer.location}/amendments"):
        shown = amina.get(page).text
        assert "<script>alert" not in shown and "<img src=x" not in shown and "<svg onload" not in shown
    assert 'dir="auto"' in amina.get(answer.location).text


def test_an_item_that_waited_reaches_the_same_view(client_of, cast, db) -> None:
    """R4, R14: one receipt each, with field reasons; a neighbour is never touched."""
    jay, leo = cast["child:jay"], cast["child:leo"]
    made_at = (clock.now() - timedelta(hours=30)).isoformat()

    def item(**fields):
        return {"id": str(uuid.uuid4()), "path": "/recordings/", "made_at": made_at, "zone": "Europe/London",
                "fields": {name: [value] for name, value in fields.items()}}  # fmt: skip

    items = [
        item(child=jay, saw="Waited"),
        item(child=jay),
        item(child=leo, saw="x"),
        item(child=jay, saw="\ud800 torn"),
    ]
    body = json.dumps({"items": items})
    answer = client_of("amina").post("/sync/items", data=body, content_type="application/json", headers=APP)
    receipts = answer.json["receipts"]
    assert [(r["status"], r["outcome"]) for r in receipts] == [
        (200, "received"), (422, "refused"), (404, "refused"), (200, "received"),
    ]  # fmt: skip
    assert receipts[1]["errors"] == {"saw": [EMPTY]}
    kept = sorted(db.session.query(Recording), key=lambda recording: recording.saw)
    assert [r.saw for r in kept] == ["Waited", "\ufffd torn"]
    assert receipts[0]["location"] == f"/recordings/{kept[0].id}"
    assert kept[0].late and kept[0].made_at.isoformat() == made_at


def test_after_a_move_an_item_is_refused_with_the_reason_and_a_form_keeps_its_words(client_of, cast, db, moved) -> None:
    """S3: refused, with who has it now; from an open page with whom to ring, and the words are still in the form."""
    amina, jay = client_of("amina"), cast["child:jay"]
    body = {"items": [{"id": str(uuid.uuid4()), "path": "/recordings/", "made_at": clock.now().isoformat(),
                       "zone": "Europe/London", "fields": {"child": [jay], "saw": ["Words"]}}]}  # fmt: skip
    receipt = amina.post("/sync/items", json=body, headers=APP).json["receipts"][0]
    assert (receipt["status"], receipt["outcome"]) == (404, "refused")
    assert "Jay does not live with you now" in receipt["errors"][""][0]
    assert "Della, your team manager, has what you wrote" in receipt["errors"][""][0]
    page = post(amina, jay, saw="An evening's words.")
    assert page.status_code == 404 and "An evening&#39;s words." in page.text and "ring Sam" in page.text
    assert amina.get(f"/recordings/new?child={jay}").status_code == 404
    assert db.session.query(Recording).count() == 0


@pytest.mark.parametrize("slug", ["ben", "sam", "cora", "ivo", "della", "tom"])
def test_whom_it_concerns_may_read_it(client_of, made, slug: str) -> None:
    assert "Sunny words." in client_of(slug).get(f"/recordings/{made()}").text


@pytest.mark.parametrize("slug", ["nia", "sue", "carl", "pat", "quinn", "tess", "ada", "jay", "mia", "zed", "zoe"])
def test_nobody_else_may(client_of, made, slug: str) -> None:
    """S1, S2: the same 404 as for a recording that is not there."""
    recording, client = made(), client_of(slug)
    there, not_there = client.get(f"/recordings/{recording}"), client.get("/recordings/nothing-here")
    assert (there.status_code, there.data) == (404, not_there.data)
    assert "Sunny words." not in client.get("/recordings/").text + client.get(f"/recordings/?child={recording}").text


def test_nobody_signed_in_sees_nothing(client_of, made) -> None:
    client, recording = client_of(None), made()
    for page in ("/", "/recordings/", f"/recordings/{recording}", "/files/recordings.json", "/files/recordings.pdf"):
        answer = client.get(page)
        assert answer.status_code in (302, 401) and "Sunny" not in answer.text


def test_the_carer_sees_each_step(client_of, made, db, cast) -> None:
    """S1-4.3-10, S1-4.3-11: "Read by Sam", "With Cora", and the answer itself; S1-4.3-04 in Mosaic's own name."""
    recording = made()
    steps = [("read", None, ""), ("replied", None, "Well done"), ("passed_on", "cora", ""), ("filed", None, "")]
    for kind, to, words in steps:
        db.session.add(
            Step(authority_id="south-gloucestershire", recording_id=recording, kind=kind, at=clock.now(),
                 by_id=cast["sam"], to_id=cast[to] if to else None, words=words)
        )  # fmt: skip
    db.session.commit()
    amina = client_of("amina")
    shown = amina.get(f"/recordings/{recording}").text
    for words in (
        "Read by Sam",
        "With Cora",
        "Sam answered",
        "Well done",
        "Sam passed it to Cora",
        "Sam put it on Mosaic",
    ):
        assert words in shown, words
    assert "On file with Sam" in amina.get("/recordings/").text
    assert "Well done" in amina.get("/").text


def test_an_addition_stands_below_and_says_so(client_of, made, db) -> None:
    """NMS 26: corrected by adding, never by overwriting."""
    amina, recording = client_of("amina"), made()
    assert "Sunny words." in amina.get(f"/recordings/{recording}/amendments").text
    empty = amina.post(f"/recordings/{recording}/amendments", data={}, headers=APP)
    assert empty.status_code == 422 and EMPTY in empty.text
    answer = amina.post(f"/recordings/{recording}/amendments", data={"saw": "It was seven."}, headers=APP)
    assert answer.status_code == 303 and answer.location == f"/recordings/{recording}"
    shown = amina.get(answer.location).text
    assert shown.index("Sunny words.") < shown.index("Added later") < shown.index("It was seven.")
    assert "Added to " in amina.get("/recordings/").text
    ben = client_of("ben")
    assert ben.get(f"/recordings/{recording}/amendments").status_code == 404
    assert ben.post(f"/recordings/{recording}/amendments", data={"saw": "x"}, headers=APP).status_code == 404
    assert "Add to this" not in ben.get(f"/recordings/{recording}").text


def test_what_one_wrote_stays_readable_after_a_move(client_of, made, moved) -> None:
    """design.md section 2: for ever; and what others wrote in that home does not."""
    mine, bens = made(), made("ben", words="Cloudy words.")
    amina = client_of("amina")
    assert amina.get(f"/recordings/{mine}").status_code == 200
    assert amina.get(f"/recordings/{bens}").status_code == 404
    listed = amina.get("/recordings/").text
    assert "Sunny words." in listed and "Cloudy words." not in listed
    assert "Write about" not in amina.get(f"/recordings/{mine}").text


def test_the_calendar_shows_days_and_leaves_gaps_alone(client_of, made, cast, moved) -> None:
    """Also for a child written about before; nobody else's child."""
    made()
    amina, jay = client_of("amina"), cast["child:jay"]
    day = clock.today() - timedelta(days=1)
    page = amina.get(f"/recordings/calendar?child={jay}&month={day:%Y-%m}").text
    assert f'href="/recordings/?child={jay}&amp;day={day.isoformat()}"' in page and "1 entry" in page
    assert "missed" not in page and "gap" not in page.lower() and "nothing written" in page
    assert "Sunny words." in amina.get(f"/recordings/?child={jay}&day={day.isoformat()}").text
    assert amina.get("/recordings/calendar?month=rubbish").status_code == 200
    for other in (cast["child:leo"], cast["child:kit"], "nobody"):
        assert amina.get(f"/recordings/calendar?child={other}").status_code == 404


def test_pages_go_on_where_the_last_one_ended(client_of, made) -> None:
    for number in range(30):
        made(words=f"Number {number:02}.", about_on=clock.today() - timedelta(days=number // 3))
    amina = client_of("amina")
    first = amina.get("/recordings/").text
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = amina.get(older).text
    on_first = {n for n in range(30) if f"Number {n:02}." in first}
    on_second = {n for n in range(30) if f"Number {n:02}." in second}
    assert (len(on_first), len(on_second)) == (25, 5) and not on_first & on_second
    assert 'rel="next"' not in second
    for bad in ("x", "2026-13-01.a", "2026-05-01", "9999-12-31." + "z" * 99):
        assert amina.get(f"/recordings/?before={bad}").status_code == 200


@pytest.fixture
def with_vault(db, cast):
    def keep(kind: str) -> dict[str, str]:
        now = clock.now()
        db.session.add(
            Phone(id=f"vault-{kind}", authority_id="south-gloucestershire", person_id=cast["amina"], kind=kind,
                  created_at=now, last_seen_at=now)
        )  # fmt: skip
        db.session.commit()
        return {"X-Device": f"vault-{kind}"}

    return keep


def test_a_phone_that_a_pin_opens_is_given_only_ones_own_last_days(client_of, made, with_vault) -> None:
    """S4; design.md section 7: such a phone holds one's own last 3 days, and no page of ours says otherwise."""
    today = clock.today()
    made(words="Mine today.", about_on=today)
    made(words="Mine before.", about_on=today - timedelta(days=3))
    made("ben", words="Ben today.", about_on=today)
    amina, pin = client_of("amina"), with_vault("pin")
    short = amina.get("/recordings/", headers=pin)
    assert (short.headers["X-Hold"], short.headers["X-Hold-Scope"], short.headers["X-Hold-Days"]) == (
        "always",
        "self",
        "3",
    )
    assert "Mine today." in short.text and "Mine before." not in short.text and "Ben today." not in short.text
    everything = amina.get("/recordings/?all=1", headers=pin)
    assert "X-Hold" not in everything.headers and "Ben today." in everything.text
    home = amina.get("/", headers=pin)
    assert home.headers["X-Hold"] == "always" and "Mine today." in home.text
    assert "Ben today." not in home.text and "<bdi>Ben</bdi> wrote" in home.text
    long = amina.get("/recordings/", headers=with_vault("passkey"))
    assert long.headers["X-Hold"] == "passkey" and "Ben today." in long.text


def test_each_recording_says_how_long_a_phone_may_keep_it(client_of, made, cast) -> None:
    today, scope = clock.today(), f"child:{cast['child:jay']}"
    amina = client_of("amina")
    ages = {
        made(about_on=today): ("always", "3"),
        made(about_on=today - timedelta(days=2)): ("always", "1"),
        made(about_on=today - timedelta(days=5)): ("passkey", "7"),
        made(about_on=today - timedelta(days=31)): (None, None),
        made("ben", about_on=today): ("passkey", "7"),
    }
    for recording, hold in ages.items():
        headers = amina.get(f"/recordings/{recording}").headers
        assert (headers.get("X-Hold"), headers.get("X-Hold-Days")) == hold
        assert headers.get("X-Hold-Scope") == (scope if hold[0] else None)
    form = amina.get(f"/recordings/new?child={cast['child:jay']}").headers
    assert (form["X-Hold"], form["X-Hold-Scope"], form["X-Hold-Days"]) == ("always", scope, "7")
    assert "X-Hold" not in client_of("sam").get(f"/recordings/{recording}").headers


def test_a_kept_form_never_claims_to_know_what_day_it_is(client_of, cast) -> None:
    """It may be opened from the phone a week later: the day is worked out from when it was written."""
    page = client_of("amina").get(f"/recordings/new?child={cast['child:jay']}").text.split("<main")[1]
    day = clock.today()
    assert f"{day:%A}" not in page and day.isoformat() not in page
    assert 'value="today" checked' in page


def test_every_look_leaves_a_trace(client_of, made, db) -> None:
    """S1; design.md section 1, promise 5."""
    from carerapp.audit.models import AuditRow

    recording = made()
    client_of("sam").get(f"/recordings/{recording}")
    client_of("nia").get(f"/recordings/{recording}")
    rows = [(row.kind, row.role) for row in db.session.query(AuditRow).where(AuditRow.what.startswith("recording"))]
    assert ("saw", "ssw") in rows and ("refused", "carer") in rows
