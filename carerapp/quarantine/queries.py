"""What is kept, as its author's manager and its author may see it. Every list starts from `visible`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, false, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor, Facts
from ..access.gate import permit, permitted
from ..access.permissions import Permission
from ..audit import log as audit
from ..people import queries as people
from ..people.models import Child, Household, Person
from ..recordings.rules import valid_id
from ..shell.db import db
from ..shell.errors import Denied
from .models import Decision, Kept
from .rules import KEPT_OUT

LATELY = 50
"""Decided ones on one page, newest first."""
TOLD_LETTERS = 50_000
"""Letters of managers' reasons that a phone is told at once."""
MANAGERS = ("fostering_manager", "childcare_manager")


@dataclass(frozen=True, slots=True)
class Line:
    """One item, with the names that go with it; `decision` None while it waits."""

    kept: Kept
    author: str
    child: str
    home: str
    decision: Decision | None
    by: str
    keepers: list[Person] = field(default_factory=list)


_By = aliased(Person)
_lines = (
    select(Kept, Person.name, Child.name, Household.name, Decision, _By.name)
    .join(Person, Person.id == Kept.author_id)
    .join(Child, Child.id == Kept.child_id)
    .outerjoin(Household, Household.id == Kept.household_id)
    .outerjoin(Decision, Decision.kept_id == Kept.id)
    .outerjoin(_By, _By.id == Decision.by_id)
)
_id = bindparam("id", type_=String)


def visible(actor: Actor) -> ColumnElement[bool]:
    """What a manager may meet at all: what others wrote. Of that, `_mine_to_decide` leaves what is theirs."""
    mine = Kept.author_id == actor.person_id
    return ~mine if actor.role in MANAGERS else false()


def keepers_of(author_id: str, role_then: str, household_id: str | None) -> list[Person]:
    """Who decides about somebody's words: who manages their home's worker, or for a worker their own team."""
    return people.managers_over(author_id, household_id if role_then == "carer" else None)


def facts_of(actor: Actor, kept: Kept, keepers: list[Person]) -> Facts:
    """The facts that decide who may read it. Each manager of the author's team is its reader."""
    ids = [keeper.id for keeper in keepers]
    reader = actor.person_id if actor.person_id in ids else next(iter(ids), None)
    return Facts(kept.authority_id, child_id=kept.child_id, author_id=kept.author_id, reader_id=reader)


def _mine_to_decide(actor: Actor, rows: Any) -> list[Line]:
    known: dict[tuple[str, str, str | None], list[Person]] = {}
    found = []
    for kept, author, child, home, decision, by in rows:
        whose = (kept.author_id, kept.role_then, kept.household_id)
        if whose not in known:
            known[whose] = keepers_of(*whose)
        if permitted(actor, Permission.QUARANTINE_DECIDE, facts_of(actor, kept, known[whose])):
            found.append(Line(kept, author, child, home or "", decision, by or "", known[whose]))
    return found


def waiting(actor: Actor) -> list[Line]:
    """What waits for this manager's decision, longest kept first. One statement when there is nothing."""
    if actor.role not in MANAGERS:
        return []
    rows = _lines.where(visible(actor), Decision.kept_id.is_(None)).order_by(Kept.came_at, Kept.id)
    return _mine_to_decide(actor, db.session.execute(rows))


def decided(actor: Actor) -> list[Line]:
    """What was decided, newest first."""
    rows = _lines.where(visible(actor), Decision.kept_id.is_not(None)).order_by(Decision.at.desc()).limit(LATELY)
    return _mine_to_decide(actor, db.session.execute(rows))


def one(actor: Actor, kept_id: str) -> Line:
    """One item to read. Raises Denied; the look leaves a trace."""
    line = for_decision(actor, kept_id)
    audit.saw(actor, "quarantine", kept_id, line.kept.child_id)
    return line


def for_decision(actor: Actor, kept_id: str) -> Line:
    """One item for a verb: as `one`, but deciding leaves its own trace. Raises Denied."""
    row = db.session.execute(_lines.where(Kept.id == _id), {"id": kept_id}).one_or_none() if valid_id(kept_id) else None
    if row is None:
        raise Denied()
    kept, author, child, home, decision, by = row
    keepers = _keepers(kept)
    permit(actor, Permission.QUARANTINE_DECIDE, facts_of(actor, kept, keepers))
    return Line(kept, author, child, home or "", decision, by or "", keepers)


def take_turns(kept_id: str) -> None:
    """Let another manager who decides on this just now finish first. SQLite has one writer at a time anyway."""
    if valid_id(kept_id):
        db.session.execute(select(Kept.id).where(Kept.id == _id).with_for_update(), {"id": kept_id})


def waiting_of(household_id: str) -> list[Kept]:
    """What was written in a home and waits for a decision."""
    rows = _lines.with_only_columns(Kept).where(Kept.household_id == household_id, Decision.kept_id.is_(None))
    return list(db.session.scalars(rows))


# --- for its author -------------------------------------------------------------------------------------------------


def mine(actor: Actor, since: datetime | None = None) -> list[Line]:
    """What of mine is with my manager or was decided, newest first; with `since` without what was decided before."""
    rows = _lines.where(Kept.author_id == actor.person_id)
    if since is not None:
        rows = rows.where(Decision.at.is_(None) | (Decision.at >= since))
    found = db.session.execute(rows.order_by(Kept.came_at.desc(), Kept.id))
    return [
        Line(kept, author, child, home or "", decision, by or "", _keepers(kept))
        for kept, author, child, home, decision, by in found
        if permitted(actor, Permission.QUARANTINE_OWN, facts_of(actor, kept, []))
    ]


def _keepers(kept: Kept) -> list[Person]:
    return keepers_of(kept.author_id, kept.role_then, kept.household_id)


def told_to_phone(actor: Actor, asked: list[str]) -> list[dict[str, str]]:
    """What was decided about those items of mine that a phone asks about, the first decision first.

    A phone asks until it has heard (static/js/offline/pack.js), so that none is forgotten, however long it was away;
    and what it heard it asks about no more, so that little is said each time. What would be too long comes next time.
    """
    mine = (Kept.author_id == actor.person_id, Kept.item_id.in_(asked), Decision.kept_id.is_not(None))
    told: list[dict[str, str]] = []
    letters = 0
    for kept, _, _, _, decision, by in db.session.execute(_lines.where(*mine).order_by(Decision.at, Kept.id)):
        why = decision.words if decision.outcome == KEPT_OUT else ""
        letters += len(why)
        if told and letters > TOLD_LETTERS:
            break
        told.append(
            {
                "id": kept.item_id,
                "outcome": decision.outcome,
                "by": by,
                "at": decision.at.isoformat(),
                "why": why,
                "location": f"/recordings/{decision.recording_id}" if decision.recording_id else "",
            }
        )
    return told
