"""Recordings that really were sent: through the verb, with events, so that every room that answers has answered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from carerapp.access.actor import Actor
from carerapp.recordings import service
from carerapp.recordings.models import Recording
from carerapp.recordings.rules import Entry
from carerapp.shell import clock
from carerapp.shell.db import db
from carerapp.shell.posted import Written


def send(actor: Actor, child_id: str, *, at: datetime | None = None, **entry: Any) -> Recording:
    """A carer sends a day, now or at a moment that is pretended. `how`, `saw` ... as in Entry."""
    values: dict[str, Any] = {"how": "good", "saw": "We baked bread.", "day_part": "evening"} | entry
    with clock.pretend(at or clock.now()):
        now = clock.now().astimezone(clock.LONDON)
        made = service.submit(actor, child_id, Entry(**values), Written(at=now, zone="Europe/London", skew=0))
    db.session.commit()
    return made


def add(actor: Actor, recording_id: str, **entry: Any) -> Recording:
    """A carer adds to what they wrote."""
    now = clock.now().astimezone(clock.LONDON)
    made = service.amend(actor, recording_id, Entry(**entry), Written(at=now, zone="Europe/London", skew=0))
    db.session.commit()
    return made


def send_days(become: Callable[[str], Actor], carer: str, child_id: str, days: list[dict[str, Any]]) -> list[Recording]:
    """Several days, one after the other until today: each is written on its own evening."""
    actor, now = become(carer), clock.now()
    count = len(days)
    return [send(actor, child_id, at=now - timedelta(days=count - 1 - i), **day) for i, day in enumerate(days)]
