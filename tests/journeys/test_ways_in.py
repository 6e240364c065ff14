"""Ways into a phone: a second one at set-up, a new passkey in place of a lost one, and none for anybody else."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.axe import accessible
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import NOT_THE_DEMO, PIN, READY, Carer
from tests.journeys.locks import kept
from tests.journeys.network import MARK
from tests.journeys.passkeys import Authenticator, link_for
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.test_refused import write_too_much
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
READ_SLOTS = """async () => {
  const cache = await caches.open('keyslot');
  return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text()));
}"""


def wraps(carer: Carer) -> list[dict[str, Any]]:
    """What opens the one vault of this phone."""
    (slot,) = [json.loads(text) for text in carer.page.evaluate(READ_SLOTS)]
    return slot["wraps"]


def kinds(carer: Carer) -> list[str]:
    """The same in short."""
    return sorted(wrap["kind"] for wrap in wraps(carer))


def press(carer: Carer, words: str) -> None:
    """A button of the screen."""
    carer.page.get_by_role("button", name=words, exact=True).click()


def shown_paper_key(carer: Carer) -> str:
    """What she writes down, this once."""
    expect(carer.page.get_by_role("heading", name="Write down your paper key")).to_be_visible()
    return "-".join(carer.page.locator(".paper-key code").all_inner_texts())


def opens_by_paper(carer: Carer, typed: str) -> None:
    """From the lock screen."""
    button = carer.page.get_by_role("button", name="Use your paper key")
    if button.count():
        button.click()
    carer.page.get_by_label("Paper key", exact=True).fill(typed)
    press(carer, "Open")


def opens_by_passkey(carer: Carer) -> None:
    """From the lock screen, one touch."""
    press(carer, "Use your passkey")
    expect(carer.page.get_by_role("heading", name="Unlock")).to_have_count(0, timeout=READY)


@pytest.fixture
def device(carer: Carer) -> Authenticator:
    """Passkeys of Amina's phone, where nobody has chosen a PIN for her."""
    carer.page.add_init_script(NOT_THE_DEMO)
    return Authenticator(carer.page)


@pytest.fixture
def ready(carer: Carer, device: Authenticator, phone_of: Callable[..., Phone]) -> str:
    """Amina has joined by a link and her phone opens with her passkey; her paper key."""
    carer.page.goto(link_for(phone_of().page, "Amina Rahman"))
    press(carer, "Make my passkey")
    expect(carer.page.get_by_role("heading", name="Get this phone ready")).to_be_visible()
    press(carer, "Use your passkey")
    paper = shown_paper_key(carer)
    press(carer, "I have written it down")
    expect(carer.chip).to_have_text("Everything is sent", timeout=READY)
    return paper


def test_a_phone_with_a_passkey_gets_a_paper_key(carer: Carer, ready: str, server: Server) -> None:
    """The second way in is made by itself, opens the phone with no signal, and does not make it hold less."""
    assert kinds(carer) == ["paper", "prf"]
    assert Records(server).ask("select kind, label from phones") == [("passkey", "Phone 1, blue circle")]
    assert ready not in carer.page.content() + json.dumps(wraps(carer))
    carer.page.goto("/")
    server.kill()
    opens_by_passkey(carer)
    carer.sees_heading("Today").lock()
    opens_by_paper(carer, ready[:-1] + ("7" if ready[-1] != "7" else "8"))
    expect(carer.page.get_by_role("alert")).to_contain_text("there is a slip in it")
    opens_by_paper(carer, ready.lower().replace("-", " "))
    expect(carer.page.get_by_role("heading", name="Unlock")).to_have_count(0)


