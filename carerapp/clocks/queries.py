"""Clocks as somebody may see them, and as the watcher finds them. Statements are built once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import aliased

from ..access.actor import Actor
from ..people.models import Child, Household, Person
from ..shell import clock
from ..shell.db import db
from .models import Clock, HandUp

MOST = 100
"""Promises on one page: whoever owes more needs help, not a longer page."""
RATE_DAYS = 90
MANAGERS = ("fostering_manager", "childcare_manager")

_now = bindparam("now", type_=Clock.due_at.type)
_running = and_(Clock.met_at.is_(None), Clock.stopped_at.is_(None))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The clocks somebody may see: what they owe or were handed, what they are owed, and what their team owes."""
    asked = Clock.asked_by_id == actor.person_id
    mine = or_(Clock.owner_id == actor.person_id, asked, _handed_to(actor))
    if actor.role == "carer":
        return asked
    if actor.role in ("ssw", "csw"):
        return mine
    if actor.role in MANAGERS:
        return or_(mine, Clock.owner_id.in_(actor.team_people))
    return false()


def _handed_to(actor: Actor) -> ColumnElement[bool]:
    return Clock.id.in_(select(HandUp.clock_id).where(HandUp.to_id == actor.person_id))


# --- for the page ---------------------------------------------------------------------------------------------------

_last_step = (
    select(HandUp.to_id)
    .where(HandUp.clock_id == Clock.id)
    .order_by(HandUp.step.desc())
    .limit(1)
    .correlate(Clock)
    .scalar_subquery()
)
_Owner, _Holder, _Asker = aliased(Person), aliased(Person), aliased(Person)
_listed = (
    select(
        Clock,
        Child.name,
        Household.name,
        _Owner.name,
        _Owner.id,
        _Holder.name,
        _Holder.id,
        _Asker.name,
    )
    .join(_Owner, _Owner.id == Clock.owner_id)
    .outerjoin(_Holder, _Holder.id == _last_step)
    .outerjoin(_Asker, _Asker.id == Clock.asked_by_id)
    .outerjoin(Child, Child.id == Clock.child_id)
    .outerjoin(Household, Household.id == Clock.household_id)
    .where(_running)
    .order_by(Clock.due_at, Clock.id)
    .limit(MOST)
)
_To = aliased(Person)
_steps = (
    select(HandUp, _To.name)
    .join(_To, _To.id == HandUp.to_id)
    .where(HandUp.clock_id.in_(bindparam("clocks", expanding=True)))
    .order_by(HandUp.step)
)


@dataclass(frozen=True, slots=True)
class Promise:
    """One running clock with the names that go with it. `holder` has it now: the owner, or whoever it went up to."""

    clock: Clock
    child: str | None
    home: str | None
    owner: str
    owner_id: str
    holder: str
    holder_id: str
    asker: str | None
    handed_up: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Each step up: when, to whom, why."""


def promises(actor: Actor, now: datetime) -> list[Promise]:
    """The running clocks for somebody's page, first due first: theirs, those owed to them, and their team's missed.

    Two statements, however many there are.
    """
    their_own = or_(
        Clock.owner_id == actor.person_id,
        Clock.asked_by_id == actor.person_id,
        _handed_to(actor),
        Clock.due_at <= now,
    )
    rows = db.session.execute(_listed.where(visible(actor), their_own)).all()
    found = [
        Promise(c, child, home, owner, owner_id, holder or owner, holder_id or owner_id, asker)
        for c, child, home, owner, owner_id, holder, holder_id, asker in rows
    ]
    by_id = {p.clock.id: p for p in found if p.holder_id != p.owner_id}
    for step, to in db.session.execute(_steps, {"clocks": list(by_id)}) if by_id else ():
        by_id[step.clock_id].handed_up.append((step.at, to, step.why))
    return found


_missed_by = select(func.count()).select_from(Clock).where(_running, Clock.due_at <= _now)


def overdue(actor: Actor) -> int:
    """How many promises that somebody may see are missed now: for the home page."""
    return db.session.scalar(_missed_by.where(visible(actor)), {"now": clock.now()}) or 0


def mine(actor: Actor) -> int:
    """How many promises somebody owes now."""
    owed = select(func.count()).select_from(Clock).where(_running, Clock.owner_id == actor.person_id)
    return db.session.scalar(owed) or 0


_kept = (
    select(
        Clock.rule,
        func.count(),
        func.sum(case((Clock.met_at < Clock.due_at, 1), else_=0)),
    )
    .where(
        Clock.due_at <= _now,
        Clock.due_at > bindparam("since", type_=Clock.due_at.type),
        Clock.stopped_at.is_(None),
        Clock.owner_id.in_(bindparam("owners", expanding=True)),
    )
    .group_by(Clock.rule)
    .order_by(Clock.rule)
)


def kept_on_time(actor: Actor, now: datetime) -> list[tuple[str, int, int]]:
    """For each rule: how many promises fell due in the last 90 days, and how many of them were kept on time.

    For a worker their own, for a manager the team's: the number a manager and an inspector ask for.
    """
    owners = sorted(actor.team_people) if actor.role in MANAGERS else [actor.person_id]
    since = now - timedelta(days=RATE_DAYS)
    rows = db.session.execute(_kept, {"now": now, "since": since, "owners": owners})
    return [(rule, promised, on_time or 0) for rule, promised, on_time in rows]


# --- for verbs and the watcher --------------------------------------------------------------------------------------

_running_on = select(Clock).where(Clock.subject_id == bindparam("subject"), _running)
_running_on_any = select(Clock).where(Clock.subject_id.in_(bindparam("subjects", expanding=True)), _running)
_missed = (
    select(Clock, HandUp.step, HandUp.to_id)
    .outerjoin(HandUp, HandUp.clock_id == Clock.id)
    .where(_running, Clock.authority_id == bindparam("authority"), Clock.due_at <= _now)
    .order_by(Clock.due_at, Clock.id, HandUp.step)
)


def running_on(subject_id: str) -> Sequence[Clock]:
    """The running clocks of one subject."""
    return db.session.scalars(_running_on, {"subject": subject_id}).all()


def running_on_any(subject_ids: list[str]) -> Sequence[Clock]:
    """The running clocks of several subjects."""
    return db.session.scalars(_running_on_any, {"subjects": subject_ids}).all() if subject_ids else ()


def missed(now: datetime, authority: str) -> Iterator[tuple[Clock, str | None, frozenset[int]]]:
    """Every missed clock of an authority, longest missed first: who holds it now, and the steps it went up already."""
    found: dict[str, Clock] = {}
    steps: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for running, step, to in db.session.execute(_missed, {"now": now, "authority": authority}):
        found[running.id] = running
        if step is not None:
            steps[running.id].append((step, to))
    for clock_id, running in found.items():
        done = steps[clock_id]
        yield running, done[-1][1] if done else None, frozenset(number for number, _ in done)
