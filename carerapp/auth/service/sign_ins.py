"""Sign in by passkey, and sign out: here, one other place, everywhere."""

from typing import Any

from flask import g
from sqlalchemy import select

from ...access.actor import Actor, Facts
from ...access.gate import actor_now, permit
from ...access.permissions import Permission
from ...audit import log as audit
from ...people.models import Person
from ...people.queries import actor_for
from ...shell import clock
from ...shell.commit import keep_changes
from ...shell.db import db, every_authority
from ...shell.errors import Denied, Refused
from .. import passkeys, paused, session
from ..models import Passkey, SignIn
from . import attempts, challenges

NOT_ACCEPTED = "That passkey was not accepted. Try again, or use a recovery code."
"""One answer whatever was wrong, so that it tells nobody which accounts there are (bars S8)."""
_passkey = select(Passkey, Person).join(Person, Person.id == Passkey.person_id).where(Passkey.ended_at.is_(None))


def begin() -> dict[str, Any]:
    """What the browser needs to ask for a passkey. Raises TooMany."""
    return passkeys.request_options(challenges.make("sign-in"))


def sign_in(credential: Any) -> SignIn:
    """Let somebody in who shows their passkey, in a new session (bars S9, S10).

    Everything that costs time is done whether or not there is such a passkey. Raises Refused with one and the same
    reason, or TooMany.
    """
    claimed = passkeys.credential_id(credential)
    with every_authority():
        row = db.session.execute(_passkey.where(Passkey.credential_id == claimed)).one_or_none()
        passkey, person = row if row is not None else (None, None)
        whom = person.id if person is not None else claimed.hex()
        buckets = attempts.buckets_for(whom, person.id if person is not None else None)
        attempts.let_try(buckets)
        shown = _shown(credential, passkey)
    if passkey is None or person is None or shown is None:
        attempts.count(buckets)
        raise Refused(403, NOT_ACCEPTED)
    passkey.sign_count, passkey.backed_up, passkey.last_used_at = shown.sign_count, shown.backed_up, clock.now()
    if person.suspended_at is not None:
        _let_hand_in(person)
    sign_in = session.start(person, "passkey")
    audit.wrote(actor_now(), "sign-in:passkey", sign_in.id)
    return sign_in


def _let_hand_in(person: Person) -> None:
    """The account is paused, and this is its owner: they are told so, and what waits on their phone may be handed in.

    Only who holds the passkey itself learns it; every other try gets the one answer (bars S8). Raises Refused always.
    """
    sign_in = session.start_paused(person, "passkey")
    who = actor_for(person, sign_in.id)
    audit.wrote(who, "sign-in:paused", sign_in.id)
    keep_changes()
    raise Refused(403, f"Your account is paused. {paused.words(who)}")


def _shown(credential: Any, passkey: Passkey | None) -> passkeys.Shown | None:
    challenge = challenges.use("sign-in")
    key = passkey.public_key if passkey is not None else passkeys.NOBODYS_KEY
    count = passkey.sign_count if passkey is not None else 0
    try:
        return passkeys.check_shown(credential, challenge, key, count, passkey.person_id if passkey is not None else "")
    except passkeys.NotAccepted:
        return None


def sign_out() -> None:
    """End the session of this browser. The sealed vault stays: unsent words are its owner's (design.md section 1)."""
    actor: Actor | None = g.get("actor")
    session.end_this("signed-out")
    if actor is not None:
        audit.wrote(actor, "sign-in:ended", actor.sign_in_id)


def end_one(actor: Actor, sign_in_id: str) -> None:
    """Sign out one of one's own other places. Raises Denied for anything that is not theirs."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None:
        raise Denied()
    permit(actor, Permission.OWN_ACCOUNT, Facts(sign_in.authority_id, person_id=sign_in.person_id))
    if sign_in.ended_at is None:
        sign_in.ended_at, sign_in.ended_because = clock.now(), "signed-out"
        db.session.flush()
        audit.wrote(actor, "sign-in:ended", sign_in.id)


def end_everywhere(actor: Actor) -> None:
    """Sign out everywhere, here as well (bars S9): each of those sessions is dead at its next request."""
    permit(actor, Permission.OWN_ACCOUNT, Facts(actor.authority_id, person_id=actor.person_id))
    session.end_all(actor.person_id, "signed-out")
    audit.wrote(actor, "sign-in:all-ended", actor.person_id)
    session.end_this("signed-out")
