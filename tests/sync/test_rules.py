"""Items and their hash: the phone and the server must agree to the byte (bars R4, R20)."""

import json
from pathlib import Path

import pytest

from carerapp.sync.rules import NotAnItem, content_hash, read_item

VECTORS = json.loads((Path(__file__).parents[1] / "js" / "hash_vectors.json").read_text())
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
