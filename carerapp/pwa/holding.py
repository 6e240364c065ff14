"""Say on an answer whether a phone may keep it, sealed: no word means never."""

from flask import Response, make_response
from flask.typing import ResponseReturnValue

DEMO_PIN = "135790"


def may_hold(page: ResponseReturnValue, scope: str = "self", days: int = 7, passkey_only: bool = False) -> Response:
    """Let a vault keep this page for some days. `scope` is `self` or `child:<id>`; a PIN alone opens less."""
    response = make_response(page)
    response.headers["X-Hold"] = "passkey" if passkey_only else "always"
    response.headers["X-Hold-Scope"] = scope
    response.headers["X-Hold-Days"] = str(days)
    return response
