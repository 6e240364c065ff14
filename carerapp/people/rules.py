"""Pure rules of dated links."""

from datetime import date


def counts_on(day: date, starts_on: date, ends_on: date | None) -> bool:
    """Does a link count on this day? Its first day does; `ends_on`, the first day after it, does not."""
    return starts_on <= day and (ends_on is None or day < ends_on)


def age_on(day: date, born_on: date) -> int:
    """A child's age in whole years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
