"""Recordings as somebody may see them. Every list starts from `visible`; statements are built once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Date, String, and_, bindparam, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor, Facts
from ..access.gate import permit, permitted
from ..access.permissions import Permission
from ..audit import log as audit
from ..auth.models import Phone
from ..events.models import Event
from ..people.models import Child, Person
from ..policy.registry import policy_of
from ..shell.db import db
from ..shell.errors import Denied
from .models import Recording, Step
from .rules import Did, valid_id

PAGE = 25


def _scope(role: str, me: Any, children: Any, homes: Any, keep: Any) -> ColumnElement[bool]:
    """The rows of the table in access/table.py for RECORDING_SEE, as SQL. A house test compares the two."""
    mine, of_child = Recording.author_id == me, Recording.child_id.in_(children)
    of_homes = Recording.household_id.in_(homes)
    if role == "carer":
        return or_(and_(mine, or_(keep.is_(True), of_child)), and_(of_child, of_homes))
    if role in ("ssw", "fostering_manager"):
        return of_homes
    if role in ("csw", "iro", "childcare_manager"):
        return of_child
    return false()


_me = bindparam("me", type_=String)
_children: Any = bindparam("children", expanding=True)
_homes: Any = bindparam("homes", expanding=True)
_keep = bindparam("keep", type_=Boolean)
_mine = Recording.author_id == _me


@cache
def _scope_of_role(role: str) -> ColumnElement[bool]:
    """The scope with names in place of values, for statements that are built once."""
    return _scope(role, _me, _children, _homes, _keep)


def scope_of(actor: Actor) -> dict[str, Any]:
    """What `visible` needs to know about somebody. Statements built on a scope bind these names."""
    homes = frozenset({actor.home} if actor.home else ()) | actor.supervised | actor.team_households
    children = {
        "carer": actor.home_children,
        "csw": actor.own_children,
        "iro": actor.reviewed_children,
        "childcare_manager": actor.team_children,
    }.get(actor.role, frozenset())
    keep = policy_of(actor.authority_id).recordings.keep_after_move
    return {"me": actor.person_id, "children": sorted(children), "homes": sorted(homes), "keep": keep}


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which recordings somebody may read: their own for ever, their home's, or those of their work."""
    values = scope_of(actor)
    return _scope(actor.role, values["me"], values["children"], values["homes"], literal(values["keep"], Boolean))


@dataclass(frozen=True, slots=True)
class Line:
    """A recording in a list."""

    id: str
    child_id: str
    child: str
    author_id: str
    author: str
    about_on: date
    day_part: str
    how: str
    late: bool
    wants_help: bool
    amends_id: str | None
    sent_at: datetime
    head: str


def _start(column: Any) -> ColumnElement[str]:
    return func.nullif(func.substr(column, 1, 200), "")


_head = func.coalesce(
    _start(Recording.saw),
    _start(Recording.went_well),
    _start(Recording.child_said),
    _start(Recording.think),
    _start(Recording.told),
    _start(Recording.how_i_am),
    _start(Recording.help_with),
    "",
)
_lines = (
    select(
        Recording.id,
        Recording.child_id,
        Child.name,
        Recording.author_id,
        Person.name,
        Recording.about_on,
        Recording.day_part,
        Recording.how,
        Recording.late,
        Recording.wants_help,
        Recording.amends_id,
        Recording.sent_at,
        _head,
    )
    .join(Child, Child.id == Recording.child_id)
    .join(Person, Person.id == Recording.author_id)
)
_newest_first = (Recording.about_on.desc(), Recording.id.desc())
_since = Recording.about_on >= bindparam("since", type_=Date)
_day = bindparam("day", type_=Date)
FILTERS: dict[str, ColumnElement[bool]] = {
    "child": Recording.child_id == bindparam("child", type_=String),
    "day": Recording.about_on == _day,
    "mine": _mine,
    "since": _since,
    "before": or_(
        Recording.about_on < bindparam("before_day", type_=Date),
        and_(
            Recording.about_on == bindparam("before_day", type_=Date),
            Recording.id < bindparam("before_id", type_=String),
        ),
    ),
}


