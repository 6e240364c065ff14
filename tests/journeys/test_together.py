"""Several people: two on one browser, a worker on a carer's phone, a worker with no vault, people without script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.browser import SIZES
from tests.journeys.carer import READY, Carer
from tests.journeys.locks import kept
from tests.journeys.network import on_the_way
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HERS = "only Amina and Sam may read this"


def test_two_carers_on_one_browser(amina: Carer, server: Server) -> None:
    """R15: Zed gets a vault of his own; hers stays sealed, and her words go as hers when she is back."""
    with on_the_way(amina, lambda route: route.abort()):
        amina.writes(HERS).waits(1)
    server.kill()
    amina.page.reload()
    server.start()
    zed = Carer(amina.phone, "Zed").sign_in()
    expect(zed.chip).to_have_text("Everything is sent", timeout=READY)
    zed.sees_heading("Today")
    for place in ("Recordings", "Today"):
        zed.page.get_by_role("navigation", name="Main").get_by_role("link", name=place).click()
        zed.sees_heading(place)
        assert not re.search(rf"Amina|Jay|Mia|{HERS}", zed.page.content())
    zed.writes("Kit learned to whistle.", mood="Great", child="Kit").sees_heading("Today").waits(0)
    assert Records(server).sentences("zed") == ["Kit learned to whistle."]

    zed.lock()
    expect(zed.page.get_by_text("Which one is yours?")).to_be_visible()
    assert re.findall(r"Phone \d, \w+ \w+", zed.page.locator("#lock").inner_text()) == [
        "Phone 1, blue circle",
        "Phone 2, green triangle",
    ]
    amina.sign_in()
    expect(amina.page.get_by_label("Phone 1")).to_be_checked()
    amina.unlock().sees_heading("Today").waits(0)
    assert Records(server).sentences() == [HERS]
    assert len(kept(amina)["databases"]) == 2


def test_her_words_wait_while_another_is_signed_in(amina: Carer, server: Server) -> None:
    """Unlocking one's own vault under somebody else's session sends nothing under a wrong name."""
    with on_the_way(amina, lambda route: route.abort()):
        amina.writes(HERS).waits(1)
        amina.page.goto("/demo")
        amina.page.get_by_role("button", name="Zed", exact=True).click()
        expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
        amina.lock()
    amina.page.get_by_label("Phone 1").check()
    amina.unlock()
    expect(amina.item(HERS)).to_contain_text("Sign in to send", timeout=10_000)
    assert Records(server).sentences() == Records(server).sentences("zed") == []


def test_a_worker_on_a_phone_that_holds_a_vault(amina: Carer, server: Server) -> None:
    """Sam borrows her phone: pages come with signal, nothing of his is stored, and hers stays locked."""
    amina.writes("read me at the kitchen table").sees_heading("Today").waits(0)
    before = kept(amina)
    sam = Worker(amina.page, "Sam").sign_in()
    sam.goes_to("Triage")
    expect(sam.page.locator("#main")).to_contain_text("read me at the kitchen table")
    sam.page.locator(".panes__list").get_by_role("link").first.click()
    sam.page.wait_for_url("**/triage/*")
    sam.presses("Mark as read")
    expect(sam.entry).to_contain_text("Read by Sam")
    sam.presses("Pass to child's social worker").told("Saved")
    assert kept(amina) == before
    sam.page.reload()
    sam.sees_heading("Triage")


def test_a_worker_at_a_desk_keeps_nothing(at_desk: Callable[..., Worker]) -> None:
    """Plain pages, with script: no vault, no database, and every page comes from the server."""
    sam = at_desk("Sam").goes_to("Triage").goes_to("Recordings").goes_to("Today")
    look = """async () => ({
      slots: await caches.has('keyslot'), databases: await indexedDB.databases(),
      local: localStorage.length, session: sessionStorage.length,
    })"""
    assert sam.page.evaluate(look) == {"slots": False, "databases": [], "local": 0, "session": 0}
    sam.page.reload()
    sam.sees_heading("Today")


def test_without_any_script(at_desk: Callable[..., Worker], server: Server) -> None:
    """A carer writes and a worker decides with scripts switched off: slower, and it works."""
    amina = at_desk("Amina", java_script_enabled=False, viewport=SIZES["phone"])
    amina.page.get_by_role("link", name="Write about Jay's day").click()
    amina.sees_heading("Write about Jay's day")
    amina.presses("Save").told("Tap how the day was, or write one sentence.")
    amina.page.get_by_text("Hard", exact=True).click()
    amina.page.get_by_label("What happened?").fill("Written without any script.")
    amina.presses("Save").sees_heading("Jay's day").told("Written without any script.").told("Sent")

    sam = at_desk("Sam", java_script_enabled=False).goes_to("Triage")
    expect(sam.entry).to_contain_text("Written without any script.")
    sam.presses("Mark as read")
    expect(sam.entry).to_contain_text("Read by Sam")
    sam.presses("Pass to child's social worker").told("Saved")
    cora = at_desk("Cora", java_script_enabled=False).goes_to("Inbox").opens_first("Jay").told("Written without")
    cora.presses("Mark as read").told("Read")
    amina.page.reload()
    amina.told("Read by Sam").told("With Cora")


def test_signing_in_ends_the_session_before(at_desk: Callable[..., Worker]) -> None:
    """S9: another person on the same browser; the old cookie opens nothing any more."""
    sam = at_desk("Sam")
    context: BrowserContext = sam.page.context
    old = [cookie for cookie in context.cookies() if cookie["name"] == "session"]
    Worker(sam.page, "Cora").sign_in()
    context.add_cookies(old)
    sam.page.goto("/triage/")
    expect(sam.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
