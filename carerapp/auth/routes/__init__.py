"""Addresses of getting in (doors), of one's own account (account) and of lost phones and recoveries (others)."""

from typing import Any

from flask import Blueprint, Response, request

from ...shell.errors import Refused, answer
from ..passkeys import holds_secret
from ..service.attempts import TooMany

bp = Blueprint("auth", __name__)
MOST = 64 * 1024
"""Bytes of one passkey answer: real ones are about two thousand."""


@bp.app_errorhandler(TooMany)
def too_many(error: TooMany) -> tuple[Response | str, int, dict[str, str]]:
    """Say when the next try is welcome, to people and to programs."""
    body, status = answer(error.status, error.reason)
    return body, status, {"Retry-After": str(error.seconds)}


def read_json() -> dict[str, Any]:
    """The posted JSON object. Raises Refused when it is none, or when it holds what only the phone may know."""
    if len(request.get_data()) > MOST:
        raise Refused(413, "This can't be read.")
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "This can't be read.")
    if holds_secret(body):
        raise Refused(
            400, "This carried a secret that must stay on the phone. It was thrown away. Load the page again."
        )
    return body


from . import account, doors, others  # noqa: E402, F401  they hang their addresses on bp
