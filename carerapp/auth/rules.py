"""Pure rules of sign-ins (bars S9, S10)."""

from datetime import datetime, timedelta

ABSOLUTE = timedelta(days=30)
IDLE_STAFF = timedelta(minutes=30)
# A carer's phone has its own lock; the session behind it may be quiet for half a day.
IDLE_HOME = timedelta(hours=12)
HOME_ROLES = frozenset({"carer", "young_person"})


def session_lapsed(role: str, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Has this session been quiet for too long, or is it simply too old?"""
    idle = IDLE_HOME if role in HOME_ROLES else IDLE_STAFF
    return now - last_seen_at > idle or now - created_at > ABSOLUTE


def vault_for(role: str) -> str:
    """Does this person's phone hold a sealed vault? Carers and young people always, workers when they choose."""
    return "make" if role in HOME_ROLES else "offer"
