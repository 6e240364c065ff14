"""The gate: an unmarked route is closed, and a verb asks again about the very thing.

The object check lives in the verb, because items that waited on a phone call verbs too.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, g, request

from ..shell.errors import Denied, SignedOut
from .actor import Actor, Facts
from .permissions import Permission
from .table import TABLE

View = Callable[..., Any]


def needs(permission: Permission) -> Callable[[View], View]:
    """Open a route to those whose role could have this permission on something."""

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def open_to_all(view: View) -> View:
    """Open a route to people who are not signed in. It must show nothing about anybody."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def queueable(view: View) -> View:
    """A form on this route may wait on a phone and come later, alone or through /sync/items."""
    view.queueable = True  # type: ignore[attr-defined]
    return view


def takes_items(view: View) -> View:
    """What comes here waited on a phone: the sync room asks about each item, and each refusal becomes a receipt.

    Only this is open to somebody whose account is paused (`g.paused`), and nothing of theirs reaches a verb.
    """
    view.takes_items = True  # type: ignore[attr-defined]
    return view


def permitted(actor: Actor, permission: Permission, thing: Facts) -> bool:
    """Does any row of the table grant it? Another authority does not exist (design.md section 2)."""
    if thing.authority_id != actor.authority_id:
        return False
    return any(all(question(actor, thing) for question in row) for row in TABLE.get(permission, []))


def permit(actor: Actor, permission: Permission, thing: Facts) -> None:
    """Go on only if permitted; otherwise refuse with the one answer that tells nothing.

    Raises Denied; the refusal is audited by the edge.
    """
    if not permitted(actor, permission, thing):
        g.setdefault("denials", []).append((permission, thing))
        raise Denied()


def role_could(actor: Actor, permission: Permission) -> bool:
    """Could this role have the permission on anything at all? (The gate's question, before a thing is loaded.)"""
    return any(
        all(question(actor, Facts(actor.authority_id)) for question in row if getattr(question, "about_role", False))
        for row in TABLE.get(permission, [])
    )


def check_route(view: View | None) -> None:
    """Raise unless this view is open to whoever asks. Used for every request, and for every item of a batch."""
    if view is None or getattr(view, "open_to_all", False):
        return
    permission = getattr(view, "needs", None)
    if permission is None:
        raise Denied()
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise g.get("held") or SignedOut()
    if not role_could(actor, permission):
        g.setdefault("denials", []).append((permission, Facts(actor.authority_id)))
        raise Denied()


def actor_now() -> Actor:
    """The signed-in person. Raises SignedOut when there is none."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise g.get("held") or SignedOut()
    return actor


def init_app(app: Flask) -> None:
    @app.before_request
    def gate() -> None:
        if request.endpoint is None:
            return  # the router's own 404
        view = current_app.view_functions.get(request.endpoint)
        item = "Idempotency-Key" in request.headers or g.get("paused") is not None
        if item and getattr(view, "takes_items", False):
            return
        check_route(view)
