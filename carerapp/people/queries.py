"""Who is linked to whom on a day. Statements are built once; callers bind the day and the person."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, or_, select

from ..access.actor import Actor
from ..shell import clock
from ..shell.db import db
from .models import Allocation, Child, Household, Membership, Person, Placement
from .rules import Link, overlap

_day = bindparam("day", type_=Date)


def _counts(link: type[Membership] | type[Placement] | type[Allocation]) -> ColumnElement[bool]:
    return (link.starts_on <= _day) & or_(link.ends_on.is_(None), _day < link.ends_on)


_home = (
    select(Membership.household_id, Placement.child_id)
    .outerjoin(Placement, (Placement.household_id == Membership.household_id) & _counts(Placement))
    .where(Membership.person_id == bindparam("person"), _counts(Membership))
    .order_by(Membership.starts_on.desc())
)
_worked_with = (
    select(Allocation.worker_id, Allocation.role, Allocation.household_id, Allocation.child_id, Placement.child_id)
    .outerjoin(Placement, (Placement.household_id == Allocation.household_id) & _counts(Placement))
    .where(Allocation.worker_id == bindparam("person"), _counts(Allocation))
)
_team = (
    select(Person.id, Allocation.role, Allocation.household_id, Allocation.child_id, Placement.child_id)
    .outerjoin(Allocation, (Allocation.worker_id == Person.id) & _counts(Allocation))
    .outerjoin(Placement, (Placement.household_id == Allocation.household_id) & _counts(Placement))
    .where(Person.team_id == bindparam("team"))
)


def actor_for(person: Person, sign_in_id: str = "", day: date | None = None) -> Actor:
    """Who this person is today: one statement by role (design.md section 2)."""
    day = day or clock.today()
    scope: dict[str, Any] = {}
    if person.role == "carer":
        scope = _carer_scope(person.id, day)
    elif person.role in ("ssw", "csw", "iro"):
        scope = _worker_scope(person.id, day)
    elif person.role in ("fostering_manager", "childcare_manager") and person.team_id:
        scope = _manager_scope(person.team_id, day)
    elif person.role == "young_person":
        scope = {"self_child": person.child_id}
    return Actor(person.id, person.authority_id, person.name, person.role, sign_in_id=sign_in_id, **scope)


def _carer_scope(person_id: str, day: date) -> dict[str, Any]:
    rows = db.session.execute(_home, {"person": person_id, "day": day}).all()
    if not rows:
        return {}
    home = rows[0][0]
    return {"home": home, "home_children": frozenset(child for house, child in rows if child and house == home)}


def _worker_scope(person_id: str, day: date) -> dict[str, Any]:
    rows = db.session.execute(_worked_with, {"person": person_id, "day": day}).all()
    return {
        "supervised": frozenset(house for _, role, house, _, _ in rows if role == "ssw" and house),
        "supervised_children": frozenset(placed for _, role, _, _, placed in rows if role == "ssw" and placed),
        "own_children": frozenset(child for _, role, _, child, _ in rows if role == "csw" and child),
        "reviewed_children": frozenset(child for _, role, _, child, _ in rows if role == "iro" and child),
    }


def _manager_scope(team_id: str, day: date) -> dict[str, Any]:
    rows = db.session.execute(_team, {"team": team_id, "day": day}).all()
    return {
        "team_people": frozenset(worker for worker, *_ in rows),
        "team_households": frozenset(house for _, _, house, _, _ in rows if house),
        "team_children": frozenset(c for _, _, _, child, placed in rows for c in (child, placed) if c),
    }


_worker_of_household = (
    select(Person)
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(Allocation.household_id == bindparam("household"), Allocation.role == "ssw", _counts(Allocation))
    .order_by(Allocation.starts_on.desc())
    .limit(1)
)
_worker_of_child = (
    select(Person)
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(Allocation.child_id == bindparam("child"), Allocation.role == bindparam("role"), _counts(Allocation))
    .order_by(Allocation.starts_on.desc())
    .limit(1)
)
_first_of_role = select(Person).where(Person.role == bindparam("role")).order_by(Person.id).limit(1)
_manager_of_team = (
    select(Person)
    .where(Person.team_id == bindparam("team"), Person.role.in_(["fostering_manager", "childcare_manager"]))
    .limit(1)
)


def supervising_worker(household_id: str) -> Person | None:
    """The household's supervising social worker today; None when nobody is allocated."""
    return db.session.scalar(_worker_of_household, {"household": household_id, "day": clock.today()})


def worker_of_child(child_id: str, role: str = "csw") -> Person | None:
    """The child's social worker (or reviewing officer) today; None when nobody is allocated."""
    return db.session.scalar(_worker_of_child, {"child": child_id, "role": role, "day": clock.today()})


def first_of_role(role: str) -> Person | None:
    """Who holds a role in the authority when nobody nearer does: no owner is impossible."""
    return db.session.scalar(_first_of_role, {"role": role})


def manager_of(person: Person) -> Person | None:
    """The manager of somebody's team."""
    return db.session.scalar(_manager_of_team, {"team": person.team_id}) if person.team_id else None


