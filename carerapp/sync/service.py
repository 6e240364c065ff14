"""Receive what waited: each item once, with a receipt that names it, and several of them in one go."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flask import current_app, g
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from ..access.actor import Actor
from ..access.gate import check_route
from ..quarantine import service as quarantine
from ..quarantine.models import Kept
from ..shell import clock, memo, rows
from ..shell.db import db
from ..shell.errors import Denied, Refused
from ..shell.posted import Written, form_at
from .models import Receipt
from .rules import Item

log = logging.getLogger("lantern")
# These are read on a phone that still has the words, and on a page that gives them back: none says where they are.
NOT_WHOLE = "This did not arrive whole, so it was not taken. Send it again."
OTHER_CONTENT = "Lantern has other words in the place of these, and has left them as they are."
NOT_YOURS = "This can't be taken from your account. If it should be, ring who supports you."
NOT_QUEUEABLE = "This can't be sent from a waiting list. Open the page that it belongs to, and send it from there."
LATER = "Lantern is busy. Nothing is lost. Try again in a minute."
PAUSED = (
    "Your account is paused, and no manager has been found who could decide about this. Nothing is lost: keep it where "
    "it is. It can come in when there is a manager, or when your account is opened again."
)
Run = Callable[[], Any]
Trial = Callable[[], AbstractContextManager[None]]
_known = select(
    Receipt.item_id,
    Receipt.hash,
    Receipt.status,
    Receipt.outcome,
    Receipt.at,
    Receipt.errors,
    Receipt.location,
    Receipt.kept_with,
).where(Receipt.person_id == bindparam("person"), Receipt.item_id.in_(bindparam("items", expanding=True)))


class _RolledBack(Exception):
    """Leave the savepoint with an answer that is not a yes."""


class _NotTogether(Exception):
    """One of several items needs a savepoint of its own."""


def receive_all(actor: Actor, items: Iterable[Item], skew: int | None, paused: bool = False) -> list[Any]:
    """Receive a batch in order; a receipt for each item. One bad item never touches its neighbours.

    They are tried together first, in one savepoint and with few statements: a verb asks and checks before it writes,
    so whoever is refused has left nothing behind. When one did, or the database itself refuses, everything is undone
    and each goes alone, in a savepoint of its own. Both ways give the same receipts.
    """
    works = [(item, nothing if paused else _runner(item)) for item in items]
    traces = {name: len(g.get(name, ())) for name in ("looks", "denials")}
    try:
        with clock.one_moment(), rows.savepoint():
            return _receive(actor, works, skew, _together)
    except OperationalError:
        raise
    except Exception:  # of the whole: alone, each has its own
        for name, length in traces.items():
            del g.get(name, [])[length:]
        return _receive(actor, works, skew, _apart)


def receive(actor: Actor, item: Item, run: Run, skew: int | None) -> Any:
    """Receive one item that came to its own address: the receipt it had before, or the one it gets now."""
    return _receive(actor, [(item, run)], skew, _apart)[0]


def _receive(actor: Actor, works: list[tuple[Item, Run]], skew: int | None, trial: Trial) -> list[Any]:
    asked = {"person": actor.person_id, "items": [item.id for item, _ in works]}
    known = {receipt.item_id: receipt for receipt in db.session.execute(_known, asked)}
    return [_one(actor, item, run, skew, trial, known) for item, run in works]


def _one(actor: Actor, item: Item, run: Run, skew: int | None, trial: Trial, known: dict[str, Any]) -> Any:
    """One receipt: the answer the item had before, or the view's answer now, stored in the same transaction.

    The same id with the same content changes nothing and gets the same receipt; with other content it is a conflict,
    and both are kept for a person to see (bars R4): the receipt says where the first words are. What is offered again
    can only be kept here. What is only `later` is not stored.
    """
    if item.claimed_hash and item.claimed_hash != item.hash:
        return Receipt(**_receipt(actor, item, 400, "refused", {"": [NOT_WHOLE]}))
    before = known.get(item.id)
    if before is not None:
        if before.hash == item.hash:
            g.replayed = True
            return before
        if g.get("offered_again"):
            return _beside(actor, item, run, skew, trial, before.at)
        return Receipt(**_receipt(actor, item, 409, "conflict", {"": [OTHER_CONTENT]}, before.location))
    status, errors, location = _run(item, run, skew, trial)
    if status >= 500 or status in (401, 408, 425, 429):
        return Receipt(**_receipt(actor, item, status, "later", errors))
    decided = _decided(actor, item, skew, status, errors, location)
    if decided["outcome"] == "refused" and not decided["kept_with"]:
        if run is nothing:  # no view has looked at it, so nothing is known against it
            return Receipt(**_receipt(actor, item, 503, "later", {"": [PAUSED]}))
        if g.get("offered_again"):
            # It was taken once. What it leans on may only come from another phone, or be told to us again by a person.
            return Receipt(**(decided | {"outcome": "later"}))
    known[item.id] = rows.keep(Receipt, **decided)
    return known[item.id]


def _beside(actor: Actor, item: Item, run: Run, skew: int | None, trial: Trial, at: datetime) -> Any:
    """Take words that we had, and whose id has other words since the database was put back (bars R4, R22).

    Two phones with one disk finish one draft under one id. Here is all that is left of these, and the phone can't read
    them, so they come in under an id of their own that is always the same. The receipt names what was sent. What was
    added to them finds them where they were, unless both were written in one moment: then their row clashes with the
    one that is there, which is a failure (500) and not a refusal, and only that is worth a second try. `at` is when
    that id was taken: by the two a phone names what we took last.
    """
    own = str(uuid5(UUID(item.id), item.hash))
    for written_as in (item.id, own):
        receipt = _receive(actor, [(replace(item, id=own, written_as=written_as), run)], skew, trial)[0]
        if receipt.status != 500:
            break
    told = {name: getattr(receipt, name) for name in ("hash", "status", "outcome", "errors", "location", "kept_with")}
    return Receipt(item_id=item.id, at=at, **told)


def _decided(
    actor: Actor, item: Item, skew: int | None, status: int, errors: dict[str, list[str]], location: str | None
) -> dict[str, Any]:
    if status < 400:
        return _receipt(actor, item, 200, "received", errors, location)
    kept = quarantine.keep_if_ended(actor, item, skew) if status == 404 else None
    if kept:
        return _receipt(actor, item, status, "refused", kept.errors, kept_with=kept.keeper)
    return _receipt(actor, item, status, "refused", errors)


def run_as_author(author: Actor, kept: Kept) -> tuple[int, dict[str, list[str]]]:
    """Run what a manager lets in through its own view, as its author then: the status, and the reasons if it refuses.

    Called by the quarantine, through wiring.
    """
    item = Item(kept.item_id, kept.path, kept.fields, datetime.fromisoformat(kept.made_at), kept.zone)
    decider, g.actor = g.actor, author
    try:
        status, errors, _ = _run(item, _runner(item), kept.skew, _apart)
    finally:
        g.actor = decider
    return status, errors


def nothing() -> Any:
    """What runs in place of a view for somebody whose account is paused. The quarantine hears of the refusal."""
    raise Denied()


def find(actor: Actor, item_id: str) -> Receipt | None:
    """The receipt this person already has for an item."""
    return db.session.get(Receipt, (actor.person_id, item_id))


@contextmanager
def _apart() -> Iterator[None]:
    """A savepoint for one item, which knows nothing but what the database says."""
    memo.forget(db.session())
    with rows.savepoint():
        yield


@contextmanager
def _together() -> Iterator[None]:
    """No savepoint for one of several items: whoever is refused must have left nothing behind."""
    before = rows.counted()
    try:
        yield
        db.session.flush()
    except (HTTPException, Refused, _RolledBack):
        if rows.counted() != before or not rows.clean():
            raise _NotTogether from None
        raise
    except OperationalError:
        raise
    except Exception:
        raise _NotTogether from None


def _run(item: Item, run: Run, skew: int | None, trial: Trial) -> tuple[int, dict[str, list[str]], str | None]:
    g.item_fields = MultiDict([(name, value) for name, values in item.fields.items() for value in values])
    g.item_written = Written(at=item.made_at, zone=item.zone, skew=skew, item=item.written_as or item.id)
    g.form_errors = {}
    try:
        with trial():
            response = current_app.make_response(run())
            if response.status_code >= 400:
                raise _RolledBack
        return response.status_code, {}, response.headers.get("Location")
    except _RolledBack:
        return response.status_code, g.form_errors or {"": ["This could not be taken."]}, None
    except Denied as error:
        return error.status, {"": [NOT_YOURS]}, None
    except Refused as error:
        return error.status, {error.field: [error.reason]}, None
    except HTTPException as error:
        return error.code or 500, {"": [error.description or ""]}, None
    except (OperationalError, _NotTogether):
        raise
    except Exception as error:  # one item's bug may not touch its neighbours
        log.error("item failed with %s at %s", type(error).__name__, item.path.split("/")[1])
        return 500, {"": [LATER]}, None
    finally:
        g.item_fields = g.item_written = None


def _runner(item: Item) -> Run:
    def run() -> Any:
        view, arguments = memo.once(_view_at, item.path)
        check_route(view)
        return getattr(view, "alone", view)(**arguments)

    return run


def _view_at(path: str) -> tuple[Callable[..., Any], Mapping[str, Any]]:
    endpoint, arguments = form_at(path)
    view: Callable[..., Any] | None = current_app.view_functions.get(endpoint)
    if view is None or not getattr(view, "queueable", False):
        raise Refused(404, NOT_QUEUEABLE)
    return view, arguments


def _receipt(
    actor: Actor,
    item: Item,
    status: int,
    outcome: str,
    errors: dict[str, list[str]],
    location: str | None = None,
    kept_with: str | None = None,
) -> dict[str, Any]:
    return {
        "authority_id": actor.authority_id,
        "person_id": actor.person_id,
        "item_id": item.id,
        "hash": item.hash,
        "path": item.path,
        "status": status,
        "outcome": outcome,
        "at": clock.now(),
        "errors": errors,
        "location": location,
        "kept_with": kept_with,
    }
