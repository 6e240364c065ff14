"""Name a phone, and cut off a lost one: its session ends now, and at its next contact its vault is wiped."""

import re
from dataclasses import dataclass

from sqlalchemy import update

from ...access.actor import Actor, Facts
from ...access.gate import permit
from ...access.permissions import Permission
from ...audit import log as audit
from ...events import log as events
from ...events import tags
from ...people.models import Person
from ...shell import clock
from ...shell.db import db, every_authority
from ...shell.errors import Denied, Refused, SignedOut
from .. import queries
from ..models import Phone, SignIn
from .registering import end_passkeys

VAULT_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""The vault's random id, as the phone makes it (a UUID)."""


def name_phone(actor: Actor, vault: str, kind: str, label: str, waiting: int | None) -> Phone:
    """Say that this phone now holds a vault of mine, and what opens it. Saying it again brings it up to date.

    Raises Refused when the id can't be one or is another person's, SignedOut when that phone was cut off.
    """
    permit(actor, Permission.PHONE_KEEP, Facts(actor.authority_id, person_id=actor.person_id))
    if not VAULT_ID.fullmatch(vault):
        raise Refused(422, "This phone did not give a proper name.", "vault")
    with every_authority():
        phone = db.session.get(Phone, vault)
    now = clock.now()
    if phone is None:
        phone = Phone(id=vault, authority_id=actor.authority_id, person_id=actor.person_id, created_at=now)
        db.session.add(phone)
    if phone.person_id != actor.person_id:
        raise Refused(409, "This phone's place belongs to somebody else.", "vault")
    if phone.cut_off_at is not None:
        raise SignedOut("cut-off")
    phone.kind, phone.last_seen_at = kind, now
    phone.label = label[:80] or phone.label or _browser_of(actor)
    phone.waiting = waiting if waiting is not None else phone.waiting
    db.session.flush()
    db.session.execute(update(SignIn).where(SignIn.id == actor.sign_in_id).values(phone_id=phone.id))
    audit.wrote(actor, "phone:named", phone.id[:26])
    return phone


def forgotten(actor: Actor | None, vault: str) -> None:
    """This phone says that nothing is kept on it any more. Unknown ids are passed over, and no answer tells which are.

    Its person says so signed in. A phone that was cut off has no session, and its own random id is enough: that changes
    only what its people read about it, and it is not believed any longer than until the phone asks as itself again.
    """
    with every_authority():
        phone = db.session.get(Phone, vault)
        if phone is None or phone.forgotten_at is not None:
            return
        if phone.cut_off_at is not None:
            phone.forgotten_at, phone.waiting = clock.now(), 0
            db.session.flush()
    if phone.cut_off_at is None and actor is not None and actor.person_id == phone.person_id:
        permit(actor, Permission.PHONE_KEEP, Facts(actor.authority_id, person_id=actor.person_id))
        phone.forgotten_at, phone.waiting = clock.now(), 0
        audit.wrote(actor, "phone:forgotten", vault[:26])


def _browser_of(actor: Actor) -> str:
    sign_in = db.session.get(SignIn, actor.sign_in_id)
    return sign_in.browser if sign_in is not None else ""


def show_phone(actor: Actor, phone_id: str) -> tuple[Phone, Person]:
    """A phone and whose it is, for who may cut it off. Raises Denied, or Refused for the phone in their own hand."""
    found = queries.phone(phone_id)
    if found is None:
        raise Denied()
    phone, person = found
    permit(actor, Permission.PHONE_CUT_OFF, queries.facts_of(person))
    this = db.session.get(SignIn, actor.sign_in_id)
    if this is not None and this.phone_id == phone.id:
        raise Refused(422, "This is the phone you are using. To leave it, sign out.")
    return phone, person


def cut_off(actor: Actor, phone_id: str, passkeys_too: bool) -> Person:
    """Cut off one lost phone. Doing it twice changes nothing. Returns whose it is."""
    phone, person = show_phone(actor, phone_id)
    _cut(actor, [phone], person)
    ended = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None)).values(ended_at=clock.now())
    db.session.execute(ended.where(SignIn.phone_id == phone.id).values(ended_because="cut-off"))
    # A session that never named its phone may be on the lost one: it ends too, and its owner signs in again.
    unnamed = SignIn.phone_id.is_(None) & (SignIn.id != actor.sign_in_id)
    db.session.execute(ended.where(unnamed).values(ended_because="signed-out"))
    if passkeys_too:
        _stop_passkeys(actor, person)
    return person


def show_person(actor: Actor, person_id: str) -> Person:
    """Somebody all of whose phones may be cut off by this person. Raises Denied, or Refused for oneself."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise Denied()
    permit(actor, Permission.PHONE_CUT_OFF, queries.facts_of(person))
    if person.id == actor.person_id:
        raise Refused(422, "To leave every phone at once, choose sign out everywhere on your own page.")
    return person


def cut_off_all(actor: Actor, person_id: str, passkeys_too: bool) -> Person:
    """Cut off every phone and end every session of one person."""
    person = show_person(actor, person_id)
    _cut(actor, queries.phones_of(person.id), person)
    ended = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    db.session.execute(ended.values(ended_at=clock.now(), ended_because="cut-off"))
    audit.wrote(actor, "phone:all-cut-off", person.id)
    if passkeys_too:
        _stop_passkeys(actor, person)
    return person


def _cut(actor: Actor, phones: list[Phone], person: Person) -> None:
    home = queries.facts_of(person).household_id
    for phone in phones:
        if phone.cut_off_at is not None:
            continue
        phone.cut_off_at, phone.cut_off_by_id = clock.now(), actor.person_id
        db.session.flush()
        events.record(
            tags.PHONE_CUT_OFF,
            authority_id=phone.authority_id,
            actor_id=actor.person_id,
            household_id=home,
            subject="phone",
            subject_id=phone.id[:26],
            person=person.id,
            waiting=phone.waiting,
        )
        audit.wrote(actor, tags.PHONE_CUT_OFF, phone.id[:26])


def _stop_passkeys(actor: Actor, person: Person) -> None:
    """Somebody else's only: nobody locks themselves out by a tick."""
    if person.id == actor.person_id:
        return
    end_passkeys(person.id)
    audit.wrote(actor, "passkey:all-stopped", person.id)


@dataclass(frozen=True, slots=True)
class Loss:
    """What cutting off costs, as far as anybody knows."""

    phones: int
    waiting: int
    unknown: int
    """Phones that never said how much was waiting."""


def loss_of(phones: list[Phone]) -> Loss:
    """How many unsent items are lost with these phones, going by what each said when it was last heard of."""
    return Loss(
        phones=len(phones),
        waiting=sum(phone.waiting or 0 for phone in phones),
        unknown=sum(phone.waiting is None for phone in phones),
    )
