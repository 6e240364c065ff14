"""What every page needs to know about who is looking: the bar of places, and what this browser may keep."""

from typing import Any

from flask import Flask, current_app, g, request

from ..access.actor import Actor
from ..auth.rules import vault_for
from ..pwa.holding import DEMO_PIN

Place = tuple[str, str]
TODAY, ME = ("/", "Today"), ("/me/", "Me")
RECORDINGS, TRIAGE, INBOX, CLOCKS = (
    ("/recordings/", "Recordings"),
    ("/triage/", "Triage"),
    ("/inbox/", "Inbox"),
    ("/clocks/", "Promises"),
)
HELP = ("/help", "Help")
PLACES: dict[str, list[Place]] = {
    "carer": [TODAY, RECORDINGS, HELP, ME],
    "ssw": [TODAY, TRIAGE, RECORDINGS, CLOCKS, ME],
    "csw": [TODAY, INBOX, RECORDINGS, CLOCKS, ME],
    "fostering_manager": [TODAY, TRIAGE, RECORDINGS, CLOCKS, ME],
    "childcare_manager": [TODAY, INBOX, RECORDINGS, CLOCKS, ME],
    "iro": [TODAY, RECORDINGS, ME],
    "young_person": [TODAY, HELP, ME],
    "admin": [TODAY, ("/admin/people/", "Accounts"), ("/admin/homes/", "Homes"), ME],
}


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"nav_items": bar(g.get("actor"), request.path), "phone": phone})


def bar(actor: Actor | None, path: str) -> list[tuple[str, str, bool]]:
    """The places of a role: address, word, and whether this page belongs there."""
    if actor is None:
        return []
    return [(href, label, _here(href, path)) for href, label in PLACES.get(actor.role, [TODAY, ME])]


def _here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))


def phone() -> dict[str, Any]:
    """Who is here, for the app on this browser: whether it makes a vault, and whether the page is a young person's."""
    person = g.get("person")
    if person is None:
        return {"person": None, "vault": "none", "demo_pin": None, "name": None, "young": False}
    return {
        "person": person.id,
        "vault": vault_for(person.role),
        "demo_pin": DEMO_PIN if current_app.config["DEMO"] else None,
        "name": person.name,
        "young": person.role == "young_person",
    }
