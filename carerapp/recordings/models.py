"""Recordings, and the steps each one took after it was sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..shell.db import OfAuthority, Opaque, UtcTime, db


class Recording(Opaque, OfAuthority, db.Model):
    """One entry about one child (NMS 26; domain.md B.1). Its row is never updated."""

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_child_day", "child_id", "about_on"),
        Index("ix_recordings_author_day", "author_id", "about_on"),
        Index("ix_recordings_household_day", "household_id", "about_on"),
    )

    child_id: Mapped[str] = mapped_column(ForeignKey("children.id"))
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    amends_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"))
    about_on: Mapped[date]
    day_part: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    """When the phone says it was written."""
    made_offset: Mapped[int]
    """The phone's distance from UTC then, in minutes: on one night in October 1:30am happens twice."""
    made_zone: Mapped[str] = mapped_column(String(48))
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    """When the server received it; what every promise counts from."""
    skew: Mapped[int | None]
    """How far the phone's clock was ahead of the server's, in seconds, when it was sent."""
    late: Mapped[bool] = mapped_column(default=False)
    how: Mapped[str] = mapped_column(String(12))
    """How the day was: great, good, ok, hard or very_hard."""
    went_well: Mapped[str] = mapped_column(Text, default="")
    child_said: Mapped[str] = mapped_column(Text, default="")
    saw: Mapped[str] = mapped_column(Text, default="")
    think: Mapped[str] = mapped_column(Text, default="")
    told: Mapped[str] = mapped_column(Text, default="")
    told_by: Mapped[str] = mapped_column(String(200), default="")
    sections: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The optional parts that were filled in (health, school, family time ...), by name."""
    today_held: Mapped[list[str]] = mapped_column(JSON, default=list)
    today_held_version: Mapped[int] = mapped_column(default=1)
    how_i_am: Mapped[str] = mapped_column(Text, default="")
    wants_help: Mapped[bool] = mapped_column(default=False)
    help_with: Mapped[str] = mapped_column(Text, default="")


class Step(OfAuthority, db.Model):
    """What somebody did with a recording: read, replied, passed_on, alerted, supervision, chronology, meeting,
    nothing_more, case_read, filed, followed_up."""

    __tablename__ = "recording_steps"
    __table_args__ = (Index("ix_recording_steps_recording", "recording_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcTime)
    by_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(80))
