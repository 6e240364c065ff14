"""Sealed copies: what a locked phone sends is taken as if it had been unlocked, or not at all."""

import base64
import gzip
import json
import os
import stat
import uuid
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from carerapp import create_app
from carerapp.audit.models import AuditRow
from carerapp.people.models import Person
from carerapp.recordings.models import Recording
from carerapp.shell import clock, seal_keys
from carerapp.shell.db import db, every_authority
from carerapp.shell.ids import to_base64url
from carerapp.sync.rules import MAX_BYTES, content_hash
from carerapp.sync.sealed import INFO
from tests.conftest import ENV
from tests.serving import recording_item


@pytest.fixture
def keys(app, tmp_path):
    """Where this test's keys lie."""
    app.config["SEAL_KEYS"] = tmp_path / "seal_keys.json"
    return app.config["SEAL_KEYS"]


@pytest.fixture
def amina(client_of, keys):
    return client_of("amina")


@pytest.fixture
def item(cast):
    return lambda text: recording_item(cast["child:jay"], text) | {"person": cast["amina"]}


def sealed(announced: str, item: dict, item_id: str | None = None) -> dict:
    """An item as a phone seals it to the key that the shell told it."""
    kid, point = announced.split(".")
    public = base64.urlsafe_b64decode(point + "==")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    mine = ec.generate_private_key(ec.SECP256R1())
    epk = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    key = HKDF(SHA256(), 32, epk, INFO).derive(mine.exchange(ec.ECDH(), theirs))
    iv = os.urandom(12)
    words = json.dumps({name: value for name, value in item.items() if name != "id"}).encode()
    ct = AESGCM(key).encrypt(iv, words, (item_id or item["id"]).encode())
    copy = {"kid": kid, "epk": to_base64url(epk), "iv": to_base64url(iv), "ct": to_base64url(ct)}
    return {"id": item["id"], "copy": copy}


def send(client, *copies, **headers):
    return client.post("/sync/sealed", json={"items": list(copies)}, headers=headers)


