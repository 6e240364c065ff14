"""An app with the cast in it, and a browser-like client for each person."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from carerapp import create_app
from carerapp.access.actor import Actor
from carerapp.demo import cast as demo_cast
from carerapp.people.models import Person
from carerapp.people.queries import actor_for
from carerapp.shell import clock
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority, fence
from tests.page import PageClient
from tests.serving import forget_loaded

ENV = {"LANTERN_ENV": "test", "DEMO": "1", "SECRET_KEY": "x" * 32}


@pytest.fixture(scope="session")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path, Path]]:
    """One server for a whole run, its database, and a copy of that database as it was with only the cast in it."""
    data = tmp_path_factory.mktemp("server")
    app = create_app(ENV | {"DATA": str(data)}, TESTING=True)
    app.test_client_class = PageClient
    with app.app_context():
        database.create_all()
        app.extensions["ids"] = demo_cast.load(clock.today())
        database.session.commit()
        database.engine.dispose()
    fresh = data / "fresh.sqlite"
    shutil.copyfile(data / "lantern.sqlite", fresh)
    yield app, data / "lantern.sqlite", fresh


@pytest.fixture
def app(one_server: tuple[Flask, Path, Path]) -> Iterator[Flask]:
    """A server with the demo's two authorities and cast, and no recordings: as new for each test."""
    app, used, fresh = one_server
    for left in used.parent.glob("lantern.sqlite*"):
        left.unlink()
    shutil.copyfile(fresh, used)
    config = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(config)
    with app.app_context():
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> dict[str, str]:
    """Ids by slug: people as "amina", children as "child:jay", homes as "home:rahman"."""
    return app.extensions["ids"]


@pytest.fixture
def db(app: Flask) -> Iterator[object]:
    """The database inside an app context, with no authority fenced off."""
    with app.app_context(), every_authority():
        yield database


@pytest.fixture
def as_person(db, cast: dict[str, str]) -> Callable[[str], Actor]:
    """Today's actor of one of the cast, with the database fenced to their authority."""

    def become(slug: str) -> Actor:
        fence("*")
        actor = actor_for(database.session.get(Person, cast[slug]))
        fence(actor.authority_id)
        return actor

    return become


@pytest.fixture
def client_of(app: Flask) -> Callable[[str | None], FlaskClient]:
    """A client signed in as one of the cast (None: nobody), on the demo's sign-in page."""

    def sign_in(slug: str | None) -> FlaskClient:
        client = app.test_client()
        if slug:
            client.post("/demo/sign-in", data={"person": slug}, headers={"X-App": "1"})
        return client

    return sign_in


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The histories begin first, in every worker's share: of what takes longest, nothing is left for one at the end."""
    longest = "tests/simulator/test_s"
    long = [item for item in items if item.nodeid.startswith(longest)]
    short = [item for item in items if not item.nodeid.startswith(longest)]
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    shares = [long[at::workers] for at in range(workers)]
    each = len(items) // workers
    items.clear()
    for share in shares:
        room = each - len(share) if share is not shares[-1] else len(short)
        items += share + short[:room]
        del short[:room]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last process of a run tidies up."""
    if not hasattr(config, "workerinput"):
        forget_loaded()
