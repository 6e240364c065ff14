"""Browsers other than Chromium, driven as their makers mean them to be: Firefox by Marionette, WebKitGTK by WebDriver.

Both know the same few commands, which is all that a person with a phone does: go, look, click, type.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.journeys.browser import kill_tree
from tests.serving import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # by this name WebDriver says that a thing is an element
STARTING = 30  # s
PREFERENCES = {  # of Firefox: no calls home
    "app.update.enabled": False,
    "browser.sessionstore.interval": 1000,  # ms; it is 15 s by default, and tests would wait for it
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "marionette.port": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Refused(Exception):
    """The browser said no to a command."""


class Driven(ABC):
    """A browser with a profile on the disk. Closing it, or killing it, is what happens to phones."""

    name: str

    def __init__(self, profile: Path, url: str) -> None:
        self.profile, self.url = profile, url
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self, name: str, **values: Any) -> Any:
        """One command of WebDriver, by its name there. Raises Refused."""

    # --- what a person does ---------------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """By the address bar."""
        self.command("Navigate", url=self.url + path)

    def run(self, script: str, *values: Any) -> Any:
        """What an async function of the page returns."""
        body = f"const [done] = [...arguments].slice(-1); ({script})(...arguments).then(done, (e) => done('!' + e));"
        found = self.command("ExecuteAsyncScript", script=body, args=list(values))
        if isinstance(found, str) and found.startswith("!"):
            raise Refused(found[1:])
        return found

    def find(self, what: str, words: str = "") -> Any:
        """The first visible thing of this kind that holds these words, or None."""
        return self.run(FIND, what, words)

    def sees(self, what: str, words: str = "", within: float = 20) -> Any:
        """The same, and it comes within so many seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with suppress(Refused):  # a page is on its way
                if found := self.find(what, words):
                    return found
            time.sleep(0.05)
        raise AssertionError(f"{self.name} shows no {what} with “{words}”, but: {self.run(TEXT)[:800]}")

    def click(self, what: str, words: str = "") -> None:
        """Click it when it is there, away from what stands fast at the edges of the screen."""
        found = self.sees(what, words)
        self.run("async (found) => found.scrollIntoView({ block: 'center' })", found)
        self.command("ElementClick", id=found[ELEMENT])

    def type(self, what: str, text: str) -> None:
        """Type into it, key by key."""
        self.command("ElementSendKeys", id=self.sees(what)[ELEMENT], text=text)

    # --- what happens to phones -----------------------------------------------------------------------------------

    @abstractmethod
    def open(self) -> "Driven":
        """Start it on its profile."""

    @abstractmethod
    def close(self) -> None:
        """As a person closes it."""

    def kill(self) -> None:
        """All of its processes at once, with no goodbye."""
        if self.process:
            kill_tree(self.process.pid)
            self.process.wait(STARTING)
            self.process = None

    def end(self) -> None:
        """Whatever has happened, it does not outlive its test."""
        self.kill()


FIND = """async (what, words) => [...document.querySelectorAll(what)].find(
  (found) => found.checkVisibility() && found.textContent.replace(/\\s+/g, ' ').includes(words)) ?? null"""
TEXT = "async () => `${Math.round(performance.now())} ms after it was loaded: ${document.body.innerText}`"


class Firefox(Driven):
    """Debian's Firefox ESR."""

    name = "Firefox"

    def open(self) -> "Firefox":
        """Its port stands in the profile once it listens."""
        self.profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (self.profile / "user.js").write_text("\n".join(lines))
        told = self.profile / "MarionetteActivePort"
        told.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(self.profile)],
            env=os.environ | {"TZ": "Europe/London", "MOZ_HEADLESS_WIDTH": "390", "MOZ_HEADLESS_HEIGHT": "844"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_for(told.exists, "Firefox")
        self.line = socket.create_connection(("127.0.0.1", int(told.read_text())), 60)
        self.read, self.number = self.line.makefile("rb"), 0
        self._message()
        self.command("NewSession", capabilities={"alwaysMatch": {}})
        return self

    def _message(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.read.read(1) or self._gone()
        return json.loads(self.read.read(int(length[:-1])))

    def _gone(self) -> bytes:
        raise Refused("Firefox is gone")

    def command(self, name: str, **values: Any) -> Any:
        """[0, number, name, values] there, [1, number, error, result] back, each with its length before it."""
        self.number += 1
        body = json.dumps([0, self.number, name if ":" in name else f"WebDriver:{name}", values]).encode()
        self.line.sendall(b"%d:%s" % (len(body), body))
        _, number, error, result = self._message()
        assert number == self.number
        if error:
            raise Refused(error["message"])
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def close(self) -> None:
        """Quit, and wait until it has put everything away."""
        assert self.process
        self.command("Marionette:Quit", flags=["eAttemptQuit"])
        self.process.wait(STARTING)
        self.kill()

    def kill(self) -> None:
        """The line to it ends as well."""
        super().kill()
        for end in (self.read, self.line):
            end.close()


class WebKit(Driven):
    """WebKitGTK, the nearest to an iPhone's browser that runs here. It wants a screen: it gets one that nobody sees."""

    name = "WebKitGTK"
    PATHS = {
        "Navigate": "url",
        "ExecuteAsyncScript": "execute/async",
        "ElementClick": "element/{id}/click",
        "ElementSendKeys": "element/{id}/value",
    }
    screen: subprocess.Popen[bytes] | None = None
    display = ""

    def open(self) -> "WebKit":
        """The driver starts the window."""
        self.profile.mkdir(parents=True, exist_ok=True)
        self.screen = self.screen or screen()
        assert self.screen.stdout
        self.port = free_port()
        self.display = self.display or f":{self.screen.stdout.readline().decode().strip()}"
        self.process = subprocess.Popen(
            ["WebKitWebDriver", "-p", str(self.port)],
            env=os.environ | {"TZ": "Europe/London", "DISPLAY": self.display},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_for(self._listens, "WebKitWebDriver")
        window = [str(Path(__file__).with_name("webkit_window.py")), str(self.profile)]
        wanted = {"webkitgtk:browserOptions": {"binary": sys.executable, "args": window}}
        self.session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        return self

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> Any:
        how = {"Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, json.dumps(body).encode(), how, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Refused(error.read().decode()) from error

    def command(self, name: str, **values: Any) -> Any:
        """A POST to the address of the command."""
        return self._ask("POST", f"/session/{self.session}/{self.PATHS[name].format(**values)}", values)

    def close(self) -> None:
        """The window ends with its session."""
        with suppress(Refused):
            self._ask("DELETE", f"/session/{self.session}", {})
        self.kill()

    def end(self) -> None:
        """The screen goes as well."""
        self.kill()
        if self.screen:
            self.screen.terminate()
            self.screen.communicate(timeout=STARTING)


def screen() -> subprocess.Popen[bytes]:
    """A screen that nobody sees; its number is the first line that it writes."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "800x1000x24", "-nolisten", "tcp"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def wait_for(true: Any, what: str) -> None:
    """Within the time that a start may take."""
    deadline = time.monotonic() + STARTING
    while not true():
        assert time.monotonic() < deadline, f"{what} did not start"
        time.sleep(0.05)
