"""What was passed to somebody, and who receives for a child. Statements are built once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, String, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import aliased, undefer

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..people.models import Allocation, Child, Household, Person
from ..people.queries import first_of_role, manager_of, worker_of_child
from ..recordings.models import Recording
from ..recordings.rules import valid_id
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Denied
from .models import Handover

PAGE = 25
IN_RESERVE = ("childcare_manager", "fostering_manager")
"""Who receives for a child whom nobody is allocated to, in this order: nothing is passed on to nobody."""

_day = bindparam("day", type_=Date)
_id = bindparam("id", type_=String)


def _scope(role: str, me: Any, children: Any) -> ColumnElement[bool]:
    """The rows of the table in access/table.py for INBOX_ACT, as SQL. A test compares the two."""
    of_children, to_me = Handover.child_id.in_(children), Handover.reader_id == me
    if role == "csw":
        return of_children
    if role == "childcare_manager":
        return or_(of_children, to_me)
    return to_me if role == "fostering_manager" else false()


_children: Any = bindparam("children", expanding=True)


@cache
def _scope_of_role(role: str) -> ColumnElement[bool]:
    """The scope with names in place of values, for statements that are built once."""
    return _scope(role, bindparam("me", type_=String), _children)


def scope_of(actor: Actor) -> dict[str, Any]:
    """What `visible` needs to know about somebody. Statements built on a scope bind these names."""
    return {"me": actor.person_id, "children": sorted(actor.own_children | actor.team_children)}


def visible(actor: Actor) -> ColumnElement[bool]:
    """What was passed to somebody, or to the team they manage."""
    return _scope(actor.role, **scope_of(actor))


# --- the list -------------------------------------------------------------------------------------------------------

_By, _Reader = aliased(Person), aliased(Person)
_lines = (
    select(
        Handover.id,
        Child.name,
        Household.name,
        _By.name,
        _Reader.name,
        Recording.about_on,
        Recording.day_part,
        Recording.how,
        Handover.alert,
        Handover.passed_at,
        Handover.read_at,
        Handover.filed_at,
        Handover.followed_up_at,
        Handover.done_at,
    )
    .join(Recording, Recording.id == Handover.recording_id)
    .join(Child, Child.id == Handover.child_id)
    .join(Household, Household.id == Handover.household_id)
    .join(_By, _By.id == Handover.passed_by_id)
    .join(_Reader, _Reader.id == Handover.reader_id)
    .limit(PAGE + 1)
)
_open = Handover.done_at.is_(None)
_moment = bindparam("after_at", type_=Handover.passed_at.type)
_after_id = bindparam("after_id", type_=String)
_onward = or_(Handover.passed_at > _moment, and_(Handover.passed_at == _moment, Handover.id > _after_id))
_backward = or_(Handover.passed_at < _moment, and_(Handover.passed_at == _moment, Handover.id < _after_id))


@dataclass(frozen=True, slots=True)
class Line:
    """One recording in the inbox."""

    id: str
    child: str
    home: str
    passed_by: str
    reader: str
    about_on: date
    day_part: str
    how: str
    alert: bool
    passed_at: datetime
    read_at: datetime | None
    filed_at: datetime | None
    followed_up_at: datetime | None
    done_at: datetime | None

    @property
    def cursor(self) -> str:
        """Where this line stands, for an address."""
        return f"{int(self.passed_at.timestamp() * 1_000_000)}-{int(self.alert)}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 25 lines and whether there are more."""

    lines: list[Line]
    more: bool


@cache
def _page(role: str, done: bool, onward: bool) -> Any:
    found: Any = _lines.where(_scope_of_role(role))
    if done:
        found = found.where(Handover.done_at.is_not(None))
        found = found.where(_backward) if onward else found
        return found.order_by(Handover.passed_at.desc(), Handover.id.desc())
    found = found.where(_open)
    if onward:
        # Alerts come first: what follows an alert is a later alert, or anything that is none.
        alert = bindparam("after_alert", type_=Boolean)
        found = found.where(or_(and_(Handover.alert == alert, _onward), and_(alert, Handover.alert.is_(False))))
    return found.order_by(Handover.alert.desc(), Handover.passed_at, Handover.id)


def page(actor: Actor, *, done: bool = False, after: str = "") -> Page:
    """A page of what is open (alerts first, then oldest first), or of what is done (newest first); one statement."""
    place = _place(after)
    rows = db.session.execute(_page(actor.role, done, bool(place)), scope_of(actor) | place)
    lines = [Line(*row) for row in rows]
    return Page(lines[:PAGE], len(lines) > PAGE)


def _place(cursor: str) -> dict[str, Any]:
    """A cursor taken apart; nothing for one that is none of ours, which then means the first page."""
    moment, alert, handover_id = (*cursor.split("-", 2), "", "")[:3]
    if not (moment.isascii() and moment.isdigit() and len(moment) < 18) or alert not in ("0", "1"):
        return {}
    if not valid_id(handover_id):
        return {}
    at = datetime.fromtimestamp(int(moment) / 1_000_000, UTC)
    return {"after_at": at, "after_alert": alert == "1", "after_id": handover_id}


def open_count(actor: Actor) -> int:
    """How many recordings are with this person and not done."""
    return db.session.scalar(select(func.count()).select_from(Handover).where(visible(actor), _open)) or 0


# --- one handover ---------------------------------------------------------------------------------------------------

