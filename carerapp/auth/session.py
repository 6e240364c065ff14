"""The session of this request: who is here, kept by Flask-Login over our own table of sign-ins."""

from datetime import timedelta

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import select, update

from ..people.models import Person
from ..people.queries import actor_for
from ..shell import clock
from ..shell.db import db, every_authority, fence, set_reading
from ..shell.errors import SignedOut
from ..shell.ids import digest, new_secret
from . import rules
from .models import Phone, SignIn

SEEN_EVERY = timedelta(minutes=1)
manager = LoginManager()
_by_token = select(SignIn, Person).join(Person, Person.id == SignIn.person_id)


class SignedIn(UserMixin):
    """What Flask-Login holds: the sign-in and its person."""

    def __init__(self, sign_in: SignIn, person: Person, token: str) -> None:
        self.sign_in, self.person, self.token = sign_in, person, token

    def get_id(self) -> str:
        """The cookie's secret, never a person's id."""
        return self.token


def init_app(app: Flask) -> None:
    manager.init_app(app)
    app.before_request(_who_is_here)
    app.after_request(_write_seen)


@manager.user_loader
def _load(token: str) -> SignedIn | None:
    with every_authority():
        row = db.session.execute(_by_token.where(SignIn.token_digest == digest(token))).one_or_none()
    if row is None:
        return None
    sign_in, person = row
    if sign_in.ended_because == "cut-off":
        g.cut_off = True
    lapsed = rules.session_lapsed(person.role, sign_in.created_at, sign_in.last_seen_at, clock.now())
    if sign_in.ended_at is not None or lapsed or person.suspended_at is not None:
        return None
    return SignedIn(sign_in, person, token)


def _who_is_here() -> None:
    """Find the actor, fence the database to their authority, and stop a phone that was cut off."""
    fence(None)
    g.actor = None
    if request.endpoint in ("static", "pwa.worker", "pwa.shell", "pwa.ping", "pwa.manifest"):
        return
    g.cut_off = _phone_cut_off(request.headers.get("X-Device", ""))
    user = current_user if "_user_id" in session else None
    if g.cut_off:
        if request.endpoint == "pwa.who":
            return
        raise SignedOut("cut-off")
    if user is None or not user.is_authenticated:
        return
    fence(user.person.authority_id)
    g.actor = actor_for(user.person, user.sign_in.id)
    g.person = user.person
    _note_seen(user.sign_in)


def _phone_cut_off(phone_id: str) -> bool:
    if not phone_id or len(phone_id) > 64:
        return False
    with every_authority():
        phone = db.session.get(Phone, phone_id)
    return phone is not None and phone.cut_off_at is not None


def _note_seen(sign_in: SignIn) -> None:
    """Note the time, at most once a minute, and only on requests that write anyway or when a minute has passed."""
    now = clock.now()
    if now - sign_in.last_seen_at > SEEN_EVERY:
        g.seen_sign_in = sign_in.id


def _write_seen(response: Response) -> Response:
    """Write down that the session was used. Runs after the edge's commit, in a transaction of its own."""
    sign_in_id = g.pop("seen_sign_in", None)
    if sign_in_id:
        set_reading(False)
        db.session.rollback()
        with every_authority():
            db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=clock.now()))
        db.session.commit()
    return response


def start(person: Person, how: str) -> SignIn:
    """Sign somebody in: a new secret, a new session, the old one of this browser ended (rotation, bars S9)."""
    end_this("replaced")
    session.clear()
    token = new_secret()
    now = clock.now()
    sign_in = SignIn(
        authority_id=person.authority_id,
        token_digest=digest(token),
        person_id=person.id,
        how=how,
        browser=_browser(),
        created_at=now,
        last_seen_at=now,
    )
    fence(person.authority_id)
    db.session.add(sign_in)
    db.session.flush()
    session.permanent = True
    login_user(SignedIn(sign_in, person, token))
    g.actor = actor_for(person, sign_in.id)
    g.person = person
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


def _browser() -> str:
    """A short name for the list of devices, such as "Chrome on Android"."""
    agent = request.user_agent.string
    system = next((n for k, n in _SYSTEMS if k in agent), "another system")
    browser = next((n for k, n in _BROWSERS if k in agent), "A browser")
    return f"{browser} on {system}"


_SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")]  # fmt: skip
_BROWSERS = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
