"""Receipts: what each item was answered. Kept at least as long as a phone may stay away."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, UtcTime, db


class Receipt(OfAuthority, db.Model):
    """The answer to one item of one person. Nobody can probe another person's ids: theirs are other rows."""

    __tablename__ = "receipts"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    status: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcTime)
    errors: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    kept_with: Mapped[str | None] = mapped_column(String(80))
    """Who has it now, by name, when it was refused because access had ended (see the quarantine room)."""
    location: Mapped[str | None] = mapped_column(String(200))
