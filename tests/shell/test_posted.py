"""What is sent is read to its end before the database is asked for anything: a slow link holds up nobody else."""

import io
import json
import socket
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from carerapp.shell import posted

FORM, FILE = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'


class SlowLink(io.BytesIO):
    """A body that comes in drops. With each, somebody else writes: `held` if the database is not free for them."""

    def __init__(self, body: bytes, file: Path) -> None:
        super().__init__(body)
        self.file, self.drops, self.held = file, 0, 0

    def _drop(self, most: int) -> int:
        self.drops += 1
        rows = sqlite3.connect(self.file, timeout=0, isolation_level=None)
        try:
            rows.execute("begin immediate")
        except sqlite3.OperationalError:
            self.held += 1
        finally:
            rows.close()
        return most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._drop(64))

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[: self._drop(64)])


@pytest.mark.parametrize(
    ("path", "kind", "body", "status"),
    [
        ("/sync/items", "application/json", json.dumps({"items": [], "more": "x" * 500}).encode(), 200),
        ("/sync/sealed", "application/json", json.dumps({"items": [], "more": "x" * 500}).encode(), 200),
        ("/sync/copies", FILE, PART % (b"file", b'; filename="f"', b'{"items": []}') + b"--x--", 422),
        ("/recordings/", FORM, b"child={jay}&how=good&saw=" + b"x" * 500, 303),
    ],
)
def test_a_phone_on_a_slow_link_keeps_nobody_from_writing(app, client_of, cast, path, kind, body, status) -> None:
    """R3, R17: the write lock is not taken until all of the body is here."""
    amina = client_of("amina")
    body = body.replace(b"{jay}", cast["child:jay"].encode())
    link = SlowLink(body, app.config["DATA"] / "lantern.sqlite")
    how = {"input_stream": link, "content_length": len(body), "content_type": kind}
    answer = amina.post(path, headers={"X-App": "1", "HX-Request": "true"}, **how)
    assert answer.status_code == status, answer.text
    assert link.drops > 1 and link.held == 0


def test_a_link_that_died_in_the_middle_is_let_go_of(client_of, monkeypatch) -> None:
    """R3: a phone that went into a tunnel never says so; whoever waited for the rest of it for ever would stop here."""
    monkeypatch.setattr(posted, "SILENCE", 0.2)
    amina = client_of("amina")
    ours, phones = socket.socketpair()
    with ours, phones, ours.makefile("rb") as body:
        phones.sendall(b'{"items":')
        ours.settimeout(10)
        began = time.monotonic()
        answer = amina.post(
            "/sync/items",
            content_type="application/json",
            environ_overrides={"gunicorn.socket": ours, "wsgi.input": body, "CONTENT_LENGTH": "5000"},
        )
        assert answer.status_code == 400 and time.monotonic() - began < 5
        assert ours.gettimeout() is None
