"""Today, for each role; and who to ring."""

from datetime import datetime, timedelta

import pytest

from carerapp.people.models import Child
from carerapp.policy.registry import policy_of
from carerapp.recordings.models import Step
from carerapp.shell import clock
from carerapp.shell.db import fence
from tests.cast import BY_SLUG, CAST, SOUTH
from tests.makers.statements import statements
from tests.makers.world import make_recording

ROLES = {
    "amina": ["/", "/recordings/", "/help", "/me/"],
    "sam": ["/", "/triage/", "/recordings/", "/clocks/", "/me/"],
    "cora": ["/", "/inbox/", "/recordings/", "/clocks/", "/me/"],
    "della": ["/", "/triage/", "/recordings/", "/clocks/", "/me/"],
    "tom": ["/", "/inbox/", "/recordings/", "/clocks/", "/me/"],
    "ivo": ["/", "/recordings/", "/me/"],
    "jay": ["/", "/help", "/me/"],
    "ada": ["/", "/admin/people/", "/admin/homes/", "/me/"],
    "pat": ["/", "/me/"],
}


@pytest.fixture
def wrote(db, cast):
    def write(author="amina", child="jay", home="rahman", words="Sunny words.", ago=0, **changes):
        about = {"about_on": clock.today() - timedelta(days=ago)} | changes
        one = make_recording(SOUTH, cast[f"child:{child}"], cast[f"home:{home}"], cast[author], words, **about)
        db.session.commit()
        return one.id

    return write


@pytest.mark.parametrize("slug", [part.slug for part in CAST])
@pytest.mark.parametrize("fragment", [False, True])
def test_everybody_has_a_today_and_a_bar(client_of, slug: str, fragment: bool) -> None:
    client = client_of(slug)
    page = client.get("/", headers={"HX-Request": "true"} if fragment else {})
    assert page.status_code == 200 and "<h1>Today</h1>" in page.text
    assert ("<!doctype html>" in page.text) is not fragment
    assert 'href="/" aria-current="page"' in page.text
    assert client.get("/help").status_code == 200


@pytest.mark.parametrize(("slug", "places"), ROLES.items())
def test_the_bar_holds_the_places_of_a_role(client_of, slug: str, places: list[str]) -> None:
    bar = client_of(slug).get("/").text.split('<nav class="bar"')[1].split("</nav>")[0]
    assert [part.split('"')[0] for part in bar.split('href="')[1:]] == places


@pytest.mark.parametrize("slug", ["amina", "jay", "sam"])
def test_the_page_tells_the_app_who_is_here(client_of, cast, slug: str) -> None:
    body = client_of(slug).get("/").text.split("<body")[1].split(">")[0]
    vault = "offer" if slug == "sam" else "make"
    assert f'data-person="{cast[slug]}"' in body and f'data-vault="{vault}"' in body
    assert 'data-demo-pin="135790"' in body


def test_after_midnight_what_was_written_about_the_new_day_is_there_too(client_of, wrote) -> None:
    """design.md section 1, promise 1: until 5 in the morning "today" is the evening before; nothing hides meanwhile."""
    with clock.pretend(datetime(2026, 5, 6, 0, 12, tzinfo=clock.LONDON)):
        wrote(words="Up before the birds.")
        wrote(words="To bed late.", ago=1)
        page = client_of("amina").get("/").text
    assert page.index("Wednesday 6 May") < page.index("Up before the birds.") < page.index("Tuesday 5 May")
    assert "To bed late." in page and page.count("Wednesday 6 May<") == 1  # Mia's card has no such day


def test_a_carer_sees_each_child_and_where_each_recording_is(client_of, wrote, db, cast) -> None:
    """design.md section 1, promise 1: you can always see where it is; S1-4.3-10."""
    first = wrote(words="Jay swam.", how="great")
    wrote("ben", words="Ben's words.", ago=1)
    wrote(words="Long ago.", ago=9)
    wrote("nia", "leo", "prosser", words="Next door.")
    db.session.add(Step(authority_id=SOUTH, recording_id=first, kind="read", at=clock.now(), by_id=cast["sam"]))
    db.session.commit()
    page = client_of("amina").get("/").text
    for child in ("jay", "mia"):
        assert f'href="/recordings/new?child={cast[f"child:{child}"]}"' in page
    for words in ("Write about Jay&#39;s day", "Write about Mia&#39;s day", "You wrote: Great", "Jay swam.",
                  "Read by Sam", "<bdi>Ben</bdi> wrote", "Ask for help", 'data-waiting="/recordings/"',
                  "Who to ring"):  # fmt: skip
        assert words in page, words
    assert not any(words in page for words in ("Ben's words.", "Ben&#39;s words.", "Long ago.", "Next door.", "Leo"))


def test_gaps_are_named_kindly(client_of) -> None:
    page = client_of("amina").get("/").text
    assert page.count("Nothing written. It is not too late, and a day without words is fine.") == 4
    assert not any(word in page.lower() for word in ("missed", "overdue", "missing", "should have"))


