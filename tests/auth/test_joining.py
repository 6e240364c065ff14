"""One-time invitations, further passkeys, and taking one away (bars S10; design.md section 6)."""

from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from carerapp.audit.models import AuditRow
from carerapp.auth.models import Invitation, Passkey, RecoveryCode, SignIn
from carerapp.people.models import Person
from carerapp.shell import clock
from tests.auth.authenticator import ATTESTED, UP, UV, Authenticator, b64, unb64

APP = {"X-App": "1"}
GONE = "This link does not work any more. Ask whoever invited you for a new one."


def test_invitation_works_once(app, door, who):
    token = door.link("amina")
    first, second = app.test_client(), app.test_client()
    key, other = Authenticator(), Authenticator()
    both = [(first, key.make(door.creation(first, token))), (second, other.make(door.creation(second, token)))]
    answers = [door.keep(client, made, token).status_code for client, made in both]
    assert answers == [200, 403]
    assert who(second) is None
    assert app.test_client().get(f"/join/{token}").status_code == 404


def test_joining_leads_to_recovery_codes_and_says_who_it_is(app, door, cast):
    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    answer = door.keep(client, key.make(door.creation(client, token)), token)
    assert answer.get_json() == {"ok": True, "person": cast["amina"], "next": "/me/recovery-codes"}


def test_invitation_is_dead_after_three_days(app, door):
    with time_machine.travel(clock.now(), tick=False) as time:
        token, client = door.link("amina"), app.test_client()
        time.shift(timedelta(hours=72) - timedelta(seconds=1))
        assert client.get(f"/join/{token}").status_code == 200
        time.shift(timedelta(seconds=1))
        assert client.get(f"/join/{token}").status_code == 404
        assert client.post("/auth/passkeys/options", json={"invitation": token}).status_code == 403


def test_invitation_that_ends_between_asking_and_answering_is_refused(app, door):
    with time_machine.travel(clock.now(), tick=False) as time:
        token, client, key = door.link("amina"), app.test_client(), Authenticator()
        time.shift(timedelta(hours=72) - timedelta(seconds=60))
        made = key.make(door.creation(client, token))
        time.shift(timedelta(seconds=61))
        assert door.keep(client, made, token).status_code == 403


def test_every_dead_link_looks_the_same(app, door, change, cast):
    used, old, theirs = door.link("amina"), door.link("ben"), door.link("nia")
    client, key = app.test_client(), Authenticator()
    door.keep(client, key.make(door.creation(client, used)), used)
    change(Invitation, Invitation.person_id == cast["ben"], expires_at=clock.now())
    change(Person, Person.id == cast["nia"], suspended_at=clock.now())
    pages = [app.test_client().get(f"/join/{token}") for token in (used, old, theirs, "x" * 43, "é")]
    assert {(p.status_code, p.data) for p in pages} == {(404, pages[0].data)}
    answers = [
        app.test_client().post("/auth/passkeys/options", json={"invitation": t}) for t in (used, old, theirs, "x")
    ]
    assert {(a.status_code, a.get_json()["error"]) for a in answers} == {(403, GONE)}


def test_looking_at_the_link_tells_nobodys_name_and_uses_nothing_up(app, door):
    token = door.link("amina")
    for _ in range(3):  # mail scanners look at links, too
        page = app.test_client().get(f"/join/{token}").get_data(as_text=True)
    assert "Amina" not in page and "Rahman" not in page
    assert f'data-invitation="{token}"' in page and 'data-behaviour="passkey-register"' in page


def test_new_link_ends_the_one_before(app, door):
    first, second = door.link("amina"), door.link("amina")
    assert app.test_client().get(f"/join/{first}").status_code == 404
    assert app.test_client().get(f"/join/{second}").status_code == 200


def test_only_a_digest_of_the_link_is_kept(app, door, rows):
    token = door.link("amina")
    assert token not in str([vars(row) for row in rows(Invitation)])


def off_curve() -> dict:
    return {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32}


def p521() -> dict:
    numbers = ec.generate_private_key(ec.SECP521R1()).public_key().public_numbers()
    return {1: 2, 3: -36, -1: 3, -2: numbers.x.to_bytes(66, "big"), -3: numbers.y.to_bytes(66, "big")}


FORGED = {
    "another origin": {"origin": "https://evil.example"},
    "another relying party": {"rp_id": "evil.example"},
    "a showing passed off as a making": {"kind": "webauthn.get"},
    "a challenge of one's own": {"challenge": b"x" * 32},
    "nobody verified": {"flags": UP | ATTESTED},
    "nobody present": {"flags": UV | ATTESTED},
    "no key in it": {"flags": UP | UV},
    "a point that is not on the curve": {"cose": off_curve()},
    "a kind of key we did not ask for": {"cose": p521()},
    "a key that is none": {"cose": {1: 99, 3: -7}},
    "another site's page round it": {"said": {"crossOrigin": True}},
    "a word of its maker that is false": {"fmt": "packed", "statement": {"alg": -7, "sig": b"x" * 70}},
    "a word of its maker nobody knows": {"fmt": "evil"},
    "none, with something in it": {"statement": {"sig": b"x"}},
}


