"""Pure rules of dated links."""

from dataclasses import dataclass
from datetime import date


def counts_on(day: date, starts_on: date, ends_on: date | None) -> bool:
    """Does a link count on this day? Its first day does; `ends_on`, the first day after it, does not."""
    return starts_on <= day and (ends_on is None or day < ends_on)


@dataclass(frozen=True, slots=True)
class Link:
    """A time in which somebody lived or worked with a child, as what, and in which home if it was about a home."""

    role: str
    household_id: str | None
    starts_on: date
    ends_on: date | None

    def counts_on(self, day: date) -> bool:
        """Was it so on this day?"""
        return counts_on(day, self.starts_on, self.ends_on)


def overlap(
    role: str, household_id: str | None, one: tuple[date, date | None], two: tuple[date, date | None]
) -> Link | None:
    """The time that two links have in common, as a carer's in a home and a child's in it; None when there is none."""
    starts_on = max(one[0], two[0])
    ends_on = min((end for end in (one[1], two[1]) if end is not None), default=None)
    return None if ends_on is not None and ends_on <= starts_on else Link(role, household_id, starts_on, ends_on)


def age_on(day: date, born_on: date) -> int:
    """A child's age in whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
