"""Every kind of event has its sentence, in care words and the authority's own."""

from datetime import UTC, datetime

import pytest

from carerapp.chronology import present
from carerapp.chronology.queries import KINDS, Line, Page
from carerapp.events.tags import ALL, RECORDING_READ
from carerapp.policy import load_all
from tests.house.template_lint import UNKIND

AT = datetime(2026, 5, 4, 18, 42, tzinfo=UTC)
POLICIES = load_all()


def line(tag: str, **more) -> Line:
    values = dict(
        id=2, tag=tag, at=AT, data={}, subject="recording", subject_id="r1", actor="Sam", actor_role="ssw",
        home="Amina and Ben's home", cause_id=1, cause_tag="recording:submitted", cause_at=AT, cause_actor="Amina",
    )  # fmt: skip
    return Line(**(values | more))


def said(*lines: Line, authority: str = "south-gloucestershire", **names: str) -> list[present.Happened]:
    return present.lines(Page("Jay", list(lines), False, names), POLICIES[authority], AT)


@pytest.mark.parametrize("tag", sorted(ALL))
def test_every_event_has_a_kind_sentence(tag) -> None:
    """A new tag without words would break the page of a child; and a child may read these words one day."""
    what = said(line(tag))[0].what
    assert what and "{" not in what and not UNKIND.search(what)


def test_every_filter_names_events_that_exist_and_has_words() -> None:
    assert set(KINDS) == set(present.KIND_WORDS)
    assert {tag for tags in KINDS.values() for tag in tags} <= ALL
    assert RECORDING_READ not in {tag for tags in KINDS.values() for tag in tags}, "reading alone is under everything"


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (line("recording:submitted", actor="Amina", data={"about_on": "2026-05-03", "day_part": "evening"}),
         "Amina wrote about Sunday 3 May, evening"),
        (line("recording:submitted", actor="Amina", data={"about_on": "nonsense"}), "Amina wrote about a day"),
        (line("recording:decided", data={"outcomes": ["reply", "pass_on", "later_kind"]}),
         "Sam decided: answered, passed it on"),
        (line("clock:handed-up", actor=None, data={"to": "p1"}), "A promise was not kept in time and went to Della"),
        (line("clock:handed-up", actor=None, data={"to": "p9"}),
         "A promise was not kept in time and went to somebody else"),
        (line("allocation:changed", data={"worker": "p1", "role": "ssw"}),
         "Della became the supervising social worker"),
        (line("placement:started"), "Jay came to live in Amina and Ben's home"),
        (line("recording:filed"), "Sam put it on Mosaic"),
        (line("meeting:asked-for"), "Sam asked for a meeting: Stability meeting"),
    ],
)  # fmt: skip
def test_sentences(one, what) -> None:
    assert said(one, p1="Della")[0].what == what


def test_authority_2_says_it_in_its_own_words() -> None:
    lines = said(line("recording:filed"), line("meeting:asked-for"), authority="placement-support")
    assert [one.what for one in lines] == [
        "Sam put it on Eclipse",
        "Sam asked for a meeting: Placement support meeting",
    ]


def test_each_thing_says_what_caused_it() -> None:
    assert said(line("recording:decided"))[0].because == "what Amina wrote, Monday 4 May, 7:42pm"
    assert said(line("recording:submitted", cause_tag=None))[0].because == ""


@pytest.mark.parametrize(
    ("one", "href"),
    [
        (line("recording:decided"), "/recordings/r1"),
        (line("meeting:asked-for", subject="meeting", subject_id="m1"), "/meetings/m1"),
        (line("recording:filed", subject="handover", subject_id="h1", data={"recording": "r2"}), "/recordings/r2"),
        (line("clock:handed-up", subject="clock", subject_id="c1"), ""),
    ],
)
def test_each_thing_leads_to_what_it_is_about(one, href) -> None:
    assert said(one)[0].href == href
