"""A lost phone: its worker cuts it off, and at its next contact everything that was kept on it is gone."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.axe import accessible
from tests.journeys.browser import Phone
from tests.journeys.carer import NOT_THE_DEMO, PIN, READY, Carer
from tests.journeys.locks import kept
from tests.journeys.network import nudge
from tests.journeys.passkeys import Authenticator, link_for
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTHING = {"slots": 0, "databases": []}
HIDE = """() => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def cut_off(sam: Worker, whose: str = "Amina") -> None:
    """As a supervising social worker does it when a carer rings."""
    sam.main.get_by_role("link", name="Has somebody lost a phone?").click()
    sam.sees_heading("Phones")
    card = sam.main.locator(".card").filter(has=sam.page.get_by_role("heading", name=whose))
    card.get_by_role("link", name="Lost it? Cut it off").click()
    sam.told("It can't be undone.").presses("Cut it off").told("That phone is cut off.")


def has_said_so(server: Server) -> None:
    """The phone was told, and has said that it did it."""
    said = "select count(*) from phones where told_to_wipe_at <= forgotten_at"
    for _ in range(100):
        if Records(server).ask(said) == [(1,)]:
            return
        time.sleep(0.05)
    raise AssertionError("nobody heard that the phone is wiped")


def nothing_is_left(amina: Carer) -> None:
    """The screen says so, and it is so."""
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    expect(amina.page.locator("#lock")).to_contain_text("cut off")
    assert kept(amina) == NOTHING


