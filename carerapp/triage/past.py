"""What a home wrote about a child lately, without any words of it: the ground on which a reason to look stands."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from ..recordings import today_held
from . import queries
from .rules import LOOK_BACK, Written

ROOM = timedelta(days=366)
"""How much further than asked is read at once: whoever sends half a year needs one statement, not two hundred."""
_ITEMS = today_held.load().items
_HARD = frozenset(item.code for item in _ITEMS if item.kind == "hard")
_GOOD = frozenset(item.code for item in _ITEMS if item.kind == "positive")
_DAY = timedelta(days=1)


def written(on: date, part: str, how: str, says_good: bool, held: Iterable[str]) -> Written:
    """One recording as triage knows it: its day, how it was, and its ticks by kind."""
    ticks = frozenset(held)
    return Written(on=on, day_part=part, how=how, says_good=says_good, hard=ticks & _HARD, good=ticks & _GOOD)


class Past:
    """The days of one child in one home, read when they are asked for. What has just come must be added."""

    def __init__(self, child_id: str, household_id: str) -> None:
        self._whose = (child_id, household_id)
        self._days: dict[date, dict[str, Written]] = defaultdict(dict)
        self._read: tuple[date, date] | None = None

    def before(self, on: date, but: str) -> tuple[Written, ...]:
        """Everything of the four weeks up to a day, but one recording."""
        first = on - LOOK_BACK
        self._need(first, on)
        days = (first + n * _DAY for n in range(LOOK_BACK.days + 1))
        return tuple(one for day in days for key, one in self._days.get(day, {}).items() if key != but)

    def add(self, recording_id: str, one: Written) -> None:
        """Count what has just come."""
        self._days[one.on][recording_id] = one

    def _need(self, first: date, last: date) -> None:
        if self._read is None:
            return self._ask(first, last + ROOM)
        begin, end = self._read
        if first < begin:
            self._ask(first, begin - _DAY)
        if last > end:
            self._ask(end + _DAY, last + ROOM)

    def _ask(self, first: date, last: date) -> None:
        for key, known in queries.written_between(*self._whose, first, last):
            self.add(key, written(*known))
        begin, end = self._read or (first, last)
        self._read = min(first, begin), max(last, end)
