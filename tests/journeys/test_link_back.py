"""R24: the link is gone for a minute and nothing says when it is back; the first words arrive within three seconds."""

import os
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.bars.figures import figure, reached
from tests.journeys.carer import Carer
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
SILENCE = figure("R24_SILENCE_S", quick=12, full=60)  # s; pauses between tries have grown as far as they do after 4
WAITING = figure("R24_WAITING", quick=60, full=365)
FIRST, ALL = 3.0, 5.0  # s
Act = Callable[[Carer, Server], None]


def stop_server(amina: Carer, server: Server) -> None:
    """Bars but no data: connections are refused, the browser says that it is online."""
    server.kill()


def start_server(amina: Carer, server: Server) -> None:
    """It answers again."""
    server.start()


def freeze_server(amina: Carer, server: Server) -> None:
    """Connections are taken and nothing is ever answered."""
    assert server.process
    os.killpg(server.process.pid, signal.SIGSTOP)


def thaw_server(amina: Carer, server: Server) -> None:
    """It goes on where it was."""
    assert server.process
    os.killpg(server.process.pid, signal.SIGCONT)


def no_network(amina: Carer, server: Server) -> None:
    """The browser knows that there is none."""
    assert amina.phone.context
    amina.phone.context.set_offline(True)


def network(amina: Carer, server: Server) -> None:
    """The browser says that there is one."""
    assert amina.phone.context
    amina.phone.context.set_offline(False)


CUTS: dict[str, tuple[Act, Act]] = {
    "the server is gone": (stop_server, start_server),
    "the server hangs": (freeze_server, thaw_server),
    "the network is gone": (no_network, network),
}


@pytest.mark.parametrize("cut", CUTS)
def test_everything_is_there_within_seconds_of_the_link(amina: Carer, server: Server, cut: str) -> None:
    """R24: the page is open; nobody touches it."""
    gone, back = CUTS[cut]
    records = Records(server)
    child = records.child("Jay")
    open_box(amina.page)
    amina.write_about("Jay").says("the last one, by hand")
    gone(amina, server)
    try:
        put(amina.page, child, [f"number {number:03}" for number in range(WAITING - 1)])
        amina.save()
        amina.page.wait_for_timeout(SILENCE * 1000)
        assert records.ask("select count(*) from receipts") == [(0,)]
    finally:
        back(amina, server)
    began = time.monotonic()
    first = None
    while (came := records.ask("select count(*) from receipts")[0][0]) < WAITING:
        first = first or (came and time.monotonic() - began)
        assert time.monotonic() - began < 60, f"{came} of {WAITING} after a minute"
        amina.page.wait_for_timeout(20)
    first = first or time.monotonic() - began
    expect(amina.chip).to_have_text("Everything is sent", timeout=10_000)
    everything = time.monotonic() - began
    assert reached("R24", f"{cut} for {SILENCE} s, first of {WAITING} received", first, most=FIRST, unit="s")
    assert reached(
        "R24", f"{cut} for {SILENCE} s, all {WAITING} sent, as the screen says", everything, most=ALL, unit="s"
    )
    assert len(set(records.sentences())) == len(records.sentences()) == WAITING


def test_a_hung_server_keeps_nobody_waiting(amina: Carer, server: Server) -> None:
    """A submit is answered from the phone after 2.5 s; what is typed next is kept; both arrive when it goes on."""
    amina.write_about("Jay").says("into the silence")
    freeze_server(amina, server)
    try:
        began = time.monotonic()
        amina.save()
        expect(amina.form.locator(".save-note")).to_contain_text("Saved on this phone")
        saved = time.monotonic() - began
        expect(amina.page.get_by_role("heading", name="Today", level=1)).to_be_visible(timeout=15_000)
        away = time.monotonic() - began
        amina.write_about("Mia").says("typed while it hung")
        amina.page.wait_for_timeout(1500)
    finally:
        thaw_server(amina, server)
    amina.save().sees_heading("Today").waits(0)
    assert sorted(Records(server).sentences()) == ["into the silence", "typed while it hung"]
    assert reached("R24", "the server hangs: until the screen says saved", saved, most=1.0, unit="s")
    assert reached("R24", "the server hangs: until the person is somewhere else", away, most=12.0, unit="s")
