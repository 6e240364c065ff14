"""Access ends while words wait: a manager has them, decides, and the author is told on the phone (R14, S3)."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.bars.figures import reached
from tests.journeys.axe import accessible
from tests.journeys.browser import SIZES, Faults
from tests.journeys.carer import Carer
from tests.journeys.network import nudge
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def looks_right(page: Page, name: str) -> None:
    """Nothing for axe to find, and a picture for people to look at, on a phone and at a desk."""
    accessible(page, name)
    before = page.viewport_size
    for where, size in SIZES.items():
        page.set_viewport_size(size)
        picture(page, f"kept-back-{name}-{where}")
    if before:
        page.set_viewport_size(before)


def write_and_move(amina: Carer, server: Server, *sentences: str) -> Records:
    """Amina writes with no signal; meanwhile Jay moves away; she comes back to signal."""
    records = Records(server)
    server.kill()
    for sentence in sentences:
        amina.writes(sentence).sees_heading("Today")
    records.moves_away("Jay")
    server.start()
    return records


def shows_the_decision(amina: Carer) -> None:
    """At the next contact with Lantern, as it comes by itself within a minute."""
    amina.page.reload()
    amina.unlock().sees_heading("Today")


def test_della_lets_one_in_and_keeps_one_out(
    amina: Carer, at_desk: Callable[..., Worker], server: Server, faults: Faults
) -> None:
    """R14, S3: the whole way, from the card on the phone to the decision and back."""
    faults.expect("404 .* at .*/recordings/$")
    records = write_and_move(amina, server, "the last evening with us", "the same evening, once more")
    for words in ("the last evening", "once more"):
        expect(amina.item(words)).to_contain_text("With Della to decide", timeout=15_000)
    expect(amina.chip).to_have_text("Everything is sent")
    card = amina.item("the last evening")
    expect(card).to_contain_text("Our records say that Jay does not live with you now.")
    expect(card).to_contain_text("Della, your team manager, has what you wrote and decides.")
    card.locator("summary").click()
    expect(card.get_by_text("What happened?")).to_be_visible()
    looks_right(amina.page, "card")
    assert records.sentences() == []

    della = at_desk("Della")
    looks_right(della.page, "della-today")
    della.main.get_by_role("link", name="2 recordings are kept back for you").click()
    della.sees_heading("Kept back")
    looks_right(della.page, "list")
    della.opens_first("About Jay, by Amina").sees_heading("What Amina wrote about Jay")
    della.told("the last evening with us")
    looks_right(della.page, "entry")
    della.tick("Keep it out of Jay's record").presses("Save decision")
    della.told("Say in a sentence why this stays out. Amina reads it.")
    looks_right(della.page, "no-reason")
    della.tick("Let it into Jay's record, as Amina wrote it").presses("Save decision")
    della.told("It is in Jay's record now, and Amina is told.")
    assert records.sentences() == ["the last evening with us"]
    della.opens_first("About Jay, by Amina").tick("Keep it out of Jay's record")
    della.writes_in("", "Your reason", "It says the same as the one before.").presses("Save decision")
    della.told("It stays out of Jay's record, and Amina is told.")
    looks_right(della.page, "all-decided")

    shows_the_decision(amina)
    expect(amina.item("once more")).to_contain_text("Kept out by Della", timeout=15_000)
    expect(amina.item("once more")).to_contain_text("It says the same as the one before.")
    looks_right(amina.page, "decided")
    amina.main.get_by_role("link", name="Della has decided about something you wrote").click()
    amina.sees_heading("With your team manager")
    expect(amina.main).to_contain_text("Let in by Della")
    expect(amina.main).to_contain_text("It says the same as the one before.")
    looks_right(amina.page, "mine")
    amina.today()
    amina.item("once more").get_by_role("button", name="Let go of it on this phone").click()
    expect(amina.item("once more")).to_have_count(0)
    amina.page.goto("/me/phone")
    amina.unlock()
    expect(amina.main).to_contain_text("Let in by Della")


def test_a_paused_account_hands_in_and_reads_nothing_more(
    amina: Carer, at_desk: Callable[..., Worker], server: Server, faults: Faults
) -> None:
    """S3: at the next contact what could be read is gone from the phone; what was written goes to her manager."""
    faults.expect("40[134] .* at ")
    records = Records(server)
    server.kill()
    amina.writes("written before the pause").sees_heading("Today")
    records.change("update people set suspended_at = '2026-01-01 00:00:00.000000' where slug = 'amina'")
    server.start()
    expect(amina.page.get_by_role("heading", name="Your account is paused")).to_be_visible(timeout=20_000)
    expect(amina.main).to_contain_text("ring Della")
    expect(amina.chip).to_have_text("Everything is sent", timeout=15_000)
    assert records.sentences() == [] and records.ask("select why from quarantine_items") == [("paused",)]
    assert amina.page.evaluate(COPIES) == []
    amina.chip.click()
    panel = amina.page.locator("#waiting-panel")
    expect(panel).to_contain_text("With Della to decide")
    looks_right(amina.page, "paused")
    amina.main.get_by_role("link", name="Hand in a saved copy").click()
    amina.sees_heading("Hand in a saved copy")
    expect(amina.main).to_contain_text("Your account is paused. Lantern is closed for you for now.")
    looks_right(amina.page, "paused-handing-in")
    server.kill()
    amina.page.reload()
    amina.unlock().sees_heading("This page is not on this phone")
    expect(amina.main).to_contain_text("If somebody is in danger, ring 999.")
    looks_right(amina.page, "paused-no-signal")

    server.start()
    plain = at_desk("Della")
    plain.main.get_by_role("link", name="1 recording is kept back for you").click()
    plain.opens_first("About Jay, by Amina").told("The account of Amina was paused when this arrived.")
    looks_right(plain.page, "entry-paused")


def test_a_paused_account_keeps_nothing_to_read_on_a_phone_that_nobody_opens(amina: Carer, server: Server) -> None:
    """S3: locked, in sight and with nothing to send, it asks all the same; no page is loaded."""
    with amina.page.expect_response("**/pwa/who") as asked:
        amina.lock()
    asked.value.finished()
    assert amina.page.evaluate(COPIES)
    Records(server).change("update people set suspended_at = '2026-01-01 00:00:00.000000' where slug = 'amina'")
    nudge(amina)
    began = time.monotonic()
    while amina.page.evaluate(COPIES) and time.monotonic() - began < 65:
        amina.page.wait_for_timeout(100)
    took = time.monotonic() - began
    amina.is_locked()
    assert reached("S3", "seconds from contact until copies are gone (paused, locked)", round(took, 1), most=60)


CAUSES = {
    "moved": ("update placements set ends_on = date('now') where child_id = ?", "child:jay"),
    "role": ("update people set role = 'ssw' where id = ?", "amina"),
    "paused": ("update people set suspended_at = '2026-01-01 00:00:00.000000' where id = ?", "amina"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_copies_go_at_the_next_contact(amina: Carer, server: Server, faults: Faults, cause: str) -> None:
    """S3: within a minute of contact, whatever ended the access; then they are not there without signal either."""
    faults.expect("40[134] .* at ")
    records = Records(server)
    jay = records.child("Jay")
    sql, whose = CAUSES[cause]
    person = records.ask("select id from people where slug = 'amina'")[0][0]
    held = set(amina.page.evaluate(COPIES))
    assert held
    records.change(sql, jay if whose == "child:jay" else person)
    amina.page.reload()
    with amina.page.expect_response(lambda answer: "/sync/pack" in answer.url or answer.status == 401):
        amina.unlock()
        contact = time.monotonic()
    expect(amina.main).not_to_contain_text("Write about Jay's day")
    while held <= set(amina.page.evaluate(COPIES)) and time.monotonic() - contact < 65:
        amina.page.wait_for_timeout(100)
    took = time.monotonic() - contact
    server.kill()
    amina.page.goto(f"/recordings/new?child={jay}")
    amina.unlock().sees_heading("This page is not on this phone")
    assert reached("S3", f"seconds from contact until copies are gone ({cause})", round(took, 1), most=60)


COPIES = """async () => {
  const name = (await indexedDB.databases()).map(({ name }) => name).find((name) => name.startsWith('vault-'));
  const open = indexedDB.open(name);
  await new Promise((done) => { open.onsuccess = done; });
  const names = open.result.transaction('pages').objectStore('pages').getAllKeys();
  await new Promise((done) => { names.onsuccess = done; });
  open.result.close();
  return names.result;
}"""
