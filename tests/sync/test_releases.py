"""What the phone of an earlier release asks is taken by the server of today, and answered as it expects (R16)."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import Release, as_bytes, releases
from tests.fixtures.serve import serving_from
from tests.serving import Answer, Client

pytestmark = pytest.mark.slow
OF_THE_MOMENT = frozenset({"now", "at", "location", "sign_in"})


@pytest.mark.parametrize("release", releases(), ids=repr)
def test_its_requests_are_answered_as_they_were(release: Release, tmp_path: Path) -> None:
    """R16: for 90 days and more; nothing that its phone reads in an answer is missing or says something else."""
    with serving_from(release, tmp_path / "data") as server:
        phone = Client(server.port).sign_in("amina")
        for exchange in release.wire:
            headers = {name.title(): value for name, value in exchange["headers"].items() if name != "accept-encoding"}
            answer = phone.request(exchange["method"], exchange["path"], as_bytes(exchange["body"]) or None, **headers)
            as_before(exchange, answer)


def as_before(exchange: dict[str, Any], answer: Answer) -> None:
    """The same status; at least the same words in the headers that phones read; the same facts in JSON."""
    before = exchange["answer"]
    assert answer.status == before["status"], f"{exchange['kind']}: {answer.status}, {answer.body[:300]!r}"
    for name in ("content-type", "x-hold", "x-hold-scope", "x-hold-days"):
        assert answer.headers.get(name) == before["headers"].get(name), f"{exchange['kind']}: {name}"
    if before["headers"]["content-type"] == "application/json":
        holds(json.loads(before["body"]), answer.json, exchange["kind"])
    else:
        assert b"<html" not in answer.body and b'id="main"' in answer.body, f"{exchange['kind']} is no fragment"


def holds(before: Any, now: Any, where: str) -> None:
    """Everything that stood in the answer before stands in it now; more may stand beside it."""
    if isinstance(before, dict):
        assert isinstance(now, dict), where
        for name, value in before.items():
            assert name in now, f"{where}: {name} is gone"
            if name in OF_THE_MOMENT:
                assert type(now[name]) is type(value), f"{where}: {name}"
            elif name == "pages":
                assert set(now[name]) >= {page for page in value if "/recordings/0" not in page}, where
            else:
                holds(value, now[name], f"{where}.{name}")
    elif isinstance(before, list):
        assert len(before) == len(now), where
        for at, (one, other) in enumerate(zip(before, now, strict=True)):
            holds(one, other, f"{where}[{at}]")
    else:
        assert before == now, f"{where}: {before!r} became {now!r}"
