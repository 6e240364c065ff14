"""R12: one person with two phones changes the same thing on both, with no signal. Nothing gives way in silence."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.bars.figures import reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOON = 10_000  # ms
BEGUN = "He came home quiet."
MORNING, EVENING = f"{BEGUN} Then he told me about the corridor.", f"{BEGUN} At bedtime he asked about his mum."


@pytest.fixture
def twin(playwright: Playwright, tmp_path: Path, faults: Faults) -> Iterator[Callable[[Phone], Phone]]:
    """A phone that was restored from a copy of another one: the same vault, the same draft, the same sign-in."""
    made: list[Phone] = []

    def copy(phone: Phone) -> Phone:
        assert not phone.context, "close it first: a copy of a phone in use is torn"
        shutil.copytree(phone.profile, tmp_path / "twin", symlinks=True)
        made.append(Phone(playwright, tmp_path / "twin", phone.url, faults))
        return made[-1]

    yield copy
    for phone in made:
        phone.close()


@pytest.mark.own_browser
def test_one_draft_finished_on_two_phones(amina: Carer, server: Server, twin: Callable[[Phone], Phone]) -> None:
    """The draft has one number on both phones. The second is told apart, is shown, and is settled in two taps."""
    amina.write_about("Jay").mood("Hard").says(BEGUN).today()
    amina.phone.close()
    other = Carer(twin(amina.phone))
    server.kill()
    for phone, words in ((amina, MORNING), (other, EVENING)):
        phone.comes_back().unlock().write_about("Jay").says(words).save().sees_heading("Today").waits(1)
    server.start()
    first, second = told_apart(amina, other)
    hers, mine = (MORNING, EVENING) if first is amina else (EVENING, MORNING)
    card = second.item(mine)
    expect(card).to_contain_text("Needs you")
    expect(card.get_by_role("link", name="Read what Lantern has")).to_be_visible()
    assert Records(server).sentences() == [hers]
    taps = ("Keep both: send mine as well",)
    for tap in taps:
        card.get_by_role("button", name=tap).click()
    second.waits(0)
    lost = {MORNING, EVENING} - set(Records(server).sentences())
    assert reached("R12", "versions of one draft, finished on two phones, that were lost", len(lost), most=0), lost
    assert len(Records(server).sentences()) == 2
    assert reached("R12", "taps until it was settled, with both kept", len(taps), most=2)


def told_apart(*phones: Carer) -> tuple[Carer, Carer]:
    """Which of them was first, once each has heard; the other one shows it without being asked."""
    for phone in phones:
        expect(phone.chip).to_have_text(re.compile("Everything is sent|needs you"), timeout=SOON)
    first, second = sorted(phones, key=lambda phone: "needs you" in phone.chip.inner_text())
    assert "needs you" not in first.chip.inner_text() and "needs you" in second.chip.inner_text()
    return first, second


def test_one_recording_added_to_on_two_phones(amina: Carer, server: Server, phone_of: Callable[..., Phone]) -> None:
    """Two phones of her own, each with its vault: an addition takes nothing away, so that both simply stand there."""
    amina.writes(BEGUN).sees_heading("Today").waits(0)
    other = Carer(phone_of()).get_ready()
    for phone in (amina, other):
        phone.page.reload()
        phone.unlock()
        phone.opens("You wrote").opens("Add to this").sees_heading("Add to what you wrote")
    server.kill()
    for phone, words in ((amina, "He ate his tea."), (other, "He rang his mum.")):
        expect(phone.form).not_to_have_attribute("inert", "")
        phone.form.locator("[name=saw]").fill(words)
        phone.save().waits(1)
    server.start()
    for phone in (amina, other):
        phone.waits(0)
    stored = [saw for (saw,) in Records(server).ask("select saw from recordings where amends_id is not null")]
    assert reached("R12", "additions of two phones to one recording that were lost", 2 - len(set(stored)), most=0)
    amina.today().opens("You wrote")
    for words in (BEGUN, "He ate his tea.", "He rang his mum."):
        expect(amina.main).to_contain_text(words)
