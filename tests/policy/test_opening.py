"""Whom to ring depends on the hour: out of hours it is the out-of-hours team (S1-A3.5-22, S1-A3.5-23)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carerapp.policy.calendars import Calendar, bank_holidays
from carerapp.policy.opening import is_open, parse_opening
from tests.policy.world import KEYS, authorities, london

CALENDAR = Calendar(days_off=bank_holidays().days)


@pytest.mark.parametrize(
    ("text", "at", "answers"),
    [
        ("always", "2026-12-25T03:00", True),
        ("office hours", "2026-06-01T08:59", False),
        ("office hours", "2026-06-01T09:00", True),
        ("office hours", "2026-06-01T16:59", True),
        ("office hours", "2026-06-01T17:00", False),
        ("office hours", "2026-06-06T12:00", False),
        ("office hours", "2026-12-25T12:00", False),
        ("out of office hours", "2026-12-25T12:00", True),
        ("out of office hours", "2026-06-01T12:00", False),
        ("every day 18:00-22:00", "2026-06-06T18:00", True),
        ("every day 18:00-22:00", "2026-06-06T22:00", False),
        ("working days 09:30-16:00", "2026-06-06T12:00", False),
        ("weekends 10:00-22:00", "2026-06-06T12:00", True),
        ("weekends 10:00-22:00", "2026-06-05T12:00", False),
        # A stretch over midnight belongs to the day on which it began: Sunday night runs into Monday.
        ("weekends 22:00-02:00", "2026-06-08T01:59", True),
        ("weekends 22:00-02:00", "2026-06-08T02:00", False),
        ("weekends 22:00-02:00", "2026-06-06T01:00", False),
        ("weekends 22:00-02:00", "2026-06-06T23:00", True),
    ],
)
def test_somebody_answers_in_opening_hours_only(text: str, at: str, answers: bool) -> None:
    assert is_open((parse_opening(text),), london(at), CALENDAR) is answers
    assert str(parse_opening(text)) == text


@pytest.mark.parametrize("text", ["", "sometimes", "every day", "every day 9:00-17:00", "mondays 09:00-17:00",
                                  "every day 18:00-24:00", "weekends 10:60-11:00"])  # fmt: skip
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="opening time"):
        parse_opening(text)


@pytest.mark.parametrize("key", KEYS)
@given(at=st.datetimes().map(lambda moment: london("2026-01-01T00:00").replace(
    month=moment.month, day=min(moment.day, 28), hour=moment.hour, minute=moment.minute)))  # fmt: skip
def test_at_every_minute_a_social_worker_can_be_rung_and_999_comes_first(key: str, at) -> None:
    """S1-A3.5-22"""
    authority = authorities()[key]
    ring = authority.who_to_ring(at)
    assert ring[0].number == "999"
    open_now = {help.key for help in ring if help.answers(at, authority.calendar)}
    assert len(open_now & {"fostering-duty", "edt"}) == 1
    assert [help.key for help in ring][: len(open_now)] == [
        help.key for help in authority.directory if help.key in open_now
    ]
