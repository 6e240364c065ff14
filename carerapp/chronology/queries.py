"""A child's page and what happened around the child. Statements are built once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, String, and_, bindparam, false, or_, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..events import tags
from ..events.models import Event
from ..people.models import Allocation, Child, Household, Membership, Person, Placement
from ..recordings.rules import valid_id
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Denied

PAGE = 50
_day = bindparam("day", type_=Date)
_child_id = bindparam("child", type_=String)


def _today(link: type[Membership] | type[Placement] | type[Allocation]) -> ColumnElement[bool]:
    return and_(link.starts_on <= _day, or_(link.ends_on.is_(None), _day < link.ends_on))


# --- the child's page -------------------------------------------------------------------------------------------------

_child_at_home = (
    select(Child, Household.id, Household.name)
    .outerjoin(Placement, and_(Placement.child_id == Child.id, _today(Placement)))
    .outerjoin(Household, Household.id == Placement.household_id)
    .where(Child.id == _child_id)
    .limit(1)
)
_around = (
    select(Person.name, Allocation.role.label("part"))
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(
        _today(Allocation),
        or_(Allocation.child_id == _child_id, Allocation.household_id == bindparam("household", type_=String)),
    )
)
_carers = (
    select(Person.name, Person.role.label("part"))
    .join(Membership, Membership.person_id == Person.id)
    .where(_today(Membership), Membership.household_id == bindparam("household", type_=String))
)
_people = _carers.union_all(_around)


@dataclass(frozen=True, slots=True)
class ChildPage:
    """A child, the home they live in today, and who is around them: names by role."""

    child: Child
    home_id: str | None
    home: str | None
    people: dict[str, list[str]]


def child_page(actor: Actor, child_id: str) -> ChildPage:
    """A child's page, in two statements. Raises Denied; the look leaves a trace."""
    permit(actor, Permission.CHILD_SEE, Facts(actor.authority_id, child_id=child_id))
    given = {"child": child_id, "day": clock.today()}
    row = db.session.execute(_child_at_home, given).one_or_none() if valid_id(child_id) else None
    if row is None:
        raise Denied()
    child, home_id, home = row
    people: dict[str, list[str]] = {}
    for name, role in db.session.execute(_people, given | {"household": home_id or ""}):
        people.setdefault(role, []).append(name)
    audit.saw(actor, "child", child.id, child.id)
    return ChildPage(child, home_id, home, people)


# --- the chronology ---------------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[str, ...]] = {
    "days": (tags.RECORDING_SUBMITTED, tags.RECORDING_AMENDED),
    "decisions": (tags.RECORDING_DECIDED, tags.SUPERVISION_RAISED, tags.ALERT_RAISED, tags.CHRONOLOGY_ENTERED),
    "casework": (tags.RECORDING_PASSED_ON, tags.HANDOVER_READ, tags.RECORDING_FILED, tags.RECORDING_FOLLOWED_UP),
    "meetings": (tags.MEETING_ASKED_FOR,),
    "moves": (tags.PLACEMENT_STARTED, tags.PLACEMENT_ENDED, tags.ALLOCATION_CHANGED),
    "promises": (tags.CLOCK_HANDED_UP,),
}
"""Filters, and the events behind each."""
OF_THE_CHILD = (*KINDS["moves"], *KINDS["meetings"], tags.CHRONOLOGY_ENTERED)
"""Events that belong to the child's own story whichever home they happened in: moves, meetings, chronology entries."""


def _scope(role: str, child: Any, homes: Any) -> ColumnElement[bool]:
    """Who works with the child reads all of it; who works with homes the days of their own, as RECORDING_SEE says."""
    whole_story = Event.child_id == child
    if role in ("csw", "iro", "childcare_manager"):
        return whole_story
    if role in ("ssw", "fostering_manager"):
        in_my_homes = or_(Event.household_id.in_(homes), Event.household_id.is_(None))
        return and_(whole_story, or_(in_my_homes, Event.tag.in_(OF_THE_CHILD)))
    return false()


_homes: Any = bindparam("homes", expanding=True)


@cache
def _scope_of_role(role: str) -> ColumnElement[bool]:
    """The scope with names in place of values, for statements that are built once."""
    return _scope(role, _child_id, _homes)


def scope_of(actor: Actor, child_id: str) -> dict[str, Any]:
    """What `visible` needs to know about somebody. Statements built on a scope bind these names."""
    return {"child": child_id, "homes": sorted(actor.supervised | actor.team_households)}


def visible(actor: Actor, child_id: str) -> ColumnElement[bool]:
    """The events around one child that somebody may read. The child itself is asked about with CHRONOLOGY_SEE."""
    return _scope(actor.role, **scope_of(actor, child_id))


_Cause, _Actor, _Before = aliased(Event), aliased(Person), aliased(Person)
_events = (
    select(
        Event.id,
        Event.tag,
        Event.at,
        Event.data,
        Event.subject,
        Event.subject_id,
        _Actor.name,
        _Actor.role,
        Household.name,
        _Cause.id,
        _Cause.tag,
        _Cause.at,
        _Before.name,
    )
    .outerjoin(_Actor, _Actor.id == Event.actor_id)
    .outerjoin(Household, Household.id == Event.household_id)
    .outerjoin(_Cause, _Cause.id == Event.caused_by)
    .outerjoin(_Before, _Before.id == _Cause.actor_id)
    .order_by(Event.id.desc())
    .limit(PAGE + 1)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, and the thing that caused it."""

    id: int
    tag: str
    at: datetime
    data: dict[str, Any]
    subject: str
    subject_id: str
    actor: str | None
    actor_role: str | None
    home: str | None
    cause_id: int | None
    cause_tag: str | None
    cause_at: datetime | None
    cause_actor: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 50 things that happened, newest first, with the names of people they mention."""

    child: str
    lines: list[Line]
    more: bool
    names: dict[str, str]


@cache
def _page(role: str, kind: str, onward: bool) -> Select[Any]:
    wanted = [_scope_of_role(role)]
    if kind:
        wanted.append(Event.tag.in_(KINDS[kind]))
    if onward:
        wanted.append(Event.id < bindparam("before", type_=Integer))
    return _events.where(*wanted)


_name = select(Child.name).where(Child.id == _child_id)
_names = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


def chronology(actor: Actor, child_id: str, kind: str = "", before: int = 0) -> Page:
    """What happened around a child, newest first, in three statements. Raises Denied; the look leaves a trace.

    `kind` is a key of KINDS ("" for all), `before` the number of the last event seen (0 for the newest).
    """
    permit(actor, Permission.CHRONOLOGY_SEE, Facts(actor.authority_id, child_id=child_id))
    name = db.session.scalar(_name, {"child": child_id}) if valid_id(child_id) else None
    if name is None:
        raise Denied()
    kind = kind if kind in KINDS else ""
    given = scope_of(actor, child_id) | ({"before": before} if before else {})
    lines = [Line(*row) for row in db.session.execute(_page(actor.role, kind, bool(before)), given)]
    audit.saw(actor, "chronology", child_id, child_id)
    return Page(name, lines[:PAGE], len(lines) > PAGE, _mentioned(lines))


def _mentioned(lines: Iterable[Line]) -> dict[str, str]:
    ids = {line.data[key] for line in lines for key in ("to", "worker") if isinstance(line.data.get(key), str)}
    return dict(db.session.execute(_names, {"ids": sorted(ids)}).all()) if ids else {}
