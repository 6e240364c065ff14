"""A lost phone: its worker cuts it off, and at its next contact everything that was kept on it is gone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.axe import accessible
from tests.journeys.browser import Phone
from tests.journeys.carer import Carer
from tests.journeys.locks import kept
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTHING = {"slots": 0, "databases": []}


def cut_off(sam: Worker, whose: str = "Amina") -> None:
    """As a supervising social worker does it when a carer rings."""
    sam.main.get_by_role("link", name="Has somebody lost a phone?").click()
    sam.sees_heading("Phones")
    card = sam.main.locator(".card").filter(has=sam.page.get_by_role("heading", name=whose))
    card.get_by_role("link", name="Lost it? Cut it off").click()
    sam.told("It can't be undone.").presses("Cut it off").told("That phone is cut off.")


@pytest.mark.parametrize("when", ["open", "locked", "closed"])
def test_wiped_at_its_next_contact(amina: Carer, at_desk: Callable[..., Worker], server: Server, when: str) -> None:
    """Whatever the phone was doing: the key slot goes, the database goes, and the screen says so plainly."""
    if when == "locked":
        amina.lock()
    elif when == "closed":
        amina.phone.close()
    cut_off(at_desk("Sam"))
    if when == "open":
        amina.page.get_by_role("link", name="Recordings").click()
    elif when == "locked":
        amina.page.reload()
    else:
        amina.comes_back()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    expect(amina.page.locator("#lock")).to_contain_text("cut off")
    assert kept(amina) == NOTHING
    amina.page.goto("/")
    expect(amina.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert amina.phone.context and not amina.phone.context.cookies()
    assert Records(server).ask("select count(*) from phones where told_to_wipe_at is not null") == [(1,)]


def test_she_cuts_it_off_herself_from_her_other_phone(amina: Carer, phone_of: Callable[..., Phone]) -> None:
    """Told plainly what a PIN does not do; afterwards she sees when the lost one was told to wipe."""
    other = Carer(phone_of()).get_ready()
    other.page.get_by_role("link", name="Amina", exact=True).click()
    other.sees_heading("How you get in").opens("Lost it? Cut it off")
    expect(other.main).to_contain_text("It does not keep out an expert who copies the phone")
    accessible(other.page, "cutting off")
    picture(other.page, "state-cutting off")
    other.main.get_by_role("button", name="Cut it off").click()
    expect(other.main).to_contain_text("Until then only a PIN protects it, and not for long")
    amina.page.reload()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    assert kept(amina) == NOTHING
    other.today().page.get_by_role("link", name="Amina", exact=True).click()
    expect(other.main).to_contain_text("was last told to wipe")
    accessible(other.page, "after cutting off")
    picture(other.page, "state-after cutting off")


def test_words_that_wait_do_not_outlive_it(amina: Carer, at_desk: Callable[..., Worker], server: Server) -> None:
    """The worker is told what is lost; the words of a thief's phone never arrive under her name."""
    server.kill()
    amina.writes("written by whoever holds it").sees_heading("Today").waits(1)
    amina.phone.close()
    server.start()
    cut_off(at_desk("Sam"))
    amina.comes_back()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    assert kept(amina) == NOTHING
    assert Records(server).sentences() == []


def test_a_new_start_on_the_same_phone(amina: Carer, at_desk: Callable[..., Worker]) -> None:
    """Found again: signing in afresh makes a new vault, and everything works."""
    cut_off(at_desk("Sam"))
    amina.page.reload()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=15_000)
    amina.get_ready().sees_heading("Today")
    assert len(kept(amina)["databases"]) == 1
