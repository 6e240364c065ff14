"""Guessing is slow, and no stranger locks anybody out (bars S8)."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from carerapp.auth.models import Attempt
from carerapp.auth.rules import PER_ACCOUNT, PER_NETWORK, Limit, network_of, recovery_code, try_again_at
from carerapp.shell import clock
from carerapp.shell.ids import digest
from tests.auth.authenticator import Authenticator, b64
from tests.auth.conftest import APP

WRONG = {"signed_by": ec.generate_private_key(ec.SECP256R1())}
NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)


def from_network(app, address):
    """A browser of some network, where nobody was ever signed in."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def test_eleventh_guess_within_five_minutes_is_turned_away_unlooked_at(app, door, who):
    key = door.join(app.test_client(), "amina")
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(10):
            assert door.sign_in(app.test_client(), key, WRONG).status_code == 403
        stranger = app.test_client()
        answer = door.sign_in(stranger, key)  # even the right one
        assert answer.status_code == 429 and who(stranger) is None
        assert answer.headers["Retry-After"] == "300"
        assert "Try again after" in answer.get_json()["error"]
        time.shift(300)
        assert door.sign_in(stranger, key).status_code == 200


def test_stranger_never_locks_amina_out_of_the_phone_she_used(app, door, who, cast):
    phone = app.test_client()
    key = door.join(phone, "amina")
    phone.post("/sign-out", headers=APP)
    for part in range(11):
        door.sign_in(from_network(app, f"203.0.{part}.9"), key, WRONG)
    assert door.sign_in(from_network(app, "198.51.100.1"), key).status_code == 429
    assert door.sign_in(phone, key).status_code == 200
    assert who(phone) == cast["amina"]


def test_known_phone_has_a_count_of_its_own(app, door):
    phone = app.test_client()
    key = door.join(phone, "amina")
    answers = [door.sign_in(phone, key, WRONG).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]


def test_phone_that_knows_nia_is_a_stranger_to_amina(app, door):
    phone = app.test_client()
    door.join(phone, "nia")
    key = door.join(app.test_client(), "amina")
    for _ in range(10):
        door.sign_in(from_network(app, "203.0.113.9"), key, WRONG)
    assert door.sign_in(phone, key).status_code == 429


def test_forged_mark_of_a_known_phone_is_worth_nothing(app, door, cast):
    """Not with a seal of its own making, and not with the seal of somebody else's mark."""
    key = door.join(app.test_client(), "amina")
    nias = app.test_client()
    door.join(nias, "nia")
    seal = nias.get_cookie("known").value.rsplit(".", 1)[1]
    for _ in range(10):
        door.sign_in(from_network(app, "203.0.113.9"), key, WRONG)
    mark = json.dumps(["x", [digest(cast["amina"])[:16]]])
    for forged in (mark, mark + "." + seal, b64(mark.encode()) + "." + seal, b64(mark.encode()), "", "."):
        liar = app.test_client()
        liar.set_cookie("known", forged)
        assert door.sign_in(liar, key).status_code == 429


def test_passkeys_that_nobody_has_are_counted_too(app, door):
    """Otherwise being stopped would tell that there is such an account."""
    ghost = Authenticator(handle=b"x")
    answers = [door.sign_in(app.test_client(), ghost).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]


def test_network_is_stopped_after_a_hundred_wrong_tries_in_an_hour(app, door):
    """Spraying: a few tries at each of many accounts, from neighbouring addresses."""
    key = door.join(app.test_client(), "amina")
    with time_machine.travel(clock.now(), tick=False) as time:
        for n in range(100):
            client = from_network(app, f"203.0.113.{n + 1}")
            assert door.sign_in(client, Authenticator(handle=b"x")).status_code == 403
        assert door.sign_in(from_network(app, "203.0.113.250"), key).status_code == 429
        assert door.sign_in(from_network(app, "203.0.114.1"), key).status_code == 200
        time.shift(3600)
        assert door.sign_in(from_network(app, "203.0.113.250"), key).status_code == 200


def test_right_answers_cost_nothing(app, door, rows):
    key = door.join(app.test_client(), "amina")
    before = len(rows(Attempt, Attempt.bucket != ""))
    for _ in range(15):
        assert door.sign_in(app.test_client(), key).status_code == 200
    tries = rows(Attempt)
    assert len(tries) - before == 15  # the fifteen challenges asked for, which have a wide limit of their own


def guess_links(client, times: int) -> None:
    for n in range(times):
        assert client.post("/auth/passkeys/options", json={"invitation": f"guess {n}"}).status_code == 403


def test_guessing_links_and_codes_is_counted_at_the_network(app, door):
    client = from_network(app, "203.0.113.9")
    guess_links(client, 100)
    assert client.post("/auth/passkeys/options", json={"invitation": door.link("amina")}).status_code == 429
    assert client.post("/recover", data={"code": recovery_code(b"a" * 15)}, headers=APP).status_code == 429


def test_flood_of_challenges_from_one_network_is_stopped(app, monkeypatch):
    from carerapp.auth.service import attempts

    monkeypatch.setattr(attempts, "ASKING", Limit(5, timedelta(minutes=5)))
    client = from_network(app, "203.0.113.9")
    answers = [client.post("/auth/sign-in/options", json={}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_page_of_a_stopped_person_says_when_to_try_again(app):
    client = from_network(app, "203.0.113.9")
    guess_links(client, 100)
    token = client.get("/recover").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/recover", data={"code": recovery_code(b"a" * 15), "csrf_token": token})
    assert answer.status_code == 429
    assert re.search(r"Try again after \w+ \d+ \w+, \d+:\d\d[ap]m", answer.get_data(as_text=True))


def test_counts_older_than_an_hour_are_forgotten(app, door, rows):
    with time_machine.travel(clock.now(), tick=False) as time:
        door.sign_in(app.test_client(), Authenticator(handle=b"x"))
        time.shift(3601)
        door.sign_in(app.test_client(), Authenticator(handle=b"x"))
        assert all(clock.now() - row.at < timedelta(hours=1) for row in rows(Attempt))


def test_buckets_name_nobody(app, door, rows, cast):
    key = door.join(app.test_client(), "amina")
    door.sign_in(from_network(app, "203.0.113.9"), key, WRONG)
    kept = str([vars(row) for row in rows(Attempt)])
    assert cast["amina"] not in kept and "203.0" not in kept


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("", "unknown"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_network_of_an_address(address, network):
    assert network_of(address) == network


def test_limits_are_the_bars():
    assert PER_ACCOUNT.most <= 10 and PER_ACCOUNT.within >= timedelta(minutes=5)
    assert PER_NETWORK.most <= 100 and PER_NETWORK.within >= timedelta(hours=1)


def test_next_try_is_welcome_when_the_tenth_last_falls_out_of_the_window():
    limit = Limit(3, timedelta(minutes=5))
    tries = [NOON + timedelta(minutes=n) for n in range(3)]
    now = NOON + timedelta(minutes=3)
    assert try_again_at(tries[:2], limit, now) is None
    assert try_again_at(tries, limit, now) == NOON + timedelta(minutes=5)
    assert try_again_at(tries, limit, NOON + timedelta(minutes=5)) is None
    assert try_again_at([*tries, NOON + timedelta(minutes=3)], limit, now) == NOON + timedelta(minutes=6)
