"""Bad input to /sync/items and to single posts: a receipt for each, never a 500, never an effect on neighbours."""

import gzip
import json
import uuid

import pytest

from carerapp.audit.models import AuditRow
from carerapp.demo.cast import SOUTH
from carerapp.people.models import Placement
from carerapp.recordings.models import Recording
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.sync.models import Receipt
from carerapp.sync.rules import MAX_BYTES, batch_hash, content_hash, hash_of
from tests.serving import recording_item


@pytest.fixture
def amina(client_of):
    return client_of("amina")


@pytest.fixture
def item(cast):
    return lambda text="We made pancakes.", **fields: recording_item(cast["child:jay"], text, **fields)


def send(client, *items, **headers):
    return client.post("/sync/items", json={"items": list(items)}, headers=headers)


def stored(app) -> set[str]:
    with app.app_context(), every_authority():
        return set(db.session.scalars(db.select(Recording.saw)))


def traces(app, kind: str) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(AuditRow.what).where(AuditRow.kind == kind)))


HOSTILE = [
    {"path": "/recordings"},
    {"path": "/no/such/place"},
    {"path": "/demo/sign-in"},
    {"path": "/sign-out"},
    {"path": "/sync/items"},
    {"path": "/triage/x/decisions"},
    {"path": "//evil.example/recordings/"},
    {"path": "/recordings/../sign-out"},
    {"path": "http://evil.example/"},
    {"id": "x"},
    {"id": None},
    {"fields": {}},
    {"fields": {"child": ["x"]}},
    {"fields": "words"},
    {"fields": {"child": [], "saw": []}},
    {"fields": {"child": ["\x00"], "saw": ["words"]}},
    {"fields": {"child": ["x" * 100_000], "saw": ["words"]}},
    {"made_at": "never"},
    {"made_at": "9999-12-31T23:59:59+00:00"},
    {"made_at": "0001-01-01T00:00:00+23:59"},
    {"zone": ["Europe/London"]},
    {"hash": "0" * 64},
    {"extra": "field"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: json.dumps(change)[:40])
def test_one_bad_item_gets_a_receipt_and_never_touches_its_neighbours(app, amina, item, change) -> None:
    """R14."""
    first, last = item("before"), item("after")
    answer = send(amina, first, item("bad") | change, last)
    assert answer.status_code == 200
    one, bad, two = answer.json["receipts"]
    assert one["outcome"] == two["outcome"] == "received"
    assert bad["status"] < 500
    assert {"before", "after"} <= stored(app)
    if bad["outcome"] != "received":
        assert any(bad["errors"].values()), "a refusal without a reason"


@pytest.mark.parametrize("thing", [None, 1, "text", [], [[]], True, {"a": 1}])
def test_what_is_no_item_at_all_is_refused_alone(app, amina, item, thing) -> None:
    receipts = send(amina, thing, item("after")).json["receipts"]
    assert [r["outcome"] for r in receipts] == ["refused", "received"] and stored(app) == {"after"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"items": 1}', b'{"items": {}}', b"\xff\xfe", b"[" * 100_000, b'"items"']
)
def test_what_is_no_batch_is_refused_whole(amina, body) -> None:
    answer = amina.post("/sync/items", data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.json["error"]


def test_too_many_and_too_much_are_refused_whole(app, amina, item) -> None:
    """design.md section 6: at most 500 items and 2 MiB a call."""
    one = item("many")
    assert send(amina, *[one | {"id": str(uuid.uuid4())} for _ in range(501)]).status_code == 413
    big = [item("x" * 19_000) for _ in range(MAX_BYTES // 19_000 + 1)]
    assert send(amina, *big).status_code == 413
    bomb = gzip.compress(b'{"items": [' + b" " * (50 * 1024 * 1024) + b"]}")
    packed = amina.post("/sync/items", data=bomb, content_type="application/json", headers={"Content-Encoding": "gzip"})
    assert packed.status_code == 413
    assert stored(app) == set()


def test_a_packed_batch_is_read_and_a_torn_one_refused(app, amina, item) -> None:
    packed = gzip.compress(json.dumps({"items": [item("packed")]}).encode())
    headers = {"Content-Encoding": "gzip"}
    torn = amina.post("/sync/items", data=packed[:-20], content_type="application/json", headers=headers)
    assert torn.status_code == 400 and stored(app) == set()
    whole = amina.post("/sync/items", data=packed, content_type="application/json", headers=headers)
    assert whole.json["receipts"][0]["outcome"] == "received" and stored(app) == {"packed"}


def test_words_that_did_not_arrive_whole_are_not_taken_and_can_come_again(app, amina, item) -> None:
    """R20: a body whose hash differs from what was announced is refused; the same id, whole, is taken later."""
    good = item("whole")
    right = content_hash(good["path"], good["fields"])
    torn = good | {"fields": good["fields"] | {"saw": ["who"]}, "hash": right}
    assert send(amina, torn).json["receipts"][0]["outcome"] == "refused"
    assert stored(app) == set()
    assert send(amina, good | {"hash": right}).json["receipts"][0]["outcome"] == "received"


def hash_of_all(items: list) -> str:
    return batch_hash(map(hash_of, items))


def test_a_batch_that_did_not_arrive_whole_is_not_taken_at_all(app, amina, item) -> None:
    """R20: one hash over the whole batch, in its order; nothing of a batch that differs is taken."""
    one, two = item("one"), item("two")
    announced = {"X-App": "1", "X-Content-Hash": hash_of_all([one, two])}
    torn = two | {"fields": two["fields"] | {"saw": ["tw"]}}
    for came in ([one, torn], [two, one], [one], [one, two, two], []):
        answer = send(amina, *came, **announced)
        assert answer.status_code == 400 and "did not arrive whole" in answer.json["error"]
    for claimed in ("", "x", announced["X-Content-Hash"].upper()):
        assert send(amina, one, two, **{"X-Content-Hash": claimed}).status_code == 400
    assert stored(app) == set()
    receipts = send(amina, one, two, **announced).json["receipts"]
    assert [(r["outcome"], r["hash"]) for r in receipts] == [("received", hash_of(one)), ("received", hash_of(two))]


@pytest.mark.parametrize("bad", [{"id": "x"}, {"made_at": "never"}, {"path": "/no/such/place"}, {"fields": {"a": "b"}}])
def test_a_bad_item_in_a_whole_batch_is_refused_alone(app, amina, item, bad) -> None:
    """R14 and R20: what can't be taken still counts in the batch's hash, and holds nobody back."""
    items = [item("before"), item("bad") | bad, item("after")]
    receipts = send(amina, *items, **{"X-Content-Hash": hash_of_all(items)}).json["receipts"]
    assert [r["outcome"] for r in receipts] == ["received", "refused", "received"]
    assert stored(app) == {"before", "after"}


def test_the_same_id_with_other_words_is_a_conflict_and_both_are_kept(app, amina, item) -> None:
    """R4, R12: the receipt says where the first words are, so that their author can read both before deciding."""
    good = item("mine")
    first = send(amina, good).json["receipts"][0]
    other = send(amina, good | {"fields": good["fields"] | {"saw": ["not mine"]}}).json["receipts"][0]
    assert (other["status"], other["outcome"]) == (409, "conflict") and stored(app) == {"mine"}
    assert other["location"] == first["location"] and first["location"].startswith("/recordings/")


def test_another_persons_words_are_held_and_not_sent_as_mine(app, amina, cast, item) -> None:
    """design.md section 7: items never cross."""
    answer = send(amina, item(), **{"X-Vault-User": cast["ben"]})
    assert answer.status_code == 401 and answer.json == {"held": "other-person"} and stored(app) == set()


def test_nobody_signed_in_is_told_so_and_nothing_is_taken(app, client_of, item) -> None:
    answer = send(client_of(None), item(), **{"X-App": "1"})
    assert answer.status_code == 401 and answer.json == {"held": "signed-out"} and stored(app) == set()


@pytest.mark.parametrize("child", ["child:leo", "child:kit", "nobody"])
def test_somebody_elses_child_is_refused_with_one_reason_and_a_trace(app, client_of, cast, child) -> None:
    """S1: next door's child, another authority's, no child: the same words for each."""
    client = client_of("amina")
    receipt = send(client, recording_item(cast.get(child, "no-such-child"), "words")).json["receipts"][0]
    assert (receipt["status"], receipt["outcome"]) == (404, "refused") and receipt["errors"]
    assert stored(app) == set()
    assert "recording_write" in traces(app, "refused")


def test_an_ended_placement_is_refused_with_a_reason_that_helps(app, amina, cast, item) -> None:
    """The words stay on the phone; the reason says what our records say and what to do."""
    with app.app_context(), every_authority():
        placement = db.session.query(Placement).filter_by(child_id=cast["child:jay"]).one()
        placement.ends_on = clock.today()
        db.session.commit()
    receipt = send(amina, item("after the move")).json["receipts"][0]
    assert receipt["outcome"] == "refused" and stored(app) == set()
    assert "Jay" in str(receipt["errors"])


def test_nobody_can_claim_to_be_somebody_else_or_somewhere_else(app, amina, cast, item) -> None:
    """S12: extra fields are not taken: author, authority, household, times, decisions."""
    claims = {
        "author_id": cast["zed"], "authority_id": "placement-support", "household_id": cast["home:prosser"],
        "id": "chosen", "sent_at": "2020-01-01", "late": "", "person": cast["ben"], "role": "admin", "read_at": "now",
    }  # fmt: skip
    assert send(amina, item("claims", **claims)).json["receipts"][0]["outcome"] == "received"
    with app.app_context(), every_authority():
        found = db.session.query(Recording).one()
    assert (found.author_id, found.authority_id, found.household_id) == (cast["amina"], SOUTH, cast["home:rahman"])
    assert found.id != "chosen" and found.sent_at.year > 2020


def test_a_single_post_has_the_same_receipt_as_a_batch(app, amina, item) -> None:
    one = item("alone")
    headers = {
        "X-App": "1", "Idempotency-Key": one["id"], "X-Queued-At": one["made_at"], "X-TZ": one["zone"],
        "X-Content-Hash": content_hash(one["path"], one["fields"]),
    }  # fmt: skip
    first = amina.post("/recordings/", data=one["fields"], headers=headers)
    again = amina.post("/recordings/", data=one["fields"], headers=headers)
    assert first.status_code == again.status_code == 200
    assert first.data == again.data and again.headers["X-Replayed"] == "1" and "X-Replayed" not in first.headers
    assert send(amina, one).json["receipts"][0] == first.json
    assert stored(app) == {"alone"}


def test_a_refused_single_post_says_why_at_the_field_and_is_remembered(app, amina, item) -> None:
    one = item("", how="")
    headers = {"X-App": "1", "Idempotency-Key": one["id"], "X-Queued-At": one["made_at"], "X-TZ": one["zone"]}
    first = amina.post("/recordings/", data=one["fields"], headers=headers)
    assert first.status_code == 422 and first.json["outcome"] == "refused" and first.json["errors"]["saw"]
    assert amina.post("/recordings/", data=one["fields"], headers=headers).data == first.data
    with app.app_context(), every_authority():
        assert db.session.query(Receipt).count() == 1 and db.session.query(Recording).count() == 0


def test_a_receipt_of_one_person_tells_nobody_else_anything(app, amina, client_of, item) -> None:
    """Another person's id is a different row: it can be neither probed nor taken."""
    mine = item("mine")
    send(amina, mine)
    ben = send(client_of("ben"), mine | {"fields": mine["fields"] | {"saw": ["ben's"]}})
    assert ben.json["receipts"][0]["outcome"] == "received" and stored(app) == {"mine", "ben's"}


def test_the_phones_time_its_zone_and_its_error_are_kept(app, amina, item) -> None:
    """R11: 25 October 2026, 1:30am happens twice; a phone three hours fast says so."""
    twice = item("twice") | {"made_at": "2026-10-25T01:30:00+00:00"}
    send(amina, twice, **{"X-Sent-At": clock.now().replace(microsecond=0).isoformat()})
    with app.app_context(), every_authority():
        found = db.session.query(Recording).one()
    assert found.made_offset == 0 and found.made_zone == "Europe/London" and abs(found.skew) <= 5


@pytest.mark.parametrize("path", ["/", "/recordings/", "/sync/pack", "/files/recordings.json"])
def test_an_open_phone_of_one_person_never_fetches_what_is_anothers(client_of, cast, path) -> None:
    """Ben signs in in another tab: Amina's open phone is told so, and is shown nothing of his."""
    answer = client_of("ben").get(path, headers={"X-App": "1", "X-Vault-User": cast["amina"]})
    assert answer.status_code == 401 and answer.json == {"held": "other-person"}


def test_a_packed_batch_with_a_wrong_bit_is_never_a_fault_of_ours(amina, item) -> None:
    packed = gzip.compress(json.dumps({"items": [item("packed")]}).encode())
    headers = {"Content-Encoding": "gzip"}
    for at in range(0, len(packed), 3):
        torn = packed[:at] + bytes([packed[at] ^ 0x5A]) + packed[at + 1 :]
        answer = amina.post("/sync/items", data=torn, content_type="application/json", headers=headers)
        assert answer.status_code in (200, 400), at


@pytest.mark.parametrize("path", ["/me/sign-ins/ending", "/me/recovery-codes", "/sign-out", "/no/such/place"])
def test_what_may_not_wait_is_not_done_from_a_waiting_list(amina, path) -> None:
    key = str(uuid.uuid4())
    answer = amina.post(path, headers={"X-App": "1", "Idempotency-Key": key})
    assert answer.status_code == 404 and (answer.json["id"], answer.json["outcome"]) == (key, "refused")
    assert amina.get("/pwa/who").json["person"], "it was done all the same"


@pytest.mark.parametrize(
    ("who", "change", "status"),
    [
        ("amina", {"X-Queued-At": "never"}, 400),
        ("amina", {"Idempotency-Key": "-" * 36}, 400),
    ],
)
def test_a_single_post_refused_at_the_door_still_gets_a_receipt(client_of, item, who, change, status) -> None:
    """A phone that gets no receipt would try for ever and hold back what stands behind."""
    one = item("alone")
    headers = {"X-App": "1", "Idempotency-Key": one["id"], "X-Queued-At": one["made_at"], "X-TZ": one["zone"]} | change
    answer = client_of(who).post("/recordings/", data=one["fields"], headers=headers)
    assert (answer.status_code, answer.json["outcome"], answer.json["hash"]) == (status, "refused", None)
    assert answer.json["id"] == headers["Idempotency-Key"] and answer.json["errors"][""]


@pytest.mark.parametrize("who", ["quinn", "sam"])
def test_who_never_writes_recordings_gets_a_receipt_that_names_the_item_and_is_remembered(client_of, item, who) -> None:
    """R14: the role says no inside the receipt, so that it is the same alone and in a batch, and on each repeat."""
    client, one = client_of(who), item("alone")
    headers = {"X-App": "1", "Idempotency-Key": one["id"], "X-Queued-At": one["made_at"], "X-TZ": one["zone"]}
    first = client.post("/recordings/", data=one["fields"], headers=headers)
    assert (first.status_code, first.json["outcome"]) == (404, "refused") and "kept" not in first.json
    assert first.json["hash"] == content_hash(one["path"], one["fields"])
    assert client.post("/recordings/", data=one["fields"], headers=headers).data == first.data
    assert send(client, one).json["receipts"][0] == first.json


def test_a_single_post_that_is_too_much_gets_a_receipt(amina, item) -> None:
    one = item("x" * 5_000_000)
    headers = {"X-App": "1", "Idempotency-Key": one["id"], "X-Queued-At": one["made_at"]}
    answer = amina.post("/recordings/", data=one["fields"], headers=headers)
    assert (answer.status_code, answer.json["id"], answer.json["outcome"]) == (413, one["id"], "refused")


def test_a_receipt_names_the_id_to_the_letter(amina, item) -> None:
    one = item("upper") | {"id": str(uuid.uuid4()).upper()}
    assert send(amina, one).json["receipts"][0]["id"] == one["id"]
