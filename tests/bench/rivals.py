"""What Lantern's sending is held against, in the same browser and the same run: the floor, and PouchDB as it comes.

The floor (floor.py) is as little as can stand between a browser and a disk. PouchDB is what one would take instead of
an outbox of one's own; it is favoured here: its server checks no rights, writes no audit, and flushes nothing.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext

from tests.node import node
from tests.serving import ROOT, Client, free_port

from . import phone

PEER = ROOT / ".build" / "peer"
"""Where `make bench` puts PouchDB and its server."""


class Rival:
    """A page with `keep(items)` and `send(name)`, in a tab of its own."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page = context.new_page()
        self.wire = phone.Wire(self.page)
        self.page.goto(url)
        self.sent = 0

    def run(self, items: list[dict[str, Any]], **speed: float) -> dict[str, float]:
        """Keep these, then send them all. Ms from the first byte to the last receipt in `whole`."""
        self.page.bring_to_front()
        self.page.evaluate("items => keep(items)", items)
        self.sent += 1
        self.wire.network(**speed)
        answer: dict[str, float] = self.page.evaluate("name => send(name)", f"run-{self.sent}")
        self.wire.network()
        if answer["kept"] != len(items):
            raise AssertionError(f"{answer['kept']} of {len(items)} arrived")
        return answer


@contextmanager
def floor(context: BrowserContext, folder: Path) -> Iterator[Rival]:
    """One bare POST, one transaction, run by gunicorn as Lantern is."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}",
        "--no-control-socket", "--log-level", "error", "tests.bench.floor:app",
    ]  # fmt: skip
    with _serving(command, port, ROOT, {"FLOOR_DATA": str(folder / "floor.sqlite")}):
        yield Rival(context, f"http://localhost:{port}/")


@contextmanager
def pouch(context: BrowserContext, folder: Path) -> Iterator[Rival]:
    """PouchDB, replicating once and without back-off to a server of its own kind."""
    if not (PEER / "page.bundle.js").exists():
        raise FileNotFoundError("PouchDB is not installed: `make bench` does it")
    port = free_port()
    with _serving([*node(), str(PEER / "server.mjs"), str(port), str(folder / "pouch")], port, PEER, {}):
        yield Rival(context, f"http://localhost:{port}/")
    shutil.rmtree(folder / "pouch", ignore_errors=True)


@contextmanager
def _serving(command: list[str], port: int, where: Path, env: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=where, env=os.environ | env)
    try:
        _wait_for(port, command[0])
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, name: str) -> None:
    for _ in range(200):
        try:
            Client(port).get("/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{name} did not start")
