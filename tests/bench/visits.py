"""A carer's first visit, later visits, and an offline start on a slow phone."""

import re
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright

from tests.serving import Client, Server

from . import inside, phone
from .table import Row, Times, at_most, detail, ms, say, size

FIRST, KB = 60_000, ("HTML", "CSS", "JS")
START, THROTTLE, ROUNDS = 1000, 4, 4
LATER, HEAVIEST = 3, 8
PAINT = "first-contentful-paint"


def first_visit(playwright: Playwright, server: Server, profile: Path) -> list[Row]:
    """Row 1. Leaves a ready phone in `profile`."""
    say("A carer's first visit, from the sign-in page to a ready phone")
    with phone.browser(playwright, profile) as context:
        page = context.new_page()
        wire = phone.Wire(page)
        phone.sign_in(page, server.url, "amina")
        page.evaluate("navigator.serviceWorker.ready")
        page.wait_for_timeout(1500)
        fetched = wire.all()
    return _first_rows([one for one in [*fetched, _worker_script(server)] if one.down])


def _worker_script(server: Server) -> phone.Fetched:
    """Chromium tells nobody about the worker's own script, so it is asked for once more."""
    answer = Client(server.port).get("/sw.js", Accept_Encoding=inside.CHROMIUM_TAKES)
    head = len(f"HTTP/1.1 200 OK\r\n{answer.headers}\r\n")
    encoding = answer.headers.get("Content-Encoding", "")
    return phone.Fetched("GET", f"{server.url}/sw.js", 0, True, "JS", encoding, down=head + len(answer.body), head=head)


def _first_rows(fetched: list[phone.Fetched]) -> list[Row]:
    totals: dict[str, int] = {}
    for one in fetched:
        totals[one.kind] = totals.get(one.kind, 0) + one.down
    ours = [one for one in fetched if one.kind in KB]
    heads = sum(one.head for one in ours)
    pack = sum(one.down for one in ours if one.fragment)
    later = sum(one.down for one in ours if "/dist/later/" in one.path)
    by_kind = ", ".join(f"{kind} {totals.get(kind, 0):,}" for kind in KB)
    plain = [one for one in ours if not one.encoding and one.down - one.head > 500]
    rows = [
        at_most("First visit: HTML, CSS and JS on the wire", sum(one.down for one in ours), FIRST, size),
        detail(f"of which: {by_kind}", f"{len(ours)} requests"),
        detail("of which pages fetched for when there is no signal", size(pack)),
        detail("of which the part that few evenings need, fetched by the worker", size(later)),
        detail("without those: what it takes to see Today", size(sum(one.down for one in ours) - pack - later)),
        detail("of which headers of answers", size(heads)),
        detail("besides: fonts", size(totals.get("fonts", 0))),
        detail("besides: JSON", size(totals.get("JSON", 0))),
        detail("besides: icons, manifest", size(totals.get("other", 0))),
    ]
    if plain:
        rows.append(detail("came uncompressed: " + ", ".join(one.path for one in plain), f"{len(plain)} files"))
    return rows + _heaviest(ours)


def _heaviest(fetched: list[phone.Fetched]) -> list[Row]:
    """What weighs most, to look up where the bytes go."""
    ordered = sorted(fetched, key=lambda one: -one.down)[:HEAVIEST]
    return [detail(re.sub(r"^/static/\w+", "", one.path), f"{size(one.down)} {one.encoding}") for one in ordered]


def later_visit(playwright: Playwright, server: Server, profile: Path) -> list[Row]:
    """Row 2: the browser was closed meanwhile, the server is there. The worst of three visits."""
    visits = []
    for at in range(LATER):
        say(f"A later visit, {at + 1} of {LATER}")
        with phone.browser(playwright, profile) as context:
            visits.append(_later(phone.marked(context), server.url))
    early, whole, painted = max(visits, key=lambda visit: sum(one.down for one in visit[0]))
    files = [one for one in whole if one.down and one.kind in ("CSS", "JS", "fonts")]
    names = ", ".join(one.path for one in early if one.down)
    return [
        at_most("Later visits: bytes before the first paint", sum(one.down for one in early), 0, size),
        *([detail("which are: " + names, f"{names.count(',') + 1} of {len(early)} requests")] if names else []),
        detail("files of ours fetched in the whole visit", f"{len(files)} ({size(sum(one.down for one in files))})"),
        detail("whole visit to Today, its pages and JSON", size(sum(one.down for one in whole))),
        detail("first paint, not throttled", ms(painted)),
    ]


