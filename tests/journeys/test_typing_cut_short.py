"""R2: somebody is cut short while they type, in any way and at any moment. The words are there when they come back.

Three forms are written in turn, in several of their fields: two children's days and an addition to an older recording.
Whatever happens, each form has its own words back, the caret stands where it stood, and no file of the browser holds a
word that can be read.
"""

import random
import statistics
import time
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from playwright.sync_api import Error, Locator, expect

from tests.bars.figures import figure, reached
from tests.journeys.carer import Carer
from tests.journeys.records import Records
from tests.journeys.scan import Scanner
from tests.serving import Client, Server, recording_item

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
CLOSES = figure("R2_CLOSES", quick=7, full=56)
KEY = 25  # ms between two keys: faster than anybody types on a phone
STEM = "zqvxkjwp"  # no file holds this by chance
WORDS = f"he laughed at {STEM} and lost a shoe, then found it under the dog and gave the {STEM} a paw for it. " * 2
FIELDS = ("saw", "child_said", "think", "told")
WAYS = ("killed", "closed", "loaded again", "crashed", "sent elsewhere", "left by a link", "locked")


@dataclass
class Form:
    """One form: the way to it, what has been typed into each of its fields, and which was written in last."""

    child: str = ""
    recording: str = ""
    words: dict[str, str] = field(default_factory=dict)
    last: str = ""

    def is_opened(self, amina: Carer) -> None:
        """From Today, as a person goes, until it can be written in."""
        if self.child:
            amina.write_about(self.child)
            return
        amina.page.get_by_role("navigation", name="Main").get_by_role("link", name="Recordings").click()
        amina.sees_heading("Recordings")
        amina.main.locator(f"a[href='/recordings/{self.recording}']").first.click()
        amina.opens("Add to this").sees_heading("Add to what you wrote")
        expect(amina.form).not_to_have_attribute("inert", "")

    def is_written(self, amina: Carer, chance: random.Random) -> int:
        """Write on in one of its fields, key by key, and stop between two keys. How many letters that were."""
        self.last = chance.choice(FIELDS)
        amina.form.evaluate("(form) => form.querySelectorAll('details').forEach((part) => { part.open = true; })")
        amina.form.locator(f"[name={self.last}]").focus()
        amina.page.keyboard.press("Control+End")
        start = chance.randint(0, 40)
        more = WORDS[start : start + chance.randint(3, 80)]
        amina.page.keyboard.type(more, delay=KEY)
        self.words[self.last] = self.words.get(self.last, "") + more
        return len(more)

    def has_its_words(self, amina: Carer) -> tuple[int, list[str]]:
        """How many letters are gone from the end of what was typed last, and what else is not as it was."""
        fields = {name: amina.form.locator(f"[name={name}]") for name in self.words}
        wrong = [
            f"{name} of {self}" for name, text in self.words.items() if not text.startswith(fields[name].input_value())
        ]
        wrong += [f"{name} of {self}" for name in self.words if name != self.last and self.gone(fields[name], name)]
        last = fields[self.last]
        expect(last).to_be_focused()
        if last.evaluate("(field) => field.selectionStart") != len(last.input_value()):
            wrong.append(f"the caret of {self}")
        gone = self.gone(last, self.last)
        self.words[self.last] = last.input_value()
        return gone, wrong

    def gone(self, field: Locator, name: str) -> int:
        """Letters that were typed and are not there."""
        return len(self.words[name]) - len(field.input_value())


def cut_short(amina: Carer, way: str, cookies: list) -> None:
    """It happens, and they come back to Today."""
    if way == "left by a link":
        amina.today()
        return
    if way == "killed":
        amina.phone.kill()
    elif way == "closed":
        amina.phone.close()
    elif way == "loaded again":
        amina.page.reload()
    elif way == "sent elsewhere":
        amina.page.goto("/recordings/")
    elif way == "locked":
        amina.lock()
    else:
        with pytest.raises(Error):
            amina.page.goto("chrome://crash", timeout=5000)
        amina.phone.close()
    if not amina.phone.context:
        amina.phone.open()
        assert amina.phone.context
        amina.phone.context.add_cookies(
            cookies
        )  # a browser that was killed forgets who is signed in; drafts do not care
        amina.page.goto("/")
    amina.unlock().today()


