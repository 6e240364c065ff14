"""A meeting that was asked for, what caused it, and who must come."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class Meeting(Opaque, OfAuthority, db.Model):
    """A stability meeting in state `asked_for` (S1-5-02; S2-4-01)."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_child", "child_id", "asked_at"),)

    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    state: Mapped[str] = mapped_column(String(16), default="asked_for")
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    asked_by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    why: Mapped[str] = mapped_column(Text)
    cause_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"))


class MeetingPerson(OfAuthority, db.Model):
    """Somebody who must attend, arranges or may chair, by name where one is known."""

    __tablename__ = "meeting_people"
    __table_args__ = (Index("ix_meeting_people_meeting", "meeting_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id"))
    part: Mapped[str] = mapped_column(String(16))
    """must_attend, arranges or may_chair."""
    role: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
