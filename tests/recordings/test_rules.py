"""The pure rules of recordings, as truth tables. R11: a phone's clock may be wrong, and nothing is lost."""

from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from carerapp.recordings import rules
from carerapp.recordings.rules import Did, Entry

EVENING = datetime(2026, 5, 5, 17, 42, tzinfo=UTC)  # a Tuesday; 6:42pm in London
MONDAY, TUESDAY, WEDNESDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)
SYDNEY = timezone(timedelta(hours=10))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("entry", "enough"),
    [
        (Entry(), False),
        (Entry(how="ok"), True),
        (Entry(saw="He laughed."), True),
        (Entry(saw=" \n\t "), False),
        (Entry(think="x"), True),
        (Entry(told_by="the school"), False),
        (Entry(today_held=("laughed",)), True),
        (Entry(sections={"health": {"what": "x"}}), True),
        (Entry(wants_help=True), True),
    ],
)
def test_one_tap_or_one_sentence_is_enough(entry: Entry, enough: bool) -> None:
    """domain.md B.1: the shortest useful entry."""
    assert rules.says_something(entry) is enough


@pytest.mark.parametrize(
    ("said", "skew", "is_"),
    [
        (EVENING, None, EVENING),
        (EVENING, 0, EVENING),
        (EVENING + DAY, 86400, EVENING),  # the phone is a day ahead
        (EVENING - DAY, -86400, EVENING),  # a day behind
        (EVENING + 5 * 365 * DAY, 5 * 365 * 86400, EVENING),  # five years ahead
        (EVENING + 3 * HOUR, 0, EVENING + HOUR),  # set back after writing: never after it was received
        (datetime(1, 1, 1, tzinfo=SYDNEY), 0, EVENING + HOUR),  # no calendar holds it
        (datetime(9999, 12, 31, 23, tzinfo=timezone(-12 * HOUR)), 0, EVENING + HOUR),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), -(2**31), EVENING + HOUR),
    ],
)
def test_when_it_was_really_written(said: datetime, skew: int | None, is_: datetime) -> None:
    assert rules.written_at(said, skew, EVENING + HOUR) == is_


def test_the_time_it_was_written_keeps_the_zone_of_the_phone() -> None:
    assert rules.written_at(EVENING.astimezone(SYDNEY), 0, EVENING + HOUR).utcoffset() == timedelta(hours=10)


@pytest.mark.parametrize(
    ("entry", "written", "day", "part"),
    [
        (Entry(), EVENING, TUESDAY, "evening"),
        (Entry(), datetime(2026, 5, 6, 0, 30, tzinfo=UTC), TUESDAY, "night"),  # 1:30am: still the night of Tuesday
        (Entry(), datetime(2026, 5, 6, 4, 0, tzinfo=UTC), WEDNESDAY, "morning"),  # five in the morning
        (Entry(days_ago=1), EVENING, MONDAY, "evening"),
        (Entry(days_ago=1, day_part="morning"), EVENING, MONDAY, "morning"),
        (Entry(about_on=date(2026, 4, 1)), EVENING, date(2026, 4, 1), "evening"),
        (Entry(about_on=date(2026, 4, 1), days_ago=1), EVENING, date(2026, 4, 1), "evening"),  # a date says more
    ],
)
def test_which_day_it_is_about(entry: Entry, written: datetime, day: date, part: str) -> None:
    assert rules.about(entry, written) == (day, part)


@pytest.mark.parametrize(
    ("begun", "skew", "is_"),
    [
        (None, 0, EVENING),
        (EVENING - 12 * HOUR, 0, EVENING - 12 * HOUR),
        (EVENING - 12 * HOUR + DAY, 86400, EVENING - 12 * HOUR),
        (EVENING + HOUR, 0, EVENING),  # never after it was written
        (EVENING - 15 * DAY, 0, EVENING),  # too long ago to say anything
        (datetime(1, 1, 1, tzinfo=SYDNEY), 0, EVENING),
    ],
)
def test_today_is_the_day_on_which_somebody_began_to_write(begun: datetime | None, skew: int, is_: datetime) -> None:
    """R2, R12: called away in the evening, sent in the morning; or mended days later."""
    assert rules.begun_at(Entry(begun=begun), skew, EVENING) == is_


@pytest.mark.parametrize(
    ("about_on", "written", "to_come"),
    [
        (TUESDAY, EVENING, False),
        (WEDNESDAY, EVENING, True),
        # 7am on Wednesday in Sydney is 10pm on Tuesday in London: Wednesday has come where it was written.
        (WEDNESDAY, datetime(2026, 5, 6, 7, tzinfo=SYDNEY), False),
    ],
)
def test_a_day_that_is_still_to_come(about_on: date, written: datetime, to_come: bool) -> None:
    assert rules.is_to_come(about_on, written, EVENING + 4 * HOUR) is to_come


@pytest.mark.parametrize(
    ("about_on", "sent_after", "late"),
    [
        (TUESDAY, HOUR, False),
        (MONDAY, HOUR, False),  # yesterday, one day after
        (date(2026, 5, 3), HOUR, True),
        (TUESDAY, 24 * HOUR, False),
        (TUESDAY, 24 * HOUR + timedelta(seconds=1), True),
    ],
)
def test_a_late_entry_says_so(about_on: date, sent_after: timedelta, late: bool) -> None:
    """X-11: no policy names a time, so the authority's own number counts. R11: written late is shown."""
    assert rules.is_late(about_on, EVENING, EVENING + sent_after, after_days=1) is late


