"""The demo's 90 days as entries with an author, a date and times: what was written, when, and what came of it.

Pure, and the same for the same seed and date. The words stand in `days/`; `plan` says which day was which; here each
gets the times at which somebody would have written and sent it.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from ..policy.dates import LONDON
from ..recordings.rules import Entry as Words
from . import plan
from .cast import CHILDREN, HOUSEHOLDS
from .script import Day, script_of

SEED = 7
WAITING_DAYS = 3
"""What was written in the last days waits to be read, so that whoever tries the demo has something to decide."""
LATE_BY = 2
NOT_LATE = re.compile(
    r"\b(today|tonight|now|just|yesterday|tomorrow|this (morning|evening|afternoon))\b", re.IGNORECASE
)
"""Words with which an entry says that it was written on the day."""
HOURS = {"morning": (7, 9), "afternoon": (14, 16), "evening": (19, 21), "night": (22, 23)}


@dataclass(frozen=True)
class Amendment:
    """Something added to an entry later, by the same author."""

    written_at: datetime
    text: str


@dataclass(frozen=True)
class Entry:
    """One recording of the demo. `read_at` and `orders` are what the workers did with it, where the script says so."""

    child: str
    home: str
    author: str
    about_on: date
    day_part: str
    written_at: datetime
    sent_at: datetime
    skew: int
    what: Words
    texts: tuple[str, ...]
    amendment: Amendment | None = None
    read_at: datetime | None = None
    orders: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """What goes to the verb: the words, with the day and the part of the day that they are about."""
        return replace(self.what, about_on=self.about_on, day_part=self.day_part)


def home_of(child: str) -> tuple[str, str, int]:
    """A child's home, the carer who mostly writes there, and for how many days the child has lived there."""
    for home, (_, _, carers, children, _, since) in HOUSEHOLDS.items():
        if child in children:
            return home, carers[0], since
    raise KeyError(child)


def days(child: str, today: date, days: int = 90, seed: int = SEED) -> list[Entry]:
    """What was written about a child in the last `days` days, in the order in which it was written.

    Never from before they came to this home. The last day is yesterday.
    """
    home, carer, since = home_of(child)
    rng = Random(f"{seed}:{child}")
    placed = plan.place(script_of(child, carer), today, min(days, since - 1), rng)
    late = _late_ones(placed, today, rng)
    told = [_entry(child, home, day, one, today, n in late, rng) for n, (day, one) in enumerate(placed)]
    return sorted(told, key=lambda entry: entry.sent_at)


def everything(today: date, how_many: int = 90, seed: int = SEED) -> list[Entry]:
    """Every child's entries, in the order in which they were sent."""
    told = [entry for child in CHILDREN for entry in days(child, today, how_many, seed)]
    return sorted(told, key=lambda entry: entry.sent_at)


def _late_ones(placed: list[plan.Placed], today: date, rng: Random) -> set[int]:
    """A few entries that were written two days after, as happens; none that says it was written on the day."""
    could = [
        n
        for n, (day, one) in enumerate(placed)
        if (today - day).days > 7 and not one.at and not one.orders and not NOT_LATE.search(" ".join(one.texts))
    ]
    return set(rng.sample(could, k=min(len(could), len(placed) // 25)))


def _entry(child: str, home: str, day: date, one: Day, today: date, late: bool, rng: Random) -> Entry:
    written = _moment(day, one.at) if one.at else _some_time(day, one.part, rng)
    about = day - timedelta(days=1) if one.part == "night" and written.hour < 12 else day
    if late:
        written = _some_time(day + timedelta(days=LATE_BY), "evening", rng)
    new = (today - day).days <= WAITING_DAYS
    amendment = Amendment(written + timedelta(hours=13, minutes=rng.randrange(50)), one.amend) if one.amend else None
    return Entry(
        child=child,
        home=home,
        author=one.author,
        about_on=about,
        day_part=one.part,
        written_at=written,
        sent_at=_sent(written, new or bool(one.at), rng),
        skew=rng.choice([0, 0, 0, 1, 1, 2, -1, -2, 4, 41]),
        what=one.what,
        texts=tuple(one.texts),
        amendment=amendment,
        read_at=_read_at(day, one.read) if one.read else None,
        orders=one.orders,
    )


def _sent(written: datetime, at_once: bool, rng: Random) -> datetime:
    """How long it waited on the phone: mostly seconds, sometimes until the bus ride was over, or the next morning."""
    seconds = timedelta(seconds=rng.randrange(2, 50))
    chance = rng.random()
    if at_once or chance < 0.72:
        return written + seconds
    if chance < 0.93:
        return written + timedelta(minutes=rng.randrange(6, 75)) + seconds
    morning = written.date() + timedelta(days=1)
    return _some_time(morning, "morning", rng).replace(hour=7) + seconds


def _some_time(day: date, part: str, rng: Random) -> datetime:
    first, last = HOURS[part]
    return _moment(day, f"{rng.randint(first, last):02}:{rng.randrange(60):02}")


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=LONDON)


def _read_at(day: date, words: str) -> datetime:
    """Read when it was read: "1 08:10" is ten past eight on the day after."""
    after, clock = words.split()
    return _moment(day + timedelta(days=int(after)), clock)
