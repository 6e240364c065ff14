"""A carer's phone: Chromium with a profile on the disk, and a meter on the wire of its page and its worker."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Playwright

from carerapp.pwa.holding import DEMO_PIN

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
READY = "Everything is sent"
SLOW_4G = {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
FAST = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
KINDS = {
    "text/html": "HTML", "text/css": "CSS", "text/javascript": "JS", "application/javascript": "JS",
    "font/woff2": "fonts", "application/json": "JSON",
}  # fmt: skip


@dataclass
class Fetched:
    """One request, by the page or by the worker, and what went over the wire for it."""

    method: str
    url: str
    at: float
    by_worker: bool
    kind: str = ""
    encoding: str = ""
    down: int = 0
    head: int = 0
    up: int = 0
    body_up: int = 0
    answered: float = 0.0
    from_phone: bool = False
    fragment: bool = False

    @property
    def path(self) -> str:
        """The address without the host."""
        return "/" + self.url.split("/", 3)[3]


def _sent(one: Fetched, params: dict[str, Any]) -> None:
    headers = _lower(params["headers"])
    one.body_up = int(headers.get("content-length", 0))
    one.up = one.body_up + sum(len(name) + len(value) + 4 for name, value in headers.items()) + len(one.path) + 14


def _answered(one: Fetched, params: dict[str, Any]) -> None:
    response = params["response"]
    one.kind = KINDS.get(response["mimeType"], "other")
    one.encoding, one.answered = _lower(response["headers"]).get("content-encoding", ""), params["timestamp"]
    one.head = int(response["encodedDataLength"])
    one.from_phone = bool(response.get("fromServiceWorker") or response.get("fromDiskCache"))


def _finished(one: Fetched, params: dict[str, Any]) -> None:
    one.down = 0 if one.from_phone else int(params["encodedDataLength"])


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


TELL = {"requestWillBeSentExtraInfo": _sent, "responseReceived": _answered, "loadingFinished": _finished}


class Wire:
    """Listens to one page and to its worker, through Chromium's own count of encoded bytes."""

    def __init__(self, page: Page) -> None:
        self.fetched: dict[str, Fetched] = {}
        self.early: dict[str, tuple[str, dict[str, Any]]] = {}
        self.session: CDPSession = page.context.new_cdp_session(page)
        for name in ("requestWillBeSent", *TELL):
            self.session.on(f"Network.{name}", self._listener(name))
        self.session.on("Target.attachedToTarget", self._attached)
        self.session.on("Target.receivedMessageFromTarget", self._from_worker)
        self.session.send("Network.enable")
        # Workers wait at their first line until we listen: what they fetch first is what we are here for.
        wait = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False}
        self.session.send("Target.setAutoAttach", wait)

    def _listener(self, name: str) -> Callable[[dict[str, Any]], None]:
        return lambda params: self._note(name, params, by_worker=False)

    def _attached(self, params: dict[str, Any]) -> None:
        for method in ("Network.enable", "Runtime.runIfWaitingForDebugger"):
            message = json.dumps({"id": 1, "method": method, "params": {}})
            with suppress(Error):  # a worker that has ended already fetched nothing
                self.session.send("Target.sendMessageToTarget", {"sessionId": params["sessionId"], "message": message})

    def _from_worker(self, params: dict[str, Any]) -> None:
        message = json.loads(params["message"])
        if message.get("method", "").startswith("Network."):
            self._note(message["method"].split(".")[1], message["params"], by_worker=True)

    def _note(self, name: str, params: dict[str, Any], by_worker: bool) -> None:
        key = f"{by_worker} {params['requestId']}"
        if name == "requestWillBeSent":
            self._begin(key, params, by_worker)
        elif name in TELL and key in self.fetched:
            TELL[name](self.fetched[key], params)
        elif name in TELL:
            self.early[key] = (name, params)  # what is sent may be told before the request itself

    def _begin(self, key: str, params: dict[str, Any], by_worker: bool) -> None:
        if "redirectResponse" in params:
            redirected = self.fetched.pop(key)
            redirected.down = redirected.head = params["redirectResponse"]["encodedDataLength"]
            redirected.kind = "HTML"
            self.fetched[f"{key} before {params['timestamp']}"] = redirected
        request = params["request"]
        self.fetched[key] = one = Fetched(request["method"], request["url"], params["timestamp"], by_worker)
        one.fragment = "hx-request" in _lower(request["headers"])
        if key in self.early:
            name, early = self.early.pop(key)
            TELL[name](self.fetched[key], early)

    def all(self) -> list[Fetched]:
        """Everything so far, in the order in which it was asked for."""
        return sorted(self.fetched.values(), key=lambda one: one.at)

    def forget(self) -> None:
        """Count from here on."""
        self.fetched.clear()

    def network(self, offline: bool = False, **speed: float) -> None:
        """Take the network away, give it back, or make it slow; the page hears of it as it would on a phone."""
        self.session.send("Network.emulateNetworkConditions", {"offline": offline, **FAST, **speed})

    def throttle(self, rate: float) -> None:
        """Make the page's processor slower by this factor."""
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": rate})


@contextmanager
def browser(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Chromium with this profile; it writes to the disk, as a phone does."""
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert program, "there is no Chromium: requirements/browser installs it"
    context = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=program, headless=True, args=FLAGS, viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(30_000)
    try:
        yield context
    finally:
        context.close()


def marked(context: BrowserContext) -> Page:
    """A new tab whose pages note when they can be used (marks.js)."""
    page = context.new_page()
    page.add_init_script(path=HERE / "marks.js")
    return page


def mark(page: Page, name: str) -> dict[str, float]:
    """Wait for one of the marks of marks.js; returns all of them.

    Playwright's own way of waiting evaluates text inside the page, which the page's policy rightly forbids.
    """
    for _ in range(600):
        marks = page.evaluate("globalThis.benchMarks ?? {}")
        if name in marks:
            return marks
        page.wait_for_timeout(50)
    raise AssertionError(f"the page never came to {name}: {marks}")


def sign_in(page: Page, url: str, slug: str) -> None:
    """Choose one of the cast on the demo's page, and wait until the phone holds its pack."""
    page.goto(f"{url}/demo")
    page.locator("form", has=page.locator(f"input[name=person][value={slug}]")).get_by_role("button").click()
    chip_says(page, READY)


def vault_here(page: Page, url: str) -> bool:
    """Open the app. Has this profile a vault, from a part of the bench that ran before?"""
    page.goto(f"{url}/")
    page.locator("#lock:has(*), #main").first.wait_for()
    return page.get_by_label("PIN").count() > 0


def unlock(page: Page) -> None:
    """Type the demo's PIN, press Unlock, wait for Today."""
    page.get_by_label("PIN").fill(DEMO_PIN)
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("heading", name="Today", level=1).wait_for()


def chip_says(page: Page, words: str, seconds: float = 60) -> None:
    """Wait until the chip that is always in sight says this."""
    page.locator("#status", has_text=words).wait_for(timeout=seconds * 1000)
