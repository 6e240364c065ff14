"""Dated links (design.md section 2): a move changes who may see from that day on."""

from datetime import date

import pytest

from carerapp.people.rules import age_on, counts_on

MONDAY, TUESDAY, WEDNESDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (MONDAY, None, True),
        (TUESDAY, None, True),
        (WEDNESDAY, None, False),
        (MONDAY, WEDNESDAY, True),
        (MONDAY, TUESDAY, False),  # the day a child moves, the old home's view ends ...
        (TUESDAY, WEDNESDAY, True),  # ... and the new home's begins
    ],
)
def test_a_link_counts_from_its_first_day_to_the_day_before_its_end(starts, ends, expected) -> None:
    assert counts_on(TUESDAY, starts, ends) is expected


def test_age_changes_on_the_birthday_and_leap_days_work() -> None:
    assert age_on(date(2026, 2, 28), date(2014, 2, 28)) == 12
    assert age_on(date(2026, 2, 27), date(2014, 2, 28)) == 11
    assert age_on(date(2026, 2, 28), date(2012, 2, 29)) == 13