_last_worker = (
    select(Person)
    .join(Allocation, Allocation.worker_id == Person.id)
    .where(Allocation.household_id == bindparam("household"), Allocation.role == "ssw", Allocation.starts_on <= _day)
    .order_by(Allocation.starts_on.desc())
    .limit(1)
)
_open_managers = (
    select(Person)
    .where(Person.role.in_(["fostering_manager", "childcare_manager"]), Person.suspended_at.is_(None))
    .order_by(Person.role.desc(), Person.id)  # fostering before child care
)


def managers_over(person_id: str, household_id: str | None) -> list[Person]:
    """Who manages somebody: the team of their home's worker, today's or the last; else their own team; else a stand-in.

    Never the person themself, and nobody whose account is paused. Empty only when no manager is left at all.
    """
    managers = [m for m in db.session.scalars(_open_managers) if m.id != person_id]
    worker = None
    if household_id is not None:
        worker = db.session.scalar(_last_worker, {"household": household_id, "day": clock.today()})
    own = db.session.get(Person, person_id)
    for team in (worker.team_id if worker else None, own.team_id if own else None):
        found = [manager for manager in managers if team is not None and manager.team_id == team]
        if found:
            return found
    return managers[:1]


_carers_of_home = (
    select(Person)
    .join(Membership, Membership.person_id == Person.id)
    .where(Membership.household_id == bindparam("household"), _counts(Membership))
    .order_by(Person.id)
)
_children_at_home = (
    select(Child)
    .join(Placement, Placement.child_id == Child.id)
    .where(Placement.household_id == bindparam("household"), _counts(Placement))
    .order_by(Child.born_on)
)
_home_of_child = (
    select(Household)
    .join(Placement, Placement.household_id == Household.id)
    .where(Placement.child_id == bindparam("child"), _counts(Placement))
    .limit(1)
)
_placements_of_child = (
    select(Placement).where(Placement.child_id == bindparam("child")).order_by(Placement.starts_on.desc())
)


def carers_of(household_id: str) -> list[Person]:
    """The carers of a household today."""
    return list(db.session.scalars(_carers_of_home, {"household": household_id, "day": clock.today()}))


def children_at(household_id: str) -> list[Child]:
    """The children who live in a household today, eldest first."""
    return list(db.session.scalars(_children_at_home, {"household": household_id, "day": clock.today()}))


def home_of(child_id: str) -> Household | None:
    """The household a child lives in today."""
    return db.session.scalar(_home_of_child, {"child": child_id, "day": clock.today()})


def placements_of(child_id: str) -> list[Placement]:
    """Every home a child has had, newest first."""
    return list(db.session.scalars(_placements_of_child, {"child": child_id}))


_lived = (
    select(Membership.household_id, Membership.starts_on, Membership.ends_on, Placement.starts_on, Placement.ends_on)
    .join(Placement, Placement.household_id == Membership.household_id)
    .where(Membership.person_id == bindparam("person"), Placement.child_id == bindparam("child"))
)
_supervised = (
    select(Allocation.household_id, Allocation.starts_on, Allocation.ends_on, Placement.starts_on, Placement.ends_on)
    .join(Placement, Placement.household_id == Allocation.household_id)
    .where(
        Allocation.worker_id == bindparam("person"), Allocation.role == "ssw", Placement.child_id == bindparam("child")
    )
)
_worked = select(Allocation.role, Allocation.starts_on, Allocation.ends_on).where(
    Allocation.worker_id == bindparam("person"), Allocation.child_id == bindparam("child")
)


def links_between(person_id: str, child_id: str) -> list[Link]:
    """Every time in which somebody lived or worked with a child, ended ones as well, oldest first.

    A carer who left a home before a child came into it never lived with that child.
    """
    both = {"person": person_id, "child": child_id}
    found = [
        overlap(role, home, (mine_from, mine_to), (from_, to))
        for role, query in (("carer", _lived), ("ssw", _supervised))
        for home, mine_from, mine_to, from_, to in db.session.execute(query, both)
    ]
    found += [Link(role, None, from_, to) for role, from_, to in db.session.execute(_worked, both)]
    return sorted((link for link in found if link), key=lambda link: link.starts_on)


def ever_lived_with(person_id: str, child_id: str) -> bool:
    """Did the child ever live with this carer, until today? Decides how plainly a refusal may speak."""
    links = links_between(person_id, child_id)
    return any(link.role == "carer" and link.starts_on <= clock.today() for link in links)


def person(person_id: str) -> Person | None:
    """One person by id."""
    return db.session.get(Person, person_id)


def child(child_id: str) -> Child | None:
    """One child by id."""
    return db.session.get(Child, child_id)


def household(household_id: str) -> Household | None:
    """One household by id."""
    return db.session.get(Household, household_id)


def names_of(ids: set[str]) -> dict[str, str]:
    """Names to show beside what people did, by person id."""
    if not ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {person_id: name for person_id, name in rows}


def children_by_id(ids: frozenset[str] | set[str]) -> dict[str, Child]:
    """Children by id."""
    if not ids:
        return {}
    return {c.id: c for c in db.session.scalars(select(Child).where(Child.id.in_(ids)).order_by(Child.name))}
