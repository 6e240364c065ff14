"""Pure rules of recordings: which day one is about, whether it came late, what stands out, where it is now."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Protocol

from ..policy.dates import LONDON, day_part, day_written_about

HOW = {"great": "Great", "good": "Good", "ok": "OK", "hard": "Hard", "very_hard": "Very hard"}
HARD = frozenset({"hard", "very_hard"})
TEXTS = ("saw", "went_well", "child_said", "think", "told", "how_i_am", "help_with")
"""What somebody may have written, in the order in which the first words of an entry are looked for."""
WORDS = (*TEXTS, "how", "told_by", "sections", "today_held_version", "wants_help")
"""What an entry and its row in the table have in common as it stands."""
HEAD = 140
LONGEST_DRAFT = timedelta(days=14)
"""A draft older than this says nothing about its day any more."""
SENT_LATE = timedelta(hours=24)
"""Longer than this between writing and sending, and the entry says that it came late (bars R11)."""
STEPS = frozenset(
    {
        "read", "replied", "passed_on", "alerted", "supervision", "chronology", "meeting", "nothing_more",
        "case_read", "filed", "followed_up", "let_in",
    }
)  # fmt: skip
_ID = re.compile(r"[0-9A-Za-z_-]{1,26}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a carer wrote (NMS 26; domain.md B.1). Names are those of the table.

    `about_on` None means `days_ago` days before it was written, `day_part` "" the part of that day: a page that a
    phone kept for a week must not claim to know what day it is. `begun` is when the first word was typed, by the
    phone: whoever is called away on Monday evening and goes on in the morning still writes about Monday.
    """

    about_on: date | None = None
    days_ago: int = 0
    begun: datetime | None = None
    day_part: str = ""
    how: str = ""
    went_well: str = ""
    child_said: str = ""
    saw: str = ""
    think: str = ""
    told: str = ""
    told_by: str = ""
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    today_held: tuple[str, ...] = ()
    today_held_version: int = 1
    how_i_am: str = ""
    wants_help: bool = False
    help_with: str = ""


def valid_id(text: str) -> bool:
    """Could this be one of our ids? What could not is never handed to the database."""
    return _ID.fullmatch(text) is not None


def says_something(entry: Entry) -> bool:
    """Is there anything in it at all? One tap on how the day was is enough."""
    texts = any(getattr(entry, name).strip() for name in TEXTS)
    return bool(entry.how or texts or entry.sections or entry.today_held or entry.wants_help)


def written_at(said: datetime, skew: int | None, received: datetime) -> datetime:
    """When it was really written: the phone's word, less what its clock was ahead, and never after it was received.

    Keeps the phone's own distance from UTC. A time that no calendar holds counts as the time it was received.
    """
    try:
        moment = said - timedelta(seconds=skew or 0)
        moment.astimezone(LONDON) - timedelta(days=2)
        return min(moment, received.astimezone(moment.tzinfo))
    except (OverflowError, ValueError):
        return received


def storable(said: datetime, received: datetime) -> datetime:
    """The phone's own time, unless no calendar of ours holds it: then the time it was received."""
    try:
        said.astimezone(UTC)
    except (OverflowError, ValueError):
        return received
    return said


def begun_at(entry: Entry, skew: int | None, written: datetime) -> datetime:
    """When somebody began to write: what "today" and "now" meant to them. At the latest when they had written it."""
    begun = written if entry.begun is None else written_at(entry.begun, skew, written)
    return begun if written - begun <= LONGEST_DRAFT else written


def about(entry: Entry, begun: datetime) -> tuple[date, str]:
    """Which day and part of the day an entry is about. Before five in the morning it is still the day before."""
    day = entry.about_on or day_written_about(begun) - timedelta(days=entry.days_ago)
    return day, entry.day_part or day_part(begun)


def is_to_come(about_on: date, written: datetime, received: datetime) -> bool:
    """Is this day still to come, both where it was written and in London?"""
    return about_on > max(written.date(), received.astimezone(LONDON).date())


def is_late(about_on: date, written: datetime, received: datetime, after_days: int) -> bool:
    """Was it written more than `after_days` days after its day, or sent more than 24 hours after it was written?

    Own rule, since no policy names one (X-11); `after_days` is the authority's. Late is said, never blamed.
    """
    return (day_written_about(written) - about_on).days > after_days or received - written > SENT_LATE