@pytest.mark.parametrize(
    ("entry", "head"),
    [
        (Entry(saw="One.\n  Two."), "One. Two."),
        (Entry(went_well="Swam.", saw="  "), "Swam."),
        (Entry(sections={"health": {"what": "A cough."}}), "A cough."),
        (Entry(how="ok"), ""),
        (Entry(saw="x" * 141), "x" * 139 + "…"),
        (Entry(saw="x" * 140), "x" * 140),
    ],
)
def test_the_first_words_for_a_list(entry: Entry, head: str) -> None:
    assert rules.head(entry) == head
    assert len(rules.head(entry)) <= rules.HEAD


def did(kind: str, minutes: int, by: str = "Sam", to: str = "") -> Did:
    return Did(kind, EVENING + timedelta(minutes=minutes), by, to)


READ, PASSED = did("read", 1), did("passed_on", 2, to="Cora")
CASE_READ, FILED = did("case_read", 3, by="Cora"), did("filed", 4, by="Cora")


@pytest.mark.parametrize(
    ("steps", "word", "minutes"),
    [
        ([], "Sent", 0),
        ([READ], "Read by Sam", 1),
        ([READ, did("replied", 5)], "Read by Sam", 1),
        ([READ, did("nothing_more", 2)], "Read by Sam", 1),
        ([READ, PASSED], "With Cora", 2),
        ([PASSED, READ], "With Cora", 2),
        ([READ, did("alerted", 2, to="Cora")], "With Cora", 2),
        ([READ, did("passed_on", 2)], "With the child's social worker", 2),
        ([READ, PASSED, CASE_READ], "Read by Cora", 3),
        ([READ, PASSED, CASE_READ, FILED], "On file with Cora", 4),
        ([READ, PASSED, CASE_READ, FILED, did("followed_up", 9, by="Cora")], "Followed up by Cora", 9),
    ],
)
def test_where_a_recording_is(steps: list[Did], word: str, minutes: int) -> None:
    """S1-4.3-10, S1-4.3-11, S1-4.3-12, S1-4.3-13, S1-4.3-14: the words a carer relies on."""
    assert rules.status(EVENING, steps) == rules.State(word, EVENING + timedelta(minutes=minutes))


def test_the_way_shows_every_stop_once_and_in_order() -> None:
    stops = rules.trail(EVENING, [READ, did("replied", 1), PASSED, CASE_READ, did("read", 7)])
    assert [stop.word for stop in stops] == ["Sent", "Read by Sam", "With Cora", "Read by Cora"]


PHONE = SimpleNamespace(
    pin_may_hold=("writing", "own_recordings"),
    passkey_may_hold=("writing", "own_recordings", "household"),
    pin_recordings_days=3,
    passkey_recordings_days=30,
    lease_days=7,
)


@pytest.mark.parametrize(
    ("mine", "age", "hold"),
    [
        (True, 0, rules.Hold("own_recordings", 3, passkey_only=False)),
        (True, 2, rules.Hold("own_recordings", 1, passkey_only=False)),
        (True, 3, rules.Hold("own_recordings", 7, passkey_only=True)),
        (True, 28, rules.Hold("own_recordings", 2, passkey_only=True)),
        (True, 30, None),
        (False, 0, rules.Hold("household", 7, passkey_only=True)),
        (False, 30, None),
    ],
)
def test_what_a_phone_may_keep(mine: bool, age: int, hold: rules.Hold | None) -> None:
    """design.md section 7; S3, S4: a PIN opens only one's own last days."""
    assert rules.hold(mine, age, PHONE) == hold


def test_a_phone_keeps_nothing_that_the_policy_does_not_name() -> None:
    bare = SimpleNamespace(**{**vars(PHONE), "pin_may_hold": ("writing",), "passkey_may_hold": ("writing",)})
    assert rules.hold(True, 0, bare) is None
    assert rules.hold(False, 0, bare) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("2026-09", date(2026, 5, 1)),
        ("", date(2026, 5, 1)),
        ("2026-13", date(2026, 5, 1)),
        ("../etc", date(2026, 5, 1)),
    ],
)
def test_a_month_by_name(text: str, first: date) -> None:
    assert rules.month_of(text, TUESDAY) == first


def test_a_month_lies_in_weeks_that_begin_on_monday() -> None:
    weeks = rules.weeks_of(date(2026, 2, 1))  # a Sunday; February 2026 ends on a Saturday
    assert weeks[0] == [None] * 6 + [date(2026, 2, 1)]
    assert weeks[-1][5:] == [date(2026, 2, 28), None]
    assert sum(day is not None for week in weeks for day in week) == 28
    assert rules.weeks_of(date(2026, 12, 1))[-1][3] == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["", "x" * 27, "a b", "a\x00", "\ud800", "../x", "é"])
def test_what_can_not_be_an_id_never_reaches_the_database(text: str) -> None:
    assert not rules.valid_id(text)
