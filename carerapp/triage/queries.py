"""The queue as somebody may see it, and one entry with everything a decision needs. Statements are built once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..people.models import Allocation, Child, Household, Person
from ..people.queries import first_of_role, manager_of, supervising_worker
from ..recordings.models import Recording
from ..recordings.rules import valid_id
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Denied
from .models import Decision, Waiting

PAGE = 25
IN_RESERVE = ("fostering_manager", "childcare_manager")
"""Who reads what nobody is allocated to, in this order: a recording without a reader who can open it is impossible."""

_day = bindparam("day", type_=Date)
_id = bindparam("id", type_=String)
_Author, _Worker = aliased(Person), aliased(Person)


def _scope(role: str, me: Any, homes: Any, team: Any) -> ColumnElement[bool]:
    """The rows of the table in access/table.py for TRIAGE_DECIDE, as SQL. A test compares the two."""
    to_me, in_my_homes = Waiting.reader_id == me, Waiting.household_id.in_(homes)
    if role == "ssw":
        return and_(to_me, in_my_homes)
    if role == "fostering_manager":
        return or_(and_(Waiting.reader_id.in_(team), in_my_homes), to_me)
    return to_me if role == "childcare_manager" else false()


_homes: Any = bindparam("homes", expanding=True)
_team: Any = bindparam("team", expanding=True)


@cache
def _scope_of_role(role: str) -> ColumnElement[bool]:
    """The scope with names in place of values, for statements that are built once."""
    return _scope(role, bindparam("me", type_=String), _homes, _team)


def scope_of(actor: Actor) -> dict[str, Any]:
    """What `visible` needs to know about somebody. Statements built on a scope bind these names."""
    homes = actor.supervised | actor.team_households
    return {"me": actor.person_id, "homes": sorted(homes), "team": sorted(actor.team_people)}


def visible(actor: Actor) -> ColumnElement[bool]:
    """What waits for somebody: addressed to them, or to the team they manage."""
    return _scope(actor.role, **scope_of(actor))


# --- the list -------------------------------------------------------------------------------------------------------

_lines = (
    select(
        Waiting.recording_id,
        Child.name,
        _Author.name,
        Household.name,
        _Worker.name,
        Waiting.about_on,
        Waiting.day_part,
        Waiting.how,
        Waiting.head,
        Waiting.reasons,
        Waiting.sent_at,
        Waiting.promised_at,
        Waiting.read_at,
    )
    .join(Child, Child.id == Waiting.child_id)
    .join(Household, Household.id == Waiting.household_id)
    .join(_Worker, _Worker.id == Waiting.reader_id)
    .outerjoin(_Author, _Author.id == Waiting.author_id)
    .order_by(Waiting.promised_at, Waiting.recording_id)
    .limit(PAGE + 1)
)
_after = or_(
    Waiting.promised_at > bindparam("after_at", type_=Waiting.promised_at.type),
    and_(
        Waiting.promised_at == bindparam("after_at", type_=Waiting.promised_at.type),
        Waiting.recording_id > bindparam("after_id", type_=String),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One recording in the queue."""

    id: str
    child: str
    author: str | None
    home: str
    reader: str
    about_on: date | None
    day_part: str
    how: str
    head: str
    reasons: list[str]
    sent_at: datetime
    promised_at: datetime
    read_at: datetime | None

    @property
    def cursor(self) -> str:
        """Where this line stands in the queue, for an address."""
        return f"{int(self.promised_at.timestamp() * 1_000_000)}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """Up to 25 lines, oldest promise first, and whether more wait after them."""

    lines: list[Line]
    more: bool


@cache
def _page(role: str, onward: bool) -> Any:
    found = _lines.where(_scope_of_role(role))
    return found.where(_after) if onward else found


def page(actor: Actor, after: str = "") -> Page:
    """A page of the queue across all households, in one statement. `after` is the cursor of the line before it."""
    place = _place(after)
    rows = db.session.execute(_page(actor.role, bool(place)), scope_of(actor) | place)
    lines = [Line(*row) for row in rows]
    return Page(lines[:PAGE], len(lines) > PAGE)


def _place(cursor: str) -> dict[str, Any]:
    """A cursor taken apart; nothing for one that is none of ours, which then means the first page."""
    moment, _, recording_id = cursor.partition("-")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 17 or not valid_id(recording_id):
        return {}
    try:
        return {"after_at": datetime.fromtimestamp(int(moment) / 1_000_000, UTC), "after_id": recording_id}
    except (OverflowError, ValueError, OSError):
        return {}


def is_cursor(text: str) -> bool:
    """Is this a place in the queue?"""
    return bool(_place(text))


@cache
def _following(role: str) -> Select[Any]:
    wanted = select(Waiting.recording_id).where(_scope_of_role(role), _after)
    return wanted.order_by(Waiting.promised_at, Waiting.recording_id).limit(1)


def following(actor: Actor, waiting: Waiting) -> str | None:
    """What comes after this in the queue: the next entry to show."""
    place = {"after_at": waiting.promised_at, "after_id": waiting.recording_id}
    return db.session.scalar(_following(actor.role), scope_of(actor) | place)


def waiting_count(actor: Actor) -> int:
    """How many recordings wait for this person."""
    return db.session.scalar(select(func.count()).select_from(Waiting).where(visible(actor))) or 0


# --- one entry ------------------------------------------------------------------------------------------------------

_Csw = aliased(Person)
_csw_today = (
    select(Allocation.worker_id)
    .where(
        Allocation.child_id == Recording.child_id,
        Allocation.role == "csw",
        Allocation.starts_on <= _day,
        or_(Allocation.ends_on.is_(None), _day < Allocation.ends_on),
    )
    .order_by(Allocation.starts_on.desc())
    .limit(1)
    .correlate(Recording)
    .scalar_subquery()
)
_entry = (
    select(Recording, Waiting, Child.name, _Author.name, Household.name, _Csw.name)
    .join(Child, Child.id == Recording.child_id)
    .join(_Author, _Author.id == Recording.author_id)
    .join(Household, Household.id == Recording.household_id)
    .outerjoin(Waiting, Waiting.recording_id == Recording.id)
    .outerjoin(_Csw, _Csw.id == _csw_today)
    .where(Recording.id == _id)
)
_FRESH: Any = {"execution_options": {"populate_existing": True}}
"""As it is in the database now, whatever this request read before it had to wait its turn."""
_decisions = (
    select(Decision.id, Person.name, Decision.at, Decision.outcomes, Decision.words, Decision.not_passed_because)
    .join(Person, Person.id == Decision.by_id)
    .where(Decision.recording_id == _id)
    .order_by(Decision.at, Decision.id)
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording in front of its reader. `waiting` is None once it was decided; `csw` None when nobody is."""

    recording: Recording
    waiting: Waiting | None
    child: str
    author: str
    home: str
    csw: str | None
    facts: Facts