def test_an_answer_comes_first_and_its_words_only_while_a_pin_phone_may_keep_them(client_of, wrote, db, cast) -> None:
    """S4; design.md section 1, promise 2: asked is answered."""
    new, old = wrote(), wrote(ago=5)
    for recording, words in ((new, "Well done, Amina."), (old, "About last week.")):
        db.session.add(Step(authority_id=SOUTH, recording_id=recording, kind="replied", at=clock.now(),
                            by_id=cast["sam"], words=words))  # fmt: skip
    db.session.commit()
    page = client_of("amina").get("/").text
    assert page.count("Sam answered about Jay&#39;s") == 2
    assert "Well done, Amina." in page and "About last week." not in page
    assert page.index("Sam answered") < page.index("Write about")
    assert "Sam answered" not in client_of("ben").get("/").text


def test_when_no_child_lives_there_the_words_are_still_theirs(client_of, db) -> None:
    from carerapp.people.models import Placement

    db.session.execute(db.update(Placement).values(ends_on=clock.today()))
    db.session.commit()
    page = client_of("amina").get("/").text
    assert "No child lives with you today" in page and 'href="/recordings/"' in page and "Write about" not in page


@pytest.mark.parametrize("slug", ["amina", "zed"])
def test_who_to_ring_is_the_authoritys_own_list(client_of, slug: str) -> None:
    """S1-A3.5-22, S1-A3.5-23: also out of office hours, and 999 always."""
    page = client_of(slug).get("/help")
    for line in policy_of(BY_SLUG[slug].authority).directory:
        assert line.number in page.text and line.hours in page.text
    assert 'href="tel:999"' in page.text
    worker = {"amina": "Sam", "zed": "Zoe"}[slug]
    assert f"<bdi>{worker}</bdi> sees at once that you ask" in page.text
    assert (page.headers["X-Hold"], page.headers["X-Hold-Scope"]) == ("always", "self")


def test_a_young_person_is_shown_lines_that_are_for_them(client_of) -> None:
    page = client_of("jay").get("/help").text
    assert "0800 1111" in page and "Emergency Duty Team" in page and 'href="tel:999"' in page
    assert "Foster Carer helpline" not in page and "/recordings/" not in page


@pytest.mark.parametrize(("slug", "held"), [("amina", "always"), ("jay", "always"), ("sam", None), ("ada", None)])
def test_what_a_phone_may_keep_of_today(client_of, slug: str, held: str | None) -> None:
    headers = client_of(slug).get("/").headers
    assert headers.get("X-Hold") == held
    assert headers.get("X-Hold-Days") == ("7" if held else None)


def test_a_young_person_sees_their_people_and_nothing_that_was_written(client_of, wrote, cast) -> None:
    """M-2, M-4: their page is about them and for them; what carers wrote is not shown here."""
    wrote(words="Private words.")
    page = client_of("jay").get("/").text
    for words in ("Amina", "Ben", "Mia", "Cora", "Ivo", "theme-yp", "My people"):
        assert words in page, words
    assert "Private words." not in page and "/recordings/" not in page and "Leo" not in page


@pytest.mark.parametrize(("slug", "children"), [
    ("sam", {"jay", "mia", "leo"}), ("sue", set()), ("cora", {"jay", "mia"}), ("carl", {"leo"}),
    ("ivo", {"jay", "mia", "leo"}), ("della", {"jay", "mia", "leo"}), ("tom", {"jay", "mia", "leo"}), ("zoe", {"kit"}),
])  # fmt: skip
def test_a_worker_sees_the_children_of_their_work(client_of, cast, slug: str, children: set[str]) -> None:
    """S1, S2."""
    page = client_of(slug).get("/").text
    linked = {child for child in ("jay", "mia", "leo", "kit") if f'href="/children/{cast[f"child:{child}"]}"' in page}
    assert linked == children


@pytest.mark.parametrize("slug", ["pat", "quinn", "tess", "ada"])
def test_others_see_nobody(client_of, slug: str) -> None:
    """S1: no case content for who has no child's work."""
    page = client_of(slug).get("/").text
    assert not any(name in page for name in ("Jay", "Mia", "Leo", "Kit"))


def test_names_in_any_script_are_only_names(client_of, db, cast) -> None:
    """S5."""
    fence("*")
    child = db.session.get(Child, cast["child:jay"])
    child.name = "<b>أحمد</b> \"x\" 'y' & z"
    db.session.commit()
    client = client_of("amina")
    for page in ("/", "/help", f"/recordings/new?child={cast['child:jay']}", "/recordings/", "/recordings/calendar"):
        shown = client.get(page).text
        assert "<b>" not in shown and "&lt;b&gt;" in shown


@pytest.mark.parametrize("slug", ["amina", "sam", "cora", "della", "jay"])
def test_today_makes_the_same_statements_however_much_was_written(client_of, wrote, db, slug: str) -> None:
    """performance.md 3: twelve at most."""
    client, counted = client_of(slug), []
    for rows in (3, 60):
        for _ in range(rows):
            wrote()
        client.get("/")
        with statements(db.engine) as made:
            client.get("/")
        counted.append(len(made))
    assert counted[0] == counted[1] <= 12, made
