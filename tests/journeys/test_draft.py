"""Nothing typed is lost: the draft comes back in the same child, the same form, with the caret where it was (R2)."""

import random
import time

import pytest
from playwright.sync_api import Error, expect

from tests.bars.figures import figure
from tests.journeys.carer import Carer
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORDS = "He laughed at breakfast, lost a shoe, found a shoe, and taught the dog to give a paw. "
KEY = 25  # ms between two keys: faster than anybody types on a phone
LOST = 2.0  # s of typing that may go, at the very most (R2)
KILLS = figure("R2_KILLS", quick=4, full=20)


def test_the_browser_is_killed_while_somebody_types(amina: Carer, server: Server) -> None:
    """R2: kill -9 of the whole tree, with no signal."""
    server.kill()
    chance = random.Random(2)
    typed = ""
    amina.page.reload()
    amina.unlock()
    for _ in range(KILLS):
        amina.write_about("Jay").mood("Good")
        amina.happened.focus()
        amina.page.keyboard.press("Control+End")
        more = (WORDS * 3)[: chance.randint(15, 90)]
        amina.page.keyboard.type(more, delay=KEY)
        amina.phone.kill()
        typed += more
        kept = back_at_the_form(amina)
        assert typed.startswith(kept)
        assert (len(typed) - len(kept)) * KEY / 1000 <= LOST, f"{len(typed) - len(kept)} characters gone"
        typed = kept
        amina.page.keyboard.press("Control+Home")
        amina.today()
    amina.page.get_by_role("link", name="Write about Mia's day").click()
    expect(amina.happened).to_have_value("")


def back_at_the_form(amina: Carer) -> str:
    """Open, unlock, and go to the form as a person would."""
    amina.comes_back().unlock().write_about("Jay")
    expect(amina.form).to_contain_text("Your words from")
    expect(amina.form.get_by_label("Good", exact=True)).to_be_checked()
    expect(amina.happened).to_be_focused()
    return amina.happened.input_value()


@pytest.mark.parametrize("way", ["close", "reload", "leave", "crash", "lock"])
def test_other_ways_of_being_interrupted(amina: Carer, way: str) -> None:
    """R2: closing, loading again, going elsewhere, a crash of the page; the caret stands where it stood."""
    amina.write_about("Jay")
    amina.form.locator("summary").filter(has_text="In Jay's own words").click()
    said = amina.form.get_by_label("What Jay said or showed")
    said.press_sequentially("I like it here", delay=KEY)
    for _ in range(4):
        said.press("ArrowLeft")
    said.press_sequentially("really ", delay=KEY)
    time.sleep(0.3)
    interrupt(amina, way)
    amina.write_about("Jay")
    said = amina.form.get_by_label("What Jay said or showed")
    expect(said).to_be_visible()
    expect(said).to_be_focused()
    expect(said).to_have_value("I like it really here")
    assert said.evaluate("(field) => field.selectionStart") == len("I like it really ")


def interrupt(amina: Carer, way: str) -> None:
    if way == "leave":
        amina.today()
        return
    if way == "lock":
        amina.lock()
        amina.unlock()
        amina.today()
        return
    if way == "close":
        amina.phone.close()
        amina.comes_back()
    elif way == "reload":
        amina.page.reload()
    else:
        with pytest.raises(Error):
            amina.page.goto("chrome://crash", timeout=5000)
        amina.phone.close()
        amina.comes_back()
    amina.unlock()
    amina.page.get_by_role("link", name="Today").first.click()
    amina.sees_heading("Today")


def test_start_again_forgets_the_draft(amina: Carer) -> None:
    """A draft that somebody does not want does not come back for ever."""
    amina.write_about("Jay").says("not this")
    time.sleep(0.3)
    amina.today().write_about("Jay")
    expect(amina.happened).to_have_value("not this")
    amina.form.get_by_role("button", name="Start again").click()
    expect(amina.happened).to_have_value("")
    amina.today().write_about("Jay")
    expect(amina.happened).to_have_value("")
    expect(amina.form).not_to_contain_text("Your words from")
