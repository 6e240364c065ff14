"""The batch address, the single address of each queueable form, and the list of pages a phone may hold."""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request

from ..access.actor import Actor
from ..access.gate import actor_now, check_route, needs, takes_items
from ..access.permissions import Permission
from ..shell import clock
from ..shell.commit import keep_changes
from ..shell.errors import Refused, SignedOut
from ..shell.posted import skew_of, takes_up_to
from . import handed_in, pack, service
from .rules import (
    MAX_BYTES,
    MAX_ITEMS,
    Item,
    NotAnItem,
    as_json,
    batch_hash,
    hash_of,
    read_item,
    read_time,
    valid_id,
)
from .saved_file import MAX_FILE, MAX_POST
from .sealed import NotOpened, read_sealed

bp = Blueprint("sync", __name__)
NOT_WHOLE = "This did not arrive whole. Send it again."


def init_app(app: Flask) -> None:
    """Give every queueable view its single address with receipts. Runs after all rooms have hung up their routes."""
    app.register_blueprint(bp)
    app.before_request(_only_what_may_wait)
    app.after_request(_say_when_something_is_missing)
    for endpoint, view in list(app.view_functions.items()):
        if getattr(view, "queueable", False):
            app.view_functions[endpoint] = takes_items(_with_receipt(view))


@bp.post("/sync/items")
@needs(Permission.PHONE_KEEP)
@takes_items
def items() -> Any:
    """Receive several items; answer with a receipt for each, in order (design.md section 6)."""
    actor = _same_person()
    raw = _read_batch()
    read = [_read(one, read_item) for one in raw]
    _check_whole(one.hash if isinstance(one, Item) else hash_of(came) for one, came in zip(read, raw, strict=True))
    return _receipts(actor, read)


@bp.post("/sync/sealed")
@needs(Permission.PHONE_KEEP)
@takes_items
def sealed_items() -> Any:
    """Receive several items as the copies that a locked phone could send; answer as for items."""
    actor = _same_person()
    keys = current_app.config["SEAL_KEYS"]
    g.offered_again = request.headers.get("X-Offered-Again") == "1"
    return _receipts(actor, [_read(one, lambda raw: read_sealed(raw, actor.person_id, keys)) for one in _read_batch()])


@bp.get("/sync/copies")
@needs(Permission.PHONE_KEEP)
@takes_items
def copies() -> str:
    """Where a saved file of what waited on a phone is handed in: by who wrote it, on any device (bars R8)."""
    return _copies_page(handed_in.Told())


@bp.post("/sync/copies")
@needs(Permission.PHONE_KEEP)
@takes_items
@takes_up_to(MAX_POST)
def handing_in() -> tuple[str, int]:
    """Take what a saved file holds, as if the phone had sent it: twice is once, and what can't be taken is shown."""
    actor, file = _same_person(), request.files.get("file")
    body = file.stream.read(MAX_FILE + 1) if file is not None else b""
    told = handed_in.take(actor, body, current_app.config["SEAL_KEYS"], paused=g.actor is None)
    return _copies_page(told), told.status


def _copies_page(told: handed_in.Told) -> str:
    return render_template("sync/copies.html", told=told, paused=g.held.reason if g.actor is None else "")


@bp.get("/sync/pack")
@needs(Permission.PHONE_KEEP)
def pages() -> Response:
    """Which pages this person's phone may hold, and about whom; and what was decided about items that it names."""
    asked = [item_id for item_id in request.headers.get("X-With-Manager", "").split(",") if valid_id(item_id)]
    return jsonify(pack.for_actor(actor_now(), request.args.get("kind", "pin"), asked))


def _only_what_may_wait() -> None:
    """What is not made for a waiting list is never done from one."""
    view = current_app.view_functions.get(request.endpoint or "")
    if "Idempotency-Key" in request.headers and view is not None and not getattr(view, "queueable", False):
        raise Refused(404, service.NOT_QUEUEABLE)


def _say_when_something_is_missing(response: Response) -> Response:
    """A phone names what we took from it last, and when. Not to know it means that this database was put back (R22).

    When, because another phone, or a saved file that was handed in, may have brought that one item back since.
    """
    last, at = request.headers.get("X-Last-Received"), request.headers.get("X-Last-At")
    actor = g.get("actor") or g.get("paused")
    if last and actor is not None and response.status_code < 500:
        known = service.find(actor, last)
        if known is None or (at and at != known.at.isoformat()):
            response.headers["X-Offer-Again"] = "1"
    return response


