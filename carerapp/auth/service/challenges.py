"""Challenges for passkeys: made for one browser, used once, gone in five minutes (bars S10)."""

from flask import session
from sqlalchemy import delete, update

from ...shell import clock
from ...shell.commit import keep_changes
from ...shell.db import db
from .. import passkeys, rules
from ..models import Challenge
from . import attempts

KEPT = "challenge"


def make(purpose: str, person_id: str | None = None) -> bytes:
    """A new challenge for this browser. Raises TooMany when a network asks for them in a flood."""
    flood = [attempts.asking()]
    attempts.let_try(flood)
    attempts.count(flood)
    now = clock.now()
    db.session.execute(delete(Challenge).where(Challenge.expires_at < now))
    challenge = Challenge(
        challenge=passkeys.new_challenge(),
        purpose=purpose,
        person_id=person_id,
        expires_at=now + rules.CHALLENGE_LASTS,
    )
    db.session.add(challenge)
    db.session.flush()
    session[KEPT] = challenge.id
    return challenge.challenge


def use(purpose: str, person_id: str | None = None) -> bytes:
    """Spend this browser's challenge, whatever comes of it. None, spent or expired: bytes that nothing answers."""
    now = clock.now()
    challenge_id = session.pop(KEPT, "")
    spent = (
        update(Challenge)
        .where(
            Challenge.id == challenge_id,
            Challenge.purpose == purpose,
            Challenge.person_id.is_(None) if person_id is None else Challenge.person_id == person_id,
            Challenge.used_at.is_(None),
            Challenge.expires_at > now,
        )
        .values(used_at=now)
    )
    good = db.session.execute(spent).rowcount == 1  # type: ignore[attr-defined]
    keep_changes()
    found = db.session.get(Challenge, challenge_id, populate_existing=True) if good else None
    return found.challenge if found is not None else passkeys.new_challenge()
