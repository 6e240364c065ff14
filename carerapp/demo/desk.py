"""What the demo's workers do with what they read: when, and what they decide. Pure, and the same for the same seed.

They keep their promises, mostly: read within a day or two, in working hours with an evening now and then, pass most
things on, and answer in a few words about every third time.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random

from ..policy.calendars import Calendar
from ..policy.dates import LONDON
from ..triage import rules
from ..triage.rules import Choice
from .script import workers
from .story import WAITING_DAYS, Entry

EVENINGS, ANSWERS, LEFT, TALKED_OVER = 0.2, 0.34, 0.12, 0.35
"""How often something is read the same evening, is answered, is not passed on, or (a hard day) kept for supervision."""
FILED_WITHIN = 3
"""Working days from reading to the case system."""
ON_LEAVE = ("carl", 30)
"""Who was away once, and how many days ago: one promise of the demo was missed and handed up."""


@dataclass(frozen=True)
class Casework:
    """When a child's social worker read, filed and followed up what was passed on, and with which words."""

    read_at: datetime
    filed_at: datetime
    followed_up_at: datetime
    needed: bool
    words: str


class Desk:
    """One supervising or child's social worker at work."""

    def __init__(self, slug: str, calendar: Calendar, today: date, seed: int) -> None:
        self.slug, self.calendar, self.today = slug, calendar, today
        self.rng = Random(f"{seed}:{slug}")
        self._lines = {mood: self._in_turn(lines) for mood, lines in workers()[slug].items()}

    def _in_turn(self, lines: list[str]) -> "cycle[str]":
        return cycle(self.rng.sample(lines, k=len(lines)))

    def read_at(self, entry: Entry, sent_at: datetime) -> datetime | None:
        """When it is read; None for what waits still."""
        if entry.read_at and entry.read_at > sent_at:
            return entry.read_at
        sent = sent_at.astimezone(LONDON)
        if (self.today - sent.date()).days <= WAITING_DAYS:
            return None
        same_day = sent.hour < 18 and self.calendar.is_working_day(sent.date())
        if same_day and self.rng.random() < EVENINGS:
            return self._at(sent.date(), 19, 20)
        read = self._at(self.calendar.next_working_day(sent.date()), *self.rng.choice([(9, 10), (9, 11), (13, 16)]))
        return read if read.date() < self.today else self._at(self.today - timedelta(days=1), 18, 20)

    def _at(self, day: date, first: int, last: int) -> datetime:
        hour, minute = self.rng.randint(first, last), self.rng.randrange(60)
        return datetime(day.year, day.month, day.day, hour, minute, self.rng.randrange(60), tzinfo=LONDON)

    def choice(self, entry: Entry, adds: bool = False) -> Choice:
        """What the supervising social worker decides. `adds`: it is an addition to something decided before."""
        if adds:
            return Choice(frozenset({rules.PASS_ON}))
        if entry.orders:
            return _ordered(entry.orders)
        how = entry.what.how
        hard = how in rules.HARD
        if not hard and how != "great" and self.rng.random() < LEFT:
            return Choice(frozenset({rules.NOTHING_MORE}), not_passed_because=next(self._lines["not_passed"]))
        outcomes, words = {rules.PASS_ON}, {}
        if hard and self.rng.random() < TALKED_OVER:
            outcomes.add(rules.SUPERVISION)
        if hard or self.rng.random() < ANSWERS:
            outcomes.add(rules.REPLY)
            words[rules.REPLY] = next(self._lines["hard" if hard else how])
        return Choice(frozenset(outcomes), words)

    def casework(self, entry: Entry, passed_at: datetime) -> Casework:
        """What the child's social worker does with it, and when."""
        read = self._read_passed_on(entry, passed_at.astimezone(LONDON))
        filed = self._at(self._later(read.date(), self.rng.randint(0, FILED_WITHIN)), 9, 15)
        filed = max(filed, read + timedelta(minutes=self.rng.randint(4, 40)))
        told = entry.orders.get("follow")
        hard = entry.what.how in rules.HARD
        words = told or next(self._lines["follow" if hard else "nothing"])
        followed = read + timedelta(minutes=self.rng.randint(50, 130)) if told else filed + timedelta(minutes=3)
        return Casework(read, filed, followed, needed=bool(told) or hard, words=words)

    def _read_passed_on(self, entry: Entry, passed: datetime) -> datetime:
        if "alert" in entry.orders:
            return passed + timedelta(minutes=self.rng.randint(15, 50))
        after = self.rng.choice([1, 2, 2])
        who, ago = ON_LEAVE
        if self.slug == who and ago - 4 <= (self.today - passed.date()).days <= ago:
            after = 5
        return self._at(self._later(passed.date(), after), 9, 16)

    def _later(self, day: date, working_days: int) -> date:
        for _ in range(working_days):
            day = self.calendar.next_working_day(day)
        return day


def _ordered(orders: dict[str, str]) -> Choice:
    """The decision that the script gives to a day."""
    words: dict[str, str] = {}
    if "reply" in orders:
        words[rules.REPLY] = orders["reply"]
    for order, outcome in (("alert", rules.ALERT), ("chronology", rules.CHRONOLOGY), ("meeting", rules.MEETING)):
        if order in orders:
            words[outcome] = orders[order]
    outcomes = {rules.PASS_ON, *words}
    if "supervise" in orders:
        outcomes.add(rules.SUPERVISION)
        words[rules.REPLY] = " ".join(filter(None, [words.get(rules.REPLY), f"For supervision: {orders['supervise']}"]))
        outcomes.add(rules.REPLY)
    return Choice(frozenset(outcomes), words)