def _with_receipt(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def alone_or_plain(**arguments: Any) -> Any:
        if "Idempotency-Key" not in request.headers:
            check_route(view)  # the gate left it to us
            return view(**arguments)
        actor = _same_person()

        def run() -> Any:
            check_route(view)
            return view(**arguments)

        skew = skew_of(request.headers.get("X-Sent-At"))
        receipt = service.receive(actor, _item_of_request(), service.nothing if g.actor is None else run, skew)
        keep_changes()
        headers = {"X-Replayed": "1"} if g.get("replayed") else {}
        return jsonify(as_json(receipt)), receipt.status, headers

    alone_or_plain.alone = view  # type: ignore[attr-defined]
    return alone_or_plain


def _item_of_request() -> Item:
    item_id = request.headers["Idempotency-Key"]
    if not valid_id(item_id):
        raise Refused(400, "This item has no proper id.")
    try:
        made_at, zone = read_time(
            request.headers.get("X-Queued-At", clock.now().isoformat()), request.headers.get("X-TZ", "UTC")
        )
    except NotAnItem as error:
        raise Refused(400, str(error)) from None
    fields = {name: request.form.getlist(name) for name in request.form}
    return Item(item_id, request.path, fields, made_at, zone, request.headers.get("X-Content-Hash"))


def _same_person() -> Any:
    """Whoever is signed in must be whoever wrote the words: one person's items never go out as another's.

    Somebody whose account is paused hands in their own, and nothing of it reaches a view (S3).
    """
    actor = g.get("paused") or actor_now()
    if request.headers.get("X-Vault-User", actor.person_id) != actor.person_id:
        raise SignedOut("other-person")
    return actor


def _read_batch() -> list[Any]:
    if request.mimetype != "application/json":
        raise Refused(415, "Items are sent as JSON.")
    body = request.get_data(cache=False)
    if request.headers.get("Content-Encoding") == "gzip":
        body = _unpack(body)
    return _items_in(body)


def _items_in(body: bytes) -> list[Any]:
    if len(body) > MAX_BYTES:
        raise Refused(413, "That is too much to send at once. Send it in smaller parts.")
    try:
        raw = json.loads(body)["items"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused(400, "This can't be read as a list of items.") from None
    if not isinstance(raw, list):
        raise Refused(400, "This can't be read as a list of items.")
    if len(raw) > MAX_ITEMS:
        raise Refused(413, f"At most {MAX_ITEMS} items can be sent at once.")
    return raw


def _check_whole(hashes: Iterable[str]) -> None:
    """Take nothing at all of a batch that differs from what the phone says it sent (bars R20)."""
    claimed = request.headers.get("X-Content-Hash")
    if claimed is not None and claimed != batch_hash(hashes):
        raise Refused(400, NOT_WHOLE)


def _read(raw: Any, reader: Callable[[Any], Item]) -> Item | dict[str, Any]:
    """The item; or, when it can't be read, its receipt, which says why."""
    try:
        return reader(raw)
    except NotAnItem as error:
        return _unreadable(raw, str(error), 400, "refused")
    except NotOpened as error:
        return _unreadable(raw, str(error), 503, "later")


def _receipts(actor: Actor, read: list[Item | dict[str, Any]]) -> Response:
    skew = skew_of(request.headers.get("X-Sent-At"))
    items = [one for one in read if isinstance(one, Item)]
    receipts = iter(service.receive_all(actor, items, skew, paused=g.actor is None))
    return jsonify(receipts=[as_json(next(receipts), one.salt) if isinstance(one, Item) else one for one in read])


def _unpack(body: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(body)) as packed:
            return packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise Refused(400, NOT_WHOLE) from None


def _unreadable(raw: Any, reason: str, status: int, outcome: str) -> dict[str, Any]:
    item_id = raw.get("id") if isinstance(raw, dict) and isinstance(raw.get("id"), str) else None
    return {
        "id": item_id[:64] if item_id else None,
        "hash": None,
        "status": status,
        "outcome": outcome,
        "at": clock.now().isoformat(),
        "errors": {"": [reason]},
        "location": None,
    }
