"""The session of this request: who is here, kept by Flask-Login over our own table of sign-ins."""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as WerkzeugResponse

from ..people.models import Person
from ..people.queries import actor_for
from ..shell import clock
from ..shell.db import db, every_authority, fence, set_reading, without_waiting
from ..shell.errors import SignedOut
from ..shell.ids import digest, new_secret
from ..shell.posted import skew_of
from . import known, paused, rules
from .models import Phone, SignIn

SEEN_EVERY = timedelta(minutes=1)
WIPE = '"cache", "cookies"'
"""A plain page is no place of a vault. What is sealed is wiped by the app, one vault at a time: on a shared phone
another person's unsent words lie beside it (bars R15)."""
LEFT_OVER = (
    *("_login_user", "asks", "person", "cut_off_person"),
    *("seen", "known_person", "paused_person", "paused", "held"),
)
manager = LoginManager()
# With the phone whose vault asks, whoever's it is: nearly every request has all three, and asks once.
_by_token = (
    select(SignIn, Person, Phone)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Phone, Phone.id == bindparam("vault"))
    .where(SignIn.token_digest == bindparam("token_digest"))
)
_by_vault = select(Phone).where(Phone.id == bindparam("vault"))


class SignedIn(UserMixin):
    """What Flask-Login holds: the sign-in and its person."""

    def __init__(self, sign_in: SignIn, person: Person, token: str) -> None:
        self.sign_in, self.person, self.token = sign_in, person, token

    def get_id(self) -> str:
        """The cookie's secret, never a person's id."""
        return self.token


def init_app(app: Flask) -> None:
    manager.init_app(app)
    manager.session_protection = None  # a phone changes networks all day: that says nothing about who holds it
    app.before_request(_who_is_here)
    app.after_request(_write_seen)
    known.init_app(app)


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    with every_authority():
        row = db.session.execute(_by_token, {"token_digest": digest(token), "vault": _vault()}).one_or_none()
    if row is None:
        return None
    sign_in, person, g.asks = row
    if sign_in.ended_because == "cut-off":
        g.cut_off_person = person.id
    lapsed = rules.session_lapsed(person.role, sign_in.created_at, sign_in.last_seen_at, clock.now())
    if person.suspended_at is not None and _only_paused(sign_in, person):
        g.paused_person = person
    if sign_in.ended_at is not None or lapsed or person.suspended_at is not None:
        return None
    return SignedIn(sign_in, person, token)


def _only_paused(sign_in: SignIn, person: Person) -> bool:
    """Is the pause of the account all that is wrong with this session?"""
    if sign_in.ended_at is not None and sign_in.ended_because != "suspended":
        return False
    assert person.suspended_at is not None
    return rules.may_hand_in(person.role, sign_in.created_at, sign_in.last_seen_at, person.suspended_at, clock.now())


def _who_is_here() -> WerkzeugResponse | None:
    """Find the actor, fence the database to their authority, and stop a phone that was cut off."""
    fence(None)
    # Nothing of who was here before may be left: a test or a command can hold one app context over many requests.
    for name in LEFT_OVER:
        g.pop(name, None)
    g.actor = None
    if request.endpoint in ("static", "pwa.worker", "pwa.shell", "pwa.ping", "pwa.manifest"):
        return None
    user = current_user if "_user_id" in session else None
    here = user is not None and user.is_authenticated
    phone = g.get("asks") or phone_of_request()
    g.cut_off = _is_cut_off(phone)
    if g.cut_off:
        _stop_cut_off(phone)
        return None
    if g.get("cut_off_person") and "X-Device" not in request.headers:
        return _leave_cut_off()
    if user is None or not here:
        _hold_if_paused()
        return None
    if request.endpoint != "pwa.who" and request.headers.get("X-Vault-User", user.person.id) != user.person.id:
        # An open phone of one person never fetches, shows or seals what is another's who signed in meanwhile.
        raise SignedOut("other-person")
    fence(user.person.authority_id)
    g.actor = actor_for(user.person, user.sign_in.id)
    g.person = user.person
    _note_seen(user.sign_in, phone)
    return None


def _hold_if_paused() -> None:
    """Who is paused is told so, and nothing is open to them but handing in what waits on their own phone."""
    person: Person | None = g.get("paused_person")
    if person is None or request.headers.get("X-Vault-User", person.id) != person.id:
        return
    fence(person.authority_id)
    g.paused = actor_for(person)
    g.held = SignedOut("paused", paused.words(g.paused))


def phone_of_request() -> Phone | None:
    """The phone whose vault this request speaks for, whoever's it is."""
    if not _vault():
        return None
    with every_authority():
        return db.session.scalar(_by_vault, {"vault": _vault()})


def _vault() -> str:
    """What the vault that asks calls itself; nothing for a plain page."""
    named = request.headers.get("X-Device", "")
    return named if len(named) <= 64 else ""


def _is_cut_off(phone: Phone | None) -> bool:
    """Was the vault that asks cut off, or its person's session in this cookie? No vault is wiped for another's."""
    if phone is not None and phone.cut_off_at is not None:
        return True
    if "cut_off_person" not in g or "X-Device" not in request.headers:
        return False
    # A vault that the server never heard of says whose it is: a neighbour's is not wiped for somebody else's session.
    asks = phone.person_id if phone is not None else request.headers.get("X-Vault-User", g.cut_off_person)
    return asks == g.cut_off_person


