"""Say on an answer whether a phone may keep it, sealed: no word means never."""

from flask import Response, make_response
from flask.typing import ResponseReturnValue

from ..policy.model import PhoneRules

DEMO_PIN = "135790"


def may_hold(
    page: ResponseReturnValue,
    phone: PhoneRules,
    what: str,
    scope: str = "self",
    days: int | None = None,
    passkey_only: bool = False,
) -> Response:
    """Let a vault keep this page, if the authority's policy lets a phone hold such a thing at all.

    `what` is one of the policy's HOLDINGS; a key that an authority takes off its lists takes the pages off the phones.
    `scope` is `self` or `child:<id>`. `days` is how long, and the lease of a phone when nothing shorter is said.
    """
    response = make_response(page)
    if what in phone.passkey_may_hold:
        by_pin = what in phone.pin_may_hold and not passkey_only
        response.headers["X-Hold"] = "always" if by_pin else "passkey"
        response.headers["X-Hold-For"] = what
        response.headers["X-Hold-Scope"] = scope
        response.headers["X-Hold-Days"] = str(phone.lease_days if days is None else days)
    return response
