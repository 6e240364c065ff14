"""A café's Wi-Fi answers in Lantern's place and says 200 to everything: nothing is believed, nothing is lost (R20)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request, Route, expect

from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import READY, Carer
from tests.journeys.network import in_a_cafe, nudge
from tests.journeys.passkeys import Authenticator
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
INSTEAD = "Something else answers in Lantern's place"
answers = pytest.mark.parametrize(
    "answer", [{}, {"status": 303, "headers": {"Location": "/"}}], ids=["a page", "a way astray"]
)
REPLY, HAPPENED = "Thank you. Put the pans away and call me.", "Amina was pushed. The pans are put away."


def sam_with_a_vault(phone_of: Callable[..., Phone]) -> tuple[Carer, Worker]:
    """Workers choose whether a phone of theirs keeps anything. As whose phone it is, and as what he does on it."""
    sam = Carer(phone_of(), "Sam").sign_in().sees_heading("Today")
    sam.page.goto("/me/phone")
    sam.page.get_by_role("button", name="Get this phone ready").click()
    expect(sam.chip).to_have_text("Everything is sent", timeout=READY)
    return sam, Worker(sam.page, "Sam")


def test_what_a_worker_typed_is_still_there(
    amina: Carer, phone_of: Callable[..., Phone], server: Server, faults: Faults
) -> None:
    """R20: a decision, which does not wait on the phone: it says that it was not done, and the words stay."""
    faults.expect("htmx:error: not Lantern")
    amina.writes("He pushed me away.").waits(0)
    sam, desk = sam_with_a_vault(phone_of)
    desk.goes_to("Triage").tick("Answer Amina").tick("Put something into Jay's chronology")
    desk.writes_in("Your answer", "Your answer", REPLY)
    desk.writes_in("Words for the chronology", "For the chronology", HAPPENED)
    with in_a_cafe(sam):
        desk.presses("Save decision")
        expect(sam.main.get_by_role("alert")).to_contain_text(f"{INSTEAD}, such as a Wi-Fi page")
        expect(sam.main.get_by_label("Your answer")).to_have_value(REPLY)
        expect(sam.page.get_by_text("Welcome to Free Wi-Fi")).to_have_count(0)
        sam.page.reload()
        sam.unlock()
        expect(sam.main).to_contain_text(INSTEAD)
    assert Records(server).ask("select count(*) from triage_decisions") == [(0,)]
    sam.page.goto("/triage/")
    sam.unlock().sees_heading("Triage")
    expect(sam.main.get_by_label("Your answer")).to_have_value(REPLY)
    expect(sam.main.get_by_label("For the chronology")).to_have_value(HAPPENED)
    desk.presses("Save decision").told("Saved")


def test_pages_come_from_the_phone_and_writing_goes_on(amina: Carer, server: Server) -> None:
    """R20: Today, This phone and the form are the phone's copies, with a word about why; what is saved goes later."""
    amina.lock()
    with in_a_cafe(amina):
        amina.unlock().sees_heading("Today")
        expect(amina.main).to_contain_text(INSTEAD)
        expect(amina.main).to_contain_text("This is the copy from")
        amina.this_phone().today().writes("written in a café").sees_heading("Today").waits(1)
        expect(amina.item("written in a café")).to_contain_text("Saved on this phone")
        amina.page.goto("/never/kept")
        amina.unlock().sees_heading("This page is not on this phone")
        expect(amina.main).to_contain_text(INSTEAD)
    nudge(amina)
    amina.waits(0)
    assert Records(server).sentences() == ["written in a café"]


@answers
def test_nobody_is_signed_out_by_a_cafe(amina: Carer, server: Server, answer: dict) -> None:
    """R20: the phone goes on meaning to sign out, until Lantern itself has done it."""
    still = "select count(*) from sign_ins where ended_at is null"
    amina.page.get_by_role("link", name="Amina", exact=True).click()
    amina.sees_heading("How you get in")
    with in_a_cafe(amina, "**/sign-out", **answer):
        amina.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(amina.page.locator("#lock")).to_contain_text("There was no signal to sign you out", timeout=READY)
        assert Records(server).ask(still) == [(1,)]
    amina.page.reload()
    amina.is_locked()
    # Before it is loaded again, or after: by itself.
    amina.comes_to(lambda: Records(server).ask(still) == [(0,)], "somebody is still signed in")


@answers
def test_a_phone_is_not_known_because_a_cafe_says_so(carer: Carer, server: Server, answer: dict) -> None:
    """R20, R15: it goes on telling its name until Lantern has heard it, or it could never be cut off."""
    known = "select count(*) from phones"
    with in_a_cafe(carer, "**/auth/devices", **answer):
        carer.sign_in()
        expect(carer.chip).to_have_text("Getting this phone ready", timeout=READY)
        carer.page.wait_for_timeout(1000)
        assert Records(server).ask(known) == [(0,)]
    carer.page.wait_for_timeout(5000)  # it has tried just now
    nudge(carer)
    expect(carer.chip).to_have_text("Everything is sent", timeout=READY)
    assert Records(server).ask(known) == [(1,)]


def test_a_passkey_meets_a_cafe(phone_of: Callable[..., Phone]) -> None:
    """R20: whoever signs in is told that there was no signal, and that their words are safe."""
    carer = Carer(phone_of())
    Authenticator(carer.page)
    carer.page.goto("/sign-in")
    with in_a_cafe(carer, "**/auth/**"):
        carer.page.get_by_role("button", name="Use your passkey").click()
        expect(carer.page.get_by_text("No signal. Signing in needs signal.")).to_be_visible()


def test_a_server_without_the_mark_is_no_stranger(amina: Carer, server: Server) -> None:
    """R16, R20: put back to the release before, or behind a proxy that takes the mark off: it is known by its word."""
    words: list[bool] = []

    def without(route: Route) -> None:
        request: Request = route.request
        words.append(request.url.endswith("/ping"))
        answer = route.fetch()
        route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k != "x-lantern"})

    context = amina.phone.context
    assert context
    context.route(lambda url: "/static/" not in url, without)
    amina.writes("to the server as it was").sees_heading("Today").waits(0)
    amina.lock()
    amina.unlock().sees_heading("Today")
    expect(amina.main).not_to_contain_text(INSTEAD)
    expect(amina.page.locator("#copy-note")).to_have_count(0)
    assert Records(server).sentences() == ["to the server as it was"]
    assert any(words)
