"""Count wrong tries, so that nobody guesses their way in and no stranger locks anybody out (bars S8)."""

from collections.abc import Sequence
from datetime import datetime

from flask import request
from sqlalchemy import delete, select

from ...policy.dates import say_when
from ...shell import clock
from ...shell.commit import keep_changes
from ...shell.db import db
from ...shell.errors import Refused
from ...shell.ids import digest
from .. import known
from ..models import Attempt
from ..rules import ASKING, PER_ACCOUNT, PER_NETWORK, Limit, network_of, try_again_at

Bucket = tuple[str, Limit]


class TooMany(Refused):
    """Too many wrong tries. `seconds` says how long to wait."""

    def __init__(self, reason: str, seconds: int) -> None:
        super().__init__(429, reason)
        self.seconds = seconds


def buckets_for(whom: str, person_id: str | None = None) -> list[Bucket]:
    """Where a try is counted: at the account and at the network.

    `whom` names the account, or the passkey that no account has. A browser on which this person once signed in counts
    for itself alone, so a stranger's tries elsewhere never reach it.
    """
    device = known.device_of(person_id) if person_id else None
    if device:
        return [(digest(f"browser {device} {whom}"), PER_ACCOUNT)]
    return [(digest(f"account {whom}"), PER_ACCOUNT), at_network()]


def at_network() -> Bucket:
    """The network a try comes from."""
    return digest(f"network {network_of(request.remote_addr)}"), PER_NETWORK


def asking() -> Bucket:
    """Asking for challenges, from one network."""
    return digest(f"asking {network_of(request.remote_addr)}"), ASKING


def let_try(buckets: Sequence[Bucket]) -> None:
    """Go on only when none of these is full. Raises TooMany, saying when the next try is welcome."""
    now = clock.now()
    waits = [until for bucket, limit in buckets if (until := try_again_at(_times(bucket, limit), limit, now))]
    if waits:
        until = max(waits)
        raise TooMany(f"Try again after {say_when(until, now)}.", max(1, round((until - now).total_seconds())))


def _times(bucket: str, limit: Limit) -> list[datetime]:
    recent = select(Attempt.at).where(Attempt.bucket == bucket, Attempt.at > clock.now() - limit.within)
    return list(db.session.scalars(recent.order_by(Attempt.at.desc()).limit(limit.most)))


def count(buckets: Sequence[Bucket]) -> None:
    """Count one try, and keep the count although the answer may be a refusal. Forgets what is too old to matter."""
    now = clock.now()
    db.session.execute(delete(Attempt).where(Attempt.at < now - PER_NETWORK.within))
    db.session.add_all([Attempt(bucket=bucket, at=now) for bucket, _ in buckets])
    db.session.flush()
    keep_changes()
