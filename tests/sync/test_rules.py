"""Items and their hash: the phone and the server must agree to the byte (bars R4, R20)."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carerapp.shell.ids import id_of, new_id
from carerapp.sync.rules import NotAnItem, batch_hash, content_hash, hash_of, read_item

JS = Path(__file__).parents[1] / "js"
VECTORS = json.loads((JS / "hash_vectors.json").read_text())
BATCHES = json.loads((JS / "batch_hash_vectors.json").read_text())
GOOD = {
    "id": "0198c0de-0000-7000-8000-000000000001",
    "path": "/recordings/",
    "fields": {"child": ["x"], "saw": ["He laughed."]},
    "made_at": "2026-10-25T01:30:00+01:00",
    "zone": "Europe/London",
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v.get("name", "vector"))
def test_the_phone_and_the_server_hash_the_same(vector) -> None:
    assert content_hash(vector["path"], vector["fields"]) == vector["hash"]


@pytest.mark.parametrize("vector", BATCHES, ids=lambda v: v["name"])
def test_the_phone_and_the_server_hash_a_whole_batch_the_same(vector) -> None:
    """R20."""
    assert batch_hash(vector["hashes"]) == vector["hash"]


@pytest.mark.parametrize("change", [{}, {"id": None}, {"made_at": "never"}, {"fields": {"\ud800": ["\udc00"]}}])
def test_what_came_is_hashed_as_the_phone_hashed_it_although_it_is_no_item(change) -> None:
    raw = GOOD | change
    assert hash_of(raw) == content_hash(raw["path"], raw["fields"])


@pytest.mark.parametrize("raw", [None, [], {}, GOOD | {"fields": {"a": "b"}}, GOOD | {"path": 1}])
def test_what_has_no_content_has_no_hash(raw) -> None:
    assert hash_of(raw) == ""


def test_a_good_item_is_read() -> None:
    item = read_item(GOOD)
    assert item.made_at.utcoffset().total_seconds() == 3600 and item.zone == "Europe/London"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "not-a-uuid"}, {"id": None}, {"id": 7}, {"id": "' or 1=1 --"}, {"id": "x" * 5000},
        {"path": "recordings"}, {"path": None}, {"path": "/recordings/?child=1"}, {"path": "/" + "a" * 500},
        {"fields": None}, {"fields": []}, {"fields": {"a": "b"}}, {"fields": {"a": [1]}}, {"fields": {"a": [None]}},
        {"made_at": "yesterday"}, {"made_at": None}, {"made_at": "2026-05-03T18:42:00"}, {"made_at": 12},
        {"hash": "abc"}, {"hash": 5},
    ],
)  # fmt: skip
def test_what_is_no_item_is_refused_with_a_reason(change) -> None:
    with pytest.raises(NotAnItem):
        read_item(GOOD | change)


@pytest.mark.parametrize("raw", [None, 1, "text", [], [GOOD]])
def test_what_is_no_object_is_refused(raw) -> None:
    with pytest.raises(NotAnItem):
        read_item(raw)


def test_an_unknown_zone_does_not_cost_the_words() -> None:
    assert read_item(GOOD | {"zone": "Mars/Olympus"}).zone == "UTC"


def test_what_is_offered_again_comes_back_under_its_old_id() -> None:
    """R22: what was added to it, and every address of it, still finds it; and ids still sort as they were made."""
    at = datetime(2026, 5, 3, 18, 42, tzinfo=UTC)
    made = id_of(at, "amina", GOOD["id"])
    assert made == id_of(at, "amina", GOOD["id"]) and len(made) == len(new_id())
    assert len({made, id_of(at, "ben", GOOD["id"]), id_of(at, "amina", "another"), id_of(at, "am", "inaanother")}) == 4
    assert id_of(at - timedelta(milliseconds=1), "amina", "z") < made < id_of(at + timedelta(milliseconds=1), "a", "b")
    for year in (1, 9999):
        assert len(id_of(datetime(year, 6, 1, tzinfo=UTC), "amina", GOOD["id"])) == len(made)
