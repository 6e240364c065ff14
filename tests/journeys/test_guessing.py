"""Guessing a PIN: a try is spent before it is known whether the guess is right, whatever happens to the phone then."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import kill_tree, main_process
from tests.journeys.carer import READY, Carer
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The moment in which the phone is about to know whether the PIN was right; it never comes to know.
HELD_THERE = """
const open = SubtleCrypto.prototype.decrypt;
SubtleCrypto.prototype.decrypt = function (how, ...rest) {
  const slot = new TextDecoder().decode(how.additionalData).includes('/keyslot/');
  if (!slot) return open.call(this, how, ...rest);
  atTheGuess();
  return new Promise(() => {});
};"""


def guess(page: Page, pin: str) -> None:
    """Type it and press Unlock, and do not wait."""
    page.get_by_label("PIN", exact=True).fill(pin)
    page.get_by_role("button", name="Unlock", exact=True).click()


def left(page: Page, words: str) -> None:
    """What the lock screen says."""
    expect(page.get_by_role("alert")).to_contain_text(words, timeout=READY)


@pytest.mark.own_browser
def test_a_phone_killed_at_the_guess_has_spent_the_try(amina: Carer, server: Server) -> None:
    """S4: pulling the battery before the answer gives no try back, three times, and also when the PIN was right."""
    server.kill()
    for pin in ("000000", "111111", "135790"):
        amina.phone.close()
        amina.phone.open()
        reached: list[bool] = []
        assert amina.phone.context
        amina.phone.context.expose_function("atTheGuess", lambda: reached.append(True))  # noqa: B023
        amina.page.add_init_script(HELD_THERE)
        amina.page.goto("/")
        amina.is_locked()
        guess(amina.page, pin)
        for _ in range(600):
            if reached:
                break
            amina.page.wait_for_timeout(50)
        assert reached
        kill_tree(main_process(amina.phone.profile))
    amina.phone.close()
    amina.comes_back()
    amina.type_pin("222222")
    left(amina.page, "You can try 6 times more")


def test_two_windows_that_guess_at_once_share_ten_tries(amina: Carer, server: Server) -> None:
    """S4: neither gets ten of its own."""
    server.kill()
    amina.page.reload()
    amina.is_locked()
    assert amina.phone.context
    other = amina.phone.context.new_page()
    other.goto("/")
    expect(other.get_by_label("PIN", exact=True)).to_be_visible()
    said: set[str] = set()
    for pins in (("000000", "111111"), ("222222", "333333")):
        for page, pin in zip((amina.page, other), pins, strict=True):
            guess(page, pin)
        for page in (amina.page, other):
            left(page, "That PIN is not right")
            said.add(page.get_by_role("alert").inner_text().split("try ")[1].split(" times")[0])
    assert said == {"9", "8", "7", "6"}


@pytest.mark.parametrize("year", [2001, 2042])
def test_another_time_on_the_phones_clock_gives_no_try_back(amina: Carer, server: Server, year: int) -> None:
    """S4, R11: tries are a number, and no clock is asked."""
    server.kill()
    amina.page.reload()
    amina.type_pin("000000")
    left(amina.page, "You can try 9 times more")
    amina.page.clock.set_system_time(datetime(year, 1, 1))
    amina.page.reload()
    amina.type_pin("111111")
    left(amina.page, "You can try 8 times more")