def entry(actor: Actor, recording_id: str) -> Entry:
    """One entry to read and decide on, in one statement. Raises Denied; the look leaves a trace."""
    found = entry_for(actor, recording_id)
    audit.saw(actor, "recording", recording_id, found.recording.child_id)
    return found


def entry_for(actor: Actor, recording_id: str) -> Entry:
    """One entry for a verb: as `entry`, but deciding leaves its own trace."""
    given = {"id": recording_id, "day": clock.today()}
    row = db.session.execute(_entry, given, **_FRESH).one_or_none() if valid_id(recording_id) else None
    if row is None:
        raise Denied()
    recording, waiting, child, author, home, csw = row
    reader = waiting.reader_id if waiting else _reader_now(actor, recording.household_id)
    facts = Facts(recording.authority_id, recording.child_id, recording.household_id, recording.author_id, reader)
    permit(actor, Permission.TRIAGE_DECIDE, facts)
    return Entry(recording, waiting, child, author, home, csw, facts)


def _reader_now(actor: Actor, household_id: str) -> str:
    """Who would read it today, when it waits no more: its household's worker may decide something more later."""
    return actor.person_id if household_id in actor.supervised else reader_of(household_id)


_turn = select(Recording.id).where(Recording.id == _id).with_for_update()


def take_turns(recording_id: str) -> None:
    """Let whoever else reads or decides on this recording just now finish first, and see then what they did.

    SQLite has one writer at a time and needs nothing of the kind; PostgreSQL locks the row.
    """
    if valid_id(recording_id):
        db.session.execute(_turn, {"id": recording_id})


