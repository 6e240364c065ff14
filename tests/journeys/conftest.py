"""Phones, desks and a server of its own for each journey. Whatever a browser complains of fails the journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS, PATIENCE, SIZES, Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.worker import Worker
from tests.serving import ROOT, Server


class Copied(Server):
    """A server whose folder is a copy of one that was made before: making one takes seconds, copying none."""

    def _flask(self, *command: str) -> None:
        """Everything is there already."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A folder with the cast and so many days of recordings, made once."""
    folders: dict[int, Path] = {}

    def folder(days: int) -> Path:
        if days not in folders:
            path = tmp_path_factory.mktemp(f"made-{days}")
            Server(path, days=days)
            folders[days] = path
        return folders[days]

    return folder


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as they are now: a browser's worker must not change because somebody edits them meanwhile."""
    if "STATIC_ROOT" in os.environ:
        return Path(os.environ["STATIC_ROOT"])
    return shutil.copytree(ROOT / "static", tmp_path_factory.mktemp("static") / "static")


@pytest.fixture
def server(
    request: pytest.FixtureRequest, made: Callable[[int], Path], static: Path, tmp_path: Path
) -> Iterator[Server]:
    """A running server with the cast; with `@pytest.mark.parametrize("server", [30], indirect=True)` and 30 days."""
    data = tmp_path / "data"
    shutil.copytree(made(getattr(request, "param", 0)), data)
    server = Copied(data, workers=1)
    server.env["STATIC_ROOT"] = str(static)
    try:
        yield server.start()
    finally:
        server.kill()
    log = (data / "server.log").read_text()
    assert "Traceback" not in log and "unexpected" not in log, log[-3000:]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def desktop(playwright: Playwright) -> Iterator[Browser]:
    """One browser for everybody at a desk: each person has a window that knows nothing of the others."""
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
def phone_of(playwright: Playwright, server: Server, tmp_path: Path, faults: Faults) -> Iterator[Callable[..., Phone]]:
    """An open browser with an empty profile."""
    phones: list[Phone] = []

    def phone(**how: object) -> Phone:
        phones.append(Phone(playwright, tmp_path / f"profile-{len(phones)}", server.url, faults, **how).open())
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
def at_desk(desktop: Browser, server: Server, faults: Faults) -> Iterator[Callable[..., Worker]]:
    """A worker by name, signed in at a desk (or with `viewport=`, elsewhere)."""
    contexts = []

    def sit_down(name: str, **how: object) -> Worker:
        how = {"viewport": SIZES["desk"], "locale": "en-GB", "timezone_id": "Europe/London"} | how
        context = faults.listen(desktop.new_context(base_url=server.url, **how))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Worker(context.new_page(), name).sign_in()

    yield sit_down
    for context in contexts:
        context.close()
