"""Why a recording needs a look, and what a decision must hold: tables of facts and answers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from carerapp.policy import load_all
from carerapp.triage import rules
from carerapp.triage.rules import Choice, Facts, Written

POLICY = load_all()["south-gloucestershire"]
TODAY = date(2026, 5, 4)


def day(ago: int = 0, how: str = "ok", part: str = "evening", good: bool = False, ticks: str = "") -> Written:
    hard = frozenset(t for t in ticks.split() if t not in ("laughed", "kind"))
    kind = frozenset(t for t in ticks.split() if t in ("laughed", "kind"))
    return Written(TODAY - timedelta(days=ago), part, how, good, hard, kind)


def reasons(this: Written, *before: Written, **more) -> list[str]:
    return rules.suggest(Facts(this=this, before=before, **more), POLICY.triage, TODAY)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts(this=day(how="good")), []),
        (Facts(this=day(how="hard")), []),
        (Facts(this=day(), wants_help=True), ["asked for help"]),
        (Facts(this=day(how="very_hard")), ["a very hard day"]),
        (Facts(this=day(), missing=True), ["missing or away is filled in"]),
        (Facts(this=day(ticks="away")), ["missing or away is filled in"]),
        (Facts(this=day(), adds_to=TODAY - timedelta(days=1)), ["adds to Sunday 3 May"]),
        (
            Facts(this=day(how="very_hard"), wants_help=True, missing=True),
            ["asked for help", "a very hard day", "missing or away is filled in"],
        ),
    ],
)
def test_what_one_day_alone_says(facts, said) -> None:
    assert rules.suggest(facts, POLICY.triage, TODAY) == said


def test_third_hard_night_in_five_days_names_the_days_and_how_many_were_written_about() -> None:
    """S1-4.2-08; what was not written about is not counted as a good night."""
    said = reasons(day(how="hard"), day(1, "very_hard"), day(2, "good"), day(4, "hard", "night"))
    assert said == ["third hard night in five days (30 April, 3 and 4 May; 4 of 5 days were written about)"]


@pytest.mark.parametrize(
    ("this", "before", "why_not"),
    [
        (day(how="hard"), [day(1, "hard")], "only two"),
        (day(how="hard"), [day(1, "hard"), day(5, "hard")], "the third is six days ago"),
        (day(how="good"), [day(1, "hard"), day(2, "hard"), day(3, "hard")], "tonight was good"),
        (day(how="hard", part="morning"), [day(1, "hard"), day(2, "hard")], "a hard morning is no night"),
        (day(how="hard"), [day(0, "hard", "night"), day(1, "hard")], "two entries about one day are one night"),
    ],
)
def test_no_third_hard_night(this, before, why_not) -> None:
    assert not [r for r in reasons(this, *before) if "night" in r], why_not


def test_a_ticked_hard_night_counts_whatever_the_day_was_called() -> None:
    said = reasons(day(ticks="hard_night"), day(1, ticks="hard_night", part="morning"), day(2, "hard"))
    assert "third hard night in five days (2, 3 and 4 May; 3 of 5 days were written about)" in said


def test_the_authority_sets_the_numbers() -> None:
    """Authority 2 looks at seven days."""
    other = load_all()["placement-support"].triage
    facts = Facts(this=day(how="hard"), before=(day(5, "hard"), day(6, "hard")))
    assert rules.suggest(facts, other, TODAY)[0].startswith("third hard night in seven days")
    assert rules.suggest(facts, POLICY.triage, TODAY) == []


def test_hard_things_are_counted_on_days_that_were_written_about() -> None:
    said = reasons(day(ticks="upset angry_words"), day(1, ticks="upset laughed"), day(4, ticks="withdrew said_no"))
    assert said == ["5 hard things ticked on 3 of the last 3 days written about"]
    assert reasons(day(ticks="laughed"), day(1, ticks="upset"), day(2, ticks="upset"), day(3, ticks="upset")) == []


def test_no_good_moments_for_long_counts_only_days_that_were_written_about() -> None:
    """A log without positives over a time is itself a finding (domain.md B.1); a gap is not."""
    bare = [day(ago) for ago in (1, 2, 4, 5, 6, 9)]
    assert reasons(day(), *bare) == [
        "no good moments written for 10 days (since Saturday 25 April; 7 of them were written about)"
    ]
    assert reasons(day(), *bare[:5]) == [], "six written days are not seven, however long ago the first was"
    assert reasons(day(), *bare[:5], day(20)) != [] and reasons(day(), day(27)) == []


@pytest.mark.parametrize("good", [day(3, good=True), day(3, ticks="laughed"), day(3, how="good"), day(3, how="great")])
def test_any_good_moment_ends_the_count(good) -> None:
    assert reasons(day(), *[day(ago) for ago in (1, 2, 4, 5, 6, 7, 8)], good) == []


def test_one_good_entry_makes_the_day_good_whatever_else_was_written_about_it() -> None:
    bare = [day(ago) for ago in range(1, 8)]
    assert reasons(day(), *bare) and not reasons(day(), *bare, day(0, part="morning", good=True))


NOW = datetime(2026, 5, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent_ago", "promised_in", "read", "said"),
    [
        (47, 5, False, ["why"]),
        (48, 5, False, ["why", "unread for 2 days"]),
        (71, 5, False, ["why", "unread for 2 days"]),
        (120, -1, False, ["why", "unread for 5 days", "was promised to be read by Monday 4 May, 6pm"]),
        (120, -1, True, ["why"]),
    ],
)
def test_time_alone_adds_reasons_until_it_is_read(sent_ago, promised_in, read, said) -> None:
    found = rules.reasons_now(
        ["why"],
        sent_at=NOW - timedelta(hours=sent_ago),
        promised_at=NOW + timedelta(hours=promised_in),
        read_at=NOW if read else None,
        now=NOW,
        policy=POLICY.triage,
        calendar=POLICY.calendar,
    )
    assert [r.replace("6:00pm", "6pm") for r in found] == said


def choice(*outcomes: str, because: str = "", **words: str) -> Choice:
    return Choice(frozenset(outcomes), words, because)


@pytest.mark.parametrize(
    ("chosen", "lacks"),
    [
        (choice(), {"outcomes"}),
        (choice("pass_on"), set()),
        (choice("pass_on", "supervision"), set()),
        (choice("supervision"), {"not_passed_because"}),
        (choice("supervision", because="Cora was in the room."), set()),
        (choice("supervision", because="   "), {"not_passed_because"}),
        (choice("nothing_more"), {"not_passed_because"}),
        (choice("nothing_more", because="A good day, told to Cora."), set()),
        (choice("nothing_more", "pass_on"), {"outcomes"}),
        (choice("nothing_more", "supervision", because="x"), {"outcomes"}),
        (choice("pass_on", "reply"), {"reply_words"}),
        (choice("pass_on", "reply", reply="Well done"), set()),
        (choice("pass_on", reply="Well done"), {"reply_words"}),
        (choice("alert"), {"alert_words"}),
        (choice("alert", alert="Ring me"), set()),
        (choice("pass_on", "meeting"), {"meeting_why"}),
        (choice("pass_on", "chronology", chronology=" "), {"chronology_words"}),
        (choice("pass_on", "meeting", "reply", meeting="It is too much"), {"reply_words"}),
    ],
)
def test_what_a_decision_lacks(chosen, lacks) -> None:
    """S1-4.3-11: passing on is the rule, and leaving it out needs a reason. S1-4.3-04: an alert is passed on."""
    assert set(rules.problems(chosen, POLICY.triage)) == lacks


def test_what_was_passed_on_once_needs_no_reason_the_second_time() -> None:
    assert rules.problems(choice("supervision"), POLICY.triage, already_passed=True) == {}
    assert set(rules.problems(choice(), POLICY.triage, already_passed=True)) == {"outcomes"}