def head(entry: Any) -> str:
    """The first words, on one line, for a list: of an `Entry`, or of a row of the table."""
    texts = [getattr(entry, name) for name in TEXTS]
    texts += [text for section in entry.sections.values() for text in section.values()]
    words = next((" ".join(text.split()) for text in texts if text.strip()), "")
    return words if len(words) <= HEAD else words[: HEAD - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Did:
    """One step of a recording, with the names of who did it and for whom."""

    kind: str
    at: datetime
    by: str
    to: str = ""
    words: str = ""
    link: str = ""


class _Step(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def to(self) -> str: ...


@dataclass(frozen=True, slots=True)
class State:
    """Where a recording is now, in the words people rely on, and since when."""

    word: str
    at: datetime


# The way of a recording, in order: the furthest step reached is where it is.
_WAY = {
    "read": "Read by {by}",
    "passed_on": "With {to}",
    "alerted": "With {to}",
    "case_read": "Read by {by}",
    "filed": "On file with {by}",
    "followed_up": "Followed up by {by}",
}
_ORDER = {kind: place for place, kind in enumerate(_WAY)}
_NOBODY = {"to": "the child's social worker", "by": "a social worker"}


def state_word(step: _Step) -> str:
    """Say where a step of the way takes a recording: "Read by Sam", "With Cora"."""
    return _WAY[step.kind].format(by=step.by or _NOBODY["by"], to=step.to or _NOBODY["to"])


def status(sent_at: datetime, steps: Iterable[_Step]) -> State:
    """Where a recording is: "Sent", "Read by Sam", "With Cora" ... (S1-4.3-10 to -14)."""
    way = [step for step in steps if step.kind in _ORDER]
    if not way:
        return State("Sent", sent_at)
    step = max(way, key=lambda step: (_ORDER[step.kind], step.at))
    return State(state_word(step), step.at)


def trail(sent_at: datetime, steps: Iterable[_Step]) -> list[State]:
    """Every stop on the way so far, in order, each once."""
    stops = [State("Sent", sent_at)]
    seen: set[str] = set()
    for step in sorted((s for s in steps if s.kind in _ORDER), key=lambda step: (_ORDER[step.kind], step.at)):
        word = state_word(step)
        if word not in seen:
            stops.append(State(word, step.at))
            seen.add(word)
    return stops


@dataclass(frozen=True, slots=True)
class Hold:
    """As what and for how many days a phone may keep a page, and whether a PIN alone is enough to open it."""

    what: str
    days: int
    passkey_only: bool


def hold(mine: bool, age_days: int, phone: Any) -> Hold | None:
    """May a phone keep this recording? `phone` is the authority's PhoneRules (design.md section 7).

    A PIN opens only what this person wrote in the last days. What others at home wrote counts as part of the
    household. Nothing stays longer than the lease of a phone that is not heard of.
    """
    pin_left, passkey_left = phone.pin_recordings_days - age_days, phone.passkey_recordings_days - age_days
    if mine and pin_left > 0 and "own_recordings" in phone.pin_may_hold:
        return Hold("own_recordings", min(pin_left, phone.lease_days), passkey_only=False)
    what = "own_recordings" if mine else "household"
    if passkey_left > 0 and what in phone.passkey_may_hold:
        return Hold(what, min(passkey_left, phone.lease_days), passkey_only=True)
    return None


EARLIEST = date(1990, 1, 1)
"""No child of today was born before: a month before it is a slip, and the calendar itself ends at the year 1."""


def month_of(text: str, today: date) -> date:
    """The first day of the month named as "2026-05"; of this month when that can't be read or is still to come."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today
    return min(max(first, EARLIEST), today).replace(day=1)


def weeks_of(first: date) -> list[list[date | None]]:
    """The days of a month by weeks, Monday first; None for days of the months beside it."""
    day = first - timedelta(days=first.weekday())
    weeks: list[list[date | None]] = []
    while day <= first or day.month == first.month:
        weeks.append([d if d.month == first.month else None for d in (day + timedelta(days=i) for i in range(7))])
        day += timedelta(days=7)
    return weeks


def utc_offset(minutes: int) -> timezone:
    """A distance from UTC, in minutes, as a zone."""
    return timezone(timedelta(minutes=max(min(minutes, 1439), -1439)))
