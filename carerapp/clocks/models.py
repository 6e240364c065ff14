"""Clocks, and the steps by which a missed one was handed up."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db

_RUNNING = text("met_at IS NULL AND stopped_at IS NULL")


class Clock(Opaque, OfAuthority, db.Model):
    """A promise with a time on it."""

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("subject_id", "rule"),
        # What runs is few beside what ever ran: the watcher asks by time, each event by subject, a carer by who asked.
        Index("ix_clocks_open", "authority_id", "due_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_clocks_running", "authority_id", "subject_id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index(
            "ix_clocks_asked_by",
            "authority_id",
            "asked_by_id",
            "due_at",
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index("ix_clocks_owner", "owner_id", "due_at"),
    )

    rule: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(26))
    child_id: Mapped[str | None] = mapped_column(String(26))
    household_id: Mapped[str | None] = mapped_column(String(26))
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    target_at: Mapped[datetime | None] = mapped_column(UtcTime)
    warn_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    met_at: Mapped[datetime | None] = mapped_column(UtcTime)
    met_by_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    met_with: Mapped[str | None] = mapped_column(String(48))
    stopped_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stopped_because: Mapped[str | None] = mapped_column(String(200))


class HandUp(OfAuthority, db.Model):
    """A missed clock went one step up. The pair (clock, step) is unique, so no two watchers can do it twice."""

    __tablename__ = "hand_ups"
    __table_args__ = (UniqueConstraint("clock_id", "step"), Index("ix_hand_ups_to", "to_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    clock_id: Mapped[str] = mapped_column(ForeignKey("clocks.id"))
    step: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)
    from_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    why: Mapped[str] = mapped_column(String(200))
