"""The session ended long ago: everything is held, and goes by itself once somebody has signed in (R9)."""

import random
import time
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.bars.figures import figure, reached
from tests.journeys.carer import READY, Carer
from tests.journeys.network import on_the_way
from tests.journeys.outbox import open_box, put, waiting
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUEUE = 100
ENDS = figure("R9_ENDS", quick=2, full=20)
LONG = 6000  # letters that do not pack, so that a hundred items need several calls
HALF = "Half a sentence about Mia, and then"


@pytest.mark.own_browser
def test_a_week_without_a_session(amina: Carer, server: Server) -> None:
    """R9: held, kept, readable; after signing in it drains with no further tap."""
    records = Records(server)
    server.kill()
    for sentence in ("first of the week", "second of the week"):
        amina.writes(sentence).sees_heading("Today")
    records.end_sign_ins(days=8)
    server.start()
    expect(amina.item("first of the week")).to_contain_text("Sign in to send", timeout=10_000)
    expect(amina.chip).to_have_text("2 waiting on this phone, sign in to send")

    amina.phone.close()
    amina.comes_back().unlock().sees_heading("Today")
    expect(amina.item()).to_have_count(2)
    expect(amina.item("second of the week")).to_contain_text("Sign in to send", timeout=10_000)
    amina.item("second of the week").get_by_text("Read it").click()
    expect(amina.item("second of the week").get_by_text("What happened?")).to_be_visible()
    assert records.sentences() == []

    amina.item("first of the week").get_by_role("link", name="Sign in to send").click()
    amina.page.get_by_role("link", name="Try it as one of the people in it").click()
    amina.page.get_by_role("button", name="Amina", exact=True).click()
    amina.unlock().sees_heading("Today").waits(0)
    assert records.sentences() == ["first of the week", "second of the week"]


def test_signing_out_keeps_what_waits(amina: Carer, server: Server) -> None:
    """Leaving with words unsent is asked about first, and they go when their author has come back."""
    with on_the_way(amina, lambda route: route.abort()):
        amina.writes("written before leaving").waits(1)
        amina.page.get_by_role("link", name="Amina", exact=True).click()
        amina.sees_heading("How you get in")
        leave = amina.page.get_by_role("button", name="Sign out", exact=True)
        with amina.page.expect_event("dialog") as asked:
            leave.click(no_wait_after=True)
        assert asked.value.message == "1 not sent yet. It stays locked on this phone until you sign in again. Sign out?"
        asked.value.dismiss()
        amina.sees_heading("How you get in")
        with amina.page.expect_event("dialog") as asked:
            leave.click(no_wait_after=True)
        asked.value.accept()
        expect(amina.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    amina.page.goto("/")
    amina.unlock()
    expect(amina.main).to_contain_text("You are signed out.")
    amina.sign_in().unlock().waits(0)
    assert Records(server).sentences() == ["written before leaving"]


def test_sign_ins_that_end_while_a_full_queue_goes(amina: Carer, server: Server) -> None:
    """R9, R10: held and whole each time, and on its way with no tap each time that its author has signed in again."""
    records, chance, said = Records(server), random.Random(9), []
    child, refused, lost = records.child("Jay"), 0, []
    amina.write_about("Mia").says(HALF)
    for number in range(ENDS):
        records.end_sign_ins(days=8)
        open_box(amina.page)
        texts = [f"{number}-{n:03} {chance.randbytes(LONG // 2).hex()}" for n in range(QUEUE)]
        said += texts
        put(amina.page, child, texts)
        amina.page.reload()
        amina.unlock()
        expect(amina.chip).to_contain_text("waiting on this phone, sign in to send", timeout=READY)
        sign_in_again(amina)
        amina.page.wait_for_timeout(chance.uniform(0, 900))
        records.end_sign_ins(days=31)
        amina.page.wait_for_timeout(1500)  # what was on its way has come, or was refused
        open_box(amina.page)
        here, there = {item["saw"] for item in waiting(amina.page)}, records.sentences()
        refused += bool(here)
        lost += [text[:8] for text in said if text not in here and text not in there]
    sign_in_again(amina)
    began = time.monotonic()
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    took = time.monotonic() - began
    stored = records.sentences()
    reached("R9", "times that the sign-in ended at a random moment of sending", ENDS, least=20)
    reached("R9", "times that something was held by it", refused, least=1)
    reached("R9", "items in all", len(said))
    assert reached("R9", "items lost from the phone before the server had them", len(lost), most=0), lost
    assert reached("R9", "items that never came", len(set(said) - set(stored)), most=0)
    assert reached("R9", "items that came twice", len(stored) - len(set(stored)), most=0)
    assert reached("R9", "after signing in and unlocking, all sent within", took, most=5, unit="s")
    amina.write_about("Mia")
    kept = amina.happened.input_value()
    assert reached("R9", "letters lost of an open form", len(HALF) - len(kept), most=0) and kept == HALF


def sign_in_again(amina: Carer) -> None:
    """As the same person; then unlock. From here on there is no tap."""
    amina.sign_in()
    amina.unlock().sees_heading("Today")


@pytest.mark.own_browser
def test_words_that_waited_for_thirty_days(amina: Carer, server: Server) -> None:
    """R10: the page they were written on is a month old, and so is its token; nobody is asked anything about them."""
    records = Records(server)
    amina.page.clock.set_system_time(datetime.now() - timedelta(days=30))
    server.kill()
    amina.page.reload()
    amina.unlock()
    sentences = [f"a month ago, {n}" for n in range(5)]
    for sentence in sentences:
        amina.writes(sentence).sees_heading("Today")
    amina.phone.close()
    server.start()
    amina.comes_back()
    amina.unlock().sees_heading("Today").waits(0)
    ages = records.ask("select julianday(sent_at) - julianday(made_at) from recordings")
    assert sorted(records.sentences()) == sentences
    assert reached("R10", "days that these waited on the phone", round(min(age for (age,) in ages), 1), least=29)
    reached("R10", "of 5 items, those that went out with nobody doing anything", len(records.sentences()), least=5)
