"""A real server in a process of its own, for tests that stop, kill and restart it."""

import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOADED = Path(tempfile.gettempdir()) / "lantern-loaded"
MAKING, USING = range(2)
"""What a process has a lock on: one of two bytes of a file beside the folder."""


def free_port() -> int:
    """A port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demo_env(data: Path) -> dict[str, str]:
    """What a demo on this folder is told."""
    told = {"DEMO": "1", "DATA": str(data), "LANTERN_ENV": "demo", "PYTHONDONTWRITEBYTECODE": ""}
    return {name: value for name, value in (os.environ | told).items() if name != "ORIGIN"}


def flask(data: Path, *command: str) -> None:
    """One of the product's own commands, on this folder."""
    asked = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    done = subprocess.run(asked, cwd=ROOT, env=demo_env(data), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]


@cache
def loaded(days: int) -> Path:
    """A folder with the cast and so many days of recordings, which takes longer to make than most tests.

    Made once in a run, by the first of pytest's processes that wants it; a run that ends removes what nobody uses.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    data = LOADED / f"{run}-{days}"
    data.mkdir(parents=True, exist_ok=True)
    locks = os.open(f"{data}.locks", os.O_RDWR | os.O_CREAT)
    fcntl.lockf(locks, fcntl.LOCK_EX, 1, MAKING)
    if not os.fstat(locks).st_size:
        flask(data, "db", "upgrade")
        flask(data, "demo", "load", "--days", str(days))
        os.write(locks, b"made")
    fcntl.lockf(locks, fcntl.LOCK_SH, 1, USING)
    fcntl.lockf(locks, fcntl.LOCK_UN, 1, MAKING)
    return data


def forget_loaded() -> None:
    """Remove the loaded folders that no process uses or makes: this run's own, and those of a run that was killed."""
    for path in LOADED.glob("*.locks"):
        locks = os.open(path, os.O_RDWR)
        with suppress(BlockingIOError):
            fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink()
        os.close(locks)


class Server:
    """gunicorn as the demo runs it, on a folder of its own; what lies there already is brought up to date."""

    def __init__(self, data: Path, days: int = 0, workers: int = 2) -> None:
        self.data, self.workers, self.port = data, workers, free_port()
        self.env = demo_env(data) | {"PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None
        if (data / "lantern.sqlite").exists():
            flask(data, "db", "upgrade")
        else:
            shutil.copytree(loaded(days), data, dirs_exist_ok=True)

    @property
    def url(self) -> str:
        """Passkeys need localhost, not 127.0.0.1."""
        return f"http://localhost:{self.port}"

    def start(self) -> "Server":
        """Start, and wait until it answers."""
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", str(self.workers), "--threads", "16",
                 "-b", f"127.0.0.1:{self.port}", "--graceful-timeout", "1", "wsgi:app"],
                cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.answers():
                return self
            time.sleep(0.05)
        raise AssertionError("the server did not start: " + (self.data / "server.log").read_text()[-2000:])

    def answers(self) -> bool:
        """Is it up?"""
        try:
            return Client(self.port).get("/healthz").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def serving(data: Path, days: int = 0, workers: int = 2) -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(data, days, workers).start()
    try:
        yield server
    finally:
        server.kill()


class Answer:
    """What came back, read to the end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """The smallest phone: it keeps one cookie and says what our own page says."""

    def __init__(self, port: int, timeout: float = 20) -> None:
        self.port, self.timeout, self.cookie = port, timeout, ""

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own. Raises OSError when nothing answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        sent = {"Host": f"localhost:{self.port}", "X-App": "1"} | {k.replace("_", "-"): v for k, v in headers.items()}
        if self.cookie:
            sent["Cookie"] = self.cookie
        try:
            connection.request(method, path, body, sent)
            answer = Answer(connection.getresponse())
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = cookie.split(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.request("GET", path, **headers)

    def sign_in(self, slug: str) -> "Client":
        """As one of the cast, on the demo's page."""
        body = f"person={slug}".encode()
        answer = self.request("POST", "/demo/sign-in", body, Content_Type="application/x-www-form-urlencoded")
        assert answer.status == 303, answer.body
        return self

    def send(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A batch; the receipts. Raises OSError when nothing answers, or no whole answer comes."""
        body = json.dumps({"items": items}).encode()
        answer = self.request("POST", "/sync/items", body, Content_Type="application/json")
        if answer.status != 200:
            raise ConnectionError(f"{answer.status}")
        try:
            return answer.json["receipts"]
        except ValueError as error:
            raise ConnectionError("a torn answer") from error


def recording_item(child: str, text: str, **fields: str) -> dict[str, Any]:
    """An evening's recording as it waits on a phone."""
    return {
        "id": str(uuid.uuid4()),
        "path": "/recordings/",
        "fields": {name: [value] for name, value in ({"child": child, "how": "good", "saw": text} | fields).items()},
        "made_at": "2026-05-03T18:42:00+01:00",
        "zone": "Europe/London",
    }
