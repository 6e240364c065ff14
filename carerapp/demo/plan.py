"""Which day of the script happened on which date. Pure: the same seed and date give the same 90 days.

The demo's school year is its own: a week off some ten weeks ago, bank holidays as they are, and no long holidays, so
that the demo tells its story on whatever day of the year somebody tries it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ..policy.calendars import bank_holidays
from .script import WEEKDAYS, Chapter, Day, Script

GAP, WIDEST = 0.18, 2
"""How often a day has no entry, and for how many days on end: people are busy, and gaps are natural."""
LOOK_AHEAD = 9
"""How far down the list of unused days one is looked for that fits the date."""
FRESH = 90
"""Days before anything may be written again, when somebody asks for more days than were written."""
WEEK_OFF = 70
BACK = 21

Placed = tuple[date, Day]


class SchoolYear:
    """Which kinds of day a date can be."""

    def __init__(self, today: date) -> None:
        monday = today - timedelta(days=WEEK_OFF)
        self.week_off = monday - timedelta(days=monday.weekday())
        self.holidays = bank_holidays().days

    def kinds(self, day: date) -> frozenset[str]:
        """The kinds of a date, such as {"any", "school", "tue"}."""
        name = WEEKDAYS[day.weekday()]
        weekday = day.weekday() < 5
        half = weekday and 0 <= (day - self.week_off).days < 5
        at_school = weekday and not half and day not in self.holidays
        found = {"any", name, "school" if at_school else "off"}
        if half:
            found.add("half")
        if at_school and (day - self.week_off).days == 7:
            found.add("back")
        return frozenset(found)


def place(script: Script, today: date, days: int, rng: Random) -> list[Placed]:
    """Give each day of the last `days` something that was written, or leave it empty. Oldest first."""
    year = SchoolYear(today)
    first = today - timedelta(days=days)
    told = [chapter_days(chapter, year, today, rng) for chapter in script.chapters]
    fixed = [placed for chapter in told for placed in chapter if placed[0] >= first]
    taken = {day for day, _ in fixed}
    for chapter, placed in zip(script.chapters, told, strict=True):
        if not chapter.between:
            taken |= set(_span(placed[0][0], placed[-1][0]))
    story = [placed for chapter, placed in zip(script.chapters, told, strict=True) if not chapter.between]
    turn = story[0][-1][0] if story and script.after else today
    free = [first + timedelta(days=n) for n in range(days) if first + timedelta(days=n) not in taken]
    before = _plain([d for d in free if d < turn], script.before, year, rng)
    after = _plain([d for d in free if d >= turn], script.after, year, rng)
    return sorted([*fixed, *before, *after], key=lambda placed: placed[0])


def chapter_days(chapter: Chapter, year: SchoolYear, today: date, rng: Random) -> list[Placed]:
    """Date a chapter from its end backwards: each beat on the latest day that fits it. Fillers close wide holes."""
    placed: list[Placed] = []
    latest = today - timedelta(days=chapter.ends)
    for beat in reversed(chapter.beats):
        day = _latest(min(latest, today - timedelta(days=beat.ago)) if beat.ago else latest, beat, year)
        placed.append((day, beat))
        latest = day - timedelta(days=beat.gap)
    placed.reverse()
    return placed if chapter.between else sorted([*placed, *_fill(placed, chapter, year, rng)], key=lambda p: p[0])


def _latest(day: date, beat: Day, year: SchoolYear) -> date:
    for back in range(BACK):
        found = day - timedelta(days=back)
        if beat.kind in year.kinds(found):
            return found
    raise ValueError(f"no {beat.kind} day in {BACK} days before {day}")


def _fill(placed: list[Placed], chapter: Chapter, year: SchoolYear, rng: Random) -> Iterator[Placed]:
    """No hole in a story is wider than a day, as far as there is something to fill it with."""
    taken = {day for day, _ in placed}
    left = list(chapter.fillers)
    empty = 0
    for day in _span(placed[0][0], placed[-1][0]):
        empty = 0 if day in taken else empty + 1
        fits = [beat for beat in left if beat.kind in year.kinds(day)]
        if empty and fits and (empty > 1 or rng.random() < 0.5):
            left.remove(fits[0])
            yield day, fits[0]
            empty = 0


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _plain(dates: list[date], written: tuple[Day, ...], year: SchoolYear, rng: Random) -> list[Placed]:
    """Go down the list of plain days, roughly in order, taking what fits each date."""
    pool = _Pool(written, year, rng)
    placed: list[Placed] = []
    free = set(dates)
    empty = 0
    for day in dates:
        if day not in free:
            continue
        told = pool.take(day, free) if rng.random() >= GAP or empty == WIDEST else []
        empty = 0 if told else empty + 1
        for after, one in enumerate(told):
            placed.append((day + timedelta(days=after), one))
            free.discard(day + timedelta(days=after))
    return placed


class _Pool:
    """Plain days that were not used yet, and when each of the others was used last."""

    def __init__(self, written: tuple[Day, ...], year: SchoolYear, rng: Random) -> None:
        self.written, self.year, self.rng = written, year, rng
        self.left = [n for n, day in enumerate(written) if not day.next]
        self.used: dict[int, date] = {}

    def take(self, day: date, free: set[date]) -> list[Day]:
        """One day that fits this date, with those that must come right after it; nothing when nothing fits."""
        fits = [n for n in self.left if self._fits(n, day, free) and self._in_turn(n)]
        if not fits:
            fits = self._again(day, free)
        if not fits:
            return []
        chosen = self._choose(fits)
        chain = self._chain(chosen)
        for after, n in enumerate(chain):
            self.used[n] = day + timedelta(days=after)
        if chosen in self.left:
            self.left.remove(chosen)
        return [self.written[n] for n in chain]

    def _choose(self, fits: list[int]) -> int:
        """Mostly what can only be on such a day, so that Saturdays are not used up by what fits any day."""
        once = [n for n in fits if self.written[n].kind in ("half", "back")]
        if once:
            return once[0]
        soon = [n for n in fits if n < fits[0] + LOOK_AHEAD]
        rare = [n for n in soon if self.written[n].kind != "any"]
        return self.rng.choice((rare if rare and self.rng.random() < 0.7 else soon)[:2])

    def _chain(self, n: int) -> list[int]:
        chain = [n]
        while chain[-1] + 1 < len(self.written) and self.written[chain[-1] + 1].next:
            chain.append(chain[-1] + 1)
        return chain

    def _fits(self, n: int, day: date, free: set[date]) -> bool:
        return all(
            day + timedelta(days=after) in free
            and self.written[link].kind in self.year.kinds(day + timedelta(days=after))
            for after, link in enumerate(self._chain(n))
        )

    def _in_turn(self, n: int) -> bool:
        """Has everything that comes before it in its arc been told?"""
        arc = self.written[n].arc
        return not arc or all(m in self.used for m in range(n) if self.written[m].arc == arc)

    def _again(self, day: date, free: set[date]) -> list[int]:
        """Days that stand alone and were told long ago, the longest ago first."""
        old = [n for n, last in self.used.items() if (day - last).days >= FRESH]
        alone = [n for n in old if not self.written[n].arc and not self.written[n].next and len(self._chain(n)) == 1]
        return sorted((n for n in alone if self._fits(n, day, free)), key=lambda n: self.used[n])[:1]
