"""A real browser with a real (virtual) authenticator: joining, coming back, adding a passkey (bars S10)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.carer import READY, Carer
from tests.journeys.passkeys import Authenticator, link_for

pytestmark = pytest.mark.browser


def joins(page: Page, link: str) -> None:
    """Opens the link, makes the passkey, and is asked to keep recovery codes."""
    Authenticator(page)
    page.goto(link)
    page.get_by_role("button", name="Make my passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()


def keeps_codes(page: Page) -> None:
    """Ten codes, shown this once."""
    page.get_by_role("button", name="Make ten codes").click()
    expect(page.locator("code")).to_have_count(10)


def leaves_and_comes_back(page: Page) -> None:
    """Signs out, and in again with the passkey alone."""
    page.get_by_role("link", name="Me", exact=True).click()
    expect(page.get_by_text("A passkey was added to your account")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("button", name="Use your passkey").click()


def test_worker_joins_keeps_codes_leaves_and_comes_back(phone_of) -> None:
    link = link_for(phone_of().page, "Sue Amory")
    page = phone_of().page
    joins(page, link)
    keeps_codes(page)
    leaves_and_comes_back(page)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_carer_joins_and_her_phone_gets_ready(phone_of) -> None:
    link = link_for(phone_of().page, "Amina Rahman")
    amina = Carer(phone_of())
    joins(amina.page, link)
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    keeps_codes(amina.page)
    leaves_and_comes_back(amina.page)
    amina.unlock()  # the demo's vault has a PIN and no passkey
    expect(amina.page.get_by_role("heading", name="Today")).to_be_visible()


def test_second_passkey_by_a_link_for_the_other_phone(phone_of) -> None:
    link = link_for(phone_of().page, "Sue Amory")
    first = phone_of().page
    joins(first, link)
    first.goto("/me/passkeys/new")
    first.get_by_role("button", name="Make a link").click()
    own = re.search(r"http\S+/join/[\w-]+", first.locator("main").inner_text())[0]
    other = phone_of().page
    joins(other, own)
    first.goto("/me/")
    expect(first.get_by_role("link", name=re.compile("^Remove"))).to_have_count(2)
