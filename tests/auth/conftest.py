"""The door as a browser with a passkey goes through it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from carerapp.auth.service import invitations
from carerapp.people.models import Person
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority
from tests.auth.authenticator import Authenticator

APP = {"X-App": "1"}


@dataclass
class Door:
    """What a browser does at the door."""

    app: Flask
    ids: dict[str, str]

    def link(self, slug: str, by: str | None = "ada", **lasts: Any) -> str:
        """The token of a new invitation."""
        with self.app.app_context(), every_authority(), self.app.test_request_context():
            person = database.session.get(Person, self.ids[slug])
            _, link = invitations.invite(person, self.ids[by] if by else None, **lasts)
            database.session.commit()
        return link.rsplit("/", 1)[1]

    def creation(self, client: FlaskClient, token: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Ask what is needed to make a passkey."""
        body = {} if token is None else {"invitation": token}
        return client.post("/auth/passkeys/options", json=body, **kwargs).get_json()

    def keep(self, client: FlaskClient, made: dict[str, Any], token: str | None = None, **kwargs: Any) -> TestResponse:
        """Hand in a new passkey."""
        body = made if token is None else made | {"invitation": token}
        return client.post("/auth/passkeys", json=body, **kwargs)

    def join(self, client: FlaskClient, slug: str, by: str | None = "ada") -> Authenticator:
        """Go through an invitation: from now on the client is signed in."""
        token, key = self.link(slug, by), Authenticator()
        answer = self.keep(client, key.make(self.creation(client, token)), token)
        assert answer.status_code == 200, answer.get_json()
        return key

    def challenge(self, client: FlaskClient, **kwargs: Any) -> dict[str, Any]:
        """Ask for a challenge to sign in."""
        return client.post("/auth/sign-in/options", json={}, **kwargs).get_json()

    def sign_in(self, client: FlaskClient, key: Authenticator, wrong: dict[str, Any] | None = None) -> TestResponse:
        """Sign in with a passkey, or answer wrongly."""
        key.counter += 1
        return client.post("/auth/sign-in", json=key.show(self.challenge(client), **(wrong or {})))


@pytest.fixture
def door(app: Flask, cast: dict[str, str]) -> Door:
    """The door of this test's server."""
    return Door(app, cast)


@pytest.fixture
def who(app: Flask) -> Callable[[FlaskClient], str | None]:
    """Who the server thinks is at this browser."""
    return lambda client: client.get("/pwa/who").get_json()["person"]


@pytest.fixture
def rows(app: Flask) -> Callable[..., list[Any]]:
    """Rows of a table, oldest first, read in a context of their own so that no request sees what a test holds."""

    def read(model: Any, *where: Any) -> list[Any]:
        with app.app_context(), every_authority():
            return list(database.session.scalars(database.select(model).where(*where).order_by(model.id)))

    return read


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Change rows behind everybody's back."""

    def write(model: Any, *where: Any, **values: Any) -> None:
        with app.app_context(), every_authority():
            database.session.execute(database.update(model).where(*where).values(**values))
            database.session.commit()

    return write
