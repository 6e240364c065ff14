"""The session ended long ago: everything is held, and goes by itself once somebody has signed in (R9)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.carer import Carer
from tests.journeys.network import on_the_way
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