_Author = aliased(Person)
_one = (
    select(Handover, Recording, Child.name, Household.name, _Author.name, _By.name, _Reader.name)
    .join(Recording, Recording.id == Handover.recording_id)
    .join(Child, Child.id == Handover.child_id)
    .join(Household, Household.id == Handover.household_id)
    .join(_Author, _Author.id == Recording.author_id)
    .join(_By, _By.id == Handover.passed_by_id)
    .join(_Reader, _Reader.id == Handover.reader_id)
    .where(Handover.id == _id)
)
_FRESH: Any = {"execution_options": {"populate_existing": True}}
"""As it is in the database now, whatever this request read before it had to wait its turn."""
_with_pack = _one.options(undefer(Handover.pack))


@dataclass(frozen=True, slots=True)
class Shown:
    """A handover with its recording and the names that go with it."""

    handover: Handover
    recording: Recording
    child: str
    home: str
    author: str
    passed_by: str
    reader: str


def one(actor: Actor, handover_id: str, *, pack: bool = False) -> Shown:
    """One handover to read, in one statement. Raises Denied; the look leaves a trace. `pack` brings the pack along."""
    found = one_for(actor, handover_id, pack=pack)
    what = "handover:pack" if pack else "recording"
    audit.saw(actor, what, found.handover.id if pack else found.recording.id, found.recording.child_id)
    return found


def one_for(actor: Actor, handover_id: str, *, pack: bool = False) -> Shown:
    """One handover for a verb: as `one`, but what is done leaves its own trace."""
    query = _with_pack if pack else _one
    row = db.session.execute(query, {"id": handover_id}, **_FRESH).one_or_none() if valid_id(handover_id) else None
    if row is None:
        raise Denied()
    found = Shown(*row)
    h = found.handover
    permit(
        actor,
        Permission.INBOX_ACT,
        Facts(h.authority_id, child_id=h.child_id, household_id=h.household_id, reader_id=h.reader_id),
    )
    return found


_turn = select(Handover.id).where(Handover.id == _id).with_for_update()


def one_to_change(actor: Actor, handover_id: str) -> Shown:
    """One handover for a verb, once whoever else is changing it has finished. Raises Denied."""
    if valid_id(handover_id):
        db.session.execute(_turn, {"id": handover_id})
    return one_for(actor, handover_id)


_of_recording = select(Handover).where(Handover.recording_id == bindparam("recording", type_=String))


def of_recording(recording_id: str) -> Handover | None:
    """The handover of a recording, if it was passed on."""
    return db.session.scalar(_of_recording, {"recording": recording_id})


# --- who receives ---------------------------------------------------------------------------------------------------

_last_worker = (
    select(Person)
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(Allocation.child_id == bindparam("child", type_=String), Allocation.role == "csw")
    .order_by(Allocation.starts_on.desc())
    .limit(1)
)


def reader_of(child_id: str) -> str:
    """Who receives for a child today: their social worker; else the manager of the last one; else who is in reserve.

    Raises LookupError when the authority has nobody at all.
    """
    worker = worker_of_child(child_id)
    if worker is None:
        last = db.session.scalar(_last_worker, {"child": child_id})
        worker = (manager_of(last) if last else None) or next(filter(None, map(first_of_role, IN_RESERVE)), None)
    if worker is None:
        raise LookupError("nobody in this authority could receive a recording")
    return worker.id


_stranded = (
    select(Handover)
    .outerjoin(
        Allocation,
        and_(
            Allocation.child_id == Handover.child_id,
            Allocation.role == "csw",
            Allocation.starts_on <= _day,
            or_(Allocation.ends_on.is_(None), _day < Allocation.ends_on),
        ),
    )
    .where(
        _open,
        Handover.authority_id == bindparam("authority", type_=String),
        or_(Allocation.worker_id.is_(None), Allocation.worker_id != Handover.reader_id),
    )
    .order_by(Handover.child_id)
)


def stranded(authority: str) -> list[tuple[Handover, str]]:
    """What is with somebody who does not receive for the child today, with who does."""
    readers: dict[str, str] = {}
    found = []
    for handover in db.session.scalars(_stranded, {"authority": authority, "day": clock.today()}).unique():
        if handover.child_id not in readers:
            readers[handover.child_id] = reader_of(handover.child_id)
        if readers[handover.child_id] != handover.reader_id:
            found.append((handover, readers[handover.child_id]))
    return found


_open_of_child = select(Handover).where(Handover.child_id == bindparam("child", type_=String), _open)


def open_of(child_id: str) -> list[Handover]:
    """Everything about a child that was passed on and is not done."""
    return list(db.session.scalars(_open_of_child, {"child": child_id}))


_names = (
    select(Child.name, Child.full_name, Child.born_on, Household.name, _Author.full_name, _By.full_name)
    .select_from(Recording)
    .join(Child, Child.id == Recording.child_id)
    .join(Household, Household.id == Recording.household_id)
    .join(_Author, _Author.id == Recording.author_id)
    .join(_By, _By.id == bindparam("by", type_=String))
    .where(Recording.id == bindparam("recording", type_=String))
)


def names_for_pack(recording_id: str, passed_by_id: str) -> tuple[str, str, date, str, str, str]:
    """The names that go into a pack, as they are today: child (short, full, born), home, author, who passed it on."""
    row = db.session.execute(_names, {"recording": recording_id, "by": passed_by_id}).one()
    return tuple(row)  # type: ignore[return-value]