def test_words_survive_a_passkey_that_was_deleted(
    carer: Carer, ready: str, device: Authenticator, at_desk: Callable[..., Worker], server: Server
) -> None:
    """S10, offline.md section 8: a recovery, a new passkey, the paper once: what waited goes, and a touch opens."""
    old = {wrap.get("credential") for wrap in wraps(carer)}
    press(carer, "Make ten codes")
    code = carer.page.locator("code").first.inner_text()
    carer.page.goto("/")
    opens_by_passkey(carer)
    server.kill()
    carer.writes("Written before the passkey was gone.").sees_heading("Today").waits(1)
    carer.lock()
    assert device.forget() == 1
    Records(server).end_sign_ins(days=31)
    server.start()
    carer.page.goto("/recover")
    carer.page.get_by_label("Recovery code").fill(code)
    press(carer, "Ask to get back in")
    sam = at_desk("Sam")
    sam.main.get_by_role("link", name="Has somebody lost a phone?").click()
    sam.main.locator(".row").get_by_role("link", name="Amina").click()
    sam.presses("Yes, I am sure it is them").told("/join/")
    carer.page.goto(re.search(r"http\S+/join/[\w-]+", sam.main.inner_text())[0])
    press(carer, "Make my passkey")
    expect(carer.page.get_by_role("alert")).to_contain_text("Your new passkey does not open this phone yet")
    opens_by_paper(carer, ready)
    carer.waits(0)
    assert Records(server).sentences() == ["Written before the passkey was gone."]
    carer.page.goto("/")
    opens_by_passkey(carer)
    carer.sees_heading("Today").waits(0)
    carer.comes_to(lambda: kinds(carer) == ["paper", "prf"], "the old passkey opens nothing any more")
    assert {wrap.get("credential") for wrap in wraps(carer)}.isdisjoint(old - {None})


def test_a_passkey_made_on_an_open_phone_opens_it_from_then_on(amina: Carer, server: Server) -> None:
    """S10: who adds it shows first that they can open it; one that the account forgets opens nothing."""
    Authenticator(amina.page)
    amina.sign_in()
    amina.unlock().sees_heading("Today")
    amina.page.get_by_role("link", name="Amina", exact=True).click()
    amina.opens("Add a passkey")
    press(amina, "Make a passkey here")
    expect(amina.page.get_by_role("heading", name="Show that it is you")).to_be_visible()
    amina.page.get_by_label("PIN", exact=True).fill("000000")
    press(amina, "Unlock")
    expect(amina.page.get_by_role("alert")).to_contain_text("You can try 9 times more", timeout=READY)
    assert kinds(amina) == ["pin"]
    amina.page.get_by_label("PIN", exact=True).fill(PIN)
    press(amina, "Unlock")
    amina.sees_heading("How you get in")
    assert kinds(amina) == ["pin", "prf"]
    amina.lock()
    opens_by_passkey(amina)
    amina.sees_heading("How you get in")
    amina.lock()  # an open phone might hear of it before it is asked for
    Records(server).change("update passkeys set ended_at = created_at")
    opens_by_passkey(amina)
    amina.comes_to(lambda: kinds(amina) == ["pin"], "a passkey that has ended opens it still")


@pytest.mark.parametrize("asked", ["/auth/sign-in/options", "/auth/sign-in"])
@pytest.mark.parametrize("how", [{"status": 503}, {"status": 429, "json": {"error": "Too often."}}, None])
def test_a_lantern_too_busy_to_sign_anybody_in_keeps_no_phone_shut(
    carer: Carer, device: Authenticator, ready: str, server: Server, faults: Faults, asked: str, how: dict | None
) -> None:
    """S10: the touch that would sign her in opens her phone; what she writes waits until she is signed in."""
    faults.expect("status of (429|503)|ERR_FAILED")
    Records(server).end_sign_ins(days=31)
    carer.page.goto("/")
    expect(carer.page.get_by_role("button", name="Use your passkey", exact=True)).to_be_visible()
    carer.page.wait_for_timeout(300)  # Lantern has said that nobody is signed in

    def busy(route: Route) -> None:
        if how:
            route.fulfill(**{"headers": MARK} | how)
        else:
            route.abort()

    carer.page.route(f"**{asked}", busy)
    opens_by_passkey(carer)
    carer.sees_heading("Today").writes("while Lantern was busy").sees_heading("Today").waits(1)
    carer.page.unroute(f"**{asked}")
    carer.lock()
    opens_by_passkey(carer)
    carer.waits(0)
    assert Records(server).sentences() == ["while Lantern was busy"]


NO = {
    "paused": "update people set suspended_at = '2026-01-01 00:00:00.000000' where slug = 'amina'",
    "unknown since a restore": "update passkeys set ended_at = created_at",
}


