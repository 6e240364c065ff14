"""The README is true: its rooms are the rooms there are, its commands exist, and `make demo` serves."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from flask import Flask

from tests.serving import Client, free_port

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_every_room_is_on_the_map() -> None:
    rooms = {p.parent.name for p in (ROOT / "carerapp").glob("*/__init__.py")}
    assert rooms == set(re.findall(r"^\| `(\w+)` \|", README, re.M))


def test_every_path_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:carerapp|static|tests|templates)/[\w./-]*)`", README))
    missing = {path for path in named if not (ROOT / path).exists()}
    assert named and not missing


def test_every_make_word_is_a_word_of_make() -> None:
    words = set(re.findall(r"make ([a-z-]+)", README)) - {"it"}
    for word in words:
        done = subprocess.run(["make", "-n", word], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, f"make {word}: {done.stderr}"


def test_every_flask_command_is_there(app: Flask) -> None:
    for words in re.findall(r"flask --app wsgi ([a-z -]+)", README):
        group: object = app.cli
        for word in words.split():
            commands = getattr(group, "commands", {})
            assert word in commands, f"flask --app wsgi {words}"
            group = commands[word]


@pytest.mark.slow
def test_make_demo_serves_and_keeps_what_it_has(tmp_path: Path) -> None:
    """Set-up, and design.md section 6: running it again keeps the data."""
    port = free_port()
    env = os.environ | {"PORT": str(port), "DATA": str(tmp_path / "data")}
    for name in ("DEMO", "LANTERN_ENV", "ORIGIN", "SECRET_KEY", "MAKEFLAGS", "MAKELEVEL"):
        env.pop(name, None)
    for start in ("first", "again"):
        log = (tmp_path / f"{start}.log").open("wb")
        demo = subprocess.Popen(["make", "demo"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_it_serves(port, demo, tmp_path / f"{start}.log")
            assert Client(port).sign_in("amina").get("/").status == 200
        finally:
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(30)
            log.close()
    assert "is loaded already" in (tmp_path / "again.log").read_text()


def _wait_until_it_serves(port: int, demo: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert demo.poll() is None, log.read_text()[-2000:]
        try:
            answer = Client(port).get("/healthz")
            assert (answer.status, answer.json) == (200, {"status": "ok"})
            return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("make demo did not serve: " + log.read_text()[-2000:])
