"""The story: what a carer writes with no signal reaches a person who decides, and she sees what came of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import accessible
from tests.journeys.browser import Phone
from tests.journeys.carer import Carer
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SENTENCE = "Jay came home quiet and would not eat. At bedtime he told me about the corridor at school."
SOON = 10_000  # ms; "within seconds"


@pytest.mark.own_browser
def test_words_written_with_no_signal_reach_people_who_decide(
    amina: Carer, at_desk: Callable[..., Worker], server: Server
) -> None:
    """Promises 1 and 2 of the design, on real parts, with the server really stopped in between."""
    server.kill()
    write_without_signal(amina)
    amina.phone.close()
    amina.comes_back().unlock().sees_heading("Today")
    expect(amina.item(SENTENCE)).to_contain_text("Saved on this phone")
    amina.waits(1)

    server.start()
    expect(amina.main).to_contain_text("Sent", timeout=SOON)  # by its card, or by the page that came since
    amina.waits(0)

    sam = at_desk("Sam")
    decide_on_a_meeting(sam)
    cora = at_desk("Cora")
    follow_it_up(cora)

    amina.today().opens("You wrote")
    expect(amina.main).to_contain_text(SENTENCE)
    for words in ("Read by Sam", "With Cora", "Cora", "Stability meeting"):
        expect(amina.main).to_contain_text(words)
    expect(amina.main).to_contain_text("His head of year meets him on Monday.")
    accessible(amina.page, "what came of it")

    the_meeting_has_its_clock(sam)


def write_without_signal(amina: Carer) -> None:
    """Locked shell, PIN, Today from the phone, three taps and a sentence."""
    amina.page.reload()
    amina.is_locked()
    amina.unlock().sees_heading("Today")
    expect(amina.main).to_contain_text("No signal. This is the copy from")
    amina.write_about("Jay").mood("Very hard").says(SENTENCE).save()
    amina.waits(1).sees_heading("Today")
    expect(amina.item(SENTENCE)).to_contain_text("Saved on this phone")


def decide_on_a_meeting(sam: Worker) -> None:
    """He finds it with its reasons and must decide; passing it on is ticked already."""
    sam.goes_to("Triage")
    expect(sam.entry).to_contain_text(SENTENCE)
    expect(sam.reasons).to_contain_text("a very hard day")
    sam.presses("Mark as read")
    expect(sam.entry).to_contain_text("Read by Sam")
    expect(sam.main.get_by_label("Pass it to Cora")).to_be_checked()
    sam.writes_in("Why a meeting", "Why would a meeting help?", "He is losing his school, and with it his evenings.")
    sam.presses("Ask for a stability meeting").told("Saved")
    expect(sam.main).to_contain_text("Nothing waits for you")


def follow_it_up(cora: Worker) -> None:
    """She reads it, puts it on the case system, and says what was done."""
    cora.goes_to("Inbox").opens_first("Jay").sees_heading("Jay's day").told(SENTENCE)
    cora.presses("Mark as read")
    expect(cora.main.get_by_role("button", name="Mark as read")).to_have_count(0)
    cora.main.get_by_label("What is it called there?").fill("2026/4471")
    cora.main.get_by_role("button", name=re.compile("^On .* now$")).click()
    cora.told("2026/4471")
    cora.main.get_by_label("Yes, and it is done").check()
    cora.main.get_by_label("What was done, or why was nothing needed?").fill("His head of year meets him on Monday.")
    cora.presses("Save").told("Followed up")
    accessible(cora.page, "what was followed up")


def the_meeting_has_its_clock(sam: Worker) -> None:
    """Asked for, with its cause, its people, and the 24 and 48 hours of the policy."""
    sam.page.goto("/meetings/")
    sam.sees_heading("Stability meetings").opens_first("Stability meeting about Jay")
    sam.sees_heading("Stability meeting about Jay").told("Asked for").told("He is losing his school")
    sam.told("Because of:").told("Aim").told("Limit").told("Must be there").told("Cora")
    accessible(sam.page, "a meeting that was asked for")


def test_the_other_authority_has_its_own_words(
    phone_of: Callable[..., Phone], at_desk: Callable[..., Worker], server: Server
) -> None:
    """Authority 2 calls its meeting by its own name, and nothing of authority 1 is to be seen."""
    zed = Carer(phone_of(), "Zed").get_ready()
    zed.writes("Kit slept through for once.", child="Kit")
    expect(zed.main).to_contain_text(re.compile("Kit slept|Sent"))
    zed.waits(0)
    zoe = at_desk("Zoe").goes_to("Triage")
    expect(zoe.entry).to_contain_text("Kit slept through for once.")
    expect(zoe.entry.get_by_role("button", name="Ask for a placement support meeting")).to_be_visible()
    shown = zoe.page.locator("body").inner_text()
    assert not re.search(r"stability|Jay|Mia|Amina|Mosaic|\bteam manager\b", shown, re.IGNORECASE)
    zoe.presses("Ask for a placement support meeting").told("Why would a meeting help?")
    zoe.writes_in("Why a meeting", "Why would a meeting help?", "To plan the spring together.")
    zoe.presses("Ask for a placement support meeting").told("Saved")
    zoe.page.goto("/meetings/")
    zoe.sees_heading("Placement support meetings").told("Placement support meeting about Kit")
    assert not re.search(r"stability", zoe.page.locator("body").inner_text(), re.IGNORECASE)
