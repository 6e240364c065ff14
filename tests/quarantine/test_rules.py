"""R14, S3: whose access has ended, and as of when their words would be let in. Facts in, answers out."""

from datetime import date, timedelta

import pytest

from carerapp.people.rules import Link, overlap
from carerapp.quarantine import rules

TODAY = date(2026, 5, 20)


def day(back: int) -> date:
    return TODAY - timedelta(days=back)


LIVES = Link("carer", "home", day(90), None)
LIVED = Link("carer", "home", day(90), day(3))
LEAVES_TODAY = Link("carer", "home", day(90), TODAY)
LEAVES_TOMORROW = Link("carer", "home", day(90), TODAY + timedelta(days=1))
COMES_TOMORROW = Link("carer", "home", TODAY + timedelta(days=1), None)
WORKS = Link("ssw", "home", day(90), None)
WORKED = Link("csw", None, day(90), day(10))


@pytest.mark.parametrize(
    ("links", "role", "paused", "why"),
    [
        ([], "carer", False, None),  # never theirs: refused in the same bytes as an unknown child
        ([], "carer", True, None),
        ([COMES_TOMORROW], "carer", False, None),  # not theirs yet
        ([COMES_TOMORROW], "carer", True, None),
        ([LIVES], "carer", False, None),  # still theirs: it was refused for a reason of its own
        ([LEAVES_TOMORROW], "carer", False, None),
        ([LIVED], "carer", False, "moved"),
        ([LEAVES_TODAY], "carer", False, "moved"),
        ([LIVED, LIVES], "carer", False, None),  # came back
        ([LIVES], "ssw", False, "role"),
        ([LIVED], "ssw", False, "role"),
        ([LIVED, WORKS], "ssw", False, None),  # works with the child now, and may not write a carer's day
        ([WORKED], "csw", False, "allocation"),
        ([WORKED], "ssw", False, "role"),
        ([LIVES], "carer", True, "paused"),
        ([LIVED], "carer", True, "paused"),
    ],
)
def test_whose_access_has_ended(links, role, paused, why) -> None:
    """R14, S3."""
    assert rules.why_ended(links, role, TODAY, paused) == why


@pytest.mark.parametrize(
    ("links", "begun", "written", "as_of", "before_end"),
    [
        ([LIVED], day(5), day(5), day(5), True),
        ([LIVED], day(4), day(1), day(4), True),  # begun before the move, finished after it
        ([LIVED], day(3), day(3), day(4), False),  # on the day of the move it is over: the last day together
        ([LIVED], day(1), day(1), day(4), False),  # long after
        ([LIVED], day(400), day(400), day(90), False),  # a clock that was years slow: the first day
        ([LIVES], day(0), day(0), TODAY, True),
        ([LIVED, LIVES], day(2), day(2), day(2), True),
        (
            [Link("carer", "old", day(90), day(30)), Link("carer", "new", day(20), day(3))],
            day(25),
            day(25),
            day(31),
            False,
        ),
        (
            [Link("carer", "old", day(90), day(30)), Link("carer", "new", day(20), day(3))],
            day(1),
            day(1),
            day(4),
            False,
        ),
    ],
)
def test_as_of_which_day_words_are_let_in(links, begun, written, as_of, before_end) -> None:
    """S3: whatever the clocks say, there is a day on which a manager can let them in."""
    found = rules.as_of(links, begun, written)
    assert (found.day, found.before_end) == (as_of, before_end) and found.link.counts_on(found.day)


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        ((day(90), None), (day(50), None), (day(50), None)),
        ((day(90), day(40)), (day(50), None), (day(50), day(40))),
        ((day(90), day(60)), (day(50), None), None),  # left the home before the child came
        ((day(90), day(50)), (day(50), None), None),
        ((day(90), day(10)), (day(50), day(20)), (day(50), day(20))),
    ],
)
def test_time_that_two_links_have_in_common(one, two, both) -> None:
    found = overlap("carer", "home", one, two)
    assert (found and (found.starts_on, found.ends_on)) == both


def test_keeping_out_needs_a_reason_and_letting_in_needs_none() -> None:
    assert rules.lacks("kept-out", "  ") and not rules.lacks("kept-out", "Twice") and not rules.lacks("let-in", "")