@dataclass(frozen=True, slots=True)
class Made:
    """A decision that somebody made."""

    id: str
    by: str
    at: datetime
    outcomes: list[str]
    words: dict[str, str]
    not_passed_because: str


def decisions_of(recording_id: str) -> list[Made]:
    """Every decision about a recording, oldest first."""
    return [Made(*row) for row in db.session.execute(_decisions, {"id": recording_id})]


# --- who reads ------------------------------------------------------------------------------------------------------

_last_worker = (
    select(Person)
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(Allocation.household_id == bindparam("household", type_=String), Allocation.role == "ssw")
    .order_by(Allocation.starts_on.desc())
    .limit(1)
)


def reader_of(household_id: str) -> str:
    """Who reads what a household writes today: its worker; else the manager of the last one; else who is in reserve.

    Raises LookupError when the authority has nobody at all: then nothing can be taken, and the phone keeps it.
    """
    worker = supervising_worker(household_id)
    if worker is None:
        last = db.session.scalar(_last_worker, {"household": household_id})
        worker = (manager_of(last) if last else None) or next(filter(None, map(first_of_role, IN_RESERVE)), None)
    if worker is None:
        raise LookupError("nobody in this authority could read a recording")
    return worker.id


_stranded = (
    select(Waiting)
    .outerjoin(
        Allocation,
        and_(
            Allocation.household_id == Waiting.household_id,
            Allocation.role == "ssw",
            Allocation.starts_on <= _day,
            or_(Allocation.ends_on.is_(None), _day < Allocation.ends_on),
        ),
    )
    .where(
        Waiting.authority_id == bindparam("authority", type_=String),
        or_(Allocation.worker_id.is_(None), Allocation.worker_id != Waiting.reader_id),
    )
    .order_by(Waiting.household_id)
)


def stranded(authority: str) -> list[tuple[Waiting, str]]:
    """What waits for somebody who is not its household's reader today, with who is (a hand-over can lie ahead)."""
    readers: dict[str, str] = {}
    found = []
    for waiting in db.session.scalars(_stranded, {"authority": authority, "day": clock.today()}).unique():
        if waiting.household_id not in readers:
            readers[waiting.household_id] = reader_of(waiting.household_id)
        if readers[waiting.household_id] != waiting.reader_id:
            found.append((waiting, readers[waiting.household_id]))
    return found


_of_household = select(Waiting).where(Waiting.household_id == bindparam("household", type_=String))


def waiting_of(household_id: str) -> Sequence[Waiting]:
    """Everything of a household that waits."""
    return db.session.scalars(_of_household, {"household": household_id}).all()


# --- what was written before ------------------------------------------------------------------------------------------

_lately = select(
    Recording.id, Recording.about_on, Recording.day_part, Recording.how, Recording.went_well != "", Recording.today_held
).where(
    Recording.child_id == bindparam("child", type_=String),
    Recording.household_id == bindparam("household", type_=String),
    Recording.about_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
)


def written_between(
    child_id: str, household_id: str, first: date, last: date
) -> Iterator[tuple[str, tuple[date, str, str, bool, list[str]]]]:
    """What one home wrote about a child between two days, without any words of it: id; day, part, how, good, ticks."""
    given = {"child": child_id, "household": household_id, "first": first, "last": last}
    for key, on, part, how, good, held in db.session.execute(_lately, given):
        yield key, (on, part, how, good, held)
