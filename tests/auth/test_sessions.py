"""Sessions: their cookie, their turn-over, their end (bars S9)."""

import logging
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from carerapp import create_app
from carerapp.audit.models import AuditRow
from carerapp.auth import rules
from carerapp.auth.models import Phone, SignIn
from carerapp.demo import cast as demo_cast
from carerapp.people.models import Person
from carerapp.shell import clock
from carerapp.shell.db import db as database
from tests.auth.authenticator import Authenticator
from tests.auth.conftest import APP, Door


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def test_new_id_at_sign_in_and_at_showing_the_passkey_again(app, door, who, cast):
    client = app.test_client()
    key = door.join(client, "amina")
    seen = [cookie_of(client)]
    for _ in range(2):
        door.sign_in(client, key)
        assert who(client) == cast["amina"]
        seen.append(cookie_of(client))
    assert len(set(seen)) == 3
    for old in seen[:-1]:
        thief = app.test_client()
        thief.set_cookie("session", old)
        assert who(thief) is None


def test_id_from_before_signing_in_is_worth_nothing_after(app, door, who):
    """Fixation: an attacker who planted a cookie does not get in with it."""
    victim, key = app.test_client(), door.join(app.test_client(), "amina")
    options = door.challenge(victim)
    planted = cookie_of(victim)
    key.counter = 1
    victim.post("/auth/sign-in", json=key.show(options))
    attacker = app.test_client()
    attacker.set_cookie("session", planted)
    assert who(victim) and who(attacker) is None


def test_switching_person_ends_the_session_before(client_of, who, rows, cast):
    client = client_of("amina")
    client.post("/demo/sign-in", data={"person": "nia"}, headers=APP)
    assert who(client) == cast["nia"]
    ended = [s for s in rows(SignIn) if s.ended_at]
    assert [(s.person_id, s.ended_because) for s in ended] == [(cast["amina"], "replaced")]


def test_cookie_holds_a_secret_of_256_bits_and_the_table_its_digest(app, client_of, rows):
    client = client_of("amina")
    with client.session_transaction() as kept:
        secret = kept["_user_id"]
    assert len(secret) >= 43
    assert secret not in str([vars(row) for row in rows(SignIn)])


@pytest.fixture
def production(tmp_path) -> Flask:
    """A server as it stands in the world."""
    env = {
        "LANTERN_ENV": "production",
        "SECRET_KEY": "k" * 40,
        "ORIGIN": "https://lantern.example",
        "DATA": str(tmp_path),
    }
    app = create_app(env, TESTING=True)
    with app.app_context():
        database.create_all()
        app.extensions["ids"] = demo_cast.load(clock.today())
        database.session.commit()
    yield app
    with app.app_context():
        database.engine.dispose()


def test_cookies_of_a_production_server(production):
    door = Door(production, production.extensions["ids"])
    client = production.test_client()
    here = {"base_url": "https://lantern.example"}
    token = door.link("amina")
    key = Authenticator(origin="https://lantern.example", rp_id="lantern.example")
    answer = door.keep(client, key.make(door.creation(client, token, **here)), token, **here)
    assert answer.status_code == 200
    cookies = answer.headers.getlist("Set-Cookie")
    assert {c.split("=")[0] for c in cookies} == {"__Host-session", "__Host-known"}
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"secure", "httponly", "path=/", "samesite=strict"} <= parts, cookie
        assert not any(part.startswith("domain") for part in parts)
    assert answer.headers["Strict-Transport-Security"]
    assert client.get("/pwa/who", **here).get_json()["person"] == production.extensions["ids"]["amina"]


def test_production_takes_no_passkey_made_for_this_machine(production):
    door, client = Door(production, production.extensions["ids"]), production.test_client()
    token, here = door.link("amina"), {"base_url": "https://lantern.example"}
    made = Authenticator().make(door.creation(client, token, **here))
    assert door.keep(client, made, token, **here).status_code == 403


@pytest.mark.parametrize(("slug", "idle"), [("sam", 30), ("ada", 30), ("amina", 12 * 60), ("jay", 12 * 60)])
def test_quiet_session_ends(app, client_of, who, slug, idle):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_of(slug)
        time.shift(idle * 60)
        assert who(client)
        time.shift(idle * 60 + 1)
        assert who(client) is None


def test_a_lock_screen_that_asks_by_itself_keeps_no_session_alive(client_of, who, rows):
    """S9, R8: a phone at its lock screen is heard of, and nobody is using it."""
    with time_machine.travel(clock.now(), tick=False) as time:
        client, vault = client_of("sam"), str(uuid.uuid4())
        here = APP | {"X-Device": vault}
        client.post("/auth/devices", data={"vault": vault, "kind": "pin"}, headers=here)
        for _ in range(31):
            time.shift(60.5)
            client.get("/pwa/who", headers=here)
        assert who(client) is None
        assert clock.now() - rows(Phone)[0].last_seen_at < timedelta(minutes=3)


