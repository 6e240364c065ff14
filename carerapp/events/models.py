"""The table of what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import Numbered, OfAuthority, UtcTime, db


class Event(Numbered, OfAuthority, db.Model):
    """Something happened: never changed, never deleted by hand."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_child", "child_id", "id"),
        Index("ix_events_subject", "subject_id", "id"),
    )

    tag: Mapped[str] = mapped_column(String(48))
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor_id: Mapped[str | None] = mapped_column(String(26))
    child_id: Mapped[str | None] = mapped_column(String(26))
    household_id: Mapped[str | None] = mapped_column(String(26))
    subject: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(26))
    caused_by: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
