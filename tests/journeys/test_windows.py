"""R13: two to five windows of one phone, and its worker, want to send at once: each thing goes once, by one of them."""

import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.bars.figures import FULL, figure, reached
from tests.journeys.carer import PIN, Carer
from tests.journeys.copies import Levers
from tests.journeys.network import SENDING
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
ITEMS = figure("R13_ITEMS", quick=60, full=365)
WINDOWS = [2, 3, 4, 5] if FULL else [5]
MORE = 1.1  # times the bytes of one window


class Lanes:
    """Who sent how much, and whether two did at once."""

    def __init__(self, context: BrowserContext) -> None:
        self.bytes, self.under_way, self.most = 0, set[Any](), 0
        context.on("request", self._begun)
        context.on("requestfinished", self._over)
        context.on("requestfailed", self._over)

    def _begun(self, request: Request) -> None:
        if request.method == "POST" and (SENDING.search(request.url) or request.url.endswith("/sync/sealed")):
            self.bytes += len(request.post_data_buffer or b"")
            self.under_way.add(request)
            self.most = max(self.most, len(self.under_way))

    def _over(self, request: Request) -> None:
        self.under_way.discard(request)


def another_window(amina: Carer) -> Page:
    """One more window of this phone, unlocked."""
    context = amina.phone.context
    assert context
    page = context.new_page()
    page.goto("/")
    page.get_by_label("PIN", exact=True).fill(PIN)
    page.get_by_role("button", name="Unlock", exact=True).click()
    page.locator("#chip").wait_for(timeout=30_000)
    return page


def drain(amina: Carer, server: Server, pages: list[Page], round: str, levers: Levers | None = None) -> Lanes:
    """Save with no server, then let all of them see that it is back at the same moment."""
    context = amina.phone.context
    assert context
    context.set_offline(True)
    put(amina.page, Records(server).child("Jay"), [f"{round}, number {number:03}" for number in range(ITEMS)])
    lanes = Lanes(context)
    context.set_offline(False)  # every window hears `online`
    if levers:
        levers.wake()
    deadline = time.monotonic() + 60
    while (lanes.under_way or amina.page.evaluate("() => box.count()")) and time.monotonic() < deadline:
        amina.page.wait_for_timeout(50)
    for page in pages:
        expect(page.locator("#chip")).to_have_text("Everything is sent", timeout=30_000)
    return lanes


def test_many_windows_and_the_worker_send_each_thing_once(amina: Carer, server: Server) -> None:
    """R13."""
    records, levers = Records(server), Levers(amina.page)
    open_box(amina.page)
    alone = drain(amina, server, [amina.page], "one window").bytes  # the number: lanes go on counting
    pages, rounds = [amina.page], 1
    for number in WINDOWS:
        while len(pages) < number:
            pages.append(another_window(amina))
        lanes = drain(amina, server, pages, f"{number} windows", levers)
        rounds += 1
        more = round(lanes.bytes / alone, 2)
        assert reached("R13", f"{number} windows and the worker: bytes beside one window's", more, most=MORE, unit="x")
        assert reached("R13", f"{number} windows and the worker: calls under way at once", lanes.most, most=1)
    sentences = records.sentences()
    assert reached("R13", f"doubled of {rounds * ITEMS}", len(sentences) - len(set(sentences)), most=0)
    assert reached("R13", f"lost of {rounds * ITEMS}", rounds * ITEMS - len(set(sentences)), most=0)


def test_locked_windows_and_the_worker_send_each_thing_once(amina: Carer, server: Server) -> None:
    """R13: the lane of copies, by two locked windows and the worker at once."""
    records, levers = Records(server), Levers(amina.page)
    context = amina.phone.context
    assert context
    open_box(amina.page)
    context.set_offline(True)
    put(amina.page, records.child("Jay"), [f"number {number:03}" for number in range(ITEMS)])
    second = context.new_page()
    for page in (amina.page, second):
        page.goto("/")
        expect(page.get_by_role("heading", name="Unlock")).to_be_visible()
    lanes = Lanes(context)
    context.set_offline(False)
    levers.wake()
    for page in (amina.page, second):
        expect(page.locator("#status")).not_to_contain_text("waiting", timeout=60_000)
    assert reached("R13", "two locked windows and the worker: calls under way at once", lanes.most, most=1)
    assert records.ask("select count(*), count(distinct item_id) from receipts") == [(ITEMS, ITEMS)]
    assert len(set(records.sentences())) == ITEMS
