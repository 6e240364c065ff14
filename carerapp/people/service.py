"""Verbs that start and end dated links. A move changes who may see from that day on, at once."""

from datetime import date

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..events import log as events
from ..events import tags
from ..shell.db import db
from ..shell.errors import Refused
from .models import Allocation, Placement
from .queries import placements_of


def start_placement(actor: Actor, child_id: str, household_id: str, starts_on: date) -> Placement:
    """A child comes to live in a household (S1-3-01). The home before must have ended.

    Raises Refused when the child's home before is still open on that day.
    """
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    if any(p.ends_on is None or p.ends_on > starts_on for p in placements_of(child_id)):
        raise Refused(422, "This child still lives somewhere else on that day. End that first.", "starts_on")
    placement = Placement(
        authority_id=actor.authority_id, child_id=child_id, household_id=household_id, starts_on=starts_on
    )
    db.session.add(placement)
    db.session.flush()
    _tell(actor, tags.PLACEMENT_STARTED, placement)
    return placement


def end_placement(actor: Actor, placement: Placement, ends_on: date, planned: bool) -> None:
    """A child's time in a household ends; `ends_on` is the first day they no longer live there (S1-3-01)."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(placement.authority_id))
    if ends_on <= placement.starts_on:
        raise Refused(422, "The last day must come after the first.", "ends_on")
    placement.ends_on, placement.planned_end = ends_on, planned
    db.session.flush()
    _tell(actor, tags.PLACEMENT_ENDED, placement)


def _tell(actor: Actor, tag: str, placement: Placement) -> None:
    events.record(
        tag,
        authority_id=placement.authority_id,
        actor_id=actor.person_id,
        child_id=placement.child_id,
        household_id=placement.household_id,
        subject="placement",
        subject_id=placement.id,
    )
    audit.wrote(actor, tag, placement.id, placement.child_id)


def allocate(
    actor: Actor,
    worker_id: str,
    role: str,
    starts_on: date,
    *,
    household_id: str | None = None,
    child_id: str | None = None,
) -> Allocation:
    """A worker takes on a household or a child; whoever had the role before hands over on that day."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    if (household_id is None) == (child_id is None):
        raise Refused(422, "Choose either a household or a child.")
    for before in _open_allocations(role, household_id, child_id):
        before.ends_on = starts_on
    allocation = Allocation(
        authority_id=actor.authority_id,
        worker_id=worker_id,
        role=role,
        household_id=household_id,
        child_id=child_id,
        starts_on=starts_on,
    )
    db.session.add(allocation)
    db.session.flush()
    events.record(
        tags.ALLOCATION_CHANGED,
        authority_id=actor.authority_id,
        actor_id=actor.person_id,
        child_id=child_id,
        household_id=household_id,
        subject="allocation",
        subject_id=allocation.id,
        worker=worker_id,
        role=role,
    )
    audit.wrote(actor, tags.ALLOCATION_CHANGED, allocation.id, child_id)
    return allocation


def _open_allocations(role: str, household_id: str | None, child_id: str | None) -> list[Allocation]:
    query = db.select(Allocation).where(
        Allocation.role == role,
        Allocation.ends_on.is_(None),
        Allocation.household_id == household_id if household_id else Allocation.child_id == child_id,
    )
    return list(db.session.scalars(query))
