"""What a carer does with Lantern on a phone, and what they see."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import PATIENCE, Phone

PIN = "135790"
READY = 60_000  # ms; making a vault costs a second or two of work by design, more on a busy machine


# As outside the demo, where nobody has chosen a PIN for you.
NOT_THE_DEMO = """
const strip = () => document.body?.removeAttribute('data-demo-pin');
new MutationObserver(strip).observe(document, { childList: true, subtree: true });
"""


class Carer:
    """A carer (or a young person) and their phone."""

    def __init__(self, phone: Phone, name: str = "Amina") -> None:
        self.phone, self.name = phone, name

    @property
    def page(self) -> Page:
        """What is on the screen."""
        return self.phone.page

    # --- coming in ------------------------------------------------------------------------------------------------

    def sign_in(self) -> "Carer":
        """On the demo's page, which needs no vault and leaves the app."""
        self.page.goto("/demo")
        self.page.get_by_role("button", name=self.name, exact=True).click()
        return self

    def get_ready(self) -> "Carer":
        """Sign in for the first time, and wait until this phone works without signal."""
        self.sign_in()
        expect(self.chip).to_have_text("Everything is sent", timeout=READY)
        return self

    def choose_pin(self, pin: str) -> "Carer":
        """Sign in for the first time where nobody has chosen a PIN, and choose one."""
        self.page.add_init_script(NOT_THE_DEMO)
        self.sign_in()
        self.page.get_by_label("PIN, at least 6 digits").fill(pin)
        self.page.get_by_label("The same PIN again").fill(pin)
        self.page.get_by_role("button", name="Use a PIN").click()
        self.page.get_by_role("button", name="Not now").click()
        expect(self.chip).to_have_text("Everything is sent", timeout=READY)
        return self

    def unlock(self, pin: str = PIN) -> "Carer":
        """Type the PIN."""
        self.type_pin(pin)
        expect(self.page.get_by_role("heading", name="Unlock")).to_have_count(0, timeout=READY)
        return self

    def type_pin(self, pin: str) -> None:
        """Type a PIN, right or wrong."""
        expect(self.page.get_by_role("heading", name="Unlock")).to_be_visible(timeout=READY)
        self.page.get_by_label("PIN", exact=True).fill(pin)
        self.page.get_by_role("button", name="Unlock", exact=True).click()

    def lock(self) -> None:
        """Put the phone down, locked."""
        self.page.get_by_role("button", name="Lock", exact=True).click()
        self.is_locked()

    def is_locked(self) -> None:
        """The lock screen, and nothing of anybody on it."""
        expect(self.page.get_by_role("heading", name="Unlock")).to_be_visible(timeout=READY)
        assert not re.search(r"Amina|Jay|Mia|Zed|Kit", self.page.locator("body").inner_text())

    def comes_back(self, to: str = "/") -> "Carer":
        """Open Lantern again after the browser was closed or killed."""
        self.phone.open()
        self.page.goto(to)
        return self

    # --- where things are -----------------------------------------------------------------------------------------

    @property
    def chip(self) -> Locator:
        """What always stands at the top: how much waits on this phone."""
        return self.page.locator("#chip")

    @property
    def main(self) -> Locator:
        """The page itself."""
        return self.page.locator("#main")

    def item(self, words: str = "") -> Locator:
        """Something that waits on this phone, in the page that it belongs to."""
        return self.main.locator(".waiting__item").filter(has_text=words)

    def today(self) -> "Carer":
        """Go to Today by its place in the bar; from Today as well, and what is touched next is on the new page."""
        self.page.evaluate("() => document.querySelector('#main h1')?.setAttribute('data-before', '')")
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name="Today").click()
        expect(self.main.locator("h1:not([data-before])")).to_have_text("Today")
        return self

    def this_phone(self) -> "Carer":
        """Two touches from anywhere: the chip, and the link behind it."""
        self.chip.click()
        self.page.get_by_role("link", name="More about this phone").click()
        self.sees_heading("This phone")
        expect(self.main.get_by_role("heading", name="How it is locked")).to_be_visible()
        return self

    def opens(self, words: str) -> "Carer":
        """Follow the first link of the page whose name holds these words."""
        self.main.get_by_role("link", name=words).first.click()
        return self

    def sees_heading(self, text: str | re.Pattern[str]) -> "Carer":
        """The page that came has this heading."""
        expect(self.main.get_by_role("heading", level=1, name=text)).to_be_visible()
        return self

    def waits(self, count: int) -> "Carer":
        """The chip says how much waits."""
        words = f"{count} waiting on this phone" if count else "Everything is sent"
        expect(self.chip).to_contain_text(words, timeout=PATIENCE)
        return self

    # --- writing --------------------------------------------------------------------------------------------------

    def write_about(self, child: str = "Jay") -> "Carer":
        """Open the form for a child's day from Today."""
        self.page.get_by_role("link", name=f"Write about {child}'s day").first.click()
        self.sees_heading(f"Write about {child}'s day")
        expect(self.form).not_to_have_attribute("inert", "")
        return self

    @property
    def form(self) -> Locator:
        """The form for a day."""
        return self.page.locator("form[data-queue]")

    @property
    def happened(self) -> Locator:
        """The field in which one sentence is enough."""
        return self.form.get_by_label("What happened?")

    def mood(self, word: str = "Hard") -> "Carer":
        """Tap how the day was."""
        self.form.get_by_text(word, exact=True).click()
        return self

    def says(self, text: str) -> "Carer":
        """Write a sentence."""
        self.happened.fill(text)
        return self

    def save(self) -> "Carer":
        """Press Save."""
        self.form.get_by_role("button", name="Save", exact=True).click()
        return self

    def writes(self, text: str, mood: str = "Hard", child: str = "Jay") -> "Carer":
        """Three taps and a sentence, from Today, to "Saved on this phone"."""
        return self.write_about(child).mood(mood).says(text).save()

    def comes_to(self, true: Callable[[], object], words: str) -> None:
        """Her page goes on living until this is true, at most ten seconds; or else these words say what is wrong."""
        for _ in range(200):
            if true():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(words)
