"""Opening hours of those one can ring, in words that are read on screen and by the product alike.

"always"                     day and night
"office hours"               working days, between the hours the calendar names
"out of office hours"        every other time
"every day 18:00-22:00"      also "working days" and "weekends"; 22:00-02:00 runs on past midnight
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendars import Calendar

FORMS = '"always", "office hours", "out of office hours" or for example "every day 18:00-22:00"'
_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_SPAN = re.compile(rf"(every day|working days|weekends) {_CLOCK}-{_CLOCK}")


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of opening hours. `days` is one of: always, office hours, out of office hours, every day,
    working days, weekends; the times matter for the last three only."""

    days: str
    opens: time = time(0)
    closes: time = time(0)

    def __str__(self) -> str:
        """Say it as the policy files do."""
        if self.days in {"always", "office hours", "out of office hours"}:
            return self.days
        return f"{self.days} {self.opens:%H:%M}-{self.closes:%H:%M}"


def parse_opening(text: str) -> Opening:
    """Read one stretch of opening hours; raises ValueError that names the forms there are."""
    if text in {"always", "office hours", "out of office hours"}:
        return Opening(text)
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an opening time; write {FORMS}")
    days, *clock = found.groups()
    hours = [int(number) for number in clock]
    return Opening(days, time(hours[0], hours[1]), time(hours[2], hours[3]))


def is_open(openings: tuple[Opening, ...], at: datetime, calendar: Calendar) -> bool:
    """Tell whether somebody answers at `at` (S1-A3.5-22, S1-A3.5-23)."""
    local = at.astimezone(calendar.tz)
    return any(_is_open(opening, local, calendar) for opening in openings)


def _is_open(opening: Opening, local: datetime, calendar: Calendar) -> bool:
    """Tell whether one stretch covers a local time."""
    clock, day = local.time(), local.date()
    if opening.days == "always":
        return True
    if opening.days in {"office hours", "out of office hours"}:
        in_office = calendar.is_working_day(day) and calendar.office_opens <= clock < calendar.office_closes
        return in_office == (opening.days == "office hours")
    if opening.opens < opening.closes:
        return _on(opening, day, calendar) and opening.opens <= clock < opening.closes
    if clock >= opening.opens:
        return _on(opening, day, calendar)
    return clock < opening.closes and _on(opening, day - timedelta(days=1), calendar)


def _on(opening: Opening, day: date, calendar: Calendar) -> bool:
    """Tell whether a stretch begins on `day`."""
    if opening.days == "weekends":
        return day.weekday() in calendar.weekend
    return opening.days == "every day" or calendar.is_working_day(day)
