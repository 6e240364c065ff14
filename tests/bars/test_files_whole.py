"""R21, as far as there are files: what somebody takes away is whole and their own, or plainly no file at all.

No file goes up in this release, so words never wait for one. What goes down are a person's own recordings, as data and
on paper.
"""

import http.client
import io
import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.bars.figures import figure, reached
from tests.serving import Client, recording_item, serving

FILES = figure("R21_FILES", quick=40, full=500)
WHO = {"amina": "Jay", "ben": "Jay", "zed": "Kit"}
SECRET = {slug: f"zqvx{slug}kjwp" for slug in WHO}


@contextmanager
def cutting(port: int, after: int) -> Iterator[int]:
    """A line that dies after so many bytes from the server."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:

        def carry() -> None:
            phone, _ = door.accept()
            with phone, socket.create_connection(("127.0.0.1", port)) as server:
                server.sendall(phone.recv(65_536))
                left = after
                while left and (bytes_ := server.recv(min(left, 65_536))):
                    phone.sendall(bytes_)
                    left -= len(bytes_)

        thread = threading.Thread(target=carry)
        thread.start()
        yield door.getsockname()[1]
        thread.join(20)


def taken(port: int, cookie: str, path: str) -> bytes:
    """A file, as a browser saves it. Raises when it was not whole."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        body = answer.read()
        assert answer.status == 200 and "attachment" in (answer.headers["Content-Disposition"] or "")
    return body


def words_of(path: str, body: bytes) -> str:
    """What stands in it, if it is whole."""
    if path.endswith(".json"):
        return json.dumps(json.loads(body))
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


@pytest.mark.slow
def test_files_are_whole_and_nobody_elses(tmp_path: Path) -> None:
    """R21: many taken at once by three people, and each cut at every tenth of it."""
    with serving(tmp_path) as server:
        clients = {slug: Client(server.port).sign_in(slug) for slug in WHO}
        now = {"made_at": datetime.now().astimezone().isoformat()}
        with closing(sqlite3.connect(tmp_path / "lantern.sqlite")) as rows:
            for slug, name in WHO.items():
                ((child,),) = rows.execute("select id from children where name = ?", [name]).fetchall()
                sent = [recording_item(child, f"{SECRET[slug]} {n} {'and then ' * 300}") | now for n in range(5)]
                assert {receipt["outcome"] for receipt in clients[slug].send(sent)} == {"received"}

        def take(number: int) -> bool:
            slug = list(WHO)[number % len(WHO)]
            path = f"/files/recordings.{'pdf' if number % 5 == 0 else 'json'}"
            words = words_of(path, taken(server.port, clients[slug].cookie, path))
            return words.count(SECRET[slug]) == 5 and not any(SECRET[other] in words for other in WHO if other != slug)

        with ThreadPoolExecutor(6) as together:
            good = sum(together.map(take, range(FILES)))
        halves = cuts = 0
        for path in ("/files/recordings.json", "/files/recordings.pdf"):
            whole = len(taken(server.port, clients["amina"].cookie, path))
            for tenth in range(10):
                with cutting(server.port, 300 + whole * tenth // 10) as port:
                    cuts += 1
                    try:
                        taken(port, clients["amina"].cookie, path)
                        halves += 1
                    except (http.client.HTTPException, OSError):
                        pass
    reached("R21", "files taken by three people at once", FILES, least=500)
    assert reached("R21", "of these missing, torn or somebody else's", FILES - good, most=0)
    assert reached("R21", f"of {cuts} files cut at a tenth, those that passed for whole", halves, most=0)
