"""Verbs of accounts: add, suspend, open again; and the dated links that the people room has no verb for."""

from datetime import date

from sqlalchemy import update

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..audit.models import AuditRow
from ..auth import session
from ..auth.models import Invitation
from ..auth.service import invitations
from ..events import log as events
from ..events import tags
from ..people.models import Allocation, Child, Household, Membership, Person, Team
from ..policy.registry import all_policies
from ..policy.roles import ROLES
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Denied, Refused


def add_person(actor: Actor, name: str, full_name: str, role: str, team_id: str | None) -> Person:
    """Make an account. Nobody can get in with it before they are invited."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(actor.authority_id))
    if team_id is not None and db.session.get(Team, team_id) is None:
        raise Refused(422, "Choose one of the teams.", "team")
    person = Person(authority_id=actor.authority_id, name=name, full_name=full_name, role=role, team_id=team_id)
    db.session.add(person)
    db.session.flush()
    audit.wrote(actor, "account:made", person.id)
    return person


def add_young_person(actor: Actor, child_id: str) -> Person:
    """Make a child's own account. Raises Refused when they have one."""
    child = find_child(actor, child_id)
    if db.session.scalar(db.select(Person.id).where(Person.child_id == child.id)):
        raise Refused(422, "They have an account already.")
    person = Person(
        authority_id=actor.authority_id,
        name=child.name,
        full_name=child.full_name,
        role="young_person",
        child_id=child.id,
    )
    db.session.add(person)
    db.session.flush()
    audit.wrote(actor, "account:made", person.id)
    return person


def suspend(actor: Actor, person_id: str) -> Person:
    """Close an account at once: every session of theirs is dead at its next request (bars S3, S9).

    Nothing they wrote goes away. Raises Refused for one's own account: the last administrator must not lock the door.
    """
    person = _load(actor, person_id)
    if person.id == actor.person_id:
        raise Refused(422, "You can't suspend your own account.")
    if person.suspended_at is None:
        person.suspended_at = clock.now()
        db.session.flush()
        session.end_all(person.id, "suspended")
        open_links = update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        db.session.execute(open_links.values(expires_at=clock.now()))
        audit.wrote(actor, "account:suspended", person.id)
    return person


def reopen(actor: Actor, person_id: str) -> Person:
    """Open a suspended account again. They sign in afresh, with the passkeys they had."""
    person = _load(actor, person_id)
    if person.suspended_at is not None:
        person.suspended_at = None
        db.session.flush()
        audit.wrote(actor, "account:opened-again", person.id)
    return person


def _load(actor: Actor, person_id: str) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise Denied()
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(person.authority_id, person_id=person.id))
    return person


def join_home(actor: Actor, person_id: str, household_id: str, starts_on: date) -> Membership:
    """A carer belongs to a home from this day. The home before must have ended."""
    person = _load(actor, person_id)
    if db.session.get(Household, household_id) is None:
        raise Refused(422, "Choose one of the homes.")
    if person.role != "carer":
        raise Refused(422, "Only a foster carer belongs to a home.", "who")
    before = db.select(Membership).where(Membership.person_id == person_id)
    if any(m.ends_on is None or m.ends_on > starts_on for m in db.session.scalars(before)):
        raise Refused(422, "They still belong to a home on that day. End that first.", "starts_on")
    membership = Membership(
        authority_id=actor.authority_id, person_id=person.id, household_id=household_id, starts_on=starts_on
    )
    db.session.add(membership)
    db.session.flush()
    audit.wrote(actor, "membership:started", membership.id)
    return membership


def leave_home(actor: Actor, membership: Membership | None, ends_on: date) -> Membership:
    """A carer no longer belongs to a home from this day. What they wrote there stays theirs."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(membership.authority_id if membership is not None else ""))
    assert membership is not None
    if ends_on <= membership.starts_on:
        raise Refused(422, "The last day must come after the first.", "ends_on")
    membership.ends_on = ends_on
    db.session.flush()
    audit.wrote(actor, "membership:ended", membership.id)
    return membership


def end_allocation(actor: Actor, allocation: Allocation | None, ends_on: date) -> Allocation:
    """A worker no longer works with a child or a home from this day, and nobody has followed yet."""
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(allocation.authority_id if allocation is not None else ""))
    assert allocation is not None
    if ends_on <= allocation.starts_on:
        raise Refused(422, "The last day must come after the first.", "ends_on")
    allocation.ends_on = ends_on
    db.session.flush()
    events.record(
        tags.ALLOCATION_CHANGED,
        authority_id=allocation.authority_id,
        actor_id=actor.person_id,
        child_id=allocation.child_id,
        household_id=allocation.household_id,
        subject="allocation",
        subject_id=allocation.id,
        worker=allocation.worker_id,
        role=allocation.role,
        ended=True,
    )
    audit.wrote(actor, tags.ALLOCATION_CHANGED, allocation.id, allocation.child_id)
    return allocation


def find_child(actor: Actor, child_id: str) -> Child:
    """A child, for saying where they live. Raises Denied."""
    child = db.session.get(Child, child_id)
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(child.authority_id if child is not None else ""))
    assert child is not None
    return child


def find_home(actor: Actor, household_id: str) -> Household:
    """A home, for saying who belongs to it. Raises Denied."""
    home = db.session.get(Household, household_id)
    permit(actor, Permission.ACCOUNTS_MANAGE, Facts(home.authority_id if home is not None else ""))
    assert home is not None
    return home


def invite_from_command(person_id: str) -> str:
    """Make a link for one person, asked for on the server itself: how the first administrator gets in.

    Raises Refused when there is no such person.
    """
    person = db.session.get(Person, person_id)
    if person is None:
        raise Refused(404, "There is nobody with this id.")
    _, link = invitations.invite(person, None)
    return link


def add_person_from_command(authority_id: str, name: str, full_name: str, role: str) -> tuple[Person, str]:
    """Make an account and its link, asked for on the server itself: how an authority's first administrator begins.

    The trace names no actor, because nobody is signed in there. Raises Refused for an authority without a policy file,
    a role that there is not, a young person (whose account belongs to a child's page), and a name that can't be kept.
    """
    if authority_id not in all_policies():
        known = ", ".join(sorted(all_policies()))
        raise Refused(422, f"There is no policy file for the authority {authority_id!r}. There are: {known}.")
    if role == "young_person":
        raise Refused(422, "A young person's account is made by an administrator, on the child's own page.")
    if role not in ROLES:
        known = ", ".join(key for key in ROLES if key != "young_person")
        raise Refused(422, f"There is no role {role!r}. There are: {known}.")
    person = Person(
        authority_id=authority_id,
        name=_typed(name, 80, "The name they go by"),
        full_name=_typed(full_name, 160, "The full name"),
        role=role,
    )
    db.session.add(person)
    db.session.flush()
    what = {"kind": "wrote", "what": "account:made", "thing": person.id}
    db.session.add(AuditRow(at=clock.now(), authority_id=authority_id, **what))
    _, link = invitations.invite(person, None)
    return person, link


def _typed(text: str, longest: int, what: str) -> str:
    """A name from the command line, held to what the form asks of one."""
    text = text.strip()
    if not text or len(text) > longest or any("\ud800" <= c <= "\udfff" for c in text):
        raise Refused(422, f"{what} must have 1 to {longest} characters of ordinary text.")
    return text
