"""Somebody presses Save and goes on at once: the words are saved, or the page that they are on now says otherwise."""

import pytest
from playwright.sync_api import expect

from tests.journeys.carer import READY, Carer
from tests.journeys.outbox import SLOW_DISK
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NO_ROOM = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (...args) {
    if (window.room || this.name !== 'outbox') return add.apply(this, args);
    throw new DOMException('no room', 'QuotaExceededError');
  };
}"""


def test_leaving_while_a_slow_disk_saves(amina: Carer, server: Server) -> None:
    """R1 R7: nobody is told anything wrong, nothing stays a draft, and it goes without another tap."""
    amina.write_about("Jay").mood("Hard").says("Saved while going on.")
    amina.page.wait_for_timeout(500)
    amina.page.evaluate(SLOW_DISK, 1500)
    amina.save()
    expect(amina.form).to_contain_text("Saving…")
    amina.page.get_by_role("link", name="Lantern", exact=True).first.click()
    amina.sees_heading("Today")
    amina.page.wait_for_function("() => document.getElementById('live')?.textContent === 'Saved on this phone'")
    amina.page.evaluate("() => { window.slow = 0; }")
    amina.waits(0)
    assert Records(server).sentences() == ["Saved while going on."]
    assert amina.write_about("Jay").happened.input_value() == ""


def test_leaving_while_a_full_phone_fails_to_save(amina: Carer, server: Server) -> None:
    """R7: the page that they are on says what was not saved, and where it is."""
    amina.write_about("Jay").mood("Hard").says("There was no room for this.")
    amina.page.wait_for_timeout(500)
    amina.page.evaluate(SLOW_DISK, 1500)
    amina.page.evaluate(NO_ROOM)
    amina.happened.press("End")
    amina.happened.press_sequentially(" None at all.")
    amina.save()
    amina.page.get_by_role("link", name="Lantern", exact=True).first.click()
    amina.sees_heading("Today")
    note = amina.page.locator("#safety").get_by_text("What you wrote last was not saved.")
    expect(note).to_be_visible(timeout=READY)
    amina.lock()
    expect(note).not_to_be_visible()
    amina.unlock()
    expect(note).to_be_visible()
    amina.page.evaluate("() => { window.slow = 0; window.room = true; }")
    amina.page.get_by_role("link", name="Go back to it").click()
    expect(amina.happened).to_have_value("There was no room for this. None at all.")
    amina.save()
    amina.sees_heading("Today").waits(0)
    expect(note).not_to_be_visible()
    assert Records(server).sentences() == ["There was no room for this. None at all."]
