"""Verbs that add teams, homes and children, and start and end their dated links.

A move changes who may see from that day on, at once.
"""

from datetime import date

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..events import log as events
from ..events import tags
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Refused
from .models import Allocation, Child, Household, Placement, Team
from .queries import placements_of
from .rules import age_on

OLDEST_YOUNG_PERSON = 25
"""Years. Nobody who is older is looked after or a care leaver, so an earlier date of birth is a slip of the finger."""
LONGEST_APPROVED = 70
"""Years. No home has fostered longer, so an earlier day is a slip of the finger."""


def add_team(actor: Actor, name: str) -> Team:
    """An authority has one team more; people come into it with their accounts. Raises Refused for a name in use."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    name = name.strip()
    if _named(Team, actor, name):
        raise Refused(422, "There is a team with this name already.", "name")
    team = Team(authority_id=actor.authority_id, name=name)
    db.session.add(team)
    db.session.flush()
    audit.wrote(actor, "team:made", team.id)
    return team


def add_home(actor: Actor, name: str, approved_on: date) -> Household:
    """A foster home, approved on this day. Nobody belongs to it yet.

    Raises Refused for a name in use, because people tell homes apart by name, and for a day that can't be right.
    """
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    name = name.strip()
    if _named(Household, actor, name):
        raise Refused(422, "There is a home with this name already. Choose one that nobody mixes up with it.", "name")
    if approved_on > clock.today():
        raise Refused(422, "This day is still to come. Add the home once it is approved.", "approved_on")
    if age_on(clock.today(), approved_on) > LONGEST_APPROVED:
        raise Refused(422, f"This is more than {LONGEST_APPROVED} years ago. Check the year.", "approved_on")
    home = Household(authority_id=actor.authority_id, name=name, approved_on=approved_on)
    db.session.add(home)
    db.session.flush()
    audit.wrote(actor, "home:made", home.id)
    return home


def _named(kind: type[Team] | type[Household], actor: Actor, name: str) -> bool:
    same = (kind.authority_id == actor.authority_id) & (db.func.lower(kind.name) == db.func.lower(name))
    return db.session.scalar(db.select(kind.id).where(same).limit(1)) is not None


def add_child(actor: Actor, name: str, full_name: str, born_on: date) -> Child:
    """A child whom the authority looks after. Where they live and who works with them is said next, by date.

    Raises Refused for a child who is here already, so that no child's days stand in two places, and for a date of
    birth that can't be right.
    """
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    if born_on > clock.today():
        raise Refused(422, "This day is still to come. Check the date of birth.", "born_on")
    if age_on(clock.today(), born_on) > OLDEST_YOUNG_PERSON:
        raise Refused(422, f"This is more than {OLDEST_YOUNG_PERSON} years ago. Check the year.", "born_on")
    child = Child(authority_id=actor.authority_id, name=name.strip(), full_name=full_name.strip(), born_on=born_on)
    if _here_already(child):
        raise Refused(422, "A child with this full name and date of birth is here already.", "full_name")
    db.session.add(child)
    db.session.flush()
    audit.wrote(actor, "child:made", child.id, child.id)
    return child


def _here_already(child: Child) -> bool:
    same = (Child.authority_id == child.authority_id) & (Child.born_on == child.born_on)
    same &= db.func.lower(Child.full_name) == db.func.lower(child.full_name)
    return db.session.scalar(db.select(Child.id).where(same).limit(1)) is not None


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
