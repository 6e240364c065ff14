"""The one place that reads the clock, so that tests can set it and rules never need to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


_pretended: ContextVar[datetime | None] = ContextVar("pretended", default=None)


def now() -> datetime:
    """The server's time, aware, in UTC. Audit and expiry use only this (never a phone's clock)."""
    return _pretended.get() or datetime.now(UTC)


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for the demo's 90 days and for tests."""
    token = _pretended.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pretended.reset(token)


@contextmanager
def one_moment() -> Iterator[None]:
    """Inside, no time passes: what arrives together was received at one moment, and is dated by it."""
    with pretend(now()):
        yield


def today() -> date:
    """The day it is in London: placements and allocations start and end by this day."""
    return now().astimezone(LONDON).date()