@pytest.mark.parametrize("how", FORGED)
def test_forged_passkey_is_not_kept_and_the_link_stays_good(app, door, rows, who, how):
    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    answer = door.keep(client, key.make(door.creation(client, token), **FORGED[how]), token)
    assert answer.status_code == 403
    assert rows(Passkey) == [] and who(client) is None
    assert app.test_client().get(f"/join/{token}").status_code == 200


def test_refused_making_spends_its_challenge(app, door):
    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    options = door.creation(client, token)
    with client.session_transaction() as kept:
        kept_id = kept["challenge"]
    assert door.keep(client, key.make(options, origin="https://evil.example"), token).status_code == 403
    with client.session_transaction() as kept:
        kept["challenge"] = kept_id
    assert door.keep(client, key.make(options), token).status_code == 403


def test_challenge_of_one_invitation_does_not_serve_another(app, door):
    client, mine, hers, key = app.test_client(), door.link("nia"), door.link("amina"), Authenticator()
    made = key.make(door.creation(client, mine))
    assert door.keep(client, made, hers).status_code == 403


def test_passkey_that_somebody_has_already_is_not_kept_twice(app, door, rows):
    door.join(app.test_client(), "amina")
    taken = rows(Passkey)[0].credential_id
    client, token, key = app.test_client(), door.link("nia"), Authenticator(credential_id=taken)
    assert door.keep(client, key.make(door.creation(client, token)), token).status_code == 403
    assert len(rows(Passkey)) == 1


def test_signed_in_person_adds_a_second_passkey(app, door, cast, rows):
    client = app.test_client()
    first = door.join(client, "amina")
    options = door.creation(client)
    assert [unb64(known["id"]) for known in options["excludeCredentials"]] == [first.credential_id]
    second = Authenticator()
    answer = door.keep(client, second.make(options))
    assert answer.get_json() == {"ok": True, "person": cast["amina"], "next": "/me/"}
    for key in (first, second):
        assert door.sign_in(app.test_client(), key).status_code == 200
    assert [row.actor_id for row in rows(AuditRow, AuditRow.what == "passkey:made")] == [cast["amina"]] * 2


def test_adding_needs_a_passkey_shown_within_five_minutes(app, door):
    client = app.test_client()
    with time_machine.travel(clock.now(), tick=False) as time:
        key = door.join(client, "amina")
        time.shift(301)
        refused = client.post("/auth/passkeys/options", json={})
        assert (refused.status_code, refused.get_json()["error"][:20]) == (403, "Show your passkey fi")
        assert "Use your passkey" in client.get("/me/passkeys/new").get_data(as_text=True)
        door.sign_in(client, key)
        assert client.post("/auth/passkeys/options", json={}).status_code == 200
        options, second = door.creation(client), Authenticator()
        time.shift(301)
        assert door.keep(client, second.make(options)).status_code == 403


def test_nobody_adds_a_passkey_without_being_signed_in(app):
    for path in ("/auth/passkeys/options", "/auth/passkeys"):
        answer = app.test_client().post(path, json={})
        assert (answer.status_code, answer.get_json()) == (401, {"held": "signed-out"})


def test_owner_is_told_of_a_new_passkey_for_two_weeks(app, door):
    with time_machine.travel(clock.now(), tick=False) as time:
        key = door.join(app.test_client(), "amina")
        time.shift(timedelta(days=13))
        client = app.test_client()
        door.sign_in(client, key)
        assert "A passkey was added to your account" in client.get("/me/").get_data(as_text=True)
        time.shift(timedelta(days=2))
        client = app.test_client()
        door.sign_in(client, key)
        assert "A passkey was added to your account" not in client.get("/me/").get_data(as_text=True)


def test_link_from_somebody_else_ends_what_was_there_before(app, door, who, rows):
    """It is used after a loss: what was lost must stop working."""
    old_phone = app.test_client()
    old = door.join(old_phone, "amina")
    old_phone.post("/me/recovery-codes", headers=APP)
    new = door.join(app.test_client(), "amina")
    assert who(old_phone) is None
    assert door.sign_in(app.test_client(), old).status_code == 403
    assert door.sign_in(app.test_client(), new).status_code == 200
    assert all(code.used_at for code in rows(RecoveryCode))
    assert {s.ended_because for s in rows(SignIn) if s.ended_at} == {"begun-again"}


