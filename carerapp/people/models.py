"""Tables of people and their dated links. No case content stands here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class Team(Opaque, OfAuthority, db.Model):
    """A fostering or child-care team. Its manager is the person of the team with a manager's role."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(String(80))


class Child(Opaque, OfAuthority, db.Model):
    """A child, by the name they go by."""

    __tablename__ = "children"

    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(160))
    born_on: Mapped[date]


class Household(Opaque, OfAuthority, db.Model):
    """A foster home, with its short neutral name, such as "Amina and Ben's home"."""

    __tablename__ = "households"

    name: Mapped[str] = mapped_column(String(120))
    approved_on: Mapped[date | None]


class Person(Opaque, OfAuthority, db.Model):
    """Somebody with an account. One account has one role; somebody with two jobs has two accounts."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_authority_role", "authority_id", "role"),)

    slug: Mapped[str | None] = mapped_column(String(40), unique=True)
    """The demo cast's short name; nobody else has one."""
    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(160))
    role: Mapped[str] = mapped_column(String(24))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    child_id: Mapped[str | None] = mapped_column(ForeignKey("children.id"))
    suspended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Membership(Opaque, OfAuthority, db.Model):
    """A carer belongs to a household between two days."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_person", "person_id"), Index("ix_memberships_household", "household_id"))

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Placement(Opaque, OfAuthority, db.Model):
    """A child lives in a household between two days. `ends_on` is the first day that they no longer do."""

    __tablename__ = "placements"
    __table_args__ = (Index("ix_placements_child", "child_id"), Index("ix_placements_household", "household_id"))

    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    planned_end: Mapped[bool | None]


class Allocation(Opaque, OfAuthority, db.Model):
    """A worker works with a household (supervising social worker) or a child (social worker, reviewing officer)."""

    __tablename__ = "allocations"
    __table_args__ = (
        Index("ix_allocations_worker", "worker_id"),
        Index("ix_allocations_household", "household_id"),
        Index("ix_allocations_child", "child_id"),
    )

    worker_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(24))
    household_id: Mapped[str | None] = mapped_column(ForeignKey("households.id"))
    child_id: Mapped[str | None] = mapped_column(ForeignKey("children.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
