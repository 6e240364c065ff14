"""Headers on every answer. With the key to a phone's vault in page memory, this policy is part of the encryption."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, Response, request

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob:; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
MARK = ("X-Lantern", "1")


def init_app(app: Flask) -> None:
    secure = app.config["SESSION_COOKIE_SECURE"]

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Cache-Control", "no-store")
        if "HX-Request" not in request.headers:  # the inside of a page obeys the policy of the page it comes into
            headers["Content-Security-Policy"] = CSP
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.method == "GET" and response.mimetype == "text/html":
            response.vary.add("HX-Request")
        return response


def marked(app: Callable[..., Any]) -> Callable[..., Any]:
    """Put the mark on every answer that leaves the app: pages, failures, static files.

    A café's page, a proxy's login and gunicorn's own "Internal Server Error" carry none, and a phone believes nothing
    that carries none, whatever its status says (bars R20).
    """

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        return app(environ, lambda status, headers, *more: start(status, [*headers, MARK], *more))

    return serve


def on_static(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Headers on static files, which no view of ours passes on its way out."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if not path.endswith((".js", ".css", ".woff2")):  # those can't be a page of their own, and each byte is a phone's
        headers["Content-Security-Policy"] = CSP
