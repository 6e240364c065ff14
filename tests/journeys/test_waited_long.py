"""Words that have waited long, a phone nearly full, one that may forget: it says so, and what to do (R7, R8)."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import accessible
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import READY, Carer
from tests.journeys.network import nudge, on_the_way
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = {"phone": (390, 844), "narrow": (320, 700), "desk": (1280, 800)}

# The phone's clock, moved from the next page on; `null` is the true time.
CLOCK = """() => {
  const True = Date;
  const ahead = () => Number(localStorage.getItem('ahead') || 0);
  globalThis.Date = class extends True {
    constructor(...args) { args.length ? super(...args) : super(True.now() + ahead()); }
    static now() { return True.now() + ahead(); }
  };
}"""


def hours_pass(carer: Carer, hours: float) -> None:
    """By the phone's clock, and the phone is opened again."""
    carer.page.evaluate("(ms) => localStorage.setItem('ahead', ms)", hours * 3_600_000)
    carer.page.reload()
    carer.unlock()


def shown(carer: Carer, name: str) -> None:
    """In every size, with nothing that axe finds, and a picture of it."""
    for size, (width, height) in SIZES.items():
        carer.page.set_viewport_size({"width": width, "height": height})
        wide = carer.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} is {wide} px too wide at {size}"
        accessible(carer.page, f"{name}, {size}")
        picture(carer.page, f"state-{name}-{size}")
    carer.page.set_viewport_size({"width": 390, "height": 844})


def test_after_a_day_every_page_says_what_waits(carer: Carer, server: Server) -> None:
    """R8: three things, since when, and that Lantern has not seen them; on each page, until they are sent."""
    carer.phone.context.add_init_script(f"({CLOCK})()")  # type: ignore[union-attr]
    carer.get_ready()
    banner = carer.page.locator("#safety")
    server.kill()
    for number in range(3):
        carer.writes(f"nobody has seen this, {number}").sees_heading("Today")
    hours_pass(carer, 23)
    carer.waits(3)
    expect(banner.get_by_text("Lantern has not seen")).to_have_count(0)
    hours_pass(carer, 25)
    said = re.compile(r"3 things you wrote have waited since \w+ \d+ \w+, [\d:]+[ap]m\. Lantern has not seen them\.")
    expect(banner).to_contain_text(said)
    expect(banner).to_contain_text("Open Lantern where there is signal")
    expect(carer.page.locator("#live")).to_have_text(said)
    shown(carer, "waited for a day")
    carer.write_about("Jay")
    expect(banner).to_contain_text(said)
    with carer.page.expect_download() as copy:
        banner.get_by_role("button", name="Save a copy of everything that waits").click()
    assert "nobody has seen this, 2" in copy.value.path().read_text()

    Records(server).end_sign_ins(days=31)
    server.start()
    expect(banner).to_contain_text("Sign in, and they go by themselves.", timeout=20_000)
    carer.lock()
    expect(banner).to_have_count(0)
    carer.sign_in()
    carer.unlock().waits(0)
    expect(banner.get_by_text("Lantern has not seen")).to_have_count(0)
    assert len(Records(server).sentences()) == 3
    heard(server, lambda waiting, since: waiting == 0 and since is None)


def test_her_worker_hears_how_much_was_waiting(
    carer: Carer, server: Server, at_desk: Callable[..., Worker], faults: Faults
) -> None:
    """R8: what Lantern takes no more waits on; at each contact the phone says how much and since when."""
    faults.expect("status of 5")
    carer.get_ready()
    with on_the_way(carer, lambda route: route.fulfill(status=503)):
        for number in range(2):
            carer.writes(f"Lantern is ill, {number}").sees_heading("Today")
        carer.waits(2).today()
        heard(server, lambda waiting, since: waiting == 2 and since)
    Records(server).change(
        "update phones set last_seen_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-73 hours') || '000'"
    )
    sam = at_desk("Sam")
    expect(sam.page.locator("#main")).to_contain_text(
        re.compile(r"Amina's phone: last heard of \w+ \d+ \w+, [\d:]+[ap]m; 2 things were waiting then")
    )
    for size, (width, height) in SIZES.items():
        sam.page.set_viewport_size({"width": width, "height": height})
        accessible(sam.page, f"phones not heard of, {size}")
        picture(sam.page, f"Sam-unheard-{size}")
    nudge(carer)
    carer.waits(0)
    heard(server, lambda waiting, since: waiting == 0 and since is None)
    sam.page.reload()
    expect(sam.page.locator("#main")).not_to_contain_text("Amina's phone")


