"""Record what happened, and let other rooms answer."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..shell import clock, rows
from .models import Event
from .tags import ALL

Answer = Callable[[Event], None]
_answers: dict[str, list[Answer]] = defaultdict(list)


def on(tag: str, answer: Answer) -> None:
    """From now on `answer` runs, in the same transaction, whenever `tag` is recorded. Called by wiring.py alone."""
    if tag not in ALL:
        raise ValueError(f"no such event: {tag}")
    if answer not in _answers[tag]:
        _answers[tag].append(answer)


def record(
    tag: str,
    *,
    authority_id: str,
    subject: str,
    subject_id: str,
    actor_id: str | None = None,
    child_id: str | None = None,
    household_id: str | None = None,
    caused_by: int | None = None,
    at: datetime | None = None,
    **data: Any,
) -> Event:
    """Write down that something happened, then let the rooms that wait for it answer, all in one transaction."""
    if tag not in ALL:
        raise ValueError(f"no such event: {tag}")
    event = rows.keep(
        Event,
        tag=tag,
        at=at or clock.now(),
        authority_id=authority_id,
        actor_id=actor_id,
        child_id=child_id,
        household_id=household_id,
        subject=subject,
        subject_id=subject_id,
        caused_by=caused_by,
        data=data,
    )
    for answer in _answers[tag]:
        answer(event)
    return event
