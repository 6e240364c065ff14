"""Signing in by passkey, and every way of pretending to (bars S10)."""

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from carerapp.audit.models import AuditRow
from carerapp.auth.models import Challenge, Passkey, SignIn
from carerapp.people.models import Person
from carerapp.shell import clock
from tests.auth.authenticator import UP, UV, Authenticator, b64, unb64

NOT_ACCEPTED = "That passkey was not accepted. Try again, or use a recovery code."


def test_amina_joins_by_her_link_and_signs_in_with_her_passkey(app, door, cast, who):
    first = app.test_client()
    key = door.join(first, "amina")
    assert who(first) == cast["amina"]
    other = app.test_client()
    answer = door.sign_in(other, key)
    assert answer.get_json() == {"ok": True, "person": cast["amina"], "next": "/"}
    assert who(other) == cast["amina"]


def test_browser_is_asked_for_any_passkey_and_for_its_verified_person(app, door):
    options = door.challenge(app.test_client())
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert len(unb64(options["challenge"])) * 8 >= 128
    assert options["rpId"] == "localhost"


def test_new_passkey_must_know_its_person_by_itself(app, door, cast):
    options = door.creation(app.test_client(), door.link("amina"))
    chosen = options["authenticatorSelection"]
    assert chosen["residentKey"] == chosen["userVerification"] == "required" and chosen["requireResidentKey"]
    assert options["attestation"] == "none"
    assert unb64(options["user"]["id"]).decode() == cast["amina"]
    assert "Rahman" not in str(options)


def test_challenges_never_repeat_and_die_within_five_minutes(app, door, rows):
    client = app.test_client()
    assert len({door.challenge(client)["challenge"] for _ in range(20)}) == 20
    newest = rows(Challenge)[-1]
    assert (newest.expires_at - clock.now()).total_seconds() <= 300


def wrong_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


FORGERIES = {
    "another site's origin": {"origin": "https://evil.example"},
    "our origin on another port": {"origin": "http://localhost:5001"},
    "our origin with another scheme": {"origin": "https://localhost:5000"},
    "our origin with a path": {"origin": "http://localhost:5000/"},
    "our name inside another": {"origin": "http://localhost:5000.evil.example"},
    "an empty origin": {"origin": " "},
    "another relying party": {"rp_id": "evil.example"},
    "a relying party below ours": {"rp_id": "www.localhost"},
    "a making passed off as a showing": {"kind": "webauthn.create"},
    "a payment passed off as a showing": {"kind": "payment.get"},
    "a challenge of one's own": {"challenge": b"x" * 32},
    "an empty challenge": {"challenge": b"\0"},
    "nobody verified": {"flags": UP},
    "nobody present": {"flags": UV},
    "neither present nor verified": {"flags": 0},
    "another person's handle": {"handle": b"somebody else"},
    "an empty handle": {"handle": b""},
    "no handle at all": {"no_handle": True},
    "somebody else's key": {"signed_by": wrong_key()},
    "the key whose public half everybody knows": {"signed_by": ec.derive_private_key(1, ec.SECP256R1())},
    "asked for inside another site's page": {"said": {"crossOrigin": True}},
    "asked for below another site": {"said": {"topOrigin": "https://evil.example"}},
    "a counter that went back": {"counter": 4},
    "a counter that stood still": {"counter": 5},
}


@pytest.mark.parametrize("how", FORGERIES)
def test_forged_answer_opens_nothing(app, door, who, how):
    key = door.join(app.test_client(), "amina")
    key.counter = 4
    assert door.sign_in(app.test_client(), key).status_code == 200  # the counter stands at five now
    stranger = app.test_client()
    answer = door.sign_in(stranger, key, FORGERIES[how])
    assert (answer.status_code, answer.get_json()["error"]) == (403, NOT_ACCEPTED)
    assert who(stranger) is None


def other_signature(body):
    raw = bytearray(unb64(body["response"]["signature"]))
    raw[-1] ^= 1
    body["response"]["signature"] = b64(bytes(raw))


def other_data(body):
    raw = bytearray(unb64(body["response"]["authenticatorData"]))
    raw[36] ^= 1
    body["response"]["authenticatorData"] = b64(bytes(raw))


def other_client(body):
    body["response"]["clientDataJSON"] = b64(unb64(body["response"]["clientDataJSON"]) + b" ")


