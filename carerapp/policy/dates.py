"""Saying when, in the words people use: "Tuesday 3 May, 6:42pm".

Everything on screen is Europe/London, whatever zone it was written in.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# The parts of a day, as the words a carer picks: code, words, and the hour each begins.
DAY_PARTS: dict[str, str] = {
    "morning": "Morning",
    "afternoon": "Afternoon",
    "evening": "Evening",
    "night": "Night",
}
_BEGINS = {"morning": 5, "afternoon": 12, "evening": 17, "night": 22}


def say_day(day: date, today: date | None = None) -> str:
    """Say a day: "Tuesday 3 May", with the year when it is not this one or this one is not known."""
    words = f"{day:%A} {day.day} {day:%B}"
    return words if today is not None and today.year == day.year else f"{words} {day.year}"


def say_time(moment: datetime) -> str:
    """Say a time of day: "6:42pm", "noon" and "midnight" where those are clearer. `moment` must know its zone."""
    local = _local(moment)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        return "noon" if local.hour else "midnight"
    return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"


def say_when(moment: datetime, now: datetime | None = None) -> str:
    """Say a moment: "Tuesday 3 May, 6:42pm", with the year when it is not that of `now`.

    Without `now` the year is always said. Raises ValueError for a moment that does not know its zone.
    """
    today = _local(now).date() if now is not None else None
    return f"{say_day(_local(moment).date(), today)}, {say_time(moment)}"


def say_by(moment: datetime, now: datetime | None = None) -> str:
    """Say until when: a promise that ends at midnight lasts until "the end of Tuesday 3 May"."""
    local = _local(moment)
    if local.time() != time(0):
        return say_when(moment, now)
    today = _local(now).date() if now is not None else None
    return f"the end of {say_day(local.date() - timedelta(days=1), today)}"


def day_part(moment: datetime) -> str:
    """Name the part of the day a moment falls in: 5am, noon, 5pm and 10pm are where they begin."""
    hour = _local(moment).hour
    return next((part for part in reversed(_BEGINS) if hour >= _BEGINS[part]), "night")


def day_written_about(moment: datetime) -> date:
    """Give the day somebody means who writes at `moment`: before 5 in the morning it is still yesterday."""
    return (_local(moment) - timedelta(hours=_BEGINS["morning"])).date()


def _local(moment: datetime) -> datetime:
    """Bring a moment to London."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs to know its time zone before it can be said")
    return moment.astimezone(LONDON)
