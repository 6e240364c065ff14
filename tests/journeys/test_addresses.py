"""Going about with no signal: known and unknown addresses, links, back, forward, and loading again (offline.md 2)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.carer import Carer
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_address_that_is_not_on_this_phone(amina: Carer, server: Server) -> None:
    """An honest page with what can be opened, and when there is signal again the page itself."""
    server.kill()
    amina.page.goto("/recordings/calendar")
    amina.is_locked()
    amina.unlock().sees_heading("This page is not on this phone")
    assert amina.page.url.endswith("/recordings/calendar")
    amina.main.get_by_role("link", name="Recordings", exact=True).click()
    amina.sees_heading("Recordings")
    expect(amina.main).to_contain_text("No signal. This is the copy from")
    server.start()
    amina.page.goto("/recordings/calendar")
    amina.unlock()
    expect(amina.main.get_by_role("heading", level=1)).not_to_have_text("This page is not on this phone")


def test_links_back_forward_and_loading_again(amina: Carer, server: Server) -> None:
    """Every way of moving stays in the app, so that the key stays in memory; only loading again locks."""
    server.kill()
    amina.page.reload()
    amina.unlock().sees_heading("Today")
    amina.page.evaluate("() => { window.sameDocument = true; }")
    bar = amina.page.get_by_role("navigation", name="Main")
    bar.get_by_role("link", name="Recordings").click()
    amina.sees_heading("Recordings")
    assert amina.page.url.endswith("/recordings/")
    amina.today()
    form = f"/recordings/new?child={Records(server).child('Jay')}"
    amina.write_about("Jay")
    assert amina.page.url.endswith(form)
    amina.page.go_back()
    amina.sees_heading("Today")
    amina.page.go_back()
    amina.sees_heading("Recordings")
    amina.page.go_forward()
    amina.page.go_forward()
    amina.sees_heading("Write about Jay's day")
    assert amina.page.evaluate("() => window.sameDocument") is True
    amina.page.reload()
    amina.is_locked()
    amina.unlock().sees_heading("Write about Jay's day")
    assert amina.page.url.endswith(form)


def test_one_title_for_every_page(amina: Carer) -> None:
    """Titles land in the browser's history."""
    for path in ("/", "/recordings/", "/me/", "/help"):
        amina.page.goto(path)
        assert amina.page.title() == "Lantern"
        amina.unlock()
        assert amina.page.title() == "Lantern"


def test_the_lock_screen_is_the_same_for_every_address(amina: Carer, server: Server) -> None:
    """On a phone with a vault no address says anything before it is unlocked, with signal or without."""
    for path in ("/", "/recordings/", "/people/phones", "/nothing/here"):
        amina.page.goto(path)
        amina.is_locked()
    server.kill()
    amina.page.goto("/children/somebody")
    amina.is_locked()
    expect(amina.page.get_by_text("Demo PIN: 135790")).to_be_visible()


def test_a_link_touched_as_soon_as_it_is_there_stays_in_the_app(amina: Carer) -> None:
    """R6: a page that comes belongs to the app from its first moment; nobody is sent to the lock for being quick."""
    amina.page.get_by_role("link", name="Recordings").first.click()
    amina.sees_heading("Recordings")
    amina.page.evaluate("""() => {
      window.same = true;
      const quick = new MutationObserver(() => {
        const link = document.querySelector('#view a[href^="/recordings/new"]');
        if (!link) return;
        quick.disconnect();
        link.click();
      });
      quick.observe(document.getElementById('view'), { childList: true });
    }""")
    amina.page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
    amina.sees_heading("Write about Jay's day")
    assert amina.page.evaluate("() => window.same")
