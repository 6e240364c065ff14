"""Moments are said as people say them, in London, whatever zone they were kept in."""

from datetime import UTC, date, datetime

import pytest

from carerapp.policy.dates import DAY_PARTS, day_part, day_written_about, say_by, say_day, say_time, say_when
from tests.policy.world import london

NOW = datetime(2022, 6, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2022, 5, 3, 17, 42, tzinfo=UTC), "Tuesday 3 May, 6:42pm"),
        (datetime(2022, 1, 11, 9, 5, tzinfo=UTC), "Tuesday 11 January, 9:05am"),
        (datetime(2022, 5, 3, 23, 30, tzinfo=UTC), "Wednesday 4 May, 12:30am"),
        (datetime(2022, 5, 3, 11, 0, tzinfo=UTC), "Tuesday 3 May, noon"),
        (datetime(2022, 5, 3, 23, 0, tzinfo=UTC), "Wednesday 4 May, midnight"),
        (datetime(2022, 5, 3, 11, 30, tzinfo=UTC), "Tuesday 3 May, 12:30pm"),
        (datetime(2021, 5, 3, 17, 42, tzinfo=UTC), "Monday 3 May 2021, 6:42pm"),
        (datetime(2022, 12, 31, 23, 59, tzinfo=UTC), "Saturday 31 December, 11:59pm"),
        (datetime(2023, 1, 1, 0, 1, tzinfo=UTC), "Sunday 1 January 2023, 12:01am"),
    ],
)
def test_moment_is_said_as_people_say_it(moment: datetime, words: str) -> None:
    assert say_when(moment, NOW) == words


def test_year_is_said_when_nobody_knows_which_year_it_is() -> None:
    assert say_when(NOW) == "Wednesday 1 June 2022, 1:00pm"
    assert say_day(date(2022, 6, 1)) == "Wednesday 1 June 2022"
    assert say_day(date(2022, 6, 1), date(2022, 1, 1)) == "Wednesday 1 June"


def test_this_year_is_londons_this_year() -> None:
    just_after = datetime(2021, 12, 31, 23, 59, tzinfo=UTC)
    assert say_when(just_after, NOW) == "Friday 31 December 2021, 11:59pm"


def test_promise_until_midnight_is_said_as_the_end_of_its_last_day() -> None:
    """S1-A3.5-09: "by midnight on Wednesday" would be read as either end of Wednesday."""
    assert say_by(london("2022-05-04T00:00"), NOW) == "the end of Tuesday 3 May"
    assert say_by(london("2022-05-04T09:15"), NOW) == "Wednesday 4 May, 9:15am"


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        say_time(datetime(2022, 5, 3, 17, 42))


@pytest.mark.parametrize(
    ("at", "part", "day"),
    [
        ("2026-06-03T05:00", "morning", "2026-06-03"),
        ("2026-06-03T11:59", "morning", "2026-06-03"),
        ("2026-06-03T12:00", "afternoon", "2026-06-03"),
        ("2026-06-03T17:00", "evening", "2026-06-03"),
        ("2026-06-03T22:00", "night", "2026-06-03"),
        ("2026-06-04T00:30", "night", "2026-06-03"),
        ("2026-06-04T04:59", "night", "2026-06-03"),
        ("2026-03-29T04:30", "night", "2026-03-28"),  # the clocks went on an hour in this night
        ("2026-10-25T04:30", "night", "2026-10-24"),  # and back in this one
        ("2026-10-25T05:00", "morning", "2026-10-25"),
    ],
)
def test_who_writes_after_midnight_still_writes_about_yesterday(at: str, part: str, day: str) -> None:
    assert part in DAY_PARTS
    assert day_part(london(at)) == part
    assert day_written_about(london(at)) == date.fromisoformat(day)
