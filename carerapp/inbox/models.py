"""Handovers: one recording passed to one child's social worker."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db

_OPEN = text("done_at IS NULL")


class Handover(Opaque, OfAuthority, db.Model):
    """A recording with the child's social worker."""

    __tablename__ = "handovers"
    __table_args__ = (
        UniqueConstraint("recording_id"),
        UniqueConstraint("reference"),
        # What is open is few beside what was ever passed on: the inbox and the watcher never read the rest.
        Index("ix_handovers_open", "authority_id", "child_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_handovers_reader", "authority_id", "reader_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_handovers_child", "child_id", "passed_at"),
    )

    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    reader_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    passed_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    passed_at: Mapped[datetime] = mapped_column(UtcTime)
    alert: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)
    reference: Mapped[str | None] = mapped_column(String(24))
    """The export pack's own reference number."""
    pack: Mapped[str | None] = mapped_column(Text, deferred=True)
    """The export pack as it was when it was passed on, in canonical JSON: the same bytes for ever."""
    pack_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of those bytes, in hex."""
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    """The passing on that caused what follows."""
    filed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    filed_as: Mapped[str] = mapped_column(String(80), default="")
    """What the case system calls it."""
    followed_up_at: Mapped[datetime | None] = mapped_column(UtcTime)
    followed_up_with: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
