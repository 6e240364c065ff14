"""A server that would be unsafe does not start (design.md section 6; bars S9)."""

from pathlib import Path

import pytest

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
