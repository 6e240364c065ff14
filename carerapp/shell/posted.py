"""What was posted, whether it came from an open page or waited on a phone first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

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


SILENCE = 20
"""Seconds without a byte of what is being sent after which the link is dead. Such links pile up: without an end to
waiting, one for each thread is a server that answers nobody (bars R3)."""


def takes_up_to(size: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view take a body of so many bytes, where MAX_CONTENT_LENGTH is not enough."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.takes_up_to = size  # type: ignore[attr-defined]
        return view

    return mark


def read_whole() -> None:
    """Read what is sent, to its end, before anything is asked of the database.

    A change takes the write lock with its first question. Were the body read after that, one phone on a slow link, or
    one whose link died in the middle, would keep everybody else from writing until it is done (bars R3, R17).
    """
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "takes_up_to", None)
    line = request.environ.get("gunicorn.socket")
    if line is not None:
        line.settimeout(SILENCE)
    try:
        request.get_data(parse_form_data=True)
    finally:
        if line is not None:
            line.settimeout(None)


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


def form_at(path: str) -> tuple[str, Mapping[str, Any]]:
    """The endpoint to which a form at this address is posted ("" when there is none), and what stands in the address.

    Finding it takes 7 microseconds, of which keeping the adapter for a batch would save one: 0.4 of the 207 ms of CPU
    that 365 items cost. So it is not kept.
    """
    try:
        endpoint, arguments = current_app.url_map.bind("").match(path, method="POST")
    except (HTTPException, RequestRedirect):
        return "", {}
    return endpoint, arguments


def look_at(address: str) -> Response:
    """The answer to a form that was taken: what came of it is there. No page of its own, for nobody would see it."""
    return Response(status=303, headers={"Location": address})


def receiving() -> bool:
    """Is an item being received just now (so that rendering a page would be work for nobody)?"""
    return g.get("item_fields") is not None
