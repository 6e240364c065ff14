"""Durations: how long a promise lasts, and when exactly it ends.

Five kinds, each with one text form in the policy files:

    "24 hours"         elapsed hours, to the second: a clock change in the night adds or takes nothing
    "end of same day"  midnight that ends the local day on which the clock started
    "3 working days"   midnight that ends the third working day after the start day
    "6 weeks"          midnight that ends the same weekday, six weeks on
    "3 months"         midnight that ends the same date three months on, or that month's last day

and "at once", which is no hours at all, for what has to be ready beforehand.

Choices, because both policies are silent here (X-11). The start day is never counted, whatever the hour: what
comes in at 23:50 on a Friday has the same three working days as what came at nine that morning, so a late
message never shortens anybody's time. Bank holidays and weekends push working days only: weeks and months end
where the calendar puts them, as the policies count them from an event and not from an office. "Midnight that
ends the day" is the first moment of the next day, so a promise is kept when it was met strictly before it.
"""

import calendar as months_of_the_year
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from .calendars import Calendar

# Three digits are plenty for a promise and keep every sum inside what dates can hold.
MOST = 999


class Kind(StrEnum):
    """The five ways in which the two policies count time."""

    HOURS = "hours"
    SAME_DAY = "same_day"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


_UNITS = {Kind.HOURS: "hour", Kind.WORKING_DAYS: "working day", Kind.WEEKS: "week", Kind.MONTHS: "month"}
_KINDS = {unit: kind for kind, unit in _UNITS.items()}
_TEXT = re.compile(r"([1-9][0-9]{0,2}) (hour|working day|week|month)(s?)")
FORMS = '"24 hours", "end of same day", "3 working days", "6 weeks", "3 months" or "at once"'


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a policy writes it; `str()` gives the text form back."""

    kind: Kind
    count: int = 1

    def __post_init__(self) -> None:
        """Refuse a count that no text form could write."""
        least = {Kind.HOURS: 0}.get(self.kind, 1)
        most = 1 if self.kind is Kind.SAME_DAY else MOST
        if not least <= self.count <= most:
            raise ValueError(f"{self.count} is not a count of {self.kind.value} between {least} and {most}")

    def __str__(self) -> str:
        """Say it as the policy files do."""
        if self.kind is Kind.SAME_DAY:
            return "end of same day"
        if self.count == 0:
            return "at once"
        return f"{self.count} {_UNITS[self.kind]}{'' if self.count == 1 else 's'}"


def parse(text: str) -> Duration:
    """Read a duration from its text form; raises ValueError that names the forms there are."""
    if text == "end of same day":
        return Duration(Kind.SAME_DAY)
    if text == "at once":
        return Duration(Kind.HOURS, 0)
    found = _TEXT.fullmatch(text)
    if found is None or (found[1] == "1") == (found[3] == "s"):
        raise ValueError(f"{text!r} is not a duration; write it as {FORMS}")
    return Duration(_KINDS[found[2]], int(found[1]))


def due_at(start: datetime, duration: Duration, calendar: Calendar) -> datetime:
    """Say when a promise made at `start` ends, in UTC.

    `start` must know its zone. Raises ValueError when it does not, since guessing would move a promise by an
    hour for half of the year. Sources: S1-5-02, S1-A1-16, S1-A1-21, S1-A1-24, S1-A1-42, S1-A2-03, S1-A3.5-08,
    S1-A3.5-09; choices under X-11 as told at the head of this file.
    """
    if start.utcoffset() is None:
        raise ValueError("a promise needs a start that knows its time zone")
    if duration.kind is Kind.HOURS:
        return start.astimezone(UTC) + timedelta(hours=duration.count)
    return end_of_day(_last_day(start.astimezone(calendar.tz).date(), duration, calendar), calendar)


def end_of_day(day: date, calendar: Calendar) -> datetime:
    """Give the local midnight that ends `day`, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(0), calendar.tz).astimezone(UTC)


def _last_day(day: date, duration: Duration, calendar: Calendar) -> date:
    """Find the local day on which a promise made on `day` ends."""
    if duration.kind is Kind.WORKING_DAYS:
        for _ in range(duration.count):
            day = calendar.next_working_day(day)
        return day
    if duration.kind is Kind.WEEKS:
        return day + timedelta(weeks=duration.count)
    if duration.kind is Kind.MONTHS:
        return add_months(day, duration.count)
    return day


def add_months(day: date, count: int) -> date:
    """Move `day` on by whole months; 31 January and one month is the last day of February."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, months_of_the_year.monthrange(year, month)[1]))
