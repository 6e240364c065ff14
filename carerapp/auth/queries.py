"""Whose phones and sign-ins somebody may see, and what stands on one's own page."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select

from ..access.actor import Actor, Facts
from ..people.models import Household, Membership, Person, Placement
from ..people.queries import actor_for, home_of
from ..policy.dates import say_when
from ..policy.registry import policy_of
from ..shell import clock
from ..shell.db import db
from . import passkeys, rules
from .models import Invitation, Passkey, Phone, Recovery, RecoveryCode, SignIn

IN_USE = (Phone.cut_off_at.is_(None), Phone.forgotten_at.is_(None))


def visible(actor: Actor) -> Select[Person]:
    """People whose phones somebody may cut off: themselves, who lives in homes they support, and their team."""
    homes = actor.supervised | (actor.team_households if actor.role == "fostering_manager" else frozenset())
    return select(Person).where(
        or_(
            Person.id == actor.person_id,
            Person.id.in_(actor.team_people),
            Person.id.in_(_links_today(Membership, homes)),
            Person.child_id.in_(_links_today(Placement, homes)),
        )
    )


def _links_today(link: type[Membership] | type[Placement], homes: frozenset[str]) -> Select[str]:
    today = clock.today()
    who = Membership.person_id if link is Membership else Placement.child_id
    return select(who).where(
        link.household_id.in_(homes), link.starts_on <= today, or_(link.ends_on.is_(None), today < link.ends_on)
    )


def facts_of(person: Person) -> Facts:
    """The facts about an account that decide who may cut off its phones or confirm a recovery."""
    today = actor_for(person)
    home = today.home
    if home is None and today.self_child:
        household = home_of(today.self_child)
        home = household.id if household else None
    return Facts(person.authority_id, household_id=home, person_id=person.id)


@dataclass(frozen=True, slots=True)
class Device:
    """One line of a list: a phone, or a sign-in in a browser that keeps no vault."""

    id: str
    label: str
    since: datetime
    last_seen_at: datetime
    phone: bool
    opens_with: str = ""
    waiting: int | None = None
    this: bool = False
    unheard: bool = False
    cut_off_at: datetime | None = None
    told_at: datetime | None = None
    forgotten_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonsDevices:
    """A person whose phones are somebody's to look after."""

    person: Person
    home: str
    devices: list[Device]


def others_devices(actor: Actor) -> list[PersonsDevices]:
    """Phones and sign-ins of everybody whose phones this person may cut off, but their own. Five statements."""
    people = list(db.session.scalars(visible(actor).where(Person.id != actor.person_id).order_by(Person.name)))
    homes = _home_names({p.id for p in people})
    devices = _devices([p.id for p in people], None)
    silent = {one.phone_id for one in unheard_of(actor)}
    return [
        PersonsDevices(
            p, homes.get(p.id, ""), [replace(d, unheard=True) if d.id in silent else d for d in devices.get(p.id, [])]
        )
        for p in people
    ]


@dataclass(frozen=True, slots=True)
class Unheard:
    """A carer's phone that was silent for long, or whose words had waited for long when it was last heard of."""

    phone_id: str
    name: str
    last_heard: datetime
    waiting: int | None
    since: datetime | None

    @property
    def words(self) -> str:
        """Say it, and blame nobody: phones are switched off, broken, or out of signal."""
        now = clock.now()
        things = "1 thing was" if self.waiting == 1 else f"{self.waiting} things were"
        waited = f"; {things} waiting then" if self.waiting else ""
        if self.waiting and self.since and self.last_heard - self.since >= timedelta(days=1):
            waited += f", the oldest since {say_when(self.since, now)}"
        return f"{self.name}'s phone: last heard of {say_when(self.last_heard, now)}{waited}"


def unheard_of(actor: Actor) -> list[Unheard]:
    """Phones of carers somebody supports or manages that were not heard of for as long as the policy says (bars R8).

    An idle phone whose owner was heard of on another one since is no news, unless words wait on it.
    """
    carers = visible(actor).where(Person.id != actor.person_id, Person.role == "carer").with_only_columns(Person.id)
    found = db.session.execute(
        select(Phone, Person.name)
        .join(Person, Person.id == Phone.person_id)
        .where(Phone.person_id.in_(carers), *IN_USE)
        .order_by(Phone.last_seen_at)
    ).all()
    newest = {phone.person_id: phone.id for phone, _name in found}
    after, now = timedelta(hours=policy_of(actor.authority_id).phone.silent_hours), clock.now()
    return [
        Unheard(phone.id, name, phone.last_seen_at, phone.waiting, phone.waiting_since)
        for phone, name in found
        if rules.is_unheard_of(phone.last_seen_at, phone.waiting_since, now, after)
        and (phone.waiting or newest[phone.person_id] == phone.id)
    ]


def _home_names(people: set[str]) -> dict[str, str]:
    today = clock.today()
    query = (
        select(Membership.person_id, Household.name)
        .join(Household, Household.id == Membership.household_id)
        .where(
            Membership.person_id.in_(people),
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), today < Membership.ends_on),
        )
    )
    return dict(db.session.execute(query).all())


