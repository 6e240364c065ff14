"""Jay moves away, somebody's work changes, an account is paused: each way in which access ends."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from carerapp.people.models import Allocation, Membership, Person, Placement
from carerapp.quarantine.models import Decision, Kept
from carerapp.recordings.models import Recording
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.sync.rules import content_hash

APP = {"X-App": "1"}


class House:
    """What stands in the database, and how access ends."""

    def __init__(self, app, cast: dict[str, str]) -> None:
        self.app, self.cast = app, cast

    def rows(self, table: Any, *where: Any) -> list[Any]:
        """Rows of a table, as they are now."""
        with self.app.app_context(), every_authority():
            found = list(db.session.scalars(db.select(table).where(*where)))
            db.session.expunge_all()
            return found

    def change(self, table: Any, *where: Any, **values: Any) -> None:
        """Change rows behind everybody's back."""
        with self.app.app_context(), every_authority():
            assert db.session.execute(db.update(table).where(*where).values(**values)).rowcount
            db.session.commit()

    def moves_away(self, child: str = "jay", days_ago: int = 0) -> None:
        """A child lives with nobody of ours from that day on."""
        ended = clock.today() - timedelta(days=days_ago)
        self.change(Placement, Placement.child_id == self.cast[f"child:{child}"], ends_on=ended)

    def ends(self, cause: str, who: str = "amina") -> None:
        """Amina's access to Jay ends in one of four ways."""
        person = Person.id == self.cast[who]
        if cause == "moved":
            self.moves_away()
        elif cause == "left":
            self.change(Membership, Membership.person_id == self.cast[who], ends_on=clock.today())
        elif cause == "role":
            self.change(Person, person, role="ssw")
        elif cause == "paused":
            self.change(Person, person, suspended_at=clock.now())

    def no_worker(self) -> None:
        """Nobody works with any home any more."""
        self.change(Allocation, Allocation.role == "ssw", ends_on=clock.today())

    def managers(self, **values: Any) -> None:
        """All who could decide."""
        self.change(Person, Person.role.in_(["fostering_manager", "childcare_manager"]), **values)

    def kept(self) -> list[Kept]:
        """What is kept back."""
        return self.rows(Kept)

    def decisions(self) -> list[Decision]:
        """What was decided."""
        return self.rows(Decision)

    def recordings(self) -> list[Recording]:
        """What is in the record."""
        return self.rows(Recording)


@pytest.fixture
def house(app, cast) -> House:
    """Everybody's records."""
    return House(app, cast)


@pytest.fixture
def written(cast) -> Callable[..., dict[str, Any]]:
    """An evening's recording as it waits on a phone, written some days ago."""

    def write(
        text: str = "We baked bread.", *, child: str = "jay", days_ago: float = 1, **changes: Any
    ) -> dict[str, Any]:
        at: datetime = (clock.now() - timedelta(days=days_ago)).astimezone(clock.LONDON)
        fields = {"child": [cast.get(f"child:{child}", child)], "how": ["hard"], "saw": [text]}
        item = {"id": str(uuid.uuid4()), "path": "/recordings/", "fields": fields, "zone": "Europe/London"}
        return item | {"made_at": at.isoformat()} | changes

    return write


def batch(client, *items: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """Several items together; the receipts."""
    answer = client.post("/sync/items", json={"items": list(items)}, headers=APP | headers)
    assert answer.status_code == 200, answer.data
    return answer.json["receipts"]


def alone(client, item: dict[str, Any]) -> Any:
    """One item at its own address; the answer."""
    headers = {
        "Idempotency-Key": item["id"], "X-Queued-At": item["made_at"], "X-TZ": item["zone"],
        "X-Content-Hash": content_hash(item["path"], item["fields"]),
    }  # fmt: skip
    return client.post(item["path"], data=item["fields"], headers=APP | headers)


def decide(client, kept_id: str, outcome: str, words: str = "") -> Any:
    """As a manager presses Save decision."""
    return client.post(f"/quarantine/{kept_id}/decisions", data={"outcome": outcome, "words": words}, headers=APP)
