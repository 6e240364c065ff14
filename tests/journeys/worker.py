"""What a social worker or a manager does with Lantern at a desk, and what they see."""

import re

from playwright.sync_api import Locator, Page, expect


class Worker:
    """A worker and their browser, which has no vault: plain pages."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def sign_in(self) -> "Worker":
        """On the demo's page."""
        self.page.goto("/demo")
        self.page.get_by_role("button", name=self.name, exact=True).click()
        return self.sees_heading("Today")

    # --- where things are -----------------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        """The page itself."""
        return self.page.locator("#main")

    def sees_heading(self, text: str | re.Pattern[str]) -> "Worker":
        """The page that came has this heading."""
        expect(self.main.get_by_role("heading", level=1, name=text)).to_be_visible()
        return self

    def goes_to(self, place: str) -> "Worker":
        """By its word in the bar."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=place).click()
        return self.sees_heading(place)

    def presses(self, button: str) -> "Worker":
        """Press a button of the page."""
        self.main.get_by_role("button", name=button, exact=True).click()
        return self

    def told(self, words: str) -> "Worker":
        """The page says so."""
        expect(self.main).to_contain_text(words)
        return self

    # --- triage ---------------------------------------------------------------------------------------------------

    @property
    def entry(self) -> Locator:
        """The recording in view, beside the queue."""
        return self.page.locator(".panes__entry")

    @property
    def reasons(self) -> Locator:
        """Why the recording in view is where it is."""
        return self.entry.get_by_role("list", name="Why it is here")

    def tick(self, label: str | re.Pattern[str]) -> "Worker":
        """Choose an outcome."""
        self.main.get_by_label(label).check()
        return self

    def writes_in(self, part: str, label: str, words: str) -> "Worker":
        """Open a part of the form and write into its field."""
        field = self.main.get_by_label(label)
        if not field.is_visible():
            self.main.locator("summary").filter(has_text=part).click()
        field.fill(words)
        return self

    # --- inbox ----------------------------------------------------------------------------------------------------

    def opens_first(self, words: str) -> "Worker":
        """Open the first thing in a list whose name holds these words."""
        self.main.locator(".row").get_by_role("link", name=words).first.click()
        return self