def _stop_cut_off(phone: Phone | None) -> None:
    """The vault that asks is told to wipe itself, and that it was told is noted. `who` says so in words of its own."""
    if phone is not None:
        told = update(Phone).where(Phone.id == phone.id, Phone.cut_off_at.is_not(None))
        # Whoever asks under its name still has it, whatever was said before.
        g.seen = [told.values(told_to_wipe_at=clock.now(), forgotten_at=None)]
    if request.endpoint != "pwa.who":
        raise SignedOut("cut-off")


def _leave_cut_off() -> WerkzeugResponse | None:
    """What asks is no vault, so it can wipe nothing. It is signed out, and on a shared phone another may sign in.

    A plain page is sent to sign in, and its browser forgets on the way.
    """
    session.clear()
    by_script = request.method != "GET" or {"X-App", "HX-Request"} & set(request.headers.keys())
    if by_script or request.endpoint == "pwa.who":
        return None
    answer = redirect(url_for("auth.sign_in"))
    answer.headers["Clear-Site-Data"] = WIPE
    return answer


def _note_seen(sign_in: SignIn, phone: Phone | None) -> None:
    """Note the time, at most once a minute; and at once which phone this session is on, so that both end together.

    A vault that asks who is here does so by itself, also behind its lock: we heard of the phone, but nobody used the
    session, and it ends by quiet all the same (bars S9).
    """
    mine = phone if phone is not None and phone.person_id == sign_in.person_id else None
    said = _waiting()
    now, by_itself = clock.now(), mine is not None and request.endpoint == "pwa.who"
    news = mine is not None and (sign_in.phone_id != mine.id or said.get("waiting", mine.waiting) != mine.waiting)
    before = mine.last_seen_at if mine is not None and by_itself else sign_in.last_seen_at
    if not news and now - before <= SEEN_EVERY:
        return
    used = {} if by_itself else {"last_seen_at": now}
    on_phone = {"phone_id": mine.id} if mine else {}
    g.seen = [update(SignIn).where(SignIn.id == sign_in.id).values(**used, **on_phone)]
    if mine is not None:
        g.seen.append(update(Phone).where(Phone.id == mine.id).values(last_seen_at=now, **said))


def _waiting() -> dict[str, Any]:
    """What the phone says of the items that wait on it: how many, and since when. Nothing when it does not say."""
    count = request.headers.get("X-Waiting", "")
    if not (count.isdecimal() and len(count) < 6):
        return {}
    skew = skew_of(request.headers.get("X-Sent-At"))
    since = rules.waiting_since(request.headers.get("X-Oldest", ""), skew, clock.now()) if int(count) else None
    return {"waiting": int(count), "waiting_since": since}


def _write_seen(response: Response) -> Response:
    """Write down that the session was used, or a vault told. After the edge's commit, in a transaction of its own.

    A busy database costs this note and nothing else, and nobody's time: a page never waits for a writer (bars R17).
    """
    seen = g.pop("seen", None)
    if seen is None:
        return response
    set_reading(False)
    db.session.rollback()
    try:
        with every_authority(), without_waiting():
            for note in seen:
                db.session.execute(note)
        db.session.commit()
    except OperationalError:
        db.session.rollback()
    return response


def start(person: Person, how: str) -> SignIn:
    """Sign somebody in: a new secret, a new session, the old one of this browser ended (rotation, bars S9)."""
    sign_in = _begin(person, how)
    g.actor = actor_for(person, sign_in.id)
    g.person = person
    known.remember(person.id)
    return sign_in


def start_paused(person: Person, how: str) -> SignIn:
    """A session for somebody whose account is paused: over from the start, it only hands in what waits (S3)."""
    sign_in = _begin(person, how)
    sign_in.ended_at, sign_in.ended_because = sign_in.created_at, "suspended"
    db.session.flush()
    return sign_in


def _begin(person: Person, how: str) -> SignIn:
    end_this("replaced")
    phone = phone_of_request()
    token = new_secret()
    now = clock.now()
    sign_in = SignIn(
        authority_id=person.authority_id,
        token_digest=digest(token),
        person_id=person.id,
        phone_id=phone.id if phone is not None and phone.person_id == person.id else None,
        how=how,
        browser=browser(),
        created_at=now,
        last_seen_at=now,
    )
    fence(person.authority_id)
    db.session.add(sign_in)
    db.session.flush()
    session.permanent = True
    login_user(SignedIn(sign_in, person, token))
    return sign_in


def end_this(because: str) -> None:
    """End the session of this browser, if there is one."""
    user = current_user
    if user and user.is_authenticated:
        with every_authority():
            user.sign_in.ended_at, user.sign_in.ended_because = clock.now(), because
            db.session.flush()
        logout_user()
    session.clear()
    g.actor = None


def end_all(person_id: str, because: str, but: str | None = None) -> int:
    """End every session of a person (but one). Returns how many were open."""
    query = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if but:
        query = query.where(SignIn.id != but)
    return db.session.execute(query.values(ended_at=clock.now(), ended_because=because)).rowcount  # type: ignore


def browser() -> str:
    """A short name for the list of devices, such as "Chrome on Android"."""
    agent = request.user_agent.string
    system = next((n for k, n in _SYSTEMS if k in agent), "another system")
    program = next((n for k, n in _BROWSERS if k in agent), "A browser")
    return f"{program} on {system}"


_SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")]  # fmt: skip
_BROWSERS = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
