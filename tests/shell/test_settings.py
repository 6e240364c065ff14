"""A server that would be unsafe does not start (design.md section 6; bars S9)."""

from pathlib import Path

import pytest
from flask import request

from carerapp import create_app
from carerapp.shell.settings import UnsafeSettings, load

PRODUCTION = {"LANTERN_ENV": "production", "SECRET_KEY": "k" * 40, "ORIGIN": "https://lantern.example"}


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    return {"DATA": str(tmp_path)}


@pytest.mark.parametrize(
    "change",
    [
        {"DEMO": "1"},
        {"SECRET_KEY": "short"},
        {"SECRET_KEY": ""},
        {"ORIGIN": "http://lantern.example"},
        {"ORIGIN": ""},
    ],
)
def test_production_refuses_to_start_unsafely(change: dict[str, str], data: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings):
        create_app(PRODUCTION | data | change)


def test_the_demo_is_for_this_machine_only(data: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings):
        load(data | {"DEMO": "1", "ORIGIN": "https://lantern.example"})


def test_nothing_said_means_production(data: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettings):
        load(data)


def test_production_has_no_demo_page_and_a_cookie_that_only_our_host_over_tls_can_set(data: dict[str, str]) -> None:
    app = create_app(PRODUCTION | data)
    client = app.test_client()
    assert client.get("/demo", base_url="https://lantern.example").status_code == 404
    refused = client.post("/demo/sign-in", data={"person": "amina"}, headers={"X-App": "1"})
    assert refused.status_code == 404
    config = app.config
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert config["SESSION_COOKIE_SECURE"] and config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_SAMESITE"] == "Strict"


def test_the_demo_keeps_its_key_between_starts(data: dict[str, str]) -> None:
    first = load(data | {"DEMO": "1"})["SECRET_KEY"]
    assert load(data | {"DEMO": "1"})["SECRET_KEY"] == first and len(first) >= 32


@pytest.mark.parametrize(("proxies", "counted"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_who_asks_is_believed_only_from_proxies_we_named(data: dict[str, str], proxies: str, counted: str) -> None:
    """S8: tries are counted by network; behind a proxy everybody would share one count."""
    app = create_app(PRODUCTION | data | {"TRUSTED_PROXIES": proxies})
    seen = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(request.remote_addr))
    app.test_client().get("/ping", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == [counted]
