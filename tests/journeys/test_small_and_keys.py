"""Small screens, large letters, and no pointer at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import Phone
from tests.journeys.carer import Carer
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIVED = pytest.mark.parametrize("server", [30], indirect=True)
SMALL = {"width": 320, "height": 700}
TWICE = {"width": 640, "height": 400}  # a 1280x800 window at 200 %

TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > most + 1);
  return [`${document.documentElement.scrollWidth} of ${most}`,
    ...wide.slice(-3).map((e) => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)];
}"""


def fits(page: Page, what: str) -> None:
    """Nothing has to be scrolled sideways."""
    assert page.evaluate(TOO_WIDE) == [], what


@LIVED
def test_a_carers_pages_fit_a_small_phone(phone_of: Callable[..., Phone], server: Server) -> None:
    """320 by 700, with everything open that can be opened."""
    amina = Carer(phone_of(viewport=SMALL)).get_ready()
    jay = Records(server).child("Jay")
    for path in (
        "/recordings/",
        f"/recordings/new?child={jay}",
        "/recordings/calendar",
        f"/children/{jay}",
        "/help",
        "/me/",
        "/me/phone",
        "/help/install",
        "/sync/copies",
        "/",
    ):
        amina.page.evaluate("(path) => htmx.ajax('GET', path, { target: '#view', swap: 'innerHTML' })", path)
        expect(amina.main.get_by_role("heading", level=1)).to_be_visible()
        amina.page.evaluate("() => document.querySelectorAll('details').forEach((d) => d.setAttribute('open', ''))")
        fits(amina.page, path)
    server.kill()
    amina.writes("Sieben-Silben-Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenhersteller " * 3).waits(1)
    amina.sees_heading("Today")
    fits(amina.page, "Today with something waiting")
    amina.chip.click()
    expect(amina.page.get_by_role("button", name="Save a sealed copy")).to_be_visible()
    for size in (SMALL, TWICE):
        amina.page.set_viewport_size(size)
        fits(amina.page, f"the list of what waits, {size}")
    amina.page.get_by_role("link", name="More about this phone").click()
    amina.sees_heading("This phone")
    amina.main.get_by_role("button", name="Forget this phone").click()
    for size in (TWICE, SMALL):
        amina.page.set_viewport_size(size)
        fits(amina.page, f"this phone, asked to forget, {size}")
    amina.lock()
    fits(amina.page, "locked")


@LIVED
@pytest.mark.parametrize("size", [SMALL, TWICE], ids=["small", "200%"])
def test_workers_pages_fit(at_desk: Callable[..., Worker], size: dict[str, int]) -> None:
    """The same for those at a desk, on a phone or at 200 %."""
    for name, places in {
        "Sam": ("/", "/triage/", "/recordings/", "/clocks/", "/meetings/", "/people/phones", "/me/"),
        "Cora": ("/", "/inbox/", "/inbox/?done=1"),
        "Della": ("/", "/triage/", "/clocks/"),
        "Ada": ("/", "/admin/people/", "/admin/homes/"),
    }.items():
        worker = at_desk(name, viewport=size)
        for place in places:
            worker.page.goto(place)
            fits(worker.page, f"{name} at {place}")
        worker.page.goto(places[1])
        link = worker.main.locator(".row a").first
        if link.count():
            with worker.page.expect_navigation():
                link.click()
            fits(worker.page, f"{name}, the first at {places[1]}")


def test_a_carer_without_a_pointer(amina: Carer, server: Server) -> None:
    """Unlock, find the form, choose, write, save: with Tab, arrows, Space and Enter."""
    keys = amina.page.keyboard
    amina.page.reload()
    expect(amina.page.get_by_label("PIN", exact=True)).to_be_focused()
    keys.type("135790")
    keys.press("Enter")
    amina.sees_heading("Today")
    tab_to(amina.page, "Write about Jay's day")
    keys.press("Enter")
    amina.sees_heading("Write about Jay's day")
    tab_to(amina.page, "how")
    keys.press("Space")
    keys.press("ArrowRight")
    tab_to(amina.page, "saw")
    keys.type("Written without touching the screen.")
    tab_to(amina.page, "Save")
    keys.press("Enter")
    amina.sees_heading("Today").waits(0)
    assert Records(server).ask("select how, saw from recordings") == [("good", "Written without touching the screen.")]


def test_what_waits_without_a_pointer(amina: Carer, server: Server) -> None:
    """The chip, the copies, the page about this phone, forgetting and thinking better of it: by Tab and Enter."""
    server.kill()
    amina.writes("still here").sees_heading("Today").waits(1)
    keys = amina.page.keyboard
    amina.chip.focus()
    keys.press("Enter")
    tab_to(amina.page, "Save a sealed copy")
    with amina.page.expect_download():
        keys.press("Enter")
    tab_to(amina.page, "More about this phone")
    keys.press("Enter")
    amina.sees_heading("This phone")
    expect(amina.main.get_by_role("heading", name="This phone", exact=True)).to_be_focused()
    tab_to(amina.page, "Send now")
    keys.press("Enter")
    tab_to(amina.page, "Forget this phone")
    keys.press("Enter")
    expect(amina.page.get_by_role("heading", name="Some of your words are not sent")).to_be_focused()
    tab_to(amina.page, "No, keep it")
    keys.press("Enter")
    expect(amina.main.get_by_role("button", name="Forget this phone")).to_be_focused()
    amina.waits(1)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until this link, button or field has the focus, and see that the focus can be seen."""
    where = "() => [document.activeElement.name, document.activeElement.textContent.trim()]"
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted in page.evaluate(where):
            look = "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow; }"
            assert page.evaluate(look) != "nonenone", f"nobody can see that {wanted} has the focus"
            return
    raise AssertionError(f"Tab never reached {wanted}")


@LIVED
def test_a_worker_triages_with_letters(at_desk: Callable[..., Worker], server: Server) -> None:
    """j and k go through the queue, o opens, r marks as read, d goes to the decision."""
    sam = at_desk("Sam").goes_to("Triage")
    title = sam.entry.get_by_role("heading", level=2).first
    first = title.inner_text()

    def press(key: str) -> None:
        sam.page.wait_for_load_state()  # a page whose scripts have not begun hears no keys
        sam.page.keyboard.press(key)

    press("j")
    expect(title).not_to_have_text(first)
    press("k")
    expect(title).to_have_text(first)
    unread = sam.entry.get_by_role("button", name="Mark as read")
    for _ in range(40):
        if unread.count():
            break
        before = sam.page.url
        press("j")
        sam.page.wait_for_url(lambda url, before=before: url != before)
    read = Records(server).ask("select count(*) from recording_steps where kind = 'read'")[0][0]
    press("r")
    expect(unread).to_have_count(0)
    assert Records(server).ask("select count(*) from recording_steps where kind = 'read'") == [(read + 1,)]
    press("d")
    expect(sam.page.locator("#decide")).to_be_focused()
    press("Tab")
    expect(sam.main.get_by_role("button", name="Pass to child's social worker")).to_be_focused()
    press("Enter")
    sam.told("Saved")


def test_letters_typed_into_a_field_are_letters(at_desk: Callable[..., Worker], amina: Carer) -> None:
    """j, k and r belong to whoever writes an answer."""
    amina.writes("for the keys").sees_heading("Today").waits(0)
    sam = at_desk("Sam").goes_to("Triage")
    sam.main.locator("summary").filter(has_text="Your answer to Amina").click()
    sam.main.get_by_label("Your answer", exact=True).press_sequentially("jkrod")
    expect(sam.main.get_by_label("Your answer", exact=True)).to_have_value("jkrod")
