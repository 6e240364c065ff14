"""Ask to get back in with a code from paper. The code alone opens nothing: a second person decides (bars S10)."""

from sqlalchemy import select

from ...access.actor import Actor, Facts
from ...access.gate import permit
from ...access.permissions import Permission
from ...audit import log as audit
from ...people.models import Person
from ...shell import clock
from ...shell.db import db, every_authority
from ...shell.errors import Denied, Refused
from .. import queries, rules, session
from ..models import Recovery, RecoveryCode
from . import attempts, invitations
from .registering import code_digest

DECIDED = "Somebody has decided this already, or it is too old. They can ask again with the same or another code."
_code = (
    select(RecoveryCode, Person)
    .join(Person, Person.id == RecoveryCode.person_id)
    .where(RecoveryCode.used_at.is_(None), Person.suspended_at.is_(None))
)


def ask(code: str) -> None:
    """Put a request in front of the people who may confirm it. Says nothing about whether the code is a good one.

    Every try counts, the good ones too, so that being stopped says nothing either. Raises TooMany.
    """
    tries = [attempts.at_network()]
    attempts.let_try(tries)
    attempts.count(tries)
    with every_authority():
        row = db.session.execute(_code.where(RecoveryCode.code_digest == code_digest(code))).one_or_none()
        if row is None or queries.waiting_recovery(row[1].id) is not None:
            return
        found, person = row
        recovery = Recovery(
            authority_id=person.authority_id,
            person_id=person.id,
            code_id=found.id,
            browser=session.browser(),
            asked_at=clock.now(),
        )
        db.session.add(recovery)
        db.session.flush()


def confirm(actor: Actor, recovery_id: str) -> str:
    """A second person says that it is really them. Spends the code; returns the link to hand over, shown once."""
    recovery, person = _load(actor, recovery_id)
    invitation, link = invitations.invite(person, actor.person_id)
    recovery.invitation_id = invitation.id
    _decide(actor, recovery, "confirmed")
    return link


def refuse(actor: Actor, recovery_id: str) -> None:
    """A second person says that it was somebody else. The code is spent, for a stranger has seen it."""
    recovery, _ = _load(actor, recovery_id)
    _decide(actor, recovery, "refused")


def stop_own(actor: Actor, recovery_id: str) -> None:
    """The owner, still signed in somewhere, says that it was not them."""
    found = queries.recovery(recovery_id)
    person_id = found[1].id if found is not None else None
    permit(actor, Permission.OWN_ACCOUNT, Facts(actor.authority_id, person_id=person_id))
    assert found is not None
    recovery = _still_waiting(found[0])
    _decide(actor, recovery, "refused")


def _load(actor: Actor, recovery_id: str) -> tuple[Recovery, Person]:
    recovery, person = show(actor, recovery_id)
    if person.suspended_at is not None:
        raise Refused(422, "This account is suspended. An administrator must open it again first.")
    return _still_waiting(recovery), person


def show(actor: Actor, recovery_id: str) -> tuple[Recovery, Person]:
    """A request and whose it is, for somebody who may decide it. Raises Denied."""
    found = queries.recovery(recovery_id)
    if found is None:
        raise Denied()
    permit(actor, Permission.RECOVERY_CONFIRM, queries.facts_of(found[1]))
    return found


def _still_waiting(recovery: Recovery) -> Recovery:
    if not rules.recovery_waits(recovery.asked_at, recovery.decided_at, clock.now()):
        raise Refused(409, DECIDED)
    return recovery


def _decide(actor: Actor, recovery: Recovery, outcome: str) -> None:
    now = clock.now()
    recovery.decided_at, recovery.decided_by_id, recovery.outcome = now, actor.person_id, outcome
    db.session.get_one(RecoveryCode, recovery.code_id).used_at = now
    db.session.flush()
    audit.wrote(actor, f"recovery:{outcome}", recovery.id)