def _later(page: Page, url: str) -> tuple[list[phone.Fetched], list[phone.Fetched], float]:
    """What was answered before the first paint, what the whole visit fetched, and the time of the first paint."""
    wire = phone.Wire(page)
    page.goto(f"{url}/")
    phone.mark(page, "lock")
    painted = phone.mark(page, PAINT)[PAINT]
    fetched = wire.all()
    until = fetched[0].at + painted / 1000
    early = [one for one in fetched if one.answered and one.answered <= until]
    phone.unlock(page)
    page.wait_for_timeout(1500)
    return early, wire.all(), painted


def offline_start(playwright: Playwright, server: Server, profile: Path) -> list[Row]:
    """Row 4. The server is stopped, once the phone has a passkey beside its PIN."""
    with phone.browser(playwright, profile) as context:
        page = phone.marked(context)
        wire = phone.Wire(page)
        server.kill()
        server.start()
        _open_locked(page, server.url)
        _add_passkey(page, wire)
        server.kill()
        wire.throttle(THROTTLE)
        by_pin, argon = _by_pin(page, server.url)
        by_passkey = _by_passkey(page, server.url)
    return _start_rows(by_pin, argon, by_passkey)


def _by_pin(page: Page, url: str) -> tuple[list[dict[str, float]], list[dict[str, Any]]]:
    marks, argon = [], []
    for at in range(ROUNDS):
        say(f"Offline start at {THROTTLE} x CPU throttle, by PIN, {at + 1} of {ROUNDS}")
        _open_locked(page, url)
        phone.unlock(page)
        marks.append(phone.mark(page, "today"))
        argon.append(page.evaluate((phone.HERE / "argon.js").read_text()))
    return marks, argon


def _by_passkey(page: Page, url: str) -> list[dict[str, float]]:
    marks = []
    for at in range(ROUNDS):
        say(f"Offline start at {THROTTLE} x CPU throttle, by passkey, {at + 1} of {ROUNDS}")
        _open_locked(page, url)
        page.get_by_role("button", name="Use your passkey").click()
        page.get_by_role("heading", name="Today", level=1).wait_for()
        marks.append(phone.mark(page, "today"))
    return marks


def _open_locked(page: Page, url: str) -> None:
    page.goto("about:blank")
    page.goto(f"{url}/")
    phone.mark(page, "lock")


def _add_passkey(page: Page, wire: phone.Wire) -> None:
    """A second way in, without Argon2: a virtual authenticator's passkey, added to the vault by the app's own code."""
    wire.session.send("WebAuthn.enable", {"enableUI": False})
    authenticator = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "hasPrf": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    wire.session.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.evaluate((phone.HERE / "passkey.js").read_text(), phone.DEMO_PIN)


def _start_rows(
    by_pin: list[dict[str, float]], argon: list[dict[str, Any]], by_passkey: list[dict[str, float]]
) -> list[Row]:
    def spans(marks: list[dict[str, float]], begin: str | None, end: str) -> Times:
        return Times(tuple(one[end] - (one[begin] if begin else 0) for one in marks))

    lock, pin = spans(by_pin + by_passkey, None, "lock"), spans(by_pin, "pressed", "today")
    passkey, hashing = spans(by_passkey, "pressed", "today"), Times(tuple(one["taken"] for one in argon))
    own = max(pin.median - hashing.median, 0.0)
    head = f"Offline start to a usable Today, {THROTTLE} x throttle"

    def row(way: str, value: float) -> Row:
        return at_most(f"{head}: {way}", value, START, ms)

    return [
        row("by passkey", lock.median + passkey.median),
        row("by PIN, all but Argon2", lock.median + own),
        row("by PIN, Argon2 included", lock.median + pin.median),
        detail("from the navigation to a lock screen that can be used", str(lock)),
        detail("from the passkey's button to Today", str(passkey)),
        detail("from pressing Unlock to Today, by PIN", str(pin)),
        detail(f"of which Argon2id ({argon[0]['cost']}), timed by itself", str(hashing)),
        detail("first paint of the locked shell", ms(_paint(by_pin + by_passkey))),
    ]


def _paint(marks: list[dict[str, Any]]) -> float:
    return statistics.median(one[PAINT] for one in marks)
