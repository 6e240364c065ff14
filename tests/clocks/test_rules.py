"""How a clock stands, and when a missed one goes up a step: tables of facts and answers."""

from datetime import UTC, datetime, timedelta

import pytest

from carerapp.clocks import rules
from carerapp.policy.calendars import Calendar
from carerapp.policy.durations import parse

CALENDAR = Calendar()
WARN, DUE = datetime(2026, 5, 5, 9, tzinfo=UTC), datetime(2026, 5, 6, 9, tzinfo=UTC)
EARLY, AFTER = WARN - timedelta(hours=1), DUE + timedelta(hours=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "met_at", "stopped_at", "answer"),
    [
        (EARLY, None, None, "running"),
        (WARN, None, None, "soon"),
        (DUE - TICK, None, None, "soon"),
        (DUE, None, None, "missed"),
        (AFTER, None, None, "missed"),
        (AFTER, DUE - TICK, None, "met"),
        (AFTER, DUE, None, "late"),
        (AFTER, None, EARLY, "stopped"),
        (AFTER, EARLY, EARLY, "met"),
    ],
)
def test_state_is_derived_from_the_time(now, met_at, stopped_at, answer) -> None:
    assert rules.state(now, WARN, DUE, met_at, stopped_at) == answer


CHAIN = ("ssw", "duty", "fostering_manager", "service_manager")


@pytest.mark.parametrize(
    ("passed", "roles"),
    [
        (timedelta(hours=-1), []),
        (timedelta(0), ["duty"]),
        (timedelta(hours=23), ["duty"]),
        (timedelta(hours=24), ["duty", "fostering_manager"]),
        (timedelta(hours=48), ["duty", "fostering_manager", "service_manager"]),
        (timedelta(days=400), ["duty", "fostering_manager", "service_manager"]),
    ],
)
def test_each_step_comes_after_the_same_time_again_and_none_is_skipped(passed, roles) -> None:
    steps = rules.steps_passed(DUE + passed, DUE, parse("24 hours"), CALENDAR, CHAIN)
    assert [step.role for step in steps] == roles
    assert [step.number for step in steps] == list(range(1, len(roles) + 1))


@pytest.mark.parametrize(
    ("duration", "due", "second"),
    [
        # Promises of counted days end at the midnight that ends a day; the second step counts on from that day.
        ("2 working days", datetime(2026, 5, 6, 23, tzinfo=UTC), datetime(2026, 5, 8, 23, tzinfo=UTC)),
        ("end of same day", datetime(2026, 5, 6, 23, tzinfo=UTC), datetime(2026, 5, 7, 23, tzinfo=UTC)),
        ("1 week", datetime(2026, 5, 6, 23, tzinfo=UTC), datetime(2026, 5, 13, 23, tzinfo=UTC)),
        ("1 month", datetime(2026, 5, 31, 23, tzinfo=UTC), datetime(2026, 6, 30, 23, tzinfo=UTC)),
        ("48 hours", datetime(2026, 5, 6, 18, tzinfo=UTC), datetime(2026, 5, 8, 18, tzinfo=UTC)),
        # Across the weekend, and across the clock change of October: London's midnight moves by an hour in UTC.
        ("1 working day", datetime(2026, 10, 23, 23, tzinfo=UTC), datetime(2026, 10, 27, 0, tzinfo=UTC)),
    ],
)
def test_second_step_counts_as_the_first_did(duration, due, second) -> None:
    def passed(now: datetime) -> int:
        return len(rules.steps_passed(now, due, parse(duration), CALENDAR, CHAIN))

    assert (passed(second - TICK), passed(second)) == (1, 2)


def test_what_was_to_be_ready_at_once_goes_up_the_whole_chain_at_once() -> None:
    assert len(rules.steps_passed(DUE, DUE, parse("at once"), CALENDAR, CHAIN)) == 3


def test_a_chain_of_one_has_nobody_to_hand_up_to() -> None:
    assert rules.steps_passed(AFTER, DUE, parse("1 hour"), CALENDAR, ("iro",)) == []


def test_only_what_the_policy_names_keeps_a_promise() -> None:
    assert rules.kept("recording:read", ("recording:read",))
    assert not rules.kept("recording:submitted", ("recording:read",))


@pytest.mark.parametrize(
    ("on_time", "promised", "words"),
    [
        (0, 0, "Nothing was promised for that time."),
        (45, 48, "45 of 48 (93%)"),
        (221, 222, "221 of 222 (99%)"),
        (1, 1, "1 of 1 (100%)"),
    ],
)
def test_the_count_comes_before_the_share(on_time, promised, words) -> None:
    assert rules.share(on_time, promised) == words
