"""The audit table: append only (the database refuses updates and deletes, see the migration)."""

from datetime import datetime

from sqlalchemy import DDL, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import UtcTime, db


class AuditRow(db.Model):
    """One look, change or refusal. It holds ids and names of permissions, never people's words."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_child", "child_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    authority_id: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[str | None] = mapped_column(String(26))
    role: Mapped[str | None] = mapped_column(String(24))
    sign_in_id: Mapped[str | None] = mapped_column(String(26))
    kind: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(64))
    thing: Mapped[str | None] = mapped_column(String(64))
    child_id: Mapped[str | None] = mapped_column(String(26))


APPEND_ONLY = [
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, 'audit is append only'); END"
    for verb in ("update", "delete")
]
"""Triggers of SQLite that refuse to change or delete a trace (bars S13). The first migration runs them as well."""

for statement in APPEND_ONLY:
    event.listen(AuditRow.__table__, "after_create", DDL(statement).execute_if(dialect="sqlite"))
