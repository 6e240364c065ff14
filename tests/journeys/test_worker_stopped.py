"""R6: the worker is stopped at any moment of a save and of a drain, or was never there; the queue does not notice."""

import random
import time

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.bars.figures import figure, reached
from tests.journeys.carer import Carer
from tests.journeys.copies import Levers, on_the_phone
from tests.journeys.network import nudge
from tests.journeys.outbox import open_box
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
STOPS = figure("R6_STOPS", quick=4, full=20)
EACH = 25
DRAINED = 5.0  # s after the next page opens

SAVE = """async ([child, round, count]) => {
  for (let n = 0; n < count; n += 1) await box.add(await made(child, `round ${round}, number ${n}`));
}"""


def context_of(amina: Carer) -> BrowserContext:
    """The browser of this phone."""
    assert amina.phone.context
    return amina.phone.context


def test_the_worker_is_stopped_again_and_again(amina: Carer, server: Server) -> None:
    """R6: at random points of saves and of drains, by a page and by the worker itself."""
    chance, records = random.Random(6), Records(server)
    context_of(amina).grant_permissions(["background-sync"])
    child, slowest = records.child("Jay"), 0.0
    for number in range(STOPS):
        levers = Levers(amina.page)
        open_box(amina.page)
        server.kill()
        amina.page.evaluate("(how) => { window.saving = (" + SAVE + ")(how); }", [child, number, EACH])
        amina.page.wait_for_timeout(chance.uniform(0, 250))
        levers.stop()
        amina.page.evaluate("() => window.saving")
        kept = [one for one in on_the_phone(amina.page) if one["state"] == "waiting"]
        assert len(kept) == EACH, "a save was lost with the worker"
        if number % 2:
            amina.page.goto("about:blank")  # nobody is there: the worker drains, until it is stopped
        server.start()
        levers.wake()
        nudge(amina)
        amina.page.wait_for_timeout(chance.uniform(0, 250))
        levers.stop()
        amina.page.goto("/")
        amina.type_pin("135790")
        began = time.monotonic()
        expect(amina.chip).to_have_text("Everything is sent", timeout=30_000)
        slowest = max(slowest, time.monotonic() - began)
    wanted = sorted(f"round {number}, number {n}" for number in range(STOPS) for n in range(EACH))
    lost = len(set(wanted) - set(records.sentences()))
    assert reached("R6", f"lost of {len(wanted)}, the worker stopped {2 * STOPS} times", lost, most=0)
    assert reached("R6", "doubled", len(records.sentences()) - len(set(records.sentences())), most=0)
    assert reached("R6", "sent after the next page was unlocked, slowest", slowest, most=DRAINED, unit="s")


@pytest.mark.parametrize("how", ["bypassed", "gone"])
def test_without_any_worker_words_are_kept_and_sent_all_the_same(amina: Carer, server: Server, how: str) -> None:
    """R6: as in a browser that never starts one."""
    context = context_of(amina)
    if how == "gone":
        amina.page.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined })")
        amina.page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).unregister()")
    else:
        session = context.new_cdp_session(amina.page)
        session.send("Network.enable")
        session.send("Network.setBypassServiceWorker", {"bypass": True})
    amina.page.goto("/")
    amina.unlock()
    context.set_offline(True)
    amina.writes("with no worker").sees_heading("Today").waits(1)
    began = time.monotonic()
    context.set_offline(False)
    amina.waits(0)
    took = time.monotonic() - began
    assert reached("R6", f"the worker is {how}: sent after the network's return", took, most=DRAINED, unit="s")
    assert Records(server).sentences() == ["with no worker"]
