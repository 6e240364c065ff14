"""Words go while nobody looks: by the worker with no page open, and from behind the lock."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.bars.figures import reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.conftest import House, copy_database
from tests.journeys.copies import Levers, on_the_phone
from tests.journeys.network import MARK
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.serving import ROOT, Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def arrive(server: Server, page: Page, wanted: list[str], seconds: float = 15) -> float:
    """Wait until these are with Lantern, and nothing else; how long it took."""
    began = time.monotonic()
    while sorted(Records(server).sentences()) != sorted(wanted):
        assert time.monotonic() - began < seconds, f"{Records(server).sentences()} arrived of {wanted}"
        page.wait_for_timeout(50)
    return time.monotonic() - began


def in_the_tunnel(amina: Carer, *sentences: str) -> None:
    """Write without network."""
    context = amina.phone.context
    assert context
    context.set_offline(True)
    for number, sentence in enumerate(sentences, start=1):
        amina.writes(sentence).sees_heading("Today").waits(number)


def test_words_go_with_no_page_open_when_the_network_is_back(amina: Carer, server: Server) -> None:
    """R6 and offline.md section 2: saved offline, every page closed, and it arrives by itself (Android)."""
    context = amina.phone.context
    assert context
    context.grant_permissions(["background-sync"])
    in_the_tunnel(amina, "sent while nobody looked", "and so was this")
    amina.page.goto("about:blank")
    context.set_offline(False)
    took = arrive(server, amina.page, ["sent while nobody looked", "and so was this"])
    print(f"arrived {took:.1f} s after the network was back, with no page open")
    amina.page.goto("/")
    amina.is_locked()
    expect(amina.page.locator("#status")).not_to_contain_text("waiting")
    assert {(one["state"], one["receipt"]["outcome"]) for one in on_the_phone(amina.page)} == {("waiting", "received")}
    posted: list[str] = []
    context.on("request", lambda one: posted.append(one.url) if one.method == "POST" else None)
    amina.unlock().waits(0)
    assert not any("/recordings" in url or "/sync" in url for url in posted), "it was sent a second time"
    assert {one["state"] for one in on_the_phone(amina.page)} == {"received"}


def test_a_worker_that_was_stopped_wakes_up_and_sends(amina: Carer, server: Server) -> None:
    """R6."""
    levers = Levers(amina.page)
    server.kill()
    amina.writes("woken for this").sees_heading("Today").waits(1)
    amina.page.goto("about:blank")
    levers.stop()
    server.start()
    levers.wake()
    arrive(server, amina.page, ["woken for this"])


def test_a_locked_page_sends_what_waits(amina: Carer, server: Server) -> None:
    """The phone lies there, locked, with Lantern on it; nothing says that the server is back."""
    server.kill()
    amina.writes("from behind the lock").sees_heading("Today").waits(1)
    amina.lock()
    expect(amina.page.locator("#status")).to_contain_text("1 waiting on this phone")
    server.start()
    took = arrive(server, amina.page, ["from behind the lock"])
    print(f"arrived {took:.1f} s after the server was back, locked")
    expect(amina.page.locator("#status")).to_have_text("Locked")
    amina.unlock().waits(0)
    assert Records(server).sentences() == ["from behind the lock"]


def test_an_unlocked_page_sends_by_itself_and_the_worker_leaves_it_to_it(amina: Carer, server: Server) -> None:
    """R13: one lane at a time; what is sent by the page is not sent as a copy as well."""
    levers = Levers(amina.page)
    context = amina.phone.context
    assert context
    sealed: list[str] = []
    context.on("request", lambda one: sealed.append(one.url) if one.url.endswith("/sync/sealed") else None)
    in_the_tunnel(amina, "by the page")
    context.set_offline(False)
    levers.wake()
    amina.waits(0)
    assert Records(server).sentences() == ["by the page"] and not sealed


def test_what_was_sealed_before_a_rotation_is_opened_after_it(amina: Carer, server: Server) -> None:
    """The key that the phone knew was replaced on the running server meanwhile."""
    levers = Levers(amina.page)
    context = amina.phone.context
    assert context
    in_the_tunnel(amina, "sealed to the old key")
    amina.page.goto("about:blank")
    rotate = [sys.executable, "-m", "flask", "--app", "wsgi", "seal-key", "rotate"]
    subprocess.run(rotate, cwd=ROOT, env=server.env, check=True, capture_output=True)
    context.set_offline(False)
    levers.wake()
    arrive(server, amina.page, ["sealed to the old key"])


def test_the_worker_sends_nothing_as_somebody_else(amina: Carer, server: Server) -> None:
    """R15: Ben is signed in on this phone; what Amina wrote waits for Amina."""
    levers = Levers(amina.page)
    context = amina.phone.context
    assert context
    with context.expect_page() as opened:
        amina.page.evaluate("() => open('about:blank')")
    context.route("**/recordings/", lambda route: route.abort())
    amina.writes("Amina's own").sees_heading("Today").waits(1)
    amina.page.goto("about:blank")
    context.unroute("**/recordings/")
    context.request.post("/demo/sign-in", form={"person": "ben"}, headers={"X-App": "1"})
    levers.wake()
    opened.value.wait_for_timeout(2500)
    assert Records(server).sentences() == Records(server).sentences("ben") == []
    context.request.post("/demo/sign-in", form={"person": "amina"}, headers={"X-App": "1"})
    levers.wake()
    arrive(server, amina.page, ["Amina's own"])


def test_a_restored_server_is_given_again_what_it_forgot(amina: Carer, server: House) -> None:
    """R22: the database is put back to an earlier copy under a running phone; nothing is lost, nothing doubled."""
    records = Records(server)
    backup = server.data / "backup.sqlite"
    amina.writes("before the backup").sees_heading("Today").waits(0)
    copy_database(server.database, backup)
    for sentence in ("forgotten once", "forgotten twice"):
        amina.writes(sentence).sees_heading("Today").waits(0)
    copy_database(backup, server.database)
    assert records.sentences() == ["before the backup"]
    amina.writes("written after").sees_heading("Today").waits(0)
    amina.page.reload()
    amina.unlock()
    arrive(server, amina.page, ["before the backup", "forgotten once", "forgotten twice", "written after"], 30)
    sentences = records.sentences()
    assert reached("R22", "acknowledged, then forgotten by a restored server: lost", 4 - len(set(sentences)), most=0)
    assert reached("R22", "doubled", len(sentences) - len(set(sentences)), most=0)
    assert records.ask("select count(*), count(distinct item_id) from receipts") == [(4, 4)]
    assert {one["state"] for one in on_the_phone(amina.page)} == {"received"}


def test_what_a_restored_server_lost_is_shown_and_saved_until_it_has_it(
    amina: Carer, server: House, faults: Faults
) -> None:
    """R22, R8: while it can't be given again, the chip counts it, the list says so, and a sealed copy holds it."""
    faults.expect("status of 503")
    backup = server.data / "backup.sqlite"
    copy_database(server.database, backup)
    for sentence in ("forgotten once", "forgotten twice"):
        amina.writes(sentence).sees_heading("Today").waits(0)
    copy_database(backup, server.database)
    context = amina.phone.context
    assert context
    context.route("**/sync/sealed", lambda route: route.fulfill(status=503, headers=MARK))
    amina.page.reload()
    amina.unlock().waits(2).chip.click()
    panel = amina.page.locator("#waiting-panel")
    expect(panel.get_by_text("Lantern lost it, and is given it again")).to_have_count(2)
    picture(amina.page, "lost-by-a-restore")
    with amina.page.expect_download() as copy:
        panel.get_by_role("button", name="Save a sealed copy").click()
    assert len(json.loads(copy.value.path().read_text())["items"]) == 2
    amina.lock()
    expect(amina.page.locator("#status")).to_contain_text("2 waiting on this phone")
    context.unroute("**/sync/sealed")
    amina.unlock().waits(0)
    arrive(server, amina.page, ["forgotten once", "forgotten twice"])


def test_an_open_phone_gives_again_at_once_what_a_restored_server_lost(amina: Carer, server: House) -> None:
    """R22: it hears of it with the receipt of the next thing that it sends, and does not wait for its next turn."""
    backup = server.data / "backup.sqlite"
    copy_database(server.database, backup)
    amina.writes("forgotten").sees_heading("Today").waits(0)
    copy_database(backup, server.database)
    amina.writes("written after").sees_heading("Today")
    arrive(server, amina.page, ["forgotten", "written after"])


def test_a_second_phone_is_not_taken_for_a_restored_server(
    amina: Carer, server: Server, phone_of: Callable[..., Phone]
) -> None:
    """R22: what another phone of the same person sent is nothing to offer again."""
    second = Carer(phone_of())
    second.get_ready().writes("from the second").sees_heading("Today").waits(0)
    amina.writes("from the first").sees_heading("Today").waits(0)
    posted: list[str] = []
    for carer in (amina, second):
        assert carer.phone.context
        carer.phone.context.on("request", lambda one: posted.append(one.url) if "sealed" in one.url else None)
        carer.page.reload()
        carer.unlock().waits(0)
        carer.page.wait_for_timeout(1500)
    assert not posted