TAMPERED = {
    "a bit of the signature": other_signature,
    "a bit of the counter": other_data,
    "a space in what the browser said": other_client,
    "left-over bytes": lambda b: b["response"].update(
        authenticatorData=b64(unb64(b["response"]["authenticatorData"]) + b"x")
    ),
    "cut-off data": lambda b: b["response"].update(authenticatorData=b64(b"x" * 20)),
    "no signature": lambda b: b["response"].pop("signature"),
    "no answer": lambda b: b.pop("response"),
    "an answer that is a list": lambda b: b.update(response=[]),
    "an id that is not the raw id": lambda b: b.update(id=b64(b"other")),
    "a raw id that is a number": lambda b: b.update(rawId=5),
    "another type of credential": lambda b: b.update(type="password"),
    "what the browser said is no JSON": lambda b: b["response"].update(clientDataJSON=b64(b"{")),
    "what the browser said is a list": lambda b: b["response"].update(clientDataJSON=b64(b"[]")),
    "letters that are no base64": lambda b: b["response"].update(userHandle="é"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tampered_answer_opens_nothing(app, door, who, how):
    key = door.join(app.test_client(), "amina")
    stranger = app.test_client()
    key.counter += 1
    body = key.show(door.challenge(stranger))
    TAMPERED[how](body)
    answer = stranger.post("/auth/sign-in", json=body)
    assert (answer.status_code, answer.get_json()["error"]) == (403, NOT_ACCEPTED)
    assert who(stranger) is None


def test_overheard_answer_can_not_be_used_again(app, door, who):
    key = door.join(app.test_client(), "amina")
    client, thief = app.test_client(), app.test_client()
    key.counter = 1
    body = key.show(door.challenge(client))
    assert client.post("/auth/sign-in", json=body).status_code == 200
    door.challenge(thief)
    for browser in (client, thief):
        browser.get("/sign-in")
        assert browser.post("/auth/sign-in", json=body).status_code == 403
    assert who(thief) is None


def test_answer_to_another_browsers_challenge_is_refused(app, door, who):
    """An attacker can't sign somebody else's browser in as himself with an answer he prepared."""
    key = door.join(app.test_client(), "nia")
    attacker, victim = app.test_client(), app.test_client()
    key.counter = 1
    prepared = key.show(door.challenge(attacker))
    door.challenge(victim)
    assert victim.post("/auth/sign-in", json=prepared).status_code == 403
    assert app.test_client().post("/auth/sign-in", json=prepared).status_code == 403
    assert who(victim) is None


def test_refused_challenge_is_spent_too(app, door):
    key, client = door.join(app.test_client(), "amina"), app.test_client()
    options = door.challenge(client)
    with client.session_transaction() as kept:
        kept_id = kept["challenge"]
    assert client.post("/auth/sign-in", json=key.show(options, origin="https://evil.example")).status_code == 403
    with client.session_transaction() as kept:
        kept["challenge"] = kept_id
    key.counter = 1
    assert client.post("/auth/sign-in", json=key.show(options)).status_code == 403


def test_challenge_is_dead_after_five_minutes(app, door):
    key, client = door.join(app.test_client(), "amina"), app.test_client()
    with time_machine.travel(clock.now(), tick=False) as time:
        options = door.challenge(client)
        time.shift(301)
        key.counter = 1
        assert client.post("/auth/sign-in", json=key.show(options)).status_code == 403


def test_challenge_for_making_a_passkey_does_not_sign_in(app, door):
    client = app.test_client()
    key = door.join(client, "amina")
    options = door.creation(client)
    key.counter = 1
    assert client.post("/auth/sign-in", json=key.show(options)).status_code == 403


def test_unknown_known_and_suspended_get_the_same_bytes(app, door, cast, change):
    """Nobody learns which accounts there are (bars S8)."""
    known = door.join(app.test_client(), "amina")
    suspended = door.join(app.test_client(), "nia")
    removed = door.join(app.test_client(), "leo")
    change(Person, Person.id == cast["nia"], suspended_at=clock.now())
    change(Passkey, Passkey.person_id == cast["leo"], ended_at=clock.now())
    stranger = Authenticator(handle=cast["amina"].encode())
    answers = [
        door.sign_in(app.test_client(), known, {"signed_by": wrong_key()}),
        door.sign_in(app.test_client(), suspended, {"signed_by": wrong_key()}),
        door.sign_in(app.test_client(), removed),
        door.sign_in(app.test_client(), stranger),
    ]
    assert {(a.status_code, a.data) for a in answers} == {(403, answers[0].data)}
    shape = [sorted(a.headers.keys()) for a in answers]
    assert all(s == shape[0] for s in shape)


def test_only_the_owner_of_a_paused_account_hears_that_it_is_paused(app, door, cast, change, rows):
    """S3: who shows its own passkey may hand in what waits on their phone, and is let into nothing."""
    key, client = door.join(app.test_client(), "nia"), app.test_client()
    change(Person, Person.id == cast["nia"], suspended_at=clock.now())
    answer = door.sign_in(client, key)
    assert answer.status_code == 403 and "Your account is paused" in answer.json["error"]
    assert client.get("/pwa/who").json["person"] is None and client.get("/pwa/who").json["paused"] == cast["nia"]
    assert client.get("/me/", headers={"X-App": "1"}).json["held"] == "paused"
    assert client.post("/sync/items", json={"items": []}).json == {"receipts": []}


def test_unknown_passkey_costs_a_signature_check_too(app, door, monkeypatch):
    """Equal work for known and unknown, so that time does not tell (bars S8)."""
    import webauthn.authentication.verify_authentication_response as library

    checked = []
    real = library.verify_signature
    monkeypatch.setattr(library, "verify_signature", lambda **k: checked.append(1) or real(**k))
    known = door.join(app.test_client(), "amina")
    door.sign_in(app.test_client(), known, {"signed_by": wrong_key()})
    door.sign_in(app.test_client(), Authenticator(handle=b"x"))
    assert len(checked) == 2


def test_key_everybody_knows_opens_no_account_that_is_not_there(app, door, who):
    """The stand-in for unknown passkeys is a public key whose private half is one: it must open nothing."""
    one = Authenticator(key=ec.derive_private_key(1, ec.SECP256R1()), handle=b"")
    client = app.test_client()
    assert door.sign_in(client, one).status_code == 403
    assert who(client) is None


@pytest.mark.parametrize("where", ["/auth/sign-in", "/auth/passkeys", "/auth/passkeys/options"])
def test_secret_of_the_vault_is_thrown_back(app, door, where):
    """offline.md section 4: JSON of a browser's own making carries the secret; no body that has it is taken."""
    client = app.test_client()
    key = door.join(client, "amina")
    key.counter = 1
    body = key.show(door.challenge(client)) if where == "/auth/sign-in" else key.make(door.creation(client))
    body["clientExtensionResults"] = {"prf": {"enabled": True, "results": {"first": b64(b"s" * 32)}}}
    answer = client.post(where, json=body)
    assert answer.status_code == 400 and "secret" in answer.get_json()["error"]
    hidden = {"other": [{"deep": {"prf": {"results": {}}}}]}
    assert client.post(where, json=body | {"clientExtensionResults": {}} | hidden).status_code == 400


def test_bodies_that_are_no_answer_are_refused_kindly(app):
    client = app.test_client()
    deep = "[" * 100_000 + "]" * 100_000
    for body in ("", "{", "[]", "null", '"x"', deep, '{"x": "%s"}' % ("y" * 70_000)):
        answer = client.post("/auth/sign-in", data=body, content_type="application/json")
        assert answer.status_code in (400, 413), body[:20]


def test_sign_in_is_audited_and_counted_on_the_passkey(app, door, rows, cast):
    key = door.join(app.test_client(), "amina")
    key.counter = 6
    door.sign_in(app.test_client(), key)
    passkey = rows(Passkey, Passkey.person_id == cast["amina"])[0]
    assert passkey.sign_count == 7 and passkey.last_used_at
    traced = rows(AuditRow, AuditRow.what == "sign-in:passkey")[0]
    assert (traced.actor_id, traced.thing) == (cast["amina"], rows(SignIn)[-1].id)


def test_passkeys_without_a_counter_work_for_ever(app, door):
    """Synced passkeys always say nought."""
    key = door.join(app.test_client(), "amina")
    for _ in range(2):
        client = app.test_client()
        assert client.post("/auth/sign-in", json=key.show(door.challenge(client), counter=0)).status_code == 200


def test_plain_page_offers_the_button_and_the_way_back(app):
    page = app.test_client().get("/sign-in").get_data(as_text=True)
    assert 'data-behaviour="passkey-sign-in"' in page and 'href="/recover"' in page and "<noscript>" in page
