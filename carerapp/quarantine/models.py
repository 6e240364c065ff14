"""What is kept, word for word, and what was decided about it. Neither is ever changed or deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, JSON, ForeignKey, Index, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class Kept(Opaque, OfAuthority, db.Model):
    """One item as it came from the phone, once for each author and item id."""

    __tablename__ = "quarantine_items"
    __table_args__ = (
        UniqueConstraint("author_id", "item_id"),
        Index("ix_quarantine_items_came", "authority_id", "came_at"),
    )

    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    item_id: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[str] = mapped_column(String(40))
    """The phone's own time as it said it, distance from UTC and all."""
    zone: Mapped[str] = mapped_column(String(48))
    skew: Mapped[int | None]
    written_at: Mapped[datetime] = mapped_column(UtcTime)
    """When it was written, by the phone's word made right by the server's clock."""
    came_at: Mapped[datetime] = mapped_column(UtcTime)
    why: Mapped[str] = mapped_column(String(12))
    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str | None] = mapped_column(ForeignKey("households.id"))
    """Where the author lived with the child then, or supervised them."""
    role_then: Mapped[str] = mapped_column(String(24))
    as_of: Mapped[date]
    before_end: Mapped[bool]
    """Was it written, or begun, before the access ended?"""


class Decision(OfAuthority, db.Model):
    """What a manager decided: one decision for each item, for good."""

    __tablename__ = "quarantine_decisions"

    kept_id: Mapped[str] = mapped_column(ForeignKey("quarantine_items.id"), primary_key=True)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    outcome: Mapped[str] = mapped_column(String(12))
    """let-in or kept-out."""
    words: Mapped[str] = mapped_column(Text, default="")
    """The reason; the author reads it."""
    recording_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"))


APPEND_ONLY = [
    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'append only'); END"
    for table in ("quarantine_items", "quarantine_decisions")
    for verb in ("update", "delete")
]
"""Triggers of SQLite that refuse to change or delete what is kept. The migration runs them as well."""

for statement in APPEND_ONLY:
    table = Kept.__table__ if "ON quarantine_items" in statement else Decision.__table__
    event.listen(table, "after_create", DDL(statement).execute_if(dialect="sqlite"))
