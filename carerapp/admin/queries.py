"""Accounts, teams, homes and children's workers of the administrator's authority: names and dates, nothing else."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from ..access.actor import Actor
from ..auth.models import Invitation, Passkey, SignIn
from ..people.models import Allocation, Child, Household, Membership, Person, Placement, Team
from ..shell import clock
from ..shell.db import db


def visible(actor: Actor) -> Select[Person]:
    """Every account of the authority, for an administrator; nobody's for anybody else."""
    everybody = select(Person).where(Person.authority_id == actor.authority_id)
    return everybody if actor.role == "admin" else everybody.where(Person.id.is_(None))


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the list of accounts."""

    person: Person
    passkeys: int
    last_seen_at: datetime | None
    invited_until: datetime | None


def accounts(actor: Actor) -> list[Account]:
    """All accounts by name. One statement."""
    return [Account(*row) for row in db.session.execute(_accounts(actor).order_by(Person.full_name))]


def account(actor: Actor, person_id: str) -> Account | None:
    """One account."""
    row = db.session.execute(_accounts(actor).where(Person.id == person_id)).one_or_none()
    return Account(*row) if row is not None else None


def _accounts(actor: Actor) -> Select[Person, int, datetime | None, datetime | None]:
    passkeys = select(func.count()).where(Passkey.person_id == Person.id, Passkey.ended_at.is_(None)).scalar_subquery()
    seen = select(func.max(SignIn.last_seen_at)).where(SignIn.person_id == Person.id).scalar_subquery()
    invited = (
        select(func.max(Invitation.expires_at))
        .where(Invitation.person_id == Person.id, Invitation.used_at.is_(None), Invitation.expires_at > clock.now())
        .scalar_subquery()
    )
    return visible(actor).add_columns(passkeys, seen, invited)


def teams() -> list[Team]:
    """Teams by name."""
    return list(db.session.scalars(select(Team).order_by(Team.name)))


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team, who manages it, and how many people are in it."""

    team: Team
    manager: str
    people: int


def team_lines() -> list[TeamLine]:
    """All teams with their manager and the number of open accounts in them. Two statements."""
    in_teams = select(Person).where(Person.team_id.is_not(None), Person.suspended_at.is_(None)).order_by(Person.id)
    by_team: dict[str, list[Person]] = {}
    for person in db.session.scalars(in_teams):
        by_team.setdefault(person.team_id or "", []).append(person)
    return [_team_line(team, by_team.get(team.id, [])) for team in teams()]


def _team_line(team: Team, people: list[Person]) -> TeamLine:
    managers = [p.full_name for p in people if p.role in ("fostering_manager", "childcare_manager")]
    return TeamLine(team, ", ".join(managers), len(people))


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of each an authority has: what is still nought is what setting up has still to do."""

    accounts: int
    teams: int
    homes: int
    children: int


def sizes(actor: Actor) -> Sizes:
    """The size of the administrator's authority. One statement."""
    kinds = (Person, Team, Household, Child)
    counts = [
        select(func.count()).select_from(kind).where(kind.authority_id == actor.authority_id).scalar_subquery()
        for kind in kinds
    ]
    return Sizes(*db.session.execute(select(*counts)).one())


def homes() -> list[Household]:
    """Homes by name."""
    return list(db.session.scalars(select(Household).order_by(Household.name)))


def home_of_carer(person_id: str) -> tuple[Membership, Household] | None:
    """The home a carer belongs to, or will from a coming day."""
    query = (
        select(Membership, Household)
        .join(Household, Household.id == Membership.household_id)
        .where(Membership.person_id == person_id, or_(Membership.ends_on.is_(None), Membership.ends_on > clock.today()))
        .order_by(Membership.starts_on)
        .limit(1)
    )
    return db.session.execute(query).one_or_none()


def workers(*roles: str) -> list[Person]:
    """People with one of these roles whose account is open."""
    query = select(Person).where(Person.role.in_(roles), Person.suspended_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.full_name)))


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home, who supervises it, and who lives there."""

    home: Household
    worker: str
    children: list[Child]


def home_lines() -> list[HomeLine]:
    """All homes with their supervising worker and children today. Three statements."""
    today = clock.today()
    supervised = select(Allocation.household_id, Person.name).join(Person, Person.id == Allocation.worker_id)
    by_home = dict(db.session.execute(supervised.where(Allocation.role == "ssw", *_on(Allocation, today))).all())
    living = select(Placement.household_id, Child).join(Child, Child.id == Placement.child_id)
    there: dict[str, list[Child]] = {}
    for home_id, child in db.session.execute(living.where(*_on(Placement, today)).order_by(Child.born_on)):
        there.setdefault(home_id, []).append(child)
    return [HomeLine(home, by_home.get(home.id, ""), there.get(home.id, [])) for home in homes()]


def children_without_home() -> list[Child]:
    """Children who live in none of our homes today."""
    housed = select(Placement.child_id).where(*_on(Placement, clock.today()))
    return list(db.session.scalars(select(Child).where(Child.id.not_in(housed)).order_by(Child.name)))


def _on(link: type[Placement] | type[Allocation], day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return link.starts_on <= day, or_(link.ends_on.is_(None), day < link.ends_on)


def stays(child_id: str) -> list[tuple[Placement, Household]]:
    """Every home a child has had or will have, newest first."""
    query = select(Placement, Household).join(Household, Household.id == Placement.household_id)
    query = query.where(Placement.child_id == child_id).order_by(Placement.starts_on.desc())
    return list(db.session.execute(query))


def placement(placement_id: str) -> Placement | None:
    """One stay of a child in a home."""
    return db.session.get(Placement, placement_id)


def allocations(*, child_id: str | None = None, household_id: str | None = None) -> list[tuple[Allocation, Person]]:
    """Who worked with a child or a home, and from when to when, newest first."""
    about = Allocation.child_id == child_id if child_id else Allocation.household_id == household_id
    query = select(Allocation, Person).join(Person, Person.id == Allocation.worker_id).where(about)
    return list(db.session.execute(query.order_by(Allocation.starts_on.desc())))


def members(household_id: str) -> list[tuple[Membership, Person]]:
    """The carers of a home, those who left as well, newest first."""
    query = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    query = query.where(Membership.household_id == household_id).order_by(Membership.starts_on.desc())
    return list(db.session.execute(query))


def membership(membership_id: str) -> Membership | None:
    """One carer's belonging to one home."""
    return db.session.get(Membership, membership_id)


def allocation(allocation_id: str) -> Allocation | None:
    """One worker's time with a child or a home."""
    return db.session.get(Allocation, allocation_id)


def account_of_child(child_id: str) -> Person | None:
    """A young person's own account, if they have one."""
    return db.session.scalar(select(Person).where(Person.child_id == child_id))