def heard(server: Server, right: Callable[[int, str | None], object]) -> None:
    """What Lantern knows of her phone, once it is that."""
    for _ in range(100):
        waiting, since = Records(server).ask("select waiting, waiting_since from phones")[0]
        if right(waiting, since):
            return
        time.sleep(0.1)
    raise AssertionError(f"{waiting} waiting since {since}")


def test_a_phone_that_is_nearly_full_says_so(amina: Carer) -> None:
    """R7: from 80 % of the room on, in words that say what to do; aloud once."""
    say = "(part) => { navigator.storage.estimate = async () => ({ usage: part * 1e6, quota: 1e6 }); }"
    banner = amina.page.locator("#safety")
    amina.page.evaluate(say, 0.79)
    amina.write_about("Jay")
    expect(banner.get_by_text("nearly full")).to_have_count(0)
    amina.page.evaluate(say, 0.82)
    amina.today()
    expect(banner).to_contain_text("This phone is nearly full: 82 % of Lantern's room is taken.")
    expect(banner).to_contain_text("Delete photos or apps that you do not need")
    shown(amina, "nearly full")
    amina.page.evaluate("() => { document.getElementById('live').textContent = ''; }")
    amina.write_about("Mia")
    expect(banner).to_contain_text("nearly full")
    amina.page.wait_for_timeout(300)
    assert "full" not in amina.page.locator("#live").inner_text()


def test_an_iphone_without_the_home_screen_is_told(phone_of: Callable[..., Phone], server: Server) -> None:
    """R8: as a web page it is cleared away after seven days: say so when words begin to wait, and how to be safe."""
    amina = Carer(phone_of())
    amina.page.add_init_script("navigator.standalone = false; navigator.storage.persisted = async () => false;")
    amina.get_ready()
    banner = amina.page.locator("#safety")
    expect(banner.get_by_text("may forget")).to_have_count(0)
    server.kill()
    amina.writes("only here").sees_heading("Today").waits(1)
    expect(banner).to_contain_text("This phone may forget what waits here.")
    expect(banner).to_contain_text("Send what waits first: it does not move there by itself.")
    expect(banner.get_by_role("link", name="Put Lantern on your home screen")).to_have_attribute(
        "href", "/help/install"
    )
    shown(amina, "may forget")


def test_the_browser_is_asked_to_keep_words(amina: Carer, server: Server) -> None:
    """R8: persist() at the first save that waits, once."""
    amina.page.evaluate("""() => {
      window.asked = 0;
      navigator.storage.persist = async () => { window.asked += 1; return true; };
    }""")
    server.kill()
    for number in range(2):
        amina.writes(f"keep me, {number}").sees_heading("Today").waits(number + 1)
    assert amina.page.evaluate("() => window.asked") == 1


def test_a_browser_that_forgot_everything(amina: Carer, server: Server, faults: Faults) -> None:
    """R8: the system cleared it all away. The app is empty and signed out, says so, and works again: it is no error."""
    amina.writes("sent before").sees_heading("Today").waits(0)
    context = amina.phone.context
    assert context
    context.new_cdp_session(amina.page).send(
        "Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "all"}
    )
    context.clear_cookies()
    amina.page.goto("/")
    expect(amina.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible(timeout=READY)
    assert not re.search(r"Amina|Jay|error", amina.page.locator("body").inner_text())
    amina.get_ready()
    expect(amina.main).to_contain_text("sent before")
    amina.writes("and it goes on").sees_heading("Today").waits(0)
    assert Records(server).sentences() == ["sent before", "and it goes on"]