@cache
def _page(role: str, filters: frozenset[str]) -> Any:
    wanted = [FILTERS[name] for name in sorted(filters)]
    return _lines.where(_scope_of_role(role), *wanted).order_by(*_newest_first).limit(PAGE + 1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, newest first, and whether there are older ones."""

    lines: list[Line]
    more: bool


def page(
    actor: Actor,
    *,
    child: str | None = None,
    day: date | None = None,
    mine_since: date | None = None,
    before: tuple[date, str] | None = None,
) -> Page:
    """Up to 25 recordings, newest first: of one child, about one day, only my own since a day, or before a line."""
    given: dict[str, Any] = {}
    if child:
        given["child"] = child
    if day:
        given["day"] = day
    if mine_since:
        given |= {"since": mine_since}
    filters = set(given) | ({"mine"} if mine_since else set())
    if before:
        filters.add("before")
        given |= {"before_day": before[0], "before_id": before[1]}
    rows = db.session.execute(_page(actor.role, frozenset(filters)), scope_of(actor) | given)
    lines = [Line(*row) for row in rows]
    return Page(lines[:PAGE], len(lines) > PAGE)


@cache
def _lately(role: str) -> Any:
    return (
        _lines.where(_scope_of_role(role), Recording.child_id.in_(_children), _since)
        .order_by(*_newest_first)
        .limit(200)
    )


def lately(actor: Actor, since: date) -> list[Line]:
    """What was written about the children who live with me since a day, newest first."""
    return [Line(*row) for row in db.session.execute(_lately(actor.role), scope_of(actor) | {"since": since})]


_by, _to = aliased(Person), aliased(Person)
_steps = (
    select(Step.recording_id, Step.kind, Step.at, _by.name, _to.name, Step.words, Step.link)
    .join(_by, _by.id == Step.by_id)
    .outerjoin(_to, _to.id == Step.to_id)
)
_steps_of = _steps.where(Step.recording_id.in_(bindparam("ids", expanding=True))).order_by(Step.id)


def steps_of(ids: Iterable[str]) -> dict[str, list[Did]]:
    """What was done with some recordings, in order, with names. One statement however many there are."""
    found: dict[str, list[Did]] = defaultdict(list)
    wanted = sorted(set(ids))
    if wanted:
        for recording_id, *rest in db.session.execute(_steps_of, {"ids": wanted}):
            found[recording_id].append(_did(rest))
    return found


def _did(row: Iterable[Any]) -> Did:
    kind, at, by, to, words, link = row
    return Did(kind, at, by, to or "", words or "", link or "")


_answers = (
    _steps.join(Recording, Recording.id == Step.recording_id)
    .join(Child, Child.id == Recording.child_id)
    .add_columns(Child.name, Recording.about_on)
    .where(_mine, Step.kind == "replied", Step.at >= bindparam("after", type_=Step.at.type))
    .order_by(Step.id.desc())
    .limit(10)
)


def answers_to(actor: Actor, after: datetime) -> list[tuple[str, Did, str, date]]:
    """What came back to me since a moment, newest first: recording, answer, child's name, and the day it was about."""
    rows = db.session.execute(_answers, {"me": actor.person_id, "after": after})
    return [(row[0], _did(row[1:7]), row[7], row[8]) for row in rows]


def facts_of(recording: Recording) -> Facts:
    """What decides who may see a recording."""
    return Facts(
        recording.authority_id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        author_id=recording.author_id,
    )


def find(recording_id: str) -> Recording | None:
    """One recording by id, for a verb that asks for permission itself."""
    return db.session.get(Recording, recording_id) if valid_id(recording_id) else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording with the names that go with it."""

    recording: Recording
    child: str
    author: str


_together = (
    select(Recording, Child.name, Person.name)
    .join(Child, Child.id == Recording.child_id)
    .join(Person, Person.id == Recording.author_id)
)
_one = _together.where(Recording.id == bindparam("id", type_=String))
_additions = _together.where(Recording.amends_id == bindparam("id", type_=String)).order_by(Recording.id)


def one(actor: Actor, recording_id: str) -> Shown:
    """One recording to read. Raises Denied; the look leaves a trace."""
    return _to_read(actor, Permission.RECORDING_SEE, recording_id)


def mine_to_add_to(actor: Actor, recording_id: str) -> Shown:
    """A recording of mine, for the form that adds to it. Raises Denied."""
    return _to_read(actor, Permission.RECORDING_AMEND, recording_id)


def _to_read(actor: Actor, permission: Permission, recording_id: str) -> Shown:
    row = db.session.execute(_one, {"id": recording_id}).one_or_none() if valid_id(recording_id) else None
    if row is None:
        raise Denied()
    shown = Shown(*row)
    permit(actor, permission, facts_of(shown.recording))
    _still_kept(actor, shown.recording)
    audit.saw(actor, "recording", shown.recording.id, shown.recording.child_id)
    return shown


def _still_kept(actor: Actor, recording: Recording) -> None:
    """An authority may say that what a carer wrote goes with the child; both shipped policies say that it stays."""
    gone = actor.role == "carer" and recording.child_id not in actor.home_children
    if gone and not policy_of(actor.authority_id).recordings.keep_after_move:
        raise Denied()


def additions_to(actor: Actor, recording_id: str) -> list[Shown]:
    """What was added to a recording later, oldest first, as far as this person may see it."""
    rows = db.session.execute(_additions, {"id": recording_id})
    shown = [Shown(*row) for row in rows]
    return [s for s in shown if permitted(actor, Permission.RECORDING_SEE, facts_of(s.recording))]


@cache
def _known(role: str) -> Any:
    scope = _scope_of_role(role)
    written = exists().where(Recording.child_id == Child.id, scope)
    return select(Child.id, Child.name).where(or_(Child.id.in_(_children), written)).order_by(Child.name, Child.id)


def children_known(actor: Actor) -> dict[str, str]:
    """Names by id of the children whose recordings this person may read: today's, and those written about before."""
    return {row[0]: row[1] for row in db.session.execute(_known(actor.role), scope_of(actor))}


@cache
def _counts(role: str) -> Any:
    span = Recording.about_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
    return (
        select(Recording.about_on, func.count())
        .where(_scope_of_role(role), FILTERS["child"], span)
        .group_by(Recording.about_on)
    )


def counts(actor: Actor, child_id: str, first: date, last: date) -> dict[date, int]:
    """How many recordings about a child this person may read, by day."""
    given = scope_of(actor) | {"child": child_id, "first": first, "last": last}
    return {row[0]: row[1] for row in db.session.execute(_counts(actor.role), given)}


_everything = _together.where(_mine).order_by(Child.name, Child.id, Recording.about_on, Recording.id)


def everything_by(actor: Actor) -> Iterator[Shown]:
    """Everything this person ever wrote, by child and day, as far as the policy lets it be taken along.

    Raises Denied for who has never had the right; each child's name leaves a trace of the look.
    """
    permit(actor, Permission.RECORDING_EXPORT, Facts(actor.authority_id, author_id=actor.person_id))
    rules = policy_of(actor.authority_id).recordings
    all_of_it = rules.keep_after_move and rules.export_after_move
    told: set[str] = set()
    for row in db.session.execute(_everything, {"me": actor.person_id}):
        shown = Shown(*row)
        if not all_of_it and shown.recording.child_id not in actor.home_children:
            continue
        if shown.recording.child_id not in told:
            told.add(shown.recording.child_id)
            audit.saw(actor, "recordings:export", actor.person_id, shown.recording.child_id)
        yield shown


_event = (
    select(Event.id)
    .where(Event.subject_id == bindparam("id", type_=String), Event.subject == "recording")
    .order_by(Event.id)
    .limit(1)
)


def event_of(recording_id: str) -> int | None:
    """The event with which a recording came, so that what follows can say what caused it."""
    return db.session.scalar(_event, {"id": recording_id})


_phone_kind = select(Phone.kind).where(Phone.id == bindparam("id", type_=String), Phone.person_id == _me)


def opened_by_pin(actor: Actor, vault_id: str) -> bool:
    """Is the vault that asks one that a PIN alone opens? Then it is given no more than such a phone may hold."""
    if not vault_id or len(vault_id) > 64:
        return False
    return db.session.scalar(_phone_kind, {"id": vault_id, "me": actor.person_id}) == "pin"
