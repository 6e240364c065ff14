"""Every answer of Lantern's own carries its mark, so that a phone need not believe anybody else's (R20)."""

import re
from functools import wraps
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from carerapp.shell.db import db as database
from carerapp.shell.html import asset, static_files

MARK = "X-Lantern"
OF_EACH_KIND = {path.rpartition(".")[2]: path for path in static_files()}.values()


def by_hand(rule: str) -> str:
    """An address that this rule takes, with something in it that is not there."""
    return re.sub(r"<[^>]+>", "1", rule)


@pytest.mark.parametrize(("slug", "some"), [(None, {200, 302, 401}), ("amina", {200, 303, 400, 403, 404})])
def test_every_address_answers_with_the_mark(app: Flask, client_of: Any, slug: str | None, some: set[int]) -> None:
    """R20: every route, every method of it, asked as a browser does and as the app does; whatever the answer is."""
    statuses = set()
    for rule in app.url_map.iter_rules():
        client = client_of(slug)  # one of them signs out
        for method in rule.methods or ():
            for how in ({}, {"X-App": "1"}):
                answer = client.open(by_hand(rule.rule), method=method, headers=how)
                assert answer.headers.getlist(MARK) == ["1"], f"{method} {rule.rule}: {answer.status}"
                statuses.add(answer.status_code)
    assert statuses >= some, statuses


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("POST", "/pwa/who", 405),
        ("POST", "/recordings/", 401),
        ("POST", "/sync/items", 415),
        ("GET", asset("app.css"), 404),
        *(("GET", asset(path), 200) for path in OF_EACH_KIND),
        ("HEAD", asset("dist/js/app.js"), 200),
    ],
)
def test_so_does_what_no_view_answers(client_of: Any, method: str, path: str, status: int) -> None:
    """R20: what is not there, what may not be asked, what is no form; files, which pass no view of ours."""
    slug = "amina" if path.startswith("/sync/") else None
    with client_of(slug).open(path, method=method, headers={"X-App": "1"}) as answer:
        assert mark_of(answer) == (status, ["1"])


def test_so_does_what_is_as_it_was(client_of: Any) -> None:
    """R20: a 304, which a browser adds to what it has."""
    path = asset("dist/js/app.js")
    with client_of(None).get(path) as first:
        since = first.headers["Last-Modified"]
    with client_of(None).get(path, headers={"If-Modified-Since": since}) as answer:
        assert mark_of(answer) == (304, ["1"])


def test_so_does_a_failure(app: Flask, client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """R20: a bug, and a database that can't be written to, in a view and on the way out."""

    @wraps(app.view_functions["pwa.ping"])
    def breaks() -> None:
        raise RuntimeError("a bug")

    def busy() -> None:
        raise OperationalError("COMMIT", {}, Exception("database is locked"))

    monkeypatch.setitem(app.view_functions, "pwa.ping", breaks)
    assert mark_of(client_of(None).get("/ping")) == (500, ["1"])
    monkeypatch.setattr(database.session, "commit", busy)
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as in production
    assert mark_of(client_of(None).get("/pwa/who")) == (500, ["1"])


def mark_of(answer: Any) -> tuple[int, list[str]]:
    """Its status and its mark."""
    return answer.status_code, answer.headers.getlist(MARK)
