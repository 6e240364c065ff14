"""Addresses of the app itself. They are the same bytes for everybody, except `who`, which answers its own person."""

import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request

from ..access.gate import open_to_all
from ..auth.rules import vault_for
from ..shell import clock, seal_keys
from ..shell.html import STATIC, asset, static_files, static_version
from . import holding

bp = Blueprint("pwa", __name__)
LEFT_OUT = ("js/", "css/", "dist/worker.js", "vendor/govuk-frontend/", "icons/", "help/")
"""The sources of scripts and styles go to no phone: it gets them joined, from dist/ (see `make dist`). The
pictures of help/ are for when there is signal."""


@bp.get("/shell")
@open_to_all
def shell() -> Response:
    """The locked shell that answers every navigation on a phone with a vault. It holds no data."""
    return _same_for_all(render_template("pwa/shell.html"), "text/html")


@bp.get("/sw.js")
@open_to_all
def worker() -> Response:
    """The worker: its list of files and its version come from the files themselves."""
    files = [asset(path) for path in static_files() if kept_by_phones(path)]
    key = seal_keys.newest(current_app.config["SEAL_KEYS"]).kid
    said = {"VERSION": static_version(), "SEAL_KEY": key, "PRECACHE": ["/shell", "/manifest.webmanifest", *files]}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in said.items())
    return _same_for_all(head + (STATIC / "dist" / "worker.js").read_text(), "text/javascript")


def kept_by_phones(path: str) -> bool:
    """Does the worker keep this static file, for when there is no signal?"""
    return not path.startswith(LEFT_OUT) and not path.endswith((".json", ".map"))


@bp.get("/help/install")
@open_to_all
def install() -> str:
    """How Lantern comes onto a home screen, for the kind of phone that asks first and for the other one below."""
    phone = request.user_agent.string
    kinds = ["iphone", "android"] if re.search(r"iPhone|iPad|Macintosh", phone) else ["android", "iphone"]
    return render_template("pwa/install.html", kinds=kinds, known=bool(re.search(r"iPhone|iPad|Android", phone)))


@bp.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """What a phone needs to put the app on its home screen."""
    data = {
        "name": "Lantern",
        "short_name": "Lantern",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#fbf5ea",
        "theme_color": "#123f45",
        "icons": [
            {"src": asset(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
    return _same_for_all(json.dumps(data), "application/manifest+json")


@bp.get("/ping")
@open_to_all
def ping() -> Response:
    """A known word: a login page of a café also answers 200, but it does not say this."""
    return jsonify(ping="lantern")


@bp.get("/pwa/who")
@open_to_all
def who() -> Any:
    """Who is signed in on this browser, and whether this phone was cut off and must forget."""
    now = clock.now().isoformat()
    if g.get("cut_off"):
        answer = jsonify(person=None, name=None, vault="none", demo_pin=None, home="/", now=now, wipe=True)
        answer.headers["X-Wipe"] = "1"
        if request.headers.get("X-Vaults") == "1":
            # Nobody else's words lie on this phone: let the browser clear all it has. Otherwise the app wipes the one.
            answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return answer
    person = g.get("person")
    return jsonify(
        person=person.id if person else None,
        name=person.name if person else None,
        vault=vault_for(person.role) if person else "none",
        demo_pin=holding.DEMO_PIN if current_app.config["DEMO"] else None,
        home="/",
        now=now,
        wipe=False,
        paused=g.paused.person_id if g.get("paused") else None,
    )


def _same_for_all(body: str, mimetype: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response
