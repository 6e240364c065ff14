"""Make a passkey, with an invitation or beside those one has; take one away; recovery codes on paper."""

import secrets
from typing import Any

from sqlalchemy import update

from ...access.actor import Actor, Facts
from ...access.gate import actor_now, permit
from ...access.permissions import Permission
from ...audit import log as audit
from ...people.models import Person
from ...shell import clock
from ...shell.db import db, every_authority, fence
from ...shell.errors import Refused, SignedOut
from ...shell.ids import digest
from .. import passkeys, queries, rules, session
from ..models import Invitation, Passkey, RecoveryCode
from . import attempts, challenges, invitations

NO_INVITATION = "This link does not work any more. Ask whoever invited you for a new one."
NOT_MADE = "The passkey could not be made. Try again."


def begin(actor: Actor | None, token: str | None) -> dict[str, Any]:
    """What the browser needs to make a passkey: for whom the invitation is, or for the signed-in person.

    Raises Refused when there is no such invitation, or when no passkey was shown just now.
    """
    person, invitation = _for_whom(actor, token)
    ends = invitation is not None and rules.ends_what_was_before(invitation.made_by_id, person.id)
    # A device refuses a second passkey beside one it has; what is about to end must not be in its way.
    have = [] if ends else [(p.credential_id, p.transports) for p in queries.passkeys_of(person.id)]
    return passkeys.creation_options(person.id, person.name, challenges.make("register", person.id), have)


def register(actor: Actor | None, token: str | None, credential: Any, label: str = "") -> Passkey:
    """Keep a new passkey's public half. With an invitation this also signs its person in.

    With an invitation from somebody else, what was there before ends: passkeys, sign-ins, recovery codes, because it
    is used after a loss (bars S10). Raises Refused.
    """
    person, invitation = _for_whom(actor, token)
    challenge = challenges.use("register", person.id)
    try:
        made = passkeys.check_made(credential, challenge)
    except passkeys.NotAccepted:
        raise Refused(403, NOT_MADE) from None
    with every_authority():
        taken = db.session.scalar(db.select(Passkey.id).where(Passkey.credential_id == made.credential_id))
    if taken or (invitation is not None and not invitations.spend(invitation)):
        raise Refused(403, NOT_MADE)
    if invitation is not None:
        if rules.ends_what_was_before(invitation.made_by_id, person.id):
            _end_what_was_before(person.id)
        session.start(person, "invitation")
    passkey = _keep(person, made, label)
    audit.wrote(actor_now(), "passkey:made", passkey.id)
    return passkey


def _for_whom(actor: Actor | None, token: str | None) -> tuple[Person, Invitation | None]:
    if token is None:
        if actor is None:
            raise SignedOut()
        permit(actor, Permission.OWN_ACCOUNT, Facts(actor.authority_id, person_id=actor.person_id))
        _show_passkey_first(actor)
        return db.session.get_one(Person, actor.person_id), None
    guess = [attempts.at_network()]
    attempts.let_try(guess)
    found = invitations.find(token)
    if found is None:
        attempts.count(guess)
        raise Refused(403, NO_INVITATION)
    invitation, person = found
    fence(person.authority_id)
    return person, invitation


def _show_passkey_first(actor: Actor) -> None:
    if not queries.is_fresh(actor):
        raise Refused(403, invitations.SHOW_PASSKEY)


def _end_what_was_before(person_id: str) -> None:
    now = clock.now()
    old = update(Passkey).where(Passkey.person_id == person_id, Passkey.ended_at.is_(None))
    db.session.execute(old.values(ended_at=now))
    _spend_codes(person_id)
    session.end_all(person_id, "begun-again")


def _keep(person: Person, made: passkeys.Made, label: str) -> Passkey:
    passkey = Passkey(
        authority_id=person.authority_id,
        credential_id=made.credential_id,
        person_id=person.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
        backed_up=made.backed_up,
        label=("".join(c for c in label if c.isprintable()).strip() or session.browser())[:80],
        created_at=clock.now(),
    )
    db.session.add(passkey)
    db.session.flush()
    return passkey


def remove(actor: Actor, passkey_id: str) -> None:
    """Take away one of one's own passkeys, and sign out everywhere else: whoever held it may be signed in with it.

    Raises Refused for the last one, or when no passkey was shown just now.
    """
    passkey = db.session.get(Passkey, passkey_id)
    facts = Facts(actor.authority_id, person_id=passkey.person_id if passkey is not None else None)
    permit(actor, Permission.OWN_ACCOUNT, facts)
    _show_passkey_first(actor)
    assert passkey is not None
    left = [p for p in queries.passkeys_of(actor.person_id) if p.id != passkey.id]
    if not left:
        raise Refused(422, "This is your only passkey. Add another one first, so that you can still get in.")
    passkey.ended_at = clock.now()
    db.session.flush()
    session.end_all(actor.person_id, "passkey-removed", but=actor.sign_in_id)
    audit.wrote(actor, "passkey:removed", passkey.id)


def end_passkeys(person_id: str) -> int:
    """Stop every passkey of somebody whose phone may be open to a stranger. Returns how many there were."""
    now = clock.now()
    still_good = update(Passkey).where(Passkey.person_id == person_id, Passkey.ended_at.is_(None))
    return db.session.execute(still_good.values(ended_at=now)).rowcount  # type: ignore[attr-defined]


def new_codes(actor: Actor) -> list[str]:
    """Make ten recovery codes; those before stop working. They are shown once: only their digests are kept.

    Raises Refused when no passkey was shown just now.
    """
    permit(actor, Permission.OWN_ACCOUNT, Facts(actor.authority_id, person_id=actor.person_id))
    _show_passkey_first(actor)
    _spend_codes(actor.person_id)
    codes = [rules.recovery_code(secrets.token_bytes(16)) for _ in range(rules.CODES)]
    now = clock.now()
    db.session.add_all(
        RecoveryCode(
            authority_id=actor.authority_id, person_id=actor.person_id, code_digest=code_digest(code), made_at=now
        )
        for code in codes
    )
    db.session.flush()
    audit.wrote(actor, "recovery-codes:made", actor.person_id)
    return codes


def _spend_codes(person_id: str) -> None:
    unused = update(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    db.session.execute(unused.values(used_at=clock.now()))


def code_digest(code: str) -> str:
    """What is kept of a recovery code. With 75 random bits no slow hash is needed."""
    return digest(f"recovery {code}")
