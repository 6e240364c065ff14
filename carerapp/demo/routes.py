"""The demo's sign-in page: one button for each person of the cast. 404 outside the demo, for it is not there."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..access.gate import open_to_all
from ..auth import session
from ..people.models import Person
from ..policy.registry import all_policies
from ..pwa.holding import DEMO_PIN
from ..shell.db import db, every_authority
from ..shell.errors import Refused
from ..shell.posted import posted
from .cast import BY_SLUG, CAST

bp = Blueprint("demo", __name__)


@bp.get("/demo")
@open_to_all
def people() -> ResponseReturnValue:
    """Everybody who can be tried out, by authority."""
    policies = all_policies()
    by_authority = {
        policies[key].name: [part for part in CAST if part.authority == key]
        for key in dict.fromkeys(part.authority for part in CAST)
    }
    return render_template("demo/people.html", by_authority=by_authority, pin=DEMO_PIN)


@bp.post("/demo/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Sign in as one of the cast, without a passkey: the demo only."""
    slug = posted().get("person", "")
    if slug not in BY_SLUG:
        raise Refused(404, "There is nobody of that name in the demo.")
    with every_authority():
        person = db.session.scalar(select(Person).where(Person.slug == slug))
    if person is None:
        raise Refused(404, "The demo is not loaded. Run make demo-reset.")
    session.start(person, "demo")
    return redirect("/", 303)
