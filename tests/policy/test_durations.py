"""A promise ends exactly when the policy says, whatever the clocks, the calendar and the hour are doing."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carerapp.policy.calendars import Calendar, bank_holidays
from carerapp.policy.durations import MOST, Duration, Kind, add_months, due_at, parse
from tests.policy.world import LONDON, london

HOLIDAYS = bank_holidays()
ENGLAND = Calendar(days_off=HOLIDAYS.days, first_year=HOLIDAYS.first_year, last_year=HOLIDAYS.last_year)

COUNTED = [Kind.WORKING_DAYS, Kind.WEEKS, Kind.MONTHS]
starts = st.datetimes(datetime(2012, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC))
durations = st.one_of(
    st.just(Duration(Kind.SAME_DAY)),
    st.builds(Duration, st.just(Kind.HOURS), st.integers(0, 200)),
    st.builds(Duration, st.sampled_from(COUNTED), st.integers(1, 40)),
)


def last_day(due: datetime) -> date:
    """The last London day on which the promise can still be kept."""
    return (due.astimezone(LONDON) - timedelta(microseconds=1)).date()


@pytest.mark.parametrize(
    ("start", "text", "due"),
    [
        # Plain hours, over both clock changes (S1-5-02, S1-A3.5-08).
        ("2026-03-28T18:00", "24 hours", "2026-03-29T19:00"),
        ("2026-10-24T18:00", "24 hours", "2026-10-25T17:00"),
        ("2026-10-24T18:00", "48 hours", "2026-10-26T17:00"),
        ("2028-02-28T12:00", "24 hours", "2028-02-29T12:00"),
        ("2026-06-01T09:00", "at once", "2026-06-01T09:00"),
        # The same day (S1-A3.5-09), which has 23 hours in March and 25 in October, and a minute at its end.
        ("2026-05-05T09:00", "end of same day", "2026-05-06T00:00"),
        ("2026-05-05T23:59", "end of same day", "2026-05-06T00:00"),
        ("2026-05-05T00:00", "end of same day", "2026-05-06T00:00"),
        ("2026-03-29T00:30", "end of same day", "2026-03-30T00:00"),
        ("2026-10-25T00:30", "end of same day", "2026-10-26T00:00"),
        # Working days (S1-A1-16, S1-A1-24): over a weekend, Easter, Christmas with its day in lieu, New Year.
        ("2026-06-01T09:00", "3 working days", "2026-06-05T00:00"),
        ("2026-06-01T23:50", "3 working days", "2026-06-05T00:00"),
        ("2026-06-05T09:00", "1 working day", "2026-06-09T00:00"),
        ("2026-06-06T09:00", "1 working day", "2026-06-09T00:00"),
        ("2026-06-07T23:59", "1 working day", "2026-06-09T00:00"),
        ("2026-04-02T09:00", "3 working days", "2026-04-10T00:00"),
        ("2026-12-24T16:00", "1 working day", "2026-12-30T00:00"),
        ("2021-12-31T09:00", "1 working day", "2022-01-05T00:00"),
        ("2022-05-31T09:00", "5 working days", "2022-06-10T00:00"),  # Jubilee: Thursday and Friday off
        ("2026-03-27T09:00", "2 working days", "2026-04-01T00:00"),  # the clocks change in between
        # Weeks and months end where the calendar puts them (S1-A1-21, S1-A1-42, S1-A2-03).
        ("2026-03-20T14:00", "6 weeks", "2026-05-02T00:00"),
        ("2026-10-01T14:00", "8 weeks", "2026-11-27T00:00"),
        ("2027-01-31T14:00", "1 month", "2027-03-01T00:00"),
        ("2028-01-31T14:00", "1 month", "2028-03-01T00:00"),
        ("2028-02-29T14:00", "12 months", "2029-03-01T00:00"),
        ("2027-11-30T14:00", "3 months", "2028-03-01T00:00"),
        ("2026-12-15T14:00", "1 month", "2027-01-16T00:00"),
    ],
)
def test_promise_ends_when_the_policy_says(start: str, text: str, due: str) -> None:
    """S1-5-02, S1-A1-16, S1-A1-21, S1-A1-24, S1-A1-42, S1-A3.5-08, S1-A3.5-09; X-11 for what they leave open."""
    assert due_at(london(start), parse(text), ENGLAND) == london(due)


def test_leap_february_has_its_extra_day() -> None:
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2100, 1, 31), 1) == date(2100, 2, 28)


@given(durations)
def test_text_form_comes_back_the_same(duration: Duration) -> None:
    assert parse(str(duration)) == duration


@pytest.mark.parametrize(
    "text",
    ["", "24", "hours", "0 hours", "1 hours", "2 hour", "24  hours", " 24 hours", "24 hours ", "24 Hours", "-1 weeks",
     "1000 hours", "3 days", "1.5 hours", "٣ weeks", "end of the same day", "24 hours\n", "48 hrs", "3 working day"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="working days"):
        parse(text)


@pytest.mark.parametrize(
    ("kind", "count"),
    [(Kind.HOURS, -1), (Kind.HOURS, MOST + 1), (Kind.WEEKS, 0), (Kind.WORKING_DAYS, 0), (Kind.SAME_DAY, 2)],
)
def test_count_that_no_text_could_write_is_refused(kind: Kind, count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        Duration(kind, count)


def test_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(datetime(2026, 6, 1, 9, 0), parse("24 hours"), ENGLAND)


@given(starts, starts, durations)
def test_who_starts_later_never_has_to_finish_earlier(one: datetime, other: datetime, duration: Duration) -> None:
    first, second = sorted([one, other])
    assert due_at(first, duration, ENGLAND) <= due_at(second, duration, ENGLAND)


@given(starts, st.timedeltas(timedelta(0), timedelta(days=8)), durations)
def test_starting_a_little_later_never_means_finishing_earlier(
    start: datetime, later: timedelta, duration: Duration
) -> None:
    assert due_at(start, duration, ENGLAND) <= due_at(start + later, duration, ENGLAND)


@given(starts, st.sampled_from([Kind.HOURS, *COUNTED]), st.integers(1, 60))
def test_one_more_always_means_later(start: datetime, kind: Kind, count: int) -> None:
    assert due_at(start, Duration(kind, count), ENGLAND) < due_at(start, Duration(kind, count + 1), ENGLAND)


@given(starts, durations)
def test_there_is_always_some_time_left(start: datetime, duration: Duration) -> None:
    due = due_at(start, duration, ENGLAND)
    assert due.tzinfo is UTC
    assert due > start or duration == parse("at once")


@given(starts, st.integers(0, 500))
def test_plain_hours_are_elapsed_hours_whatever_the_clocks_do(start: datetime, count: int) -> None:
    """S1-5-02, S1-A3.5-08"""
    assert due_at(start, Duration(Kind.HOURS, count), ENGLAND) - start == timedelta(hours=count)


@given(starts, st.integers(1, 40))
def test_working_days_end_on_a_working_day_after_exactly_so_many(start: datetime, count: int) -> None:
    """S1-A1-16, S1-A1-24; X-11"""
    first, last = start.astimezone(LONDON).date(), last_day(due_at(start, Duration(Kind.WORKING_DAYS, count), ENGLAND))
    between = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
    assert last.weekday() < 5
    assert last not in HOLIDAYS.days
    assert sum(day.weekday() < 5 and day not in HOLIDAYS.days for day in between) == count


@given(starts, st.sampled_from([Kind.SAME_DAY, *COUNTED]), st.integers(1, 40))
def test_counted_days_end_at_midnight_in_london(start: datetime, kind: Kind, count: int) -> None:
    due = due_at(start, Duration(kind, 1 if kind is Kind.SAME_DAY else count), ENGLAND).astimezone(LONDON)
    assert (due.hour, due.minute, due.second, due.microsecond) == (0, 0, 0, 0)


@given(starts, st.integers(1, 60))
def test_weeks_end_on_the_same_weekday(start: datetime, count: int) -> None:
    first = start.astimezone(LONDON).date()
    last = last_day(due_at(start, Duration(Kind.WEEKS, count), ENGLAND))
    assert (last - first).days == 7 * count


@given(starts, st.integers(1, 60))
def test_months_keep_the_date_or_end_with_the_month(start: datetime, count: int) -> None:
    first = start.astimezone(LONDON).date()
    last = last_day(due_at(start, Duration(Kind.MONTHS, count), ENGLAND))
    assert (last.year - first.year) * 12 + last.month - first.month == count
    assert last.day == first.day or (last.day < first.day and (last + timedelta(days=1)).day == 1)


@given(starts, durations, st.integers(-12, 14))
def test_zone_in_which_a_start_was_written_changes_nothing(start: datetime, duration: Duration, hours: int) -> None:
    elsewhere = start.astimezone(timezone(timedelta(hours=hours)))
    assert due_at(elsewhere, duration, ENGLAND) == due_at(start, duration, ENGLAND)


@given(starts, durations, st.sets(st.dates(date(2012, 1, 1), date(2039, 1, 1)), max_size=20))
def test_another_day_off_never_shortens_a_promise(start: datetime, duration: Duration, closed: set[date]) -> None:
    assume(closed)
    more = Calendar(days_off={**HOLIDAYS.days, **dict.fromkeys(closed, "closed")})
    assert due_at(start, duration, more) >= due_at(start, duration, ENGLAND)
