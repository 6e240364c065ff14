"""Pure rules of triage: why a recording needs a look, in words, and what a decision must hold.

Software counts days that were written about and says so. It never adds anything up to a score, never counts a day on
which nothing was written, and never decides (design.md section 1, promise 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ..policy.calendars import Calendar
from ..policy.dates import say_by, say_day
from ..policy.durations import due_at
from ..policy.model import TriageRules

HARD = frozenset({"hard", "very_hard"})
GOOD = frozenset({"great", "good"})
NIGHTS = frozenset({"evening", "night"})
LOOK_BACK = timedelta(days=28)
"""How far back patterns are looked for: four weeks, the usual distance between two visits."""

_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_ORDINALS = ["none", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


@dataclass(frozen=True, slots=True)
class Written:
    """What is known of one recording without reading its words. `hard` and `good` are ticks of what today held."""

    on: date
    day_part: str
    how: str
    says_good: bool
    hard: frozenset[str]
    good: frozenset[str]

    @property
    def hard_night(self) -> bool:
        """A hard night was ticked, or an evening or night was called hard."""
        return "hard_night" in self.hard or (self.how in HARD and self.day_part in NIGHTS)

    @property
    def has_good(self) -> bool:
        """Something went well: in words, as a tick, or because the day was called good."""
        return self.says_good or bool(self.good) or self.how in GOOD


@dataclass(frozen=True, slots=True)
class Facts:
    """One recording that has just come, and what the same home wrote about the child in the weeks before it."""

    this: Written
    wants_help: bool = False
    missing: bool = False
    adds_to: date | None = None
    before: tuple[Written, ...] = ()


def suggest(facts: Facts, policy: TriageRules, today: date) -> list[str]:
    """Say why a recording may need a look, in plain words with days and counts (S1-4.2-08, S1-4.6-08, S2-3.1-01).

    The thresholds are the authority's. An empty list means only that none of these stands out.
    """
    days = _by_day((*facts.before, facts.this)) if looks_back(facts.this) else {}
    said = [
        ("asked for help", facts.wants_help),
        ("a very hard day", facts.this.how == "very_hard"),
        ("missing or away is filled in", facts.missing or "away" in facts.this.hard),
        (_nights(facts.this, days, policy), True),
        (_hard_things(facts.this, days, policy), True),
        (_no_good(facts.this, days, policy, today), True),
        (f"adds to {say_day(facts.adds_to, today)}" if facts.adds_to else "", True),
    ]
    return [words for words, true in said if words and true]


def looks_back(this: Written) -> bool:
    """Could any reason come from the weeks before? After a day with something good in it and nothing hard, none can."""
    return bool(this.hard_night or this.hard or not this.has_good)


def _by_day(written: Iterable[Written]) -> dict[date, list[Written]]:
    days: dict[date, list[Written]] = {}
    for one in sorted(written, key=lambda w: w.on):
        days.setdefault(one.on, []).append(one)
    return days


def _window(this: Written, days: dict[date, list[Written]], length: int) -> dict[date, list[Written]]:
    first = this.on - timedelta(days=length - 1)
    return {day: written for day, written in days.items() if first <= day <= this.on}


def _nights(this: Written, days: dict[date, list[Written]], policy: TriageRules) -> str:
    if not this.hard_night:
        return ""
    window = _window(this, days, policy.hard_nights_in_days)
    hard = [day for day, written in window.items() if any(w.hard_night for w in written)]
    if len(hard) < policy.hard_nights:
        return ""
    return (
        f"{_ordinal(len(hard))} hard night in {_number(policy.hard_nights_in_days)} days "
        f"({_list(hard)}; {len(window)} of {policy.hard_nights_in_days} days were written about)"
    )


def _hard_things(this: Written, days: dict[date, list[Written]], policy: TriageRules) -> str:
    if not this.hard:
        return ""
    window = _window(this, days, policy.hard_nights_in_days)
    ticked = {day: sum(len(w.hard) for w in written) for day, written in window.items()}
    on = [day for day, count in ticked.items() if count]
    if len(on) < policy.hard_nights:
        return ""
    return f"{sum(ticked.values())} hard things ticked on {len(on)} of the last {len(window)} days written about"


def _no_good(this: Written, days: dict[date, list[Written]], policy: TriageRules, today: date) -> str:
    bare: list[date] = []
    for day in sorted((day for day in days if day <= this.on), reverse=True):
        if any(w.has_good for w in days[day]):
            break
        bare.append(day)
    if len(bare) < policy.no_positives_days:
        return ""
    span = (bare[0] - bare[-1]).days + 1
    return (
        f"no good moments written for {span} days "
        f"(since {say_day(bare[-1], today)}; {len(bare)} of them were written about)"
    )


def reasons_now(
    reasons: Iterable[str],
    *,
    sent_at: datetime,
    promised_at: datetime,
    read_at: datetime | None,
    now: datetime,
    policy: TriageRules,
    calendar: Calendar,
) -> list[str]:
    """The reasons it came with, and those that time alone adds: unread for long, the promise to read it passed."""
    found = list(reasons)
    if read_at is None:
        if now >= due_at(sent_at, policy.unread_after, calendar):
            days = (now - sent_at).days
            found.append(f"unread for {days} {'day' if days == 1 else 'days'}")
        if now >= promised_at:
            found.append(f"was promised to be read by {say_by(promised_at, now)}")
    return found


def _number(count: int) -> str:
    return _NUMBERS[count] if 0 < count < len(_NUMBERS) else str(count)


def _ordinal(count: int) -> str:
    return _ORDINALS[count] if count < len(_ORDINALS) else f"{count}th"


def _list(days: list[date]) -> str:
    """Say days shortly: "1, 2 and 4 May", "30 April and 1 May"."""
    words = []
    for this, after in zip(days, [*days[1:], None], strict=True):
        same = after is not None and (after.year, after.month) == (this.year, this.month)
        words.append(str(this.day) if same else f"{this.day} {this:%B}")
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# --- decisions ------------------------------------------------------------------------------------------------------

REPLY, PASS_ON, SUPERVISION, ALERT = "reply", "pass_on", "supervision", "alert"
CHRONOLOGY, MEETING, NOTHING_MORE = "chronology", "meeting", "nothing_more"
OUTCOMES = (REPLY, PASS_ON, SUPERVISION, ALERT, CHRONOLOGY, MEETING, NOTHING_MORE)
WORDS_FOR = {REPLY: "reply_words", ALERT: "alert_words", CHRONOLOGY: "chronology_words", MEETING: "meeting_why"}
"""The outcomes that say something, and the field that holds the words."""

NOT_TICKED = "You wrote this and did not tick it. Tick it, or clear the words."
_ASKS = {
    REPLY: "Write your answer, or untick it.",
    ALERT: "Say in a sentence what they need to know now, or untick it.",
    CHRONOLOGY: "Write what the chronology should hold, or untick it.",
    MEETING: "Say in a sentence why a meeting would help, or untick it.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to do with a recording."""

    outcomes: frozenset[str]
    words: dict[str, str] = field(default_factory=dict)
    """By outcome."""
    not_passed_because: str = ""

    @property
    def passes_on(self) -> bool:
        """An alert puts it in front of the child's social worker too: nobody is alerted to what they can't read."""
        return bool({PASS_ON, ALERT} & self.outcomes)


def problems(choice: Choice, policy: TriageRules, already_passed: bool = False) -> dict[str, str]:
    """Say what a decision still lacks: field by field, in plain words. Nothing means that it can be recorded.

    A person must decide something; passing on is the rule and leaving it out needs a reason (S1-4.3-11).
    """
    found: dict[str, str] = {}
    if not choice.outcomes:
        found["outcomes"] = "Choose what happens next, or say that nothing more is needed."
    elif NOTHING_MORE in choice.outcomes and len(choice.outcomes) > 1:
        found["outcomes"] = "You ticked that nothing more is needed, and something else too. Untick one of them."
    for outcome, ask in _ASKS.items():
        said = bool(choice.words.get(outcome, "").strip())
        if outcome in choice.outcomes and not said:
            found[WORDS_FOR[outcome]] = ask
        elif said and outcome not in choice.outcomes:
            found[WORDS_FOR[outcome]] = NOT_TICKED
    rule = policy.pass_on_by_default and not already_passed
    if rule and choice.outcomes and not choice.passes_on and not choice.not_passed_because.strip():
        found["not_passed_because"] = "Passing on is the rule. Say why the child's social worker need not see this."
    return found
