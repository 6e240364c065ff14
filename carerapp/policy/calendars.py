"""The working calendar of an authority: its zone, weekends, bank holidays and office hours.

The bank holidays of England and Wales are a table in `bank_holidays.json`, checked in so that the product needs
no library and no network to know them; a test compares every day of it with the `holidays` package.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BANK_HOLIDAYS = Path(__file__).with_name("bank_holidays.json")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days an authority works. Weekdays are numbers, Monday is 0.

    Beyond the years of the table (`first_year` to `last_year`) only weekends count: a promise that is a bank
    holiday out is better than a recording refused because nobody renewed a table. `knows` says so.
    """

    zone: str = "Europe/London"
    weekend: frozenset[int] = frozenset({5, 6})
    days_off: Mapping[date, str] = field(default_factory=dict, hash=False)
    first_year: int = 0
    last_year: int = 0
    office_opens: time = time(9, 0)
    office_closes: time = time(17, 0)

    def __post_init__(self) -> None:
        """Refuse a week without a working day, in which no promise would ever end."""
        if self.weekend >= set(range(7)):
            raise ValueError("a calendar needs at least one working day in the week")

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which this authority's days begin and end."""
        return ZoneInfo(self.zone)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people are at work on `day`."""
        return day.weekday() not in self.weekend and day not in self.days_off

    def next_working_day(self, day: date) -> date:
        """Find the first working day after `day`."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def knows(self, day: date) -> bool:
        """Tell whether the bank holidays of that year are in the table."""
        return self.first_year <= day.year <= self.last_year


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """The checked-in table: day to name, and the years it is complete for."""

    days: Mapping[date, str]
    first_year: int
    last_year: int


def bank_holidays(path: Path = BANK_HOLIDAYS) -> BankHolidays:
    """Read the bank holidays of England and Wales; raises OSError or ValueError when the file is not that table."""
    table = json.loads(path.read_text(encoding="utf-8"))
    first, last = table["years"]
    return BankHolidays({date.fromisoformat(day): name for day, name in table["days"].items()}, first, last)
