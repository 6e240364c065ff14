"""Pages: one template gives the whole document or, to the app, only what goes inside it."""

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask, current_app, g, request

from . import seal_keys
from .samesite import token

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = Path(os.environ.get("STATIC_ROOT") or ROOT / "static")
"""Where static files are served from: the checkout, or a copy beside which compressed twins lie (see the Makefile)."""
LEFT_OUT = {".br", ".gz", ".md", ".txt", ".mjs", ".scss"}


@cache
def static_version() -> str:
    """A name for this set of static files, made of their bytes: it changes when, and only when, one of them does."""
    total = hashlib.sha256()
    for path in static_files():
        total.update(path.encode())
        total.update((STATIC / path).read_bytes())
    return total.hexdigest()[:12]


@cache
def static_files() -> tuple[str, ...]:
    """Every file a browser may ask for, as a path below static/."""
    found = (p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*") if p.is_file())
    return tuple(sorted(p for p in found if Path(p).suffix not in LEFT_OUT))


def asset(path: str) -> str:
    """The address of a static file. The version is part of the path, so modules stay together."""
    return f"/static/{static_version()}/{path}"


def init_app(app: Flask) -> None:
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = jinja2.FileSystemLoader(ROOT / "templates")
    app.jinja_env.auto_reload = False
    app.context_processor(_page_context)


def wants_fragment() -> bool:
    """Does the app ask for the inside of the page only?"""
    return request.headers.get("HX-Request") == "true"


def _page_context() -> dict[str, Any]:
    return {
        "fragment": wants_fragment(),
        "asset": asset,
        "seal_key": _seal_key,
        "csrf_token": token,
        "actor": g.get("actor"),
    }


def _seal_key() -> str:
    """The public key to which phones seal copies. It comes with every document: a phone without signal can't ask."""
    return seal_keys.announced(current_app.config["SEAL_KEYS"])
