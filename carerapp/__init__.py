"""Lantern: what a foster carer writes about a child's day reaches a person who decides."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from . import cli, demo, policy, wiring, worker
from .access import gate
from .audit import log as audit
from .auth import session
from .home import nav
from .policy import registry
from .pwa import health
from .shell import commit, errors, filters, headers, html, posted, samesite, settings
from .shell.db import db
from .sync import routes as sync

ROOMS = (
    "pwa",
    "auth",
    "admin",
    "recordings",
    "quarantine",
    "triage",
    "inbox",
    "meetings",
    "chronology",
    "clocks",
    "home",
)


def create_app(env: Mapping[str, str] = os.environ, **overrides: Any) -> Flask:
    """Build the app: settings, shell, gate, rooms. Raises UnsafeSettings rather than start unsafely."""
    app = Flask("carerapp", static_folder=None, root_path=str(Path(__file__).parent))
    app.config.from_mapping(settings.load(env))
    app.config.update(overrides)
    registry.install(policy.load_all())
    Path(app.config["DATA"]).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    Migrate(app, db, directory=str(html.ROOT / "migrations"), render_as_batch=True)
    _lay_floors(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"carerapp.{room}.routes").bp)
    app.register_blueprint(health.bp)
    if app.config["DEMO"]:
        demo.init_app(app)
    sync.init_app(app)
    wiring.connect()
    cli.init_app(app)
    _serve_static(app)
    worker.init_app(app)
    return app


def _lay_floors(app: Flask) -> None:
    """What every request passes. Before: top to bottom. After: bottom to top, so the commit comes first."""
    html.init_app(app)
    filters.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    Compress(app)
    app.before_request(posted.read_whole)
    app.before_request(commit.choose_transaction)
    session.init_app(app)
    samesite.init_app(app)
    gate.init_app(app)
    nav.init_app(app)
    audit.init_app(app)
    app.after_request(commit.commit_or_roll_back)


def _serve_static(app: Flask) -> None:
    """Static files under an address that changes with their bytes, so that a browser may keep them for ever."""
    prefix = f"static/{html.static_version()}"
    white = WhiteNoise(
        app.wsgi_app,
        max_age=31536000,
        immutable_file_test=lambda path, url: True,
        allow_all_origins=False,
        add_headers_function=headers.on_static,
    )
    white.add_files(str(html.STATIC), prefix=prefix)
    app.wsgi_app = headers.marked(white)  # type: ignore[method-assign]
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:  # otherwise every try to sign in would be counted at the proxy's own address (bars S8)
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore
