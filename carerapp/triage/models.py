"""The queue (a narrow row per reader and open recording, gone when decided) and the decisions (kept for ever)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class Waiting(OfAuthority, db.Model):
    """One recording in front of one reader, with the line to show: what needs attention is a small table."""

    __tablename__ = "triage_waiting"
    __table_args__ = (
        Index("ix_triage_waiting_reader", "reader_id", "promised_at", "recording_id"),
        Index("ix_triage_waiting_household", "household_id"),
    )

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), primary_key=True)
    reader_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    promised_at: Mapped[datetime] = mapped_column(UtcTime)
    """By when the policy promises that it is read: the queue's order."""
    about_on: Mapped[date | None]
    day_part: Mapped[str] = mapped_column(String(12), default="")
    author_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Repeated from the recording, so that the list never opens the wide row."""
    how: Mapped[str] = mapped_column(String(12))
    wants_help: Mapped[bool] = mapped_column(default=False)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    """In plain words why it stands out, as known when it came; time-bound reasons are added when shown."""
    head: Mapped[str] = mapped_column(String(140))
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Decision(Opaque, OfAuthority, db.Model):
    """What a person decided about a recording. A recording has at most one first decision; more may follow."""

    __tablename__ = "triage_decisions"
    __table_args__ = (UniqueConstraint("recording_id", "by_id", "at"), Index("ix_triage_decisions_rec", "recording_id"))

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    outcomes: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    not_passed_because: Mapped[str] = mapped_column(Text, default="")
