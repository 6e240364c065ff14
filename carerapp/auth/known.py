"""A mark on a browser that somebody once signed in on it, so that a stranger's guesses never lock them out (bars S8).

It opens nothing. It only moves its browser's tries into a count of their own.
"""

import secrets

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from ..shell.ids import digest

MOST = 5
"""People remembered on one browser: a shared tablet has a few."""
LASTS = 400 * 24 * 3600
"""Seconds: the longest that browsers keep a cookie."""


def init_app(app: Flask) -> None:
    app.after_request(_set_mark)


def device_of(person_id: str) -> str | None:
    """This browser's own random name, if this person once signed in on it."""
    name, people = _read()
    return name if _short(person_id) in people else None


def remember(person_id: str) -> None:
    """Mark this browser with the answer to this request."""
    g.known_person = person_id


def _set_mark(response: Response) -> Response:
    person_id = g.pop("known_person", None)
    if person_id is None or response.status_code >= 400:
        return response
    name, people = _read()
    others = [person for person in people if person != _short(person_id)]
    value = _signer().dumps([name or secrets.token_urlsafe(16), [_short(person_id), *others][:MOST]])
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(_cookie(), value, max_age=LASTS, secure=secure, httponly=True, samesite="Strict")
    return response


def _read() -> tuple[str, list[str]]:
    try:
        name, people = _signer().loads(request.cookies.get(_cookie(), ""))
    except (BadSignature, ValueError):
        return "", []
    return name, people


def _cookie() -> str:
    return "__Host-known" if current_app.config["SESSION_COOKIE_SECURE"] else "known"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known browser")


def _short(person_id: str) -> str:
    return digest(person_id)[:16]