@pytest.mark.parametrize("why", NO)
def test_a_lantern_that_signs_her_in_no_more_keeps_no_phone_shut(
    carer: Carer, device: Authenticator, ready: str, server: Server, faults: Faults, why: str
) -> None:
    """S10, S3: without signal the same touch opens it, so a no protects nothing. The open phone hears of a pause."""
    faults.expect("status of 40[13]")
    records = Records(server)
    records.end_sign_ins(days=31)
    carer.page.goto("/")
    expect(carer.page.get_by_role("button", name="Use your passkey", exact=True)).to_be_visible()
    carer.page.wait_for_timeout(300)  # Lantern has said that nobody is signed in
    assert records.change(NO[why])
    with carer.page.expect_response("**/auth/sign-in") as asked:
        opens_by_passkey(carer)
    assert asked.value.status == 403
    if why == "paused":
        carer.sees_heading("Your account is paused")
        return
    carer.sees_heading("Today").writes("while Lantern said no").sees_heading("Today").waits(1)
    records.change("update passkeys set ended_at = null")
    carer.lock()
    opens_by_passkey(carer)
    carer.waits(0)
    assert records.sentences() == ["while Lantern said no"]


def test_signal_that_goes_before_a_phone_is_ready_costs_the_page_nothing(carer: Carer) -> None:
    """R8: the part that asks how to lock it did not come. It says so, keeps nothing, and asks the next time."""
    carer.page.add_init_script(NOT_THE_DEMO)
    carer.page.route("**/later/parts.js", lambda route: route.abort())
    carer.sign_in()
    expect(carer.page.get_by_role("alert")).to_contain_text("There was no signal to get this phone ready")
    carer.sees_heading("Today")
    assert kept(carer)["slots"] == 0
    carer.page.unroute("**/later/parts.js")
    carer.page.reload()
    expect(carer.page.get_by_role("heading", name="Get this phone ready")).to_be_visible()


def test_somebody_elses_passkey_gets_no_phone_ready(
    carer: Carer, device: Authenticator, phone_of: Callable[..., Phone]
) -> None:
    """R15: a couple's phone holds both their passkeys, and the browser offers either."""
    ada = phone_of()
    carer.page.goto(link_for(ada.page, "Ben Okafor"))
    press(carer, "Make my passkey")
    expect(carer.page.get_by_role("heading", name="Get this phone ready")).to_be_visible()
    carer.sign_in()
    expect(carer.page.get_by_role("heading", name="Get this phone ready")).to_be_visible()
    press(carer, "Use your passkey")
    expect(carer.page.get_by_role("alert")).to_contain_text("That passkey is somebody else's")
    assert kept(carer)["slots"] == 0


def test_when_nothing_opens_it_any_more_its_owner_starts_anew(amina: Carer, server: Server) -> None:
    """Only when she is signed in: a finder deletes nothing by a button. What had a sealed copy has gone before."""
    server.kill()
    amina.writes("behind the lock").sees_heading("Today").waits(1)
    Records(server).end_sign_ins(days=31)
    amina.lock()
    press(amina, "I can't open it")
    expect(amina.page.locator("#lock")).to_contain_text("1 thing that was not sent would be lost.")
    expect(amina.page.get_by_role("button", name="Delete it and start anew")).to_have_count(0)
    press(amina, "Go back")
    amina.is_locked()
    server.start()
    amina.sign_in()
    amina.is_locked()
    press(amina, "I can't open it")
    press(amina, "Delete it and start anew")
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    assert len(kept(amina)["databases"]) == kept(amina)["slots"] == 1
    assert Records(server).sentences() == ["behind the lock"]


def test_starting_anew_says_what_was_refused_and_what_was_begun(amina: Carer, server: Server) -> None:
    """A locked phone sent it, and Lantern could not take it: the words are nowhere but here."""
    server.kill()
    write_too_much(amina)
    amina.write_about("Mia").says("half a sent")
    amina.page.wait_for_timeout(300)
    amina.lock()
    with amina.page.expect_response(re.compile("/sync/sealed$"), timeout=READY) as sent:  # at the latest after 30 s
        server.start()
    assert sent.value.json()["receipts"][0]["outcome"] == "refused"
    expect(amina.page.locator("#status")).to_contain_text("1 waiting on this phone")
    press(amina, "I can't open it")
    expect(amina.page.locator("#lock")).to_contain_text("2 things that were not sent would be lost.")
    expect(amina.page.locator("#lock")).not_to_contain_text("false")