def _devices(people: list[str], this: SignIn | None) -> dict[str, list[Device]]:
    """What each of these people is signed in on, with phones that were cut off until a month after we heard of them.

    A phone that its own person made forget is history and is left out.
    """
    heard = func.coalesce(Phone.forgotten_at, Phone.told_to_wipe_at)
    cut_off = Phone.cut_off_at.is_not(None) & (heard.is_(None) | (heard > clock.now() - rules.TOLD_LASTS))
    phones = db.session.scalars(
        select(Phone).where(Phone.person_id.in_(people), and_(*IN_USE) | cut_off).order_by(Phone.last_seen_at.desc())
    ).all()
    sign_ins = open_sign_ins(people)
    found: dict[str, list[Device]] = {}
    for phone in phones:
        found.setdefault(phone.person_id, []).append(
            Device(
                id=phone.id,
                label=phone.label or "A phone",
                since=phone.created_at,
                last_seen_at=phone.last_seen_at,
                phone=True,
                opens_with=phone.kind,
                waiting=phone.waiting,
                this=this is not None and this.phone_id == phone.id,
                cut_off_at=phone.cut_off_at,
                told_at=phone.told_to_wipe_at,
                forgotten_at=phone.forgotten_at,
            )
        )
    on_phones = {phone.id for phone in phones}
    for sign_in in sign_ins:
        if sign_in.phone_id in on_phones:
            continue
        here = this is not None and sign_in.id == this.id
        found.setdefault(sign_in.person_id, []).append(
            Device(sign_in.id, sign_in.browser, sign_in.created_at, sign_in.last_seen_at, phone=False, this=here)
        )
    return found


def open_sign_ins(people: list[str]) -> list[SignIn]:
    """Sign-ins of these people that still let them in."""
    now = clock.now()
    found = db.session.execute(
        select(SignIn, Person.role)
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.person_id.in_(people), SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc())
    )
    return [s for s, role in found if not rules.session_lapsed(role, s.created_at, s.last_seen_at, now)]


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """Everything on somebody's own page about how they get in."""

    devices: list[Device]
    passkeys: list[Passkey]
    codes_left: int
    waiting: Recovery | None
    fresh: bool


def own_account(actor: Actor) -> OwnAccount:
    """How this person gets in, and from where. Six statements however much there is."""
    this = db.session.get(SignIn, actor.sign_in_id)
    return OwnAccount(
        devices=_devices([actor.person_id], this).get(actor.person_id, []),
        passkeys=passkeys_of(actor.person_id),
        codes_left=codes_left(actor.person_id),
        waiting=waiting_recovery(actor.person_id),
        fresh=this is not None and rules.is_fresh(this.created_at, clock.now()),
    )


def passkeys_of(person_id: str) -> list[Passkey]:
    """Passkeys that open this account, newest first."""
    query = select(Passkey).where(Passkey.person_id == person_id, Passkey.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(Passkey.created_at.desc())))


def credentials_of(person_id: str) -> list[str]:
    """The ids of the passkeys that open this account, as browsers write them (base64url)."""
    return [passkeys.written(passkey.credential_id) for passkey in passkeys_of(person_id)]


def codes_left(person_id: str) -> int:
    """How many recovery codes are still good."""
    unused = select(func.count()).select_from(RecoveryCode)
    return db.session.scalar(unused.where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))) or 0


def is_fresh(actor: Actor) -> bool:
    """Did this person show a passkey within the last few minutes?"""
    sign_in = db.session.get(SignIn, actor.sign_in_id)
    return sign_in is not None and rules.is_fresh(sign_in.created_at, clock.now())


def waiting_recovery(person_id: str) -> Recovery | None:
    """The recovery somebody asked for on this account that nobody has decided yet."""
    return db.session.scalar(_waiting().where(Recovery.person_id == person_id).limit(1))


def _waiting() -> Select[Recovery]:
    since = clock.now() - rules.RECOVERY_LASTS
    return select(Recovery).where(Recovery.decided_at.is_(None), Recovery.asked_at >= since).order_by(Recovery.asked_at)


def waiting_recoveries(actor: Actor) -> list[tuple[Recovery, Person]]:
    """Recoveries that wait for this person to say whether it is really them who asked."""
    query = _waiting().add_columns(Person).join(Person, Person.id == Recovery.person_id)
    query = query.where(Person.id != actor.person_id)
    if actor.role != "admin":
        query = query.where(Person.id.in_(visible(actor).with_only_columns(Person.id)))
    return list(db.session.execute(query))


def phone(phone_id: str) -> tuple[Phone, Person] | None:
    """A phone and whose it is."""
    query = select(Phone, Person).join(Person, Person.id == Phone.person_id).where(Phone.id == phone_id)
    return db.session.execute(query).one_or_none()


def recovery(recovery_id: str) -> tuple[Recovery, Person] | None:
    """A recovery and whose it is."""
    query = select(Recovery, Person).join(Person, Person.id == Recovery.person_id).where(Recovery.id == recovery_id)
    return db.session.execute(query).one_or_none()


def phones_of(person_id: str) -> list[Phone]:
    """A person's phones that something is kept on, and that were not cut off yet."""
    return list(db.session.scalars(select(Phone).where(Phone.person_id == person_id, *IN_USE)))


def open_invitation(person_id: str) -> Invitation | None:
    """A link to this account that nobody has used yet."""
    query = select(Invitation).where(
        Invitation.person_id == person_id, Invitation.used_at.is_(None), Invitation.expires_at > clock.now()
    )
    return db.session.scalar(query.order_by(Invitation.made_at.desc()).limit(1))
