"""Phones, desks and a server of its own for each journey. Whatever a browser complains of fails the journey."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS, HERE, PATIENCE, SIZES, Borrowed, Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.worker import Worker
from tests.serving import ROOT, Server


class House(Server):
    """A server that can be put back to how it was when it was made: a start for each journey would take longest."""

    def __init__(self, data: Path, days: int, static: Path) -> None:
        super().__init__(data, days, workers=1)
        self.env["STATIC_ROOT"] = str(static)
        self.database, self.first = data / "lantern.sqlite", data / "first.sqlite"
        copy_database(self.database, self.first)
        self.heard = 0

    def as_new(self) -> "House":
        """Running, with nothing in it but what was made."""
        copy_database(self.first, self.database)
        self.heard = len(self.log())
        return self if self.process else self.start()

    def log(self) -> str:
        """What it wrote down."""
        path = self.data / "server.log"
        return path.read_text() if path.exists() else ""


def copy_database(source: Path, target: Path) -> None:
    """Every page of it, also under the hands of a server that has it open."""
    with closing(sqlite3.connect(source)) as pages, closing(sqlite3.connect(target, timeout=20)) as into:
        pages.backup(into)


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory, static: Path) -> Iterator[Callable[[int], House]]:
    """A server for so many days of recordings, made once."""
    made: dict[int, House] = {}

    def house(days: int) -> House:
        if days not in made:
            made[days] = House(tmp_path_factory.mktemp(f"house-{days}"), days, static)
        return made[days]

    yield house
    for server in made.values():
        server.kill()


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as they are now: a browser's worker must not change because somebody edits them meanwhile."""
    if "STATIC_ROOT" in os.environ:
        return Path(os.environ["STATIC_ROOT"])
    return shutil.copytree(ROOT / "static", tmp_path_factory.mktemp("static") / "static")


@pytest.fixture
def server(request: pytest.FixtureRequest, houses: Callable[[int], House]) -> Iterator[Server]:
    """A running server with the cast; with `@pytest.mark.parametrize("server", [30], indirect=True)` and 30 days."""
    house = houses(getattr(request, "param", 0)).as_new()
    yield house
    log = house.log()[house.heard :]
    assert "Traceback" not in log and "unexpected" not in log, log[-3000:]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for everybody whose window lasts one sitting; none knows anything of the others."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What browsers complained of."""
    faults = Faults()
    yield faults
    assert not faults.heard, "\n".join(faults.heard)


@pytest.fixture
def phone_of(
    request: pytest.FixtureRequest, playwright: Playwright, server: Server, tmp_path: Path, faults: Faults
) -> Iterator[Callable[..., Phone]]:
    """An open phone with nothing on it; with `pytest.mark.own_browser` its disk outlives its closing."""
    phones: list[Phone] = []
    own = request.node.get_closest_marker("own_browser")
    kind: Callable[..., Phone] = Phone if own else partial(Borrowed, request.getfixturevalue("browser"))

    def phone(**how: object) -> Phone:
        phones.append(kind(playwright, tmp_path / f"profile-{len(phones)}", server.url, faults, **how).open())
        return phones[-1]

    yield phone
    for phone in phones:
        phone.close()


@pytest.fixture
def carer(phone_of: Callable[..., Phone]) -> Carer:
    """Amina, with a new phone."""
    return Carer(phone_of())


@pytest.fixture
def amina(carer: Carer) -> Carer:
    """Amina, signed in, with a phone that is ready."""
    return carer.get_ready()


@pytest.fixture
def at_desk(browser: Browser, server: Server, faults: Faults) -> Iterator[Callable[..., Worker]]:
    """A worker by name, signed in at a desk (or with `viewport=`, elsewhere)."""
    contexts = []

    def sit_down(name: str, **how: object) -> Worker:
        how = {"viewport": SIZES["desk"]} | HERE | how
        context = faults.listen(browser.new_context(base_url=server.url, **how))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Worker(context.new_page(), name).sign_in()

    yield sit_down
    for context in contexts:
        context.close()
