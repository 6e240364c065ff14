"""Words go by themselves: at a hint of the browser, when somebody looks, and when there is no hint at all."""

import re
import time

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.carer import Carer
from tests.journeys.network import nudge
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
AT_ONCE = 1500  # ms after a hint; the timer alone would take longer
BY_ITSELF = 5000  # ms after the server is back, with the page open and no event at all


def test_when_the_network_comes_back(amina: Carer) -> None:
    """The browser says `online`, and the words go."""
    context = amina.phone.context
    assert context
    context.set_offline(True)
    amina.writes("in the tunnel").sees_heading("Today").waits(1)
    context.set_offline(False)
    expect(amina.chip).to_have_text("Everything is sent", timeout=BY_ITSELF)


def test_when_the_server_comes_back_and_nothing_says_so(amina: Carer, server: Server) -> None:
    """Bars but no data: no event fires at all, and the words still go within seconds."""
    server.kill()
    amina.writes("bars but no data").sees_heading("Today").waits(1)
    amina.page.wait_for_timeout(9000)  # long enough for the pauses between tries to have grown as far as they do
    server.start()
    began = time.monotonic()
    expect(amina.chip).to_have_text("Everything is sent", timeout=BY_ITSELF)
    print(f"sent {time.monotonic() - began:.1f} s after the server was back")
    assert Records(server).sentences() == ["bars but no data"]


def test_when_somebody_looks_again(amina: Carer, server: Server) -> None:
    """A page that was out of sight tries rarely; coming back into sight is a hint."""
    amina.page.evaluate(HIDE)
    server.kill()
    amina.writes("in the pocket").sees_heading("Today").waits(1)
    amina.page.wait_for_timeout(8500)  # long enough for its pauses to have grown: the timer alone would be too late
    server.start()
    amina.page.evaluate(SHOW)
    expect(amina.chip).to_have_text("Everything is sent", timeout=AT_ONCE)


# A browser without a window never hides its pages: the page is told that it is hidden.
HIDE = """() => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
SHOW = "() => { delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange')); }"


def test_words_never_wait_for_what_is_fetched_for_later(carer: Carer, server: Server) -> None:
    """R24: a phone that is getting ready over a slow link lets its pages be when somebody saves, and goes on after."""
    context = carer.phone.context
    assert context
    order: list[str] = []
    held: list[Route] = []
    slow = re.compile(r"/me/$")
    context.route(slow, lambda route: held.append(route) if not held else route.continue_())
    context.on("requestfailed", lambda one: order.append("let be") if slow.search(one.url) else None)
    context.on("response", lambda one: order.append("words") if one.request.method == "POST" else None)
    carer.sign_in()
    expect(carer.chip).to_have_text("Getting this phone ready", timeout=30_000)
    while not held:
        carer.page.wait_for_timeout(50)
    order.clear()
    carer.writes("before all pages").sees_heading("Today")
    expect(carer.chip).to_have_text("Everything is sent", timeout=20_000)
    assert order[:2] == ["let be", "words"]
    assert Records(server).sentences() == ["before all pages"]


def test_a_hundred_and_the_server_killed_among_them(amina: Carer, server: Server) -> None:
    """R5 as the phone sees it: the server dies again and again while a hundred go; all arrive, once, in order."""
    records = Records(server)
    child = records.child("Jay")
    sentences = [f"number {number:03}" for number in range(100)]
    server.kill()
    open_box(amina.page)
    put(amina.page, child, sentences)
    amina.page.reload()
    amina.unlock().waits(100)
    for wait in (0.05, 0.15, 0.3):
        server.start()
        nudge(amina)
        amina.page.wait_for_timeout(wait * 1000)
        server.kill()
    server.start()
    expect(amina.chip).to_have_text("Everything is sent", timeout=20_000)
    assert sorted(records.sentences()) == sentences
    assert records.ask("select count(*), count(distinct item_id) from receipts") == [(100, 100)]


def test_two_windows_send_each_thing_once(amina: Carer, server: Server) -> None:
    """Two windows of one phone: one sends at a time (R13)."""
    context = amina.phone.context
    assert context
    server.kill()
    open_box(amina.page)
    put(amina.page, Records(server).child("Jay"), [f"number {number}" for number in range(20)])
    second = context.new_page()
    second.goto("/")
    second.get_by_label("PIN", exact=True).fill("135790")
    second.get_by_role("button", name="Unlock", exact=True).click()
    expect(second.locator("#chip")).to_contain_text("20 waiting", timeout=30_000)
    sent: list[str] = []
    context.on("response", lambda answer: sent.append(answer.url) if "/sync/items" in answer.url else None)
    server.start()
    for page in (amina.page, second):
        page.evaluate("() => dispatchEvent(new Event('online'))")
    for page in (amina.page, second):
        expect(page.locator("#chip")).to_have_text("Everything is sent", timeout=15_000)
    assert len(Records(server).sentences()) == 20
    assert len(sent) == 1, "both windows sent everything"