def outcomes(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [receipt["outcome"] for receipt in answer.json["receipts"]]


def stored(app) -> list[str]:
    with app.app_context(), every_authority():
        return sorted(db.session.scalars(db.select(Recording.saw)))


def test_a_copy_is_taken_as_the_item_itself_and_only_once(app, keys, amina, item) -> None:
    """R4: by whichever lane it comes, the same words get the same receipt."""
    first, second = item("sent by a locked phone"), item("and one more")
    key = seal_keys.announced(keys)
    by_copy = send(amina, sealed(key, first), sealed(key, second))
    assert outcomes(by_copy) == ["received", "received"]
    receipt = by_copy.json["receipts"][0]
    assert (receipt["id"], receipt["hash"]) == (first["id"], content_hash(first["path"], first["fields"]))
    assert send(amina, sealed(key, first), sealed(key, second)).data == by_copy.data
    assert amina.post("/sync/items", json={"items": [first, second]}).data == by_copy.data
    assert stored(app) == ["and one more", "sent by a locked phone"]


def test_what_a_locked_phone_keeps_of_a_receipt_names_no_words_to_a_thief(app, keys, amina, item) -> None:
    """S4 R20: the content's hash comes with the salt that only the sealed copy and the open vault have."""
    one = item("He slept well.")
    salted = sealed(seal_keys.announced(keys), one | {"salt": "as random as an id"})
    (receipt,) = send(amina, salted).json["receipts"]
    plain = content_hash(one["path"], one["fields"])
    assert receipt["hash"] == sha256(f"as random as an id{plain}".encode()).hexdigest()
    assert send(amina, salted).json["receipts"] == [receipt]
    assert amina.post("/sync/items", json={"items": [one]}).json["receipts"][0]["hash"] == plain


@pytest.mark.parametrize("part", ["kid", "epk", "iv", "ct", "id"])
def test_a_copy_that_does_not_open_is_put_off_and_its_neighbours_are_taken(app, keys, amina, item, part) -> None:
    """R20: `later` with a reason; never an answer that lets go of the words."""
    key = seal_keys.announced(keys)
    torn = sealed(key, item("torn"))
    if part == "id":
        torn["id"] = str(uuid.uuid4())
    else:
        torn["copy"][part] = torn["copy"][part][:-4] + ("AAAA" if not torn["copy"][part].endswith("AAAA") else "BBBB")
    answer = send(amina, torn, sealed(key, item("whole")))
    assert outcomes(answer) == ["later", "received"] and stored(app) == ["whole"]
    receipt = answer.json["receipts"][0]
    assert receipt["id"] == torn["id"] and receipt["hash"] is None and receipt["errors"][""]


@pytest.mark.parametrize("copy", [None, "text", [], {}, {"kid": 1, "epk": 2, "iv": 3, "ct": 4}, {"kid": "x"}])
def test_what_is_no_copy_is_put_off(app, amina, copy) -> None:
    assert outcomes(send(amina, {"id": str(uuid.uuid4()), "copy": copy})) == ["later"]


@pytest.mark.parametrize("iv", ["", "AA", "A" * 400])
def test_odd_parts_of_a_copy_are_put_off(keys, amina, item, iv) -> None:
    copy = sealed(seal_keys.announced(keys), item("odd"))
    copy["copy"]["iv"] = iv
    assert outcomes(send(amina, copy)) == ["later"]


@pytest.mark.parametrize("inside", [None, 1, "words", [], [["person"]]])
def test_what_is_no_item_inside_is_put_off(app, keys, amina, inside) -> None:
    one = {"id": str(uuid.uuid4())}
    kid, point = seal_keys.announced(keys).split(".")
    copy = sealed(f"{kid}.{point}", one | {"x": 1})
    key = seal_keys.newest(keys)
    mine = ec.generate_private_key(ec.SECP256R1())
    epk = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = HKDF(SHA256(), 32, epk, INFO).derive(mine.exchange(ec.ECDH(), key.private.public_key()))
    ct = AESGCM(secret).encrypt(b"0" * 12, json.dumps(inside).encode(), one["id"].encode())
    copy["copy"] |= {"epk": to_base64url(epk), "iv": to_base64url(b"0" * 12), "ct": to_base64url(ct)}
    assert outcomes(send(amina, copy)) == ["later"] and stored(app) == []


def test_a_refusal_names_the_words_that_were_refused(keys, amina, item) -> None:
    bad = item("about nobody")
    bad["fields"]["child"] = ["x"]
    receipt = send(amina, sealed(seal_keys.announced(keys), bad)).json["receipts"][0]
    assert receipt["outcome"] == "refused" and receipt["hash"] == content_hash(bad["path"], bad["fields"])


def test_a_copy_is_never_taken_as_somebody_elses_words(app, keys, client_of, amina, item, cast) -> None:
    """R15: whoever is signed in, what Amina wrote goes out as Amina's or not at all."""
    key = seal_keys.announced(keys)
    ben = client_of("ben")
    for person in (cast["amina"], None, "", 0, [cast["ben"]]):
        assert outcomes(send(ben, sealed(key, item("hers") | {"person": person}))) == ["later"]
    held = send(ben, sealed(key, item("hers")), **{"X-Vault-User": cast["amina"]})
    assert (held.status_code, held.json["held"]) == (401, "other-person")
    nobody = send(client_of(None), sealed(key, item("hers")))
    assert (nobody.status_code, nobody.json["held"]) == (401, "signed-out")
    assert stored(app) == []


def test_the_same_limits_hold_as_for_items(app, keys, amina, item) -> None:
    """design.md section 6: at most 500 and 2 MiB a call; a bomb is not unpacked."""
    one = sealed(seal_keys.announced(keys), item("many"))
    assert send(amina, *[one] * 501).status_code == 413
    assert send(amina, {"id": one["id"], "copy": one["copy"] | {"ct": "A" * MAX_BYTES}}).status_code == 413
    bomb = gzip.compress(b'{"items": [' + b" " * (50 * 1024 * 1024) + b"]}")
    how = {"data": bomb, "content_type": "application/json", "headers": {"Content-Encoding": "gzip"}}
    assert amina.post("/sync/sealed", **how).status_code == 413
    deep = sealed(seal_keys.announced(keys), item("deep") | {"fields": json.loads("[" * 900 + "]" * 900)})
    assert outcomes(send(amina, deep)) == ["refused"]
    assert amina.post("/sync/sealed", data=b"{", content_type="application/json").status_code == 400
    assert amina.post("/sync/sealed", data={"items": "x"}, headers={"X-App": "1"}).status_code == 415
    assert stored(app) == []


def test_another_site_cannot_post_copies(keys, amina, item) -> None:
    """S12."""
    copy = sealed(seal_keys.announced(keys), item("from elsewhere"))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert send(amina, copy, **headers).status_code == 403


@pytest.mark.parametrize("how", ["pack", "items", "sealed", "alone"])
def test_a_server_that_forgot_what_it_received_says_so_at_every_contact(keys, client_of, amina, item, how) -> None:
    """R22: a database put back to an earlier day does not know the item that this phone names."""
    known, other = item("known"), item("another")
    send(amina, sealed(seal_keys.announced(keys), known))
    form = {name: values[0] for name, values in other["fields"].items()}
    ways = {
        "pack": lambda named: amina.get("/sync/pack?kind=pin", headers=named),
        "items": lambda named: amina.post("/sync/items", json={"items": [other]}, headers=named),
        "sealed": lambda named: send(amina, sealed(seal_keys.announced(keys), other), **named),
        "alone": lambda named: amina.post(
            other["path"], data=form, headers=named | {"X-App": "1", "Idempotency-Key": other["id"]}
        ),
    }
    for last, said in ((known["id"], None), (str(uuid.uuid4()), "1"), ("x" * 500, "1")):
        answer = ways[how]({"X-Last-Received": last})
        assert answer.status_code == 200 and answer.headers.get("X-Offer-Again") == said
    assert "X-Offer-Again" not in ways[how]({}).headers
    theirs = client_of("ben").get("/sync/pack?kind=pin", headers={"X-Last-Received": known["id"]})
    assert theirs.headers["X-Offer-Again"] == "1", "nobody learns which numbers another person's items have"


def put_back(app) -> None:
    """The database has nothing of what was received."""
    with app.app_context(), every_authority():
        for table in ("audit", "events", "triage_waiting", "clocks", "receipts", "recordings"):
            db.session.execute(db.text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
            db.session.execute(db.text(f"DELETE FROM {table}"))
        db.session.commit()


def test_that_the_last_item_came_back_by_another_way_hides_no_restore(app, keys, amina, item) -> None:
    """R22: a saved file that was handed in, or another phone, brings it back; all that came before it is still lost."""
    key, last = seal_keys.announced(keys), item("the last before the restore")
    (first,) = send(amina, sealed(key, last)).json["receipts"]
    names = {"X-Last-Received": first["id"], "X-Last-At": first["at"]}
    assert "X-Offer-Again" not in amina.get("/sync/pack?kind=pin", headers=names).headers
    put_back(app)
    (again,) = send(amina, sealed(key, last)).json["receipts"]
    assert again["at"] != first["at"]
    assert amina.get("/sync/pack?kind=pin", headers=names).headers["X-Offer-Again"] == "1"
    old = {"X-Last-Received": first["id"]}  # a phone of release 1 says no more than that
    assert "X-Offer-Again" not in amina.get("/sync/pack?kind=pin", headers=old).headers
    names["X-Last-At"] = again["at"]
    assert "X-Offer-Again" not in amina.get("/sync/pack?kind=pin", headers=names).headers


def test_a_refusal_tells_of_a_restore_as_well(app, keys, amina, item, cast) -> None:
    """R22, R14: what is refused, or kept for a manager, becomes what the phone names last."""
    lost = {"X-Last-Received": str(uuid.uuid4()), "X-Last-At": "2026-05-03T18:42:00+00:00"}
    for child, status in (("nobody", 404), (cast["child:jay"], 422)):
        alone = {"Idempotency-Key": str(uuid.uuid4()), "X-Queued-At": "2026-05-03T18:42:00+01:00"}
        answer = amina.post("/recordings/", data={"child": child, "saw": ""}, headers=lost | alone)
        assert (answer.status_code, answer.headers.get("X-Offer-Again")) == (status, "1")


def test_a_paused_author_hears_of_a_restore(app, keys, amina, item, cast) -> None:
    """R22, S3: what she sent before the pause is given to Lantern again, whose manager has it then."""
    key = seal_keys.announced(keys)
    with app.app_context(), every_authority():
        db.session.get(Person, cast["amina"]).suspended_at = clock.now()
        db.session.commit()
    answer = send(amina, sealed(key, item("after the pause")), **{"X-Last-Received": str(uuid.uuid4())})
    assert outcomes(answer) == ["refused"] and answer.headers["X-Offer-Again"] == "1"


def test_what_leans_on_something_not_offered_yet_is_put_off_and_not_refused(app, keys, amina, item) -> None:
    """R22: an addition made on one phone comes back before its day, which another phone has."""
    key, day = seal_keys.announced(keys), item("the day")
    added = item("and then he slept") | {
        "path": f"{send(amina, sealed(key, day)).json['receipts'][0]['location']}/amendments"
    }
    put_back(app)
    again = {"X-Offered-Again": "1"}
    assert outcomes(send(amina, sealed(key, added), **again)) == ["later"]
    assert outcomes(send(amina, sealed(key, day), **again)) == ["received"]
    assert outcomes(send(amina, sealed(key, added), **again)) == ["received"]
    assert stored(app) == ["and then he slept", "the day"]


@pytest.mark.parametrize("made_at", ["2026-05-03T18:42:00+01:00", "2026-05-03T18:43:00+01:00"])
@pytest.mark.parametrize("neighbours", [0, 2])
def test_of_two_texts_under_one_id_each_is_taken_when_it_is_offered_again(app, keys, amina, item, made_at, neighbours):
    """R4, R22: two phones with one disk, and a server put back: neither phone can give its own another id any more."""
    key, first = seal_keys.announced(keys), item("the end, on the old phone")
    second = item("the end, on the new phone") | {"id": first["id"], "made_at": made_at}
    others = [sealed(key, item(f"another day, {n}")) for n in range(neighbours)]
    assert outcomes(send(amina, sealed(key, first))) == ["received"]
    assert outcomes(send(amina, sealed(key, second))) == ["conflict"], "a phone that can read it gives it another id"
    assert len(stored(app)) == 1
    again = {"X-Offered-Again": "1"}
    for _ in range(2):
        answer = send(amina, *others, sealed(key, second), **again)
        assert outcomes(answer) == ["received"] * (neighbours + 1)
        receipt = answer.json["receipts"][-1]
        assert (receipt["id"], receipt["hash"]) == (first["id"], content_hash(second["path"], second["fields"]))
        assert "the new phone" in amina.get(receipt["location"]).text
        assert len(stored(app)) == 2 + neighbours
    assert outcomes(send(amina, sealed(key, first), **again)) == ["received"]
    assert len(stored(app)) == 2 + neighbours


def test_what_is_refused_beside_other_words_is_asked_about_once_at_each_offer(app, keys, amina, item, cast) -> None:
    """R4, S13: a phone offers it every hour, and each hour leaves the one trace that it would leave anywhere."""
    key, first = seal_keys.announced(keys), item("the end, on the old phone")
    next_door = recording_item(cast["child:leo"], "the end, on the new phone")
    second = next_door | {"id": first["id"], "person": cast["amina"]}
    assert outcomes(send(amina, sealed(key, first))) == ["received"]
    for hours in (1, 2):
        answer = send(amina, sealed(key, second), **{"X-Offered-Again": "1"})
        assert outcomes(answer) == ["later"] and answer.json["receipts"][0]["status"] == 404
        with app.app_context():
            refused = db.select(db.func.count(AuditRow.id)).where(AuditRow.kind == "refused")
            assert db.session.scalar(refused) == hours
    assert stored(app) == ["the end, on the old phone"]


# --- keys -----------------------------------------------------------------------------------------------------------


def test_what_was_sealed_to_the_last_key_still_opens_and_phones_hear_of_the_new_one(app, keys, amina, item) -> None:
    """A rotation on a running server: no restart, no copy lost, and a new worker that fetches the new shell."""
    old, worker = seal_keys.announced(keys), amina.get("/sw.js").text
    waiting = sealed(old, item("sealed before"))
    done = app.test_cli_runner().invoke(args=["seal-key", "rotate"])
    new = seal_keys.announced(keys)
    assert done.exit_code == 0 and new.split(".")[0] in done.output and new != old
    for page in ("/shell", "/me/"):
        assert f'<meta name="seal-key" content="{new}">' in amina.get(page).text
    assert amina.get("/sw.js").text != worker
    assert outcomes(send(amina, waiting, sealed(new, item("sealed after")))) == ["received", "received"]


def test_old_keys_go_after_half_a_year_and_not_before(keys, monkeypatch) -> None:
    first = seal_keys.newest(keys)
    today = clock.now()
    at = lambda days: monkeypatch.setattr(clock, "now", lambda: today + timedelta(days=days))  # noqa: E731
    at(400)  # however long it was the newest: what counts is since when phones seal to another
    assert seal_keys.rotate(keys)[1] == 0
    at(400 + 179)
    assert seal_keys.rotate(keys)[1] == 0 and seal_keys.by_name(keys, first.kid)
    at(400 + 181)
    assert seal_keys.rotate(keys)[1] == 1 and seal_keys.by_name(keys, first.kid) is None
    assert len(seal_keys.keys(keys)) == 3


def test_only_the_server_can_read_its_keys(keys) -> None:
    seal_keys.newest(keys)
    seal_keys.rotate(keys)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert not list(keys.parent.glob("*.new"))


def test_two_servers_that_share_the_file_share_the_keys(keys, tmp_path) -> None:
    """SEAL_KEYS: one file for several machines."""
    one, two = (
        create_app(ENV | {"DATA": str(tmp_path / name), "SEAL_KEYS": str(tmp_path / "shared.json")}, TESTING=True)
        for name in ("one", "two")
    )
    pages = [app.test_client().get("/shell").data for app in (one, two)]
    assert pages[0] == pages[1]
    one.test_cli_runner().invoke(args=["seal-key", "rotate"])
    assert pages[0] != two.test_client().get("/shell").data == one.test_client().get("/shell").data