def test_session_in_use_ends_after_thirty_days_all_the_same(app, client_of, who):
    with time_machine.travel(clock.now(), tick=False) as time:
        client = client_of("amina")
        for _ in range(60):
            time.shift(timedelta(hours=12))
            assert who(client)
        time.shift(1)
        assert who(client) is None


def test_suspended_person_is_out_at_the_next_request(client_of, change, cast, who):
    client = client_of("amina")
    change(Person, Person.id == cast["amina"], suspended_at=clock.now())
    answer = client.get("/me/")
    assert answer.status_code == 403 and "Your account is paused" in answer.get_data(as_text=True)
    assert who(client) is None


def test_sign_out_ends_the_session_and_leaves_the_vault(client_of, who, rows):
    client = client_of("amina")
    stolen = cookie_of(client)
    answer = client.post("/sign-out", headers=APP)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert who(client) is None
    client.set_cookie("session", stolen)
    assert who(client) is None
    assert rows(AuditRow, AuditRow.what == "sign-in:ended")


def test_sign_out_twice_is_no_fault(client_of):
    client = client_of("amina")
    assert [client.post("/sign-out", headers=APP).status_code for _ in range(2)] == [303, 303]


def test_sign_out_everywhere_ends_all_of_mine_and_none_of_others(client_of, who, cast):
    mine, other, nias = client_of("amina"), client_of("amina"), client_of("nia")
    assert mine.post("/me/sign-ins/ending", headers=APP).headers["Clear-Site-Data"] == '"cache"'
    assert (who(mine), who(other), who(nias)) == (None, None, cast["nia"])


def test_sign_out_of_one_other_place(client_of, who, rows, cast):
    here, there = client_of("amina"), client_of("amina")
    other = rows(SignIn)[1]
    assert f"/me/sign-ins/{other.id}/ending" in here.get("/me/").get_data(as_text=True)
    here.post(f"/me/sign-ins/{other.id}/ending", headers=APP)
    assert (who(here), who(there)) == (cast["amina"], None)


@pytest.mark.parametrize("stranger", ["nia", "sam", "ada", "zed"])
def test_nobody_signs_somebody_else_out(client_of, who, rows, cast, stranger):
    amina, other = client_of("amina"), client_of(stranger)
    assert other.post(f"/me/sign-ins/{rows(SignIn)[0].id}/ending", headers=APP).status_code == 404
    assert who(amina) == cast["amina"]


def test_no_session_id_in_an_address_or_a_log(app, door, caplog):
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    key = door.join(client, "amina")
    answers = [client.get(p) for p in ("/me/", "/me/passkeys/new", "/sign-in")]
    answers += [door.sign_in(client, key), client.post("/me/recovery-codes", headers=APP)]
    with client.session_transaction() as kept:
        secret = kept["_user_id"]
    answers.append(client.post("/sign-out", headers=APP))
    told = " ".join([r.get_data(as_text=True) + str(r.headers.get("Location")) for r in answers])
    assert secret not in told and secret not in caplog.text
    assert not re.search(r"[?&](sid|session|token)=", told)


def test_seen_at_is_written_at_most_once_a_minute(client_of, rows):
    with time_machine.travel(clock.now(), tick=False) as time:
        client, began = client_of("amina"), clock.now()
        time.shift(59)
        client.get("/me/")
        assert rows(SignIn)[0].last_seen_at == began.replace(microsecond=began.microsecond)
        time.shift(2)
        client.get("/me/")
        assert rows(SignIn)[0].last_seen_at > began


def test_rules_of_lapsing_are_the_bars():
    assert timedelta(minutes=30) >= rules.IDLE_STAFF
    assert timedelta(hours=12) >= rules.IDLE_HOME
    assert timedelta(days=30) >= rules.ABSOLUTE
    assert {"carer", "young_person"} == rules.HOME_ROLES


def test_signing_out_late_ends_the_sign_in_that_was_meant_and_no_newer_one(client_of, who, cast):
    """S9: a phone that had no signal then may ask twice, and again when its person is back."""
    amina = client_of("amina")
    meant = amina.get("/sync/pack", headers=APP).get_json()["sign_in"]
    assert amina.post("/sign-out", data={"sign_in": meant}, headers=APP).status_code == 303
    assert who(amina) is None
    amina.post("/demo/sign-in", data={"person": "amina"}, headers=APP)
    assert amina.post("/sign-out", data={"sign_in": meant}, headers=APP).status_code == 303
    assert who(amina) == cast["amina"]
    amina.post("/sign-out", headers=APP)
    assert who(amina) is None
