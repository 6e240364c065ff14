"""Lantern inside this process, on a copy of the demo: for counts of statements and for CPU."""

import gc
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from carerapp import create_app
from carerapp.shell.db import db

CHROMIUM_TAKES = "gzip, deflate, br, zstd"
NOT_WORK = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
counted: list[str] = []


def copied(source: Path, target: Path) -> Path:
    """The data folder of a server, copied while it may be running."""
    target.mkdir(parents=True)
    with sqlite3.connect(source / "lantern.sqlite") as there, sqlite3.connect(target / "lantern.sqlite") as here:
        there.backup(here)
    shutil.copy(source / "secret_key", target)
    return target


@contextmanager
def lantern(data: Path) -> Iterator[Flask]:
    """The app on this folder."""
    app = create_app({"LANTERN_ENV": "demo", "DEMO": "1", "DATA": str(data)})
    gc.collect()
    gc.freeze()  # as wsgi.py does it
    try:
        yield app
    finally:
        gc.unfreeze()
        with app.app_context():
            db.engine.dispose()


@event.listens_for(Engine, "before_cursor_execute")
def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.lstrip().upper().startswith(NOT_WORK):
        counted.append(statement)


def statements(work: Callable[[], Any]) -> int:
    """How many statements this sends, not counting where transactions begin and end."""
    counted.clear()
    work()
    return len(counted)


def signed_in(app: Flask, slug: str) -> FlaskClient:
    """A client of one of the cast, who asks as Chromium asks."""
    client = app.test_client()
    answer = client.post("/demo/sign-in", data={"person": slug}, headers={"X-App": "1"})
    assert answer.status_code == 303, f"{slug} could not sign in: {answer.status_code}"
    client.environ_base["HTTP_ACCEPT_ENCODING"] = CHROMIUM_TAKES
    return client


def caller(app: Flask, path: str, cookie: str = "") -> Callable[[], int]:
    """Asks for a page as a server would, with no client of ours in between. Returns the bytes of the answer."""
    base = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http", "wsgi.errors": BytesIO(), "wsgi.multithread": True, "wsgi.multiprocess": True,
        "wsgi.run_once": False, "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "HTTP_ACCEPT_ENCODING": CHROMIUM_TAKES,
    }  # fmt: skip

    def ask() -> int:
        status: list[str] = []
        answer = app.wsgi_app(base | {"wsgi.input": BytesIO()}, lambda line, _headers, _error=None: status.append(line))
        total = sum(map(len, answer))
        getattr(answer, "close", lambda: None)()
        assert status[0].startswith("200"), f"{path}: {status[0]}"
        return total

    return ask


def cpu(work: Callable[[], Any], repeats: int) -> float:
    """CPU of this process for one call, in ms, over some calls in a row."""
    began = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - began) / repeats * 1000


def bare() -> Callable[[], int]:
    """Flask's own "Hello, World!": what any page at all costs."""
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "Hello, World!")
    return caller(app, "/")
