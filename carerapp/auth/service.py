"""Verbs of getting in, staying in and being cut off."""

from flask import request
from sqlalchemy import update

from ..shell import clock
from ..shell.db import db, every_authority, set_reading
from .models import Phone


def note_told_to_wipe() -> None:
    """Note that a cut-off phone has asked and was told to forget. Commits itself: it happens while reading a page."""
    phone_id = request.headers.get("X-Device", "")[:64]
    db.session.rollback()
    set_reading(False)
    with every_authority():
        told = update(Phone).where(Phone.id == phone_id, Phone.cut_off_at.is_not(None), Phone.told_to_wipe_at.is_(None))
        db.session.execute(told.values(told_to_wipe_at=clock.now()))
    db.session.commit()
