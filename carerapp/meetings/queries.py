"""Meetings as somebody may see them. Statements are built once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, false, func, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..clocks.models import Clock
from ..people.models import Child, Household, Person
from ..recordings.models import Recording
from ..recordings.rules import valid_id
from ..shell.db import db
from ..shell.errors import Denied
from .models import Meeting, MeetingPerson

PAGE = 25


def _scope(role: str, children: Any, homes: Any) -> ColumnElement[bool]:
    """The rows of the table in access/table.py for MEETING_SEE, as SQL. A test compares the two."""
    of_children, of_homes = Meeting.child_id.in_(children), Meeting.household_id.in_(homes)
    if role in ("ssw", "fostering_manager"):
        return of_homes
    if role in ("csw", "iro", "childcare_manager"):
        return of_children
    return and_(of_children, of_homes) if role == "carer" else false()


_children: Any = bindparam("children", expanding=True)
_homes: Any = bindparam("homes", expanding=True)


@cache
def _scope_of_role(role: str) -> ColumnElement[bool]:
    """The scope with names in place of values, for statements that are built once."""
    return _scope(role, _children, _homes)


def scope_of(actor: Actor) -> dict[str, Any]:
    """What `visible` needs to know about somebody. Statements built on a scope bind these names."""
    homes = frozenset({actor.home} if actor.home else ()) | actor.supervised | actor.team_households
    children = actor.home_children | actor.own_children | actor.reviewed_children | actor.team_children
    return {"children": sorted(children), "homes": sorted(homes)}


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which meetings somebody may see."""
    return _scope(actor.role, **scope_of(actor))


_Asker = aliased(Person)
_lines = (
    select(
        Meeting.id,
        Child.name,
        Household.name,
        _Asker.name,
        Meeting.asked_at,
        Meeting.state,
        Meeting.why,
        Clock.target_at,
        Clock.due_at,
        Clock.met_at,
    )
    .join(Child, Child.id == Meeting.child_id)
    .join(Household, Household.id == Meeting.household_id)
    .join(_Asker, _Asker.id == Meeting.asked_by_id)
    .outerjoin(Clock, and_(Clock.subject_id == Meeting.id, Clock.rule == "meetings.convene"))
    .order_by(Meeting.id.desc())
    .limit(PAGE + 1)
)
_FILTERS: dict[str, ColumnElement[bool]] = {
    "before": Meeting.id < bindparam("before", type_=String),
    "child": Meeting.child_id == bindparam("child", type_=String),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting in a list, with the promise to bring people together."""

    id: str
    child: str
    home: str
    asker: str
    asked_at: datetime
    state: str
    why: str
    target_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 25 meetings, newest first, and whether there are older ones."""

    lines: list[Line]
    more: bool


@cache
def _page(role: str, filters: frozenset[str]) -> Any:
    return _lines.where(_scope_of_role(role), *(_FILTERS[name] for name in sorted(filters)))


def page(actor: Actor, *, before: str = "", child: str = "") -> Page:
    """A page of the meetings somebody may see, in one statement: all, or of one child; `before` is the last id seen."""
    given = {"before": before if valid_id(before) else "", "child": child}
    given = {name: value for name, value in given.items() if value}
    rows = db.session.execute(_page(actor.role, frozenset(given)), scope_of(actor) | given)
    lines = [Line(*row) for row in rows]
    return Page(lines[:PAGE], len(lines) > PAGE)


def asked_for(actor: Actor) -> int:
    """How many meetings that somebody may see were asked for and have not taken place."""
    query = select(func.count()).select_from(Meeting).where(visible(actor), Meeting.state == "asked_for")
    return db.session.scalar(query) or 0


_Cause, _Author = aliased(Recording), aliased(Person)
_one = (
    select(Meeting, Child.name, Household.name, _Asker.name, Clock, _Cause.about_on, _Cause.day_part, _Author.name)
    .join(Child, Child.id == Meeting.child_id)
    .join(Household, Household.id == Meeting.household_id)
    .join(_Asker, _Asker.id == Meeting.asked_by_id)
    .outerjoin(Clock, and_(Clock.subject_id == Meeting.id, Clock.rule == "meetings.convene"))
    .outerjoin(_Cause, _Cause.id == Meeting.cause_id)
    .outerjoin(_Author, _Author.id == _Cause.author_id)
    .where(Meeting.id == bindparam("id", type_=String))
)
_people = (
    select(MeetingPerson.part, MeetingPerson.role, Person.name)
    .outerjoin(Person, Person.id == MeetingPerson.person_id)
    .where(MeetingPerson.meeting_id == bindparam("id", type_=String))
    .order_by(MeetingPerson.id)
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One meeting with its promise, its cause and its people: (part, role, name or None)."""

    meeting: Meeting
    child: str
    home: str
    asker: str
    clock: Clock | None
    cause_on: Any
    cause_part: str | None
    cause_author: str | None
    people: list[tuple[str, str, str | None]]


def one(actor: Actor, meeting_id: str) -> Shown:
    """One meeting to look at, in two statements. Raises Denied; the look leaves a trace."""
    row = db.session.execute(_one, {"id": meeting_id}).one_or_none() if valid_id(meeting_id) else None
    if row is None:
        raise Denied()
    meeting = row[0]
    facts = Facts(meeting.authority_id, child_id=meeting.child_id, household_id=meeting.household_id)
    permit(actor, Permission.MEETING_SEE, facts)
    audit.saw(actor, "meeting", meeting.id, meeting.child_id)
    people = [tuple(person) for person in db.session.execute(_people, {"id": meeting_id})]
    return Shown(*row, people)  # type: ignore[arg-type]


_of_recording = select(Meeting).where(Meeting.cause_id == bindparam("recording", type_=String)).limit(1)


def of_recording(recording_id: str) -> Meeting | None:
    """The meeting that was asked for from a recording, if one was."""
    return db.session.scalar(_of_recording, {"recording": recording_id})
