"""What was posted, whether it came from an open page or waited on a phone first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, g, request
from werkzeug.datastructures import MultiDict

from . import clock


@dataclass(frozen=True, slots=True)
class Written:
    """When somebody wrote something, by their phone, and how far that phone's clock was off.

    `skew` is in seconds, positive when the phone is ahead; None when nobody told. The phone's time is kept and never
    trusted alone: promises count from the server's (bars R11).
    """

    at: datetime
    zone: str
    skew: int | None
    item: str = ""
    """The id that the phone gave it, when it waited on one."""

    @property
    def offset(self) -> int:
        """The phone's distance from UTC, in minutes."""
        return int((self.at.utcoffset() or timedelta(0)).total_seconds() // 60)


def posted() -> MultiDict[str, str]:
    """The fields of the form: of the item that is being received, or of the request."""
    fields = g.get("item_fields")
    return request.form if fields is None else fields


def written() -> Written:
    """When it was written: the item's own time, or now for an open page."""
    found: Written | None = g.get("item_written")
    if found is not None:
        return found
    now = clock.now().astimezone(clock.LONDON)
    return Written(at=now, zone="Europe/London", skew=None)


def skew_of(sent_at: str | None) -> int | None:
    """Seconds by which the phone's clock is ahead, from what it says the time of sending is."""
    try:
        moment = datetime.fromisoformat(sent_at or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        seconds = (moment.astimezone(UTC) - clock.now()).total_seconds()
    except OverflowError:  # the first or last day of the calendar, a time zone away
        return None
    return max(min(round(seconds), 2**31 - 1), -(2**31))


def look_at(address: str) -> Response:
    """The answer to a form that was taken: what came of it is there. No page of its own, for nobody would see it."""
    return Response(status=303, headers={"Location": address})


def receiving() -> bool:
    """Is an item being received just now (so that rendering a page would be work for nobody)?"""
    return g.get("item_fields") is not None