def test_nothing_typed_is_lost_however_it_is_cut_short(amina: Carer, server: Server) -> None:
    """R2."""
    client, chance = Client(server.port).sign_in("amina"), random.Random(2)
    now = {"made_at": datetime.now().astimezone().isoformat()}
    client.send([recording_item(Records(server).child("Jay"), "Said at noon.") | now])
    ((recording,),) = Records(server).ask("select id from recordings")
    forms = [Form("Jay"), Form("Mia"), Form(recording=recording)]
    assert amina.phone.context
    cookies = amina.phone.context.cookies()
    amina.page.reload()
    amina.unlock()
    gone, wrong = [], []
    for number in range(CLOSES):
        form = forms[number % len(forms)]
        form.is_opened(amina)
        form.is_written(amina, chance)
        cut_short(amina, WAYS[number % len(WAYS)], cookies)
        form.is_opened(amina)
        letters, faults = form.has_its_words(amina)
        gone.append(letters * KEY / 1000)
        wrong += faults
        amina.today()
    for form in forms:
        form.is_opened(amina)
        wrong += form.has_its_words(amina)[1]
        amina.today()
    amina.phone.kill()
    readable = len(Scanner([STEM]).folder(amina.phone.profile).found)
    reached("R2", f"times cut short ({', '.join(WAYS)})", CLOSES, least=50)
    assert reached("R2", "typing gone, the worst of them", max(gone), most=2, unit="s")
    reached("R2", "typing gone, the median", statistics.median(gone), unit="s")
    assert reached("R2", "words or carets that came back in another form, field or place", len(wrong), most=0), wrong
    assert reached("R2", "places on the disk where a typed word can be read", readable, most=0)


def test_whoever_leaves_before_their_words_came_back_finds_them_when_they_return(amina: Carer) -> None:
    """R2: a slow phone still looked for the draft when its form was left; that keeps its place for nobody."""
    amina.write_about("Jay").says("He came home quiet.")
    amina.page.wait_for_timeout(300)
    amina.today()
    amina.page.evaluate("""() => {
      const own = navigator.locks.request.bind(navigator.locks);
      window.slow = 1500;
      navigator.locks.request = async (name, ...rest) => {
        if (name.startsWith('draft-')) await new Promise((resolve) => setTimeout(resolve, window.slow));
        return own(name, ...rest);
      };
    }""")
    amina.page.get_by_role("link", name="Write about Jay's day").first.click()
    amina.sees_heading("Write about Jay's day").today()
    amina.page.wait_for_timeout(2000)
    amina.page.evaluate("() => { window.slow = 0; }")
    amina.write_about("Jay")
    expect(amina.happened).to_have_value("He came home quiet.")


def test_a_draft_that_could_not_be_read_is_not_written_over(amina: Carer) -> None:
    """R2: the disk stumbles once; what is typed meanwhile has a place of its own."""
    amina.write_about("Jay").says("He came home quiet.")
    amina.page.wait_for_timeout(300)
    amina.today()
    amina.page.evaluate("""() => {
      const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.get = function (...args) {
        if (window.sound || this.name !== 'drafts') return get.apply(this, args);
        throw new DOMException('the disk stumbles', 'UnknownError');
      };
    }""")
    amina.write_about("Jay").says("Typed while the disk stumbled.")
    amina.page.wait_for_timeout(300)
    amina.page.evaluate("() => { window.sound = true; }")
    amina.today().write_about("Jay")
    expect(amina.happened).to_have_value("He came home quiet.")
    amina.save().sees_heading("Today").waits(0).write_about("Jay")
    expect(amina.happened).to_have_value("Typed while the disk stumbled.")


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
