"""Refusals, and the pages people see when something can't be done. Every page says what to do next."""

import logging
import traceback

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as WerkzeugResponse

from . import clock
from .db import db
from .ids import may_be_words

log = logging.getLogger("lantern")


class Refused(Exception):
    """Something a person may not or can't do now, with the reason in plain words.

    `status` is the answer's HTTP status; `field` the form field the reason belongs to ('' = the whole form).
    """

    def __init__(self, status: int, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.status, self.reason, self.field = status, reason, field


class Denied(Refused):
    """The table of permissions says no. The answer is the same 404 whatever the reason, so that it tells nothing."""

    def __init__(self, reason: str = "We can't find that page.") -> None:
        super().__init__(404, reason)


class SignedOut(Refused):
    """Nobody is signed in, or not the person whose words these are. The phone keeps everything and asks."""

    def __init__(self, held: str = "signed-out", reason: str = "Sign in to go on.") -> None:
        super().__init__(401, reason)
        self.held = held


def init_app(app: Flask) -> None:
    app.register_error_handler(SignedOut, _signed_out)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def _wants_json() -> bool:
    return request.headers.get("X-App") == "1" and "HX-Request" not in request.headers


def answer(status: int, reason: str) -> tuple[Response | str, int]:
    """A refusal as a page for people or JSON for the phone's code."""
    if "Idempotency-Key" in request.headers and status < 500 and status not in (401, 408, 425, 429):
        return _receipt_of_refusal(status, reason)
    if _wants_json() or request.mimetype == "application/json":
        return jsonify(error=reason, status=status), status
    shown = status if status in (401, 403, 404, 429, 500, 503) else 404 if status == 405 else 403
    return render_template(f"errors/{shown}.html", reason=reason, kept=_what_was_written()), status


def _receipt_of_refusal(status: int, reason: str) -> tuple[Response, int]:
    """An item refused before its view was reached still gets a receipt that names it: the phone shows why."""
    at = clock.now().isoformat()
    item_id = request.headers["Idempotency-Key"][:64]
    receipt = {"id": item_id, "hash": None, "status": status, "outcome": "refused", "at": at, "location": None}
    return jsonify(receipt | {"errors": {"": [reason]}}), status


def _what_was_written() -> list[str]:
    """The words of a plain form that could not be taken: they stand on the page that says so, and nowhere else.

    A single word may be all that somebody wrote, so what was chosen stands there too; only ids and ticks do not.
    """
    if request.method != "POST" or _wants_json():
        return []
    try:
        fields = request.form.items(multi=True)
    except RequestEntityTooLarge:
        return []
    return [text for name, text in fields if name != "csrf_token" and may_be_words(text)]


def _signed_out(
    error: SignedOut,
) -> WerkzeugResponse | tuple[Response | str, int] | tuple[Response, int, dict[str, str]]:
    plain = "X-App" not in request.headers and "HX-Request" not in request.headers
    if plain and error.held == "signed-out" and request.mimetype != "application/json":
        if request.method == "GET":
            return redirect(url_for("auth.sign_in"))
        return answer(401, "You were signed out, so this was not done. Sign in, then do it again.")
    if error.held == "paused":
        if plain and request.mimetype != "application/json":
            return render_template("errors/paused.html", reason=error.reason, kept=_what_was_written()), 403
        return jsonify(held=error.held, words=error.reason), 401
    extra = {"X-Wipe": "1"} if error.held == "cut-off" else {}
    return jsonify(held=error.held), 401, extra


def _refused(error: Refused) -> tuple[Response | str, int]:
    return answer(error.status, error.reason)


def _http(error: HTTPException) -> WerkzeugResponse | tuple[Response | str, int]:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    if isinstance(error, RequestEntityTooLarge):
        return answer(413, "That is too much to send at once. Send it in smaller parts.")
    return answer(code, "We can't find that page." if code in (404, 405) else error.description or "")


def _busy(error: OperationalError) -> tuple[Response | str, int, dict[str, str]]:
    """The database is locked or full for a moment: nothing was stored, nothing is lost, try again (bars R17, R18)."""
    db.session.rollback()
    log.warning("database busy: %s", type(error.orig).__name__)
    body, status = answer(503, "Lantern is busy. Nothing is lost. Try again in a minute.")
    return body, status, {"Retry-After": "5"}


def _broken(error: Exception) -> tuple[Response | str, int]:
    db.session.rollback()
    log.error("unexpected %s at %s %s%s", type(error).__name__, request.method, request.endpoint, _where(error))
    g.pop("keep_changes", None)
    return answer(500, "Something went wrong on our side. Nothing you wrote is lost. Try again in a minute.")


def _where(error: Exception) -> str:
    """The frames of a failure without its message: messages can hold people's words, and logs must not (bars S16)."""
    frames = traceback.extract_tb(error.__traceback__)
    return "".join(f"\n  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
