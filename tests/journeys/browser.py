"""Real browsers for the journeys: a profile on a disk that survives closing and killing, and an ear for every fault."""

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright, expect

CHROMIUM = shutil.which(os.environ.get("CHROMIUM") or "chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # ms; two cores are shared by everything a machine does
expect.set_options(timeout=PATIENCE)
HERE = {"locale": "en-GB", "timezone_id": "Europe/London"}
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 800}}

# What the browser says when nobody answers, also when it fetches an icon, or when it is refused: no fault of a page.
NO_FAULT = re.compile(
    r"Failed to load resource: (net::ERR_|the server responded with a status of 4(?!04|05|15))"
    r"|following icon from the Manifest: \S+ \(Download error"
)
TELL_ON_POLICY = """
addEventListener('securitypolicyviolation', (e) =>
  console.error('POLICY', e.violatedDirective, e.blockedURI, e.sourceFile));
"""


class Faults:
    """Everything that a browser complained of. A journey that leaves any behind has failed."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """This journey does something on purpose that the browser will complain of."""
        self.expected.append(re.compile(pattern))

    def listen(self, context: BrowserContext) -> BrowserContext:
        """Hear every page of this context, now and later."""
        context.add_init_script(TELL_ON_POLICY)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._hear(f"error in the page: {error.error}"))
        return context

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._hear(f"{message.type}: {message.text} at {(message.location or {}).get('url', '')}")

    def _hear(self, text: str) -> None:
        if not NO_FAULT.search(text) and not any(pattern.search(text) for pattern in self.expected):
            self.heard.append(text)


class Phone:
    """A browser with a profile of its own. Closing it, or killing it, is what happens to phones."""

    def __init__(self, playwright: Playwright, profile: Path, url: str, faults: Faults, **how: Any) -> None:
        self.playwright, self.profile, self.url, self.faults = playwright, profile, url, faults
        self.how = {"viewport": SIZES["phone"], "has_touch": True} | how
        self.context: BrowserContext | None = None

    def open(self) -> "Phone":
        """Start the browser on its profile."""
        self.context = self._start(base_url=self.url, accept_downloads=True, **HERE, **self.how)
        self.context.set_default_timeout(PATIENCE)
        self.context.set_default_navigation_timeout(PATIENCE)
        self.faults.listen(self.context)
        return self

    def _start(self, **how: Any) -> BrowserContext:
        return self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=FLAGS, **how
        )

    @property
    def page(self) -> Page:
        """The page in front."""
        assert self.context
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def close(self) -> None:
        """As a person closes a browser."""
        if self.context:
            with suppress(Error):
                # What a test put on the way may still hold a request: its end must not fail whoever comes next.
                self.context.unroute_all(behavior="ignoreErrors")
                self.context.close()
            self.context = None

    def kill(self) -> None:
        """The whole tree of processes at once, with no goodbye: a battery, or a phone that runs out of memory."""
        kill_tree(main_process(self.profile))
        self.close()


OWN = "whoever opens a phone again, or kills it, marks the journey with own_browser"


class Borrowed(Phone):
    """A phone for one sitting, in a browser that runs already, for starting one is a quarter of a short journey's work.

    Nothing of it lies on a disk, so it is never opened again and can't be killed.
    """

    def __init__(self, browser: Browser, *phone: Any, **how: Any) -> None:
        super().__init__(*phone, **how)
        self.browser: Browser | None = browser

    def _start(self, **how: Any) -> BrowserContext:
        assert self.browser, OWN
        browser, self.browser = self.browser, None
        return browser.new_context(**how)

    def kill(self) -> None:
        raise AssertionError(OWN)


def main_process(profile: Path) -> int:
    """The process that runs the browser of this profile."""
    mark = f"--user-data-dir={profile}".encode()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            if mark in words and not any(word.startswith(b"--type=") for word in words):
                return int(entry.name)
    raise AssertionError(f"no browser runs on {profile}")


def kill_tree(root: int) -> None:
    """Stop all of a tree first, so that nothing in it can tidy up, then kill it."""
    found = [root, *_below(root)]
    for sign in (signal.SIGSTOP, signal.SIGKILL):
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, sign)
    deadline = time.monotonic() + 10
    while any(_lives(pid) for pid in found) and time.monotonic() < deadline:
        time.sleep(0.01)


def _below(root: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split() if entry.name.isdigit() else []
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        for child in parents.get(waiting.pop(), []):
            waiting.append(child)
            yield child


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
