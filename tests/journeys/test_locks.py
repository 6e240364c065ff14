"""Locking: wrong PINs, the tenth wrong PIN, locking by itself, and what is left on the screen."""

from datetime import datetime

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.carer import PIN, READY, Carer
from tests.journeys.locks import kept
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_wrong_pin_costs_a_try_and_a_right_one_gives_them_back(amina: Carer, server: Server) -> None:
    """Tries are counted on the phone, with no signal, and survive loading again."""
    server.kill()
    amina.page.reload()
    said = amina.page.get_by_role("alert")
    amina.type_pin("000000")
    expect(said).to_contain_text("That PIN is not right. You can try 9 times more.", timeout=READY)
    amina.page.reload()
    amina.type_pin("111111")
    expect(said).to_contain_text("You can try 8 times more.", timeout=READY)
    amina.unlock().lock()
    amina.type_pin("000000")
    expect(said).to_contain_text("You can try 9 times more.", timeout=READY)


def test_the_tenth_wrong_pin_deletes(amina: Carer, server: Server) -> None:
    """Ten wrong PINs, and what was kept is gone for good."""
    server.kill()
    amina.page.reload()
    for left in range(9, -1, -1):
        amina.type_pin(f"22222{left}")
        words = f"{left} times more" if left > 1 else "once more" if left else "tenth wrong PIN"
        expect(amina.page.locator("#lock")).to_contain_text(words, timeout=READY)
    assert kept(amina) == {"slots": 0, "databases": []}
    amina.page.reload()
    expect(amina.page.get_by_role("heading", name="Unlock")).to_have_count(0)


def test_it_locks_by_itself(carer: Carer) -> None:
    """Five minutes without a touch; what was being written is kept, and nothing of it stays on the screen."""
    carer.get_ready()
    carer.page.clock.install()
    carer.page.reload()
    carer.unlock().sees_heading("Today").write_about("Jay").says("half a sentence")
    carer.page.clock.run_for(4 * 60_000)
    expect(carer.happened).to_be_visible()
    carer.page.clock.run_for(80_000)
    carer.is_locked()
    assert "half a sentence" not in carer.page.content()
    assert carer.page.evaluate("() => document.querySelectorAll('form[data-queue], textarea').length") == 0
    carer.type_pin(PIN)
    for _ in range(40):
        carer.page.clock.run_for(250)
    expect(carer.happened).to_have_value("half a sentence")


def test_it_locks_after_the_authoritys_own_minutes(carer: Carer, server: Server) -> None:
    """S4: the policy file says two; the phone still knows it with no signal, and a clock put back changes nothing."""

    def two_minutes(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"lock_minutes": 2})

    assert carer.phone.context
    carer.phone.context.route("**/sync/pack*", two_minutes)
    carer.get_ready()
    carer.phone.context.unroute("**/sync/pack*")
    server.kill()
    carer.page.clock.install()
    carer.page.reload()
    carer.unlock().sees_heading("Today")
    carer.page.clock.run_for(100_000)
    carer.page.clock.set_system_time(datetime(2026, 1, 1))
    expect(carer.main.get_by_role("heading", name="Today")).to_be_visible()
    carer.page.clock.run_for(40_000)
    carer.is_locked()


def test_locking_leaves_only_how_much_waits(amina: Carer, server: Server) -> None:
    """The lock button: no words in the page any more, and back does not bring them."""
    server.kill()
    amina.writes("only for Lantern").sees_heading("Today")
    amina.lock()
    expect(amina.page.locator("#status")).to_have_text("1 waiting on this phone")
    assert "only for Lantern" not in amina.page.content()
    amina.page.go_back()
    amina.is_locked()
    assert "only for Lantern" not in amina.page.content()
    amina.page.goto("/")
    expect(amina.page.locator("#status")).to_have_text("1 waiting on this phone")
