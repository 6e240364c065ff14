"""The checked-in bank holidays are the ones there are, and a week without work is refused."""

import json
from datetime import date

import holidays
import pytest

from carerapp.policy.calendars import BANK_HOLIDAYS, Calendar, bank_holidays
from tests.policy.bank_holidays import FIRST, LAST, table


def test_table_is_what_the_holidays_package_says_for_every_year() -> None:
    """X-11"""
    kept = json.loads(BANK_HOLIDAYS.read_text(encoding="utf-8"))
    assert kept["years"] == [FIRST, LAST] == [2012, 2040]
    assert kept["days"] == table()["days"]
    assert holidays.__version__ in kept["from"]


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_every_year_has_its_eight_or_more(year: int) -> None:
    weekdays = [day for day in bank_holidays().days if day.year == year and day.weekday() < 5]
    assert len(weekdays) == {2012: 9, 2022: 10, 2023: 9}.get(year, 8)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-05-04", False),  # early May
        ("2020-05-04", True),  # in 2020 it was moved to the Friday, for VE Day
        ("2020-05-08", False),
        ("2022-09-19", False),  # state funeral
        ("2023-05-08", False),  # coronation
        ("2026-12-28", False),  # in lieu of Boxing Day on a Saturday
        ("2026-12-27", False),
        ("2026-12-29", True),
        ("2024-03-29", False),  # Good Friday
        ("2024-03-28", True),
        ("2025-01-02", True),  # a holiday in Scotland only
        ("2026-08-03", True),  # likewise
    ],
)
def test_working_days_are_those_of_england(day: str, works: bool) -> None:
    assert Calendar(days_off=bank_holidays().days).is_working_day(date.fromisoformat(day)) is works


def test_calendar_says_which_years_it_knows_and_still_counts_weekends_beyond() -> None:
    calendar = Calendar(days_off=bank_holidays().days, first_year=FIRST, last_year=LAST)
    assert calendar.knows(date(2040, 12, 31))
    assert not calendar.knows(date(2041, 1, 1))
    assert calendar.next_working_day(date(2041, 3, 1)) == date(2041, 3, 4)


def test_week_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        Calendar(weekend=frozenset(range(7)))