def test_beginning_again_on_the_same_device_is_not_stopped_by_the_old_passkey(app, door):
    door.join(app.test_client(), "amina")
    assert door.creation(app.test_client(), door.link("amina"))["excludeCredentials"] == []


def test_label_of_a_passkey_is_what_can_be_printed(app, door, rows):
    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    made = key.make(door.creation(client, token)) | {"label": " Blue\x00 \ud800phone\n" + "x" * 200}
    assert door.keep(client, made, token).status_code == 200
    assert rows(Passkey)[0].label == "Blue phone" + "x" * 70


def test_own_link_for_the_other_phone_adds_and_ends_nothing(app, door, who, cast):
    laptop, phone = app.test_client(), app.test_client()
    first = door.join(laptop, "amina")
    page = laptop.post("/me/passkeys/invitation", headers=APP).get_data(as_text=True)
    token = page.split("/join/")[1].split("<")[0]
    assert '<svg width="' in page and "style=" not in page
    second = Authenticator()
    assert door.keep(phone, second.make(door.creation(phone, token)), token).status_code == 200
    assert who(phone) == who(laptop) == cast["amina"]
    assert door.sign_in(app.test_client(), first).status_code == 200


def test_own_link_is_dead_after_a_quarter_of_an_hour_and_needs_a_fresh_passkey(app, door):
    client = app.test_client()
    with time_machine.travel(clock.now(), tick=False) as time:
        door.join(client, "amina")
        page = client.post("/me/passkeys/invitation", headers=APP).get_data(as_text=True)
        token = page.split("/join/")[1].split("<")[0]
        time.shift(15 * 60)
        assert app.test_client().get(f"/join/{token}").status_code == 404
        assert client.post("/me/passkeys/invitation", headers=APP).status_code == 403


def test_removed_passkey_opens_nothing_and_other_sessions_end(app, door, who, rows):
    here, there = app.test_client(), app.test_client()
    first = door.join(here, "amina")
    second = Authenticator()
    door.keep(here, second.make(door.creation(here)))
    door.sign_in(there, second)
    gone = rows(Passkey)[1]
    assert "Remove" in here.get(f"/me/passkeys/{gone.id}/removal").get_data(as_text=True)
    assert here.post(f"/me/passkeys/{gone.id}/removal", headers=APP).status_code == 303
    assert who(there) is None and who(here)
    assert door.sign_in(app.test_client(), second).status_code == 403
    assert door.sign_in(app.test_client(), first).status_code == 200


def test_last_passkey_can_not_be_removed(app, door, rows):
    client = app.test_client()
    door.join(client, "amina")
    answer = client.post(f"/me/passkeys/{rows(Passkey)[0].id}/removal", headers=APP)
    assert answer.status_code == 422 and "only passkey" in answer.get_json()["error"]


def test_removing_needs_a_fresh_passkey_and_an_own_one(app, door, rows, cast):
    client, nias = app.test_client(), app.test_client()
    with time_machine.travel(clock.now(), tick=False) as time:
        door.join(nias, "nia")
        door.join(client, "amina")
        door.keep(client, Authenticator().make(door.creation(client)))
        hers = rows(Passkey, Passkey.person_id == cast["nia"])[0]
        mine = rows(Passkey, Passkey.person_id == cast["amina"])[0]
        assert client.post(f"/me/passkeys/{hers.id}/removal", headers=APP).status_code == 404
        assert client.get(f"/me/passkeys/{hers.id}/removal").status_code == 404
        time.shift(301)
        assert client.post(f"/me/passkeys/{mine.id}/removal", headers=APP).status_code == 403
    assert [p.ended_at for p in rows(Passkey)] == [None] * 3


def test_ed25519_keys_are_welcome(app, door):
    """Some security keys make nothing else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    raw = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    made = key.make(door.creation(client, token), cose={1: 1, 3: -8, -1: 6, -2: raw})
    assert door.keep(client, made, token).status_code == 200


def test_self_attested_passkey_is_kept_as_if_it_said_nothing(app, door):
    """A browser hands on an authenticator's own signature even when none was asked for."""
    from hashlib import sha256

    import cbor2
    from cryptography.hazmat.primitives import hashes

    client, token, key = app.test_client(), door.link("amina"), Authenticator()
    made = key.make(door.creation(client, token))
    told = cbor2.loads(unb64(made["response"]["attestationObject"]))
    over = told["authData"] + sha256(unb64(made["response"]["clientDataJSON"])).digest()
    statement = {"alg": -7, "sig": key.key.sign(over, ec.ECDSA(hashes.SHA256()))}
    packed = cbor2.dumps({"fmt": "packed", "attStmt": statement, "authData": told["authData"]})
    made["response"]["attestationObject"] = b64(packed)
    assert door.keep(client, made, token).status_code == 200
