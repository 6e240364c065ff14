"""Is this change asked for by our own page? (bars S12; offline.md section 1, point 7)

Three fences, all must hold: the browser's own word (Sec-Fetch-Site), the Origin, and something another site can't
send: our header, a JSON body, or the session's token in a plain form. Queued items carry no token: tokens die in the
queue, and nobody loses an evening's words to one.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFProtect, ValidationError, generate_csrf, validate_csrf

from .errors import Refused

csrf = CSRFProtect()
OPEN_TOO_LONG = "This page was open for a long time. Go back, load it again and try once more."
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_check)


def keeps_text(view):
    """Mark a view whose form gives every character back when the page was open too long, instead of a bare refusal."""
    view.keeps_text = True
    return view


def _check() -> None:
    g.from_our_page = True
    if request.method not in CHANGING:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not _our_origin():
        raise Refused(403, "This did not come from Lantern's own page, so it was not done.")
    if request.headers.get("X-App") == "1" or request.mimetype == "application/json":
        return
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        g.from_our_page = False
        view = current_app.view_functions.get(request.endpoint or "")
        if not getattr(view, "keeps_text", False):
            raise Refused(
                403, "This page was open for a long time. Go back, load it again, and try once more."
            ) from None


def _our_origin() -> bool:
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    if origin == "null":
        # Our own plain forms say so, because pages send no referrer. Then the browser must say whose page it was,
        # or the session's token must.
        return "Sec-Fetch-Site" in request.headers or "csrf_token" in request.form
    ours = {current_app.config["ORIGIN"], f"{request.scheme}://{request.host}"}
    return origin in ours and bool(urlsplit(origin).hostname)


def token() -> str:
    """The session's token, for plain forms."""
    return generate_csrf()