@pytest.mark.own_browser
@pytest.mark.parametrize("when", ["open", "locked", "closed"])
def test_wiped_at_its_next_contact(amina: Carer, at_desk: Callable[..., Worker], server: Server, when: str) -> None:
    """Whatever the phone was doing: the key slot goes, the database goes, and the screen says so plainly."""
    if when == "locked":
        amina.lock()
    elif when == "closed":
        amina.phone.close()
    cut_off(at_desk("Sam"))
    if when == "open":
        amina.page.get_by_role("link", name="Recordings").click()
    elif when == "locked":
        amina.page.reload()
    else:
        amina.comes_back()
    nothing_is_left(amina)
    amina.page.goto("/")
    expect(amina.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert amina.phone.context and not amina.phone.context.cookies()
    has_said_so(server)


@pytest.mark.parametrize("by", ["a hint", "half a minute"])
def test_a_phone_that_lies_there_locked_is_wiped_and_nobody_touches_it(
    amina: Carer, at_desk: Callable[..., Worker], server: Server, by: str
) -> None:
    """R15, S4: no page is loaded, nothing waits. It asks at every hint, and every half minute while it is in sight."""
    sam = at_desk("Sam")
    amina.lock()
    amina.page.clock.install()
    nudge(amina)
    cut_off(sam)
    if by == "a hint":
        nudge(amina)
    else:
        amina.page.clock.fast_forward(31_000)
    nothing_is_left(amina)
    has_said_so(server)


def stop_the_clock(amina: Carer) -> None:
    """Nothing on her page gives up waiting any more."""
    amina.page.clock.install()
    amina.page.clock.pause_at(datetime.now() + timedelta(minutes=1))


def test_nobody_opens_a_phone_that_was_cut_off_while_lantern_answers(
    amina: Carer, at_desk: Callable[..., Worker], server: Server
) -> None:
    """S4: even the right PIN; Lantern's answer takes longer than the PIN's sum, and not one page is asked for."""
    amina.lock()
    with amina.page.expect_response("**/pwa/who"):  # or what it begins with is late, when the clock leaps to its stop
        nudge(amina)
    stop_the_clock(amina)
    amina.page.evaluate(HIDE)
    cut_off(at_desk("Sam"))
    asked: list[str] = []
    held: list[Route] = []
    amina.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    amina.page.route("**/pwa/who", lambda route: held.append(route))
    amina.type_pin(PIN)
    amina.page.wait_for_timeout(1500)
    amina.page.clock.run_for(400)
    for route in held:
        route.continue_()
    nothing_is_left(amina)
    has_said_so(server)
    assert {path for path in asked if not path.startswith("/static")} == {"/pwa/who", "/auth/devices/forgotten"}


def test_no_signal_is_not_waited_for(amina: Carer, server: Server) -> None:
    """R20: where Lantern did not answer a moment ago, a question that hangs keeps nobody from their own vault."""
    server.kill()
    amina.lock()
    nudge(amina)
    stop_the_clock(amina)
    hung: list[Route] = []
    amina.page.route("**/pwa/who", lambda route: hung.append(route))
    amina.type_pin(PIN)
    waited = 0  # ms by the page's clock; the PIN's sum takes its own time
    while amina.page.get_by_role("heading", name="Unlock").count() and waited < 400:
        amina.page.clock.run_for(2)
        waited += 2
        amina.page.wait_for_timeout(50)
    assert hung and waited < 400
    amina.sees_heading("Today")


def test_a_neighbour_with_nothing_but_a_passkey(
    carer: Carer, phone_of: Callable[..., Phone], at_desk: Callable[..., Worker], server: Server
) -> None:
    """R15, S4: Amina's sign-in lies in the cookie, her vault goes, and Ben opens his with signal as ever."""
    ben, amina = Carer(carer.phone, "Ben"), carer
    carer.page.add_init_script(NOT_THE_DEMO)
    Authenticator(carer.page)
    ben.page.goto(link_for(phone_of().page, "Ben Okafor"))
    for words in ("Make my passkey", "Use your passkey", "I have written it down"):
        ben.page.get_by_role("button", name=words, exact=True).click()
    expect(ben.chip).to_have_text("Everything is sent", timeout=READY)
    amina.get_ready().lock()
    cut_off(at_desk("Sam"))
    nudge(amina)
    expect(ben.page.get_by_role("alert")).to_contain_text("Yours is still here", timeout=15_000)
    assert len(kept(ben)["databases"]) == kept(ben)["slots"] == 1
    ben.page.get_by_role("button", name="Use your passkey").click()
    ben.sees_heading("Today")
    expect(ben.page.get_by_role("link", name="Ben", exact=True)).to_be_visible()
    has_said_so(server)


def test_she_cuts_it_off_herself_from_her_other_phone(amina: Carer, phone_of: Callable[..., Phone]) -> None:
    """Told plainly what a PIN does not do; afterwards she sees when the lost one was told to wipe."""
    other = Carer(phone_of()).get_ready()
    other.page.get_by_role("link", name="Amina", exact=True).click()
    other.sees_heading("How you get in").opens("Lost it? Cut it off")
    expect(other.main).to_contain_text("It does not keep out an expert who copies the phone")
    accessible(other.page, "cutting off")
    picture(other.page, "state-cutting off")
    other.main.get_by_role("button", name="Cut it off").click()
    expect(other.main).to_contain_text("Until then only a PIN protects it, and not for long")
    amina.page.reload()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    assert kept(amina) == NOTHING
    other.today().page.get_by_role("link", name="Amina", exact=True).click()
    expect(other.main).to_contain_text("that it has deleted what was kept on it")
    accessible(other.page, "after cutting off")
    picture(other.page, "state-after cutting off")


@pytest.mark.own_browser
def test_words_that_wait_do_not_outlive_it(amina: Carer, at_desk: Callable[..., Worker], server: Server) -> None:
    """The worker is told what is lost; the words of a thief's phone never arrive under her name."""
    server.kill()
    amina.writes("written by whoever holds it").sees_heading("Today").waits(1)
    amina.phone.close()
    server.start()
    cut_off(at_desk("Sam"))
    amina.comes_back()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    assert kept(amina) == NOTHING
    assert Records(server).sentences() == []


def test_a_new_start_on_the_same_phone(amina: Carer, at_desk: Callable[..., Worker]) -> None:
    """Found again: signing in afresh makes a new vault, and everything works."""
    cut_off(at_desk("Sam"))
    amina.page.reload()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    amina.get_ready().sees_heading("Today")
    assert len(kept(amina)["databases"]) == 1
