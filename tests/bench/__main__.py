"""Measure everything, print one table. `make bench` calls it with compressed copies of the static files."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tests.serving import Server

from . import batch, inside, machine, pages, phone, reconnect, table, triage, visits
from .table import Row, missing, say

DAYS = 90
WRITTEN = machine.ROOT / ".build" / "bench.json"


def main() -> int:
    """Print the table. 0 also when a goal is missed: this measures, it does not judge a build."""
    if not os.environ.get("STATIC_ROOT"):
        print("Run `make bench`: without compressed copies of the static files the bytes would be wrong.")
        return 2
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="lantern-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        head = machine.facts(folder, _browser(playwright, folder))
        print("\n".join(head))
        say(f"Loading the demo's {DAYS} days")
        server = Server(_made(folder / "data"), DAYS)
        try:
            parts = _parts(playwright, server, folder, wanted)
        finally:
            server.kill()
    table.write(WRITTEN, head, parts)
    table.heading()
    for title, rows in parts.items():
        table.show(title, rows)
    print("\nA ratio is of the quickest runs, unless it gives a range. (a to b) is the range of all runs.")
    print("The same rows for a program: .build/bench.json. Only some parts: make bench ARGS='sync batch'")
    return 0


def _parts(playwright: Playwright, server: Server, folder: Path, wanted: set[str]) -> dict[str, list[Row]]:
    children, profile = reconnect.children_of(server.data), folder / "profile"
    walked: list[tuple[list[pages.Page], set[str]]] = []

    def walk() -> list[Row]:
        with inside.lantern(inside.copied(server.data, folder / "pages")) as app:
            walked.append(pages.walk(app))
        return pages.summary(*walked[0])

    def first() -> list[Row]:
        server.start()
        return visits.first_visit(playwright, server, profile)

    steps: list[tuple[str, str, Callable[[], list[Row]]]] = [
        ("visits", "A carer's first visit", first),
        ("visits", "Later visits", lambda: visits.later_visit(playwright, server, profile)),
        ("pages", "Pages", walk),
        ("start", "Offline start", lambda: visits.offline_start(playwright, server, profile)),
        ("sync", "Reconnecting", lambda: reconnect.measure(playwright, server, profile, folder)),
        ("batch", "The server alone", lambda: batch.measure(server.data, folder / "batch", children)),
        ("triage", "Triage", lambda: triage.measure(server.data, folder / "triage", children)),
        ("pages", "Every kind of page, the largest of each", lambda: pages.kinds(walked[0][0])),
    ]
    wished = [(title, measure) for key, title, measure in steps if not wanted or key in wanted]
    return {f"{title} ({machine.others()})": _tried(title, measure) for title, measure in wished}


def _tried(title: str, measure: Callable[[], list[Row]]) -> list[Row]:
    """One part that breaks leaves the others standing; what broke stands in the table."""
    try:
        return measure()
    except Exception as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        say(f"{title} could not be measured: {error}")
        return [missing(title, reason[0][:200])]


def _browser(playwright: Playwright, folder: Path) -> str:
    with phone.browser(playwright, folder / "version") as context:
        return f"Chromium {context.browser.version}" if context.browser else "Chromium"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
