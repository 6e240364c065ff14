"""A browser with none of the driver's switches, which turn off part of what leaks, and a look at every file of it."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS, PATIENCE, Faults, kill_tree
from tests.journeys.scan import Scan, Scanner

STEM = "zqvxkjwp"
SETTLED = 1.0  # s after the last key: what a browser puts down about a page in view, it has put down


class Plain:
    """A browser with none of the driver's switches, its profile, and its temporary files."""

    def __init__(self, driver: Playwright, folder: Path, url: str, faults: Faults) -> None:
        self.driver, self.folder, self.url, self.faults = driver, folder, url, faults
        self.profile = folder / "profile"
        self.process: subprocess.Popen[bytes] | None = None
        self.browser: Browser | None = None

    def open(self) -> "Plain":
        """Start it, and see what it shows."""
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [CHROMIUM, *FLAGS, "--headless=new", "--lang=en-GB", "--window-size=390,844", "--restore-last-session",
             "--remote-debugging-port=0", f"--user-data-dir={self.profile}"],
            env=os.environ | {"TMPDIR": str(self.folder / "tmp"), "TZ": "Europe/London"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.05)
        self.browser = self._connected(f"http://127.0.0.1:{port.read_text().split()[0]}")
        context = self.faults.listen(self.browser.contexts[0])
        context.set_default_timeout(PATIENCE)
        self.page.bring_to_front()  # a window behind others is drawn when there is time, which a click waits for
        return self

    def _connected(self, address: str) -> Browser:
        """A browser in the middle of starting may leave the first call unanswered."""
        for _ in range(3):
            with suppress(Error):
                return self.driver.chromium.connect_over_cdp(address, timeout=15_000)
        raise AssertionError("the browser did not answer")

    @property
    def page(self) -> Page:
        """The page in front."""
        assert self.browser
        context = self.browser.contexts[0]
        return context.pages[0] if context.pages else context.new_page()

    def goto(self, path: str) -> None:
        """By the address bar."""
        self.page.goto(self.url + path)

    def close(self) -> None:
        """As a person closes a browser: it puts away whatever it wants to keep."""
        assert self.browser and self.process
        with suppress(Error):
            self.browser.new_browser_cdp_session().send("Browser.close")
        self._ended()

    def kill(self) -> None:
        """The whole tree at once."""
        assert self.process
        kill_tree(self.process.pid)
        self._ended()

    def end(self) -> None:
        """Whatever has happened, it does not outlive its test."""
        if self.process:
            self.kill()

    def _ended(self) -> None:
        assert self.process
        self.process.wait(30)
        if self.browser:
            with suppress(Error):
                self.browser.close()
        self.process = self.browser = None


@contextmanager
def plain(folder: Path, url: str, faults: Faults) -> Iterator[Plain]:
    """A browser for the length of a test."""
    with sync_playwright() as driver:
        browser = Plain(driver, folder, url, faults)
        try:
            yield browser.open()
        finally:
            browser.end()


def looked_at(folder: Path, secrets: list[str]) -> Scan:
    """Every file, of a copy, because a browser that runs moves its files about."""
    copy = folder.with_name("copy")
    subprocess.run(["cp", "-a", f"{folder}/.", copy], capture_output=True)  # some are gone before their turn comes
    try:
        return Scanner(secrets).folder(copy)
    finally:
        subprocess.run(["rm", "-rf", copy], check=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new phone. Its path is short, because that of a socket among the temporary files must be."""
    with tempfile.TemporaryDirectory(prefix="lantern-") as root:
        yield Path(root) / "phone"
