"""One-time links with which one person makes a passkey. Only the link's digest is kept."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from ...access.actor import Actor, Facts
from ...access.gate import permit
from ...access.permissions import Permission
from ...audit import log as audit
from ...people.models import Person
from ...shell import clock
from ...shell.db import db, every_authority
from ...shell.errors import Denied, Refused
from ...shell.ids import digest, new_secret
from .. import queries, rules
from ..models import Invitation

SHOW_PASSKEY = "Show your passkey first: this changes how you get in."


def invite(person: Person, made_by_id: str | None, lasts: timedelta = rules.INVITATION_LASTS) -> tuple[Invitation, str]:
    """Make a link for one person; links made before it stop working. Returns it with the address, shown this once."""
    now = clock.now()
    earlier = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
    db.session.execute(earlier.values(expires_at=now))
    token = new_secret()
    invitation = Invitation(
        authority_id=person.authority_id,
        token_digest=digest(token),
        person_id=person.id,
        made_by_id=made_by_id,
        made_at=now,
        expires_at=now + lasts,
    )
    db.session.add(invitation)
    db.session.flush()
    return invitation, f"{current_app.config['ORIGIN']}/join/{token}"


def invite_person(actor: Actor, person_id: str) -> str:
    """An administrator invites somebody, or lets somebody begin again who lost every passkey. Returns the link.

    Raises Refused for their own account: beginning again needs a second person (bars S10).
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise Denied()
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(person.authority_id, person_id=person.id))
    if person.id == actor.person_id:
        raise Refused(403, "Add a passkey on your own page. A link to your own account comes from somebody else.")
    if queries.passkeys_of(person.id):
        raise Refused(
            422,
            "They have a passkey that works. If it is lost, somebody who supports or manages them first cuts off their "
            "phones and stops their passkeys, or confirms one of their recovery codes.",
        )
    if person.suspended_at is not None:
        raise Refused(422, "This account is suspended. Open it again first.")
    invitation, link = invite(person, actor.person_id)
    audit.wrote(actor, "invitation:made", invitation.id)
    return link


def invite_own_other_phone(actor: Actor) -> str:
    """A link for one's own other phone, good for a quarter of an hour. Returns it. Needs a passkey shown just now."""
    permit(actor, Permission.OWN_ACCOUNT, Facts(actor.authority_id, person_id=actor.person_id))
    if not queries.is_fresh(actor):
        raise Refused(403, SHOW_PASSKEY)
    person = db.session.get_one(Person, actor.person_id)
    invitation, link = invite(person, actor.person_id, rules.OWN_LINK_LASTS)
    audit.wrote(actor, "invitation:made", invitation.id)
    return link


def find(token: str) -> tuple[Invitation, Person] | None:
    """The invitation behind a link and whom it is for, if it can still be used. None tells nothing about why."""
    with every_authority():
        query = db.select(Invitation, Person).join(Person, Person.id == Invitation.person_id)
        row = db.session.execute(query.where(Invitation.token_digest == digest(token))).one_or_none()
    if row is None:
        return None
    invitation, person = row
    usable = invitation.used_at is None and invitation.expires_at > clock.now() and person.suspended_at is None
    return (invitation, person) if usable else None


def spend(invitation: Invitation) -> bool:
    """Use an invitation up. False when somebody else was first."""
    with every_authority():
        first = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        return db.session.execute(first.values(used_at=clock.now())).rowcount == 1  # type: ignore[attr-defined]