@pytest.mark.own_browser
def test_signing_out_with_no_signal_happens_at_the_next_contact(amina: Carer, server: Server) -> None:
    """S4: the phone is locked at once; the session ends before anything else is asked; the words stay hers."""
    server.kill()
    amina.writes("still mine").sees_heading("Today").waits(1)
    amina.page.get_by_role("link", name="Amina", exact=True).click()
    amina.sees_heading("How you get in")
    amina.page.once("dialog", lambda dialog: dialog.accept())
    press(amina, "Sign out")
    expect(amina.page.get_by_role("alert")).to_contain_text("There was no signal to sign you out")
    amina.is_locked()
    amina.phone.close()
    server.start()
    open_sign_ins = "select count(*) from sign_ins where ended_at is null"
    assert Records(server).ask(open_sign_ins) == [(1,)]
    amina.comes_back()
    amina.is_locked()
    amina.comes_to(lambda: Records(server).ask(open_sign_ins) == [(0,)], "somebody is still signed in")
    assert Records(server).ask("select ended_because from sign_ins") == [("signed-out",)]
    assert Records(server).sentences() == []
    amina.unlock()
    expect(amina.item("still mine")).to_contain_text("Sign in to send", timeout=10_000)
    amina.sign_in()
    amina.unlock().waits(0)
    assert Records(server).sentences() == ["still mine"]


def test_the_tenth_wrong_pin_names_what_is_gone_and_what_is_not(amina: Carer, server: Server) -> None:
    """R15: on a shared phone one's own tenth slip is nobody else's loss, and the screen says whose."""
    ben = Carer(amina.phone, "Ben").sign_in()
    expect(ben.chip).to_have_text("Everything is sent", timeout=READY)
    ben.lock()
    server.kill()
    for n in range(10):
        ben.page.get_by_label("Phone 2, green triangle").check()
        ben.type_pin(f"22222{n}")
        expect(ben.page.get_by_role("alert")).to_contain_text(re.compile("not right|tenth"), timeout=READY)
    said = ben.page.get_by_role("alert")
    expect(said).to_contain_text("what was kept for Phone 2, green triangle is deleted", timeout=READY)
    expect(said).to_contain_text("What is kept for Phone 1, blue circle is still here.")
    assert kept(amina)["slots"] == len(kept(amina)["databases"]) == 1
    amina.unlock().sees_heading("Today")


def test_ways_in_are_changed_on_the_page_about_this_phone(amina: Carer, server: Server) -> None:
    """A paper key is added, the PIN is changed, the paper key is taken away; the last way in stays."""
    amina.chip.click()
    amina.page.get_by_role("link", name="More about this phone").click()
    amina.sees_heading("This phone")
    locked = amina.main.locator("[data-item=locked]")
    expect(locked).to_contain_text("On the lock screen yours is Phone 1, blue circle.")
    expect(locked.get_by_role("button", name="Remove")).to_have_count(0)
    press(amina, "Make a paper key")
    paper = shown_paper_key(amina)
    press(amina, "I have written it down")
    amina.page.get_by_label("PIN", exact=True).fill(PIN)
    press(amina, "Unlock")
    expect(locked.get_by_role("listitem")).to_have_text([re.compile("A PIN, since"), re.compile("A paper key, since")])
    accessible(amina.page, "ways in")
    picture(amina.page, "state-ways in")
    press(amina, "Change the PIN")
    amina.page.get_by_label("PIN, at least 6 digits").fill("864209")
    amina.page.get_by_label("The same PIN again").fill("864209")
    press(amina, "Use a PIN")
    accessible(amina.page, "show that it is you")
    picture(amina.page, "state-show that it is you")
    opens_by_paper(amina, paper)
    amina.sees_heading("This phone")
    amina.page.once("dialog", lambda dialog: dialog.accept())
    locked.get_by_role("listitem").filter(has_text="A paper key").get_by_role("button", name="Remove").click()
    expect(locked.get_by_role("listitem")).to_have_count(1)
    assert kinds(amina) == ["pin"]
    amina.page.goto("/")
    amina.type_pin(PIN)
    expect(amina.page.get_by_role("alert")).to_contain_text("You can try 9 times more", timeout=READY)
    amina.unlock("864209").sees_heading("Today")
