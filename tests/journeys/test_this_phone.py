"""The page "This phone": what is here and why, a copy in two touches, and forgetting it all, with signal or without."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.bars.figures import reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import PIN, READY, Carer
from tests.journeys.locks import kept
from tests.journeys.network import nudge, on_the_way
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LATER = """async () => Boolean(await caches.match(
  document.querySelector('script[type=module]').src.replace('js/app.js', 'later/parts.js')))"""


def part(amina: Carer, title: str) -> Locator:
    """One part of the page."""
    return amina.main.locator(".card").filter(has=amina.page.get_by_role("heading", name=title, exact=True))


def no_signal(amina: Carer, server: Server) -> Carer:
    """A phone that said it is ready holds what it needs for that."""
    assert amina.page.evaluate(LATER), (
        "the part of the app that draws this page is not kept for when there is no signal"
    )
    server.kill()
    return amina


def test_what_is_here_is_told_with_no_signal(amina: Carer, server: Server) -> None:
    """R8: what was sent, what waits and why, what was begun, what can be read, how it is locked, what it takes."""
    amina.writes("This one was sent.").sees_heading("Today").waits(0)
    amina.write_about("Mia").says("half a sent")
    amina.page.wait_for_timeout(300)
    no_signal(amina.today(), server)
    amina.page.reload()
    amina.unlock().sees_heading("Today")
    amina.writes("كان المساء جميلا 🌙").sees_heading("Today").waits(1)
    amina.this_phone()
    expect(amina.main).to_contain_text("1 thing waits here to be sent. No signal since")
    expect(amina.main).to_contain_text("Lantern last answered")
    expect(amina.main).not_to_contain_text("This is the copy from")
    expect(part(amina, "Waiting to be sent")).to_contain_text("Saved on this phone")
    expect(part(amina, "Sent in the last seven days")).to_contain_text("Sent ")
    expect(part(amina, "Kept to read with no signal")).to_contain_text("pages")
    expect(part(amina, "How it is locked")).to_contain_text("opens with these, and with nothing else:A PIN, since")
    expect(part(amina, "Room on this phone")).to_contain_text("MB on this phone")
    steps = amina.main.locator("[data-step]")
    expect(steps.nth(0)).to_contain_text("Not yet: 1")
    expect(steps.nth(1)).to_contain_text("Not yet: 1")
    part(amina, "Begun and not saved").get_by_role("link", name="Mia's day").click()
    expect(amina.happened).to_have_value("half a sent")


def test_read_by_is_told_as_lantern_told_it(amina: Carer, server: Server) -> None:
    """What was sent, and how far it has come."""
    amina.writes("Somebody reads this.").sees_heading("Today").waits(0)
    records = Records(server)
    mine = records.ask("select id from recordings where saw = 'Somebody reads this.'")[0][0]
    amina.this_phone()
    row = part(amina, "Sent in the last seven days").get_by_role("listitem")
    expect(row).to_contain_text("Jay's day")
    expect(row).not_to_contain_text("Read by")
    expect(row.get_by_role("link", name="Jay's day")).to_have_attribute("href", f"/recordings/{mine}")


def test_a_copy_of_everything_takes_two_touches(amina: Carer, server: Server) -> None:
    """R8: from wherever she is, with no signal: the chip, and the button behind it."""
    no_signal(amina, server)
    open_box(amina.page)
    put(amina.page, Records(server).child("Jay"), [f"evening {n} 🥞" for n in range(60)])
    nudge(amina)
    amina.waits(60)
    amina.chip.click()
    with amina.page.expect_download() as copy:
        amina.page.get_by_role("button", name="Save a copy to read").click()
    readable, _, machine = Path(copy.value.path()).read_text().rpartition("\n---\n")
    items = [json.loads(line) for line in machine.splitlines()]
    saved = [item["fields"]["saw"][0] for item in items]
    assert saved == [f"evening {n} 🥞" for n in range(60)]
    assert reached("R8", "of 60 that wait, not in a copy that takes two taps", 60 - len(saved), most=0)
    panel = amina.page.locator("#waiting-panel")
    assert panel.locator(".waiting__item:visible").count() == 3, "much does not bury what is below it"
    panel.get_by_text("57 more, all safe on this phone").click()
    assert panel.locator(".waiting__item:visible").count() == 50
    assert readable.count("Written ") == 60
    assert kept(amina)["slots"] == 1


@pytest.mark.own_browser
def test_a_sealed_copy_is_carried_by_anybody_and_handed_in_by_its_author(
    amina: Carer, server: Server, phone_of: Callable[..., Phone], tmp_path: Path
) -> None:
    """R8: two touches to the file; who carries it can't read it; handed in elsewhere, it comes once and no more."""
    records = Records(server)
    no_signal(amina, server)
    for sentence in ("first evening 🥞", "second evening"):
        amina.writes(sentence).sees_heading("Today")
    amina.chip.click()
    with amina.page.expect_download() as copy:
        amina.page.get_by_role("button", name="Save a sealed copy").click()
    file = tmp_path / "lantern-sealed.lantern"
    copy.value.save_as(file)
    assert not any(word in file.read_text() for word in ("evening", '"saw"', "recordings", "fields"))
    amina.phone.close()
    server.start()

    def hands_it_in(name: str, told: str) -> None:
        somebody = Carer(phone_of(), name).get_ready().sees_heading("Today")
        somebody.page.evaluate("() => void htmx.ajax('GET', '/sync/copies', { target: '#view', swap: 'innerHTML' })")
        somebody.page.get_by_label("The file that you saved").set_input_files(file)
        somebody.page.get_by_role("button", name="Hand it in").click()
        expect(somebody.main).to_contain_text(told)
        somebody.phone.close()

    hands_it_in("Ben", "Somebody else wrote it")  # whoever finds the file and can sign in
    assert records.sentences() == []
    hands_it_in("Amina", "2 things that you wrote are with Lantern now")
    assert records.sentences() == ["first evening 🥞", "second evening"]
    amina.comes_back().unlock().sees_heading("Today").waits(0)
    assert records.sentences() == ["first evening 🥞", "second evening"], "the phone sent it again"


def test_forgetting_a_phone_says_first_what_is_lost(amina: Carer, server: Server) -> None:
    """R8, S4: nothing is lost in silence; a copy can be saved first; then nothing is left."""
    no_signal(amina, server)
    amina.writes("not sent yet").sees_heading("Today").waits(1)
    amina.this_phone()
    forget = part(amina, "Forget this phone")
    forget.get_by_role("button", name="Forget this phone").click()
    expect(amina.page.get_by_role("heading", name="Some of your words are not sent")).to_be_focused()
    expect(forget).to_contain_text("1 thing that you wrote is on this phone only")
    forget.get_by_role("button", name="No, keep it").click()
    expect(forget.get_by_role("button", name="Forget this phone")).to_be_focused()
    assert kept(amina)["slots"] == 1
    forget.get_by_role("button", name="Forget this phone").click()
    with amina.page.expect_download() as copy:
        forget.get_by_role("button", name="Save a copy to read").click()
    assert "not sent yet" in Path(copy.value.path()).read_text()
    forget.get_by_role("button", name="Forget it and lose 1 thing").click()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=READY)
    expect(amina.page.locator("body")).to_contain_text("There was no signal to sign you out")
    assert kept(amina) == {"slots": 0, "databases": []}
    assert "waiting on this phone" not in amina.page.content()


def test_forgetting_a_phone_signs_out_as_well(amina: Carer, server: Server) -> None:
    """S4: with everything sent it is one question, and whoever has the phone next is not signed in."""
    amina.this_phone()
    forget = part(amina, "Forget this phone")
    forget.get_by_role("button", name="Forget this phone").click()
    forget.get_by_role("button", name="Yes, forget it").click()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=READY)
    assert kept(amina) == {"slots": 0, "databases": []}
    amina.page.goto("/recordings/")
    expect(amina.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_forgetting_a_phone_on_which_somebody_else_is_signed_in(amina: Carer) -> None:
    """R15: what is hers goes, he stays signed in, and nobody is told that there was no signal."""
    amina.page.goto("/demo")
    amina.page.get_by_role("button", name="Zed", exact=True).click()
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    amina.lock()
    amina.page.get_by_label("Phone 1").check()
    amina.unlock().this_phone()
    amina.main.get_by_role("button", name="Forget this phone").click()
    amina.main.get_by_role("button", name="Yes, forget it").click()
    expect(amina.page.get_by_text("This phone has forgotten everything that was kept here for you.")).to_be_visible()
    expect(amina.page.get_by_text("There was no signal")).to_have_count(0)
    amina.unlock()
    expect(amina.page.get_by_role("link", name="Zed", exact=True)).to_be_visible()


def test_news_is_said_aloud_once_however_much_is_sent(amina: Carer, server: Server) -> None:
    """365 evenings go: one sentence when they begin, one when they have arrived."""
    amina.page.evaluate("""() => {
      window.said = [];
      let last = '';
      const look = () => {
        const words = document.getElementById('live')?.textContent;
        if (words && words !== last) said.push(words);
        last = words; // emptied first: the same words said once more count once more
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    }""")
    open_box(amina.page)
    jay = Records(server).child("Jay")
    with on_the_way(amina, lambda route: route.abort()):
        put(amina.page, jay, [f"evening {n}" for n in range(365)])
        nudge(amina)
        amina.waits(365)
        amina.page.wait_for_timeout(3000)
        assert amina.page.evaluate("() => said")[-1] == "365 waiting on this phone"
    amina.page.evaluate("() => { said = []; }")

    def slowly(route) -> None:  # type: ignore[no-untyped-def]
        amina.page.wait_for_timeout(2500)
        route.fallback()

    with on_the_way(amina, slowly):
        nudge(amina)
        amina.waits(0)
    amina.page.wait_for_timeout(3000)
    told = amina.page.evaluate("() => said")
    assert told[-1] == "Everything is sent" and len(told) <= 2, told
    assert set(told) <= {"Sending 365", "Everything is sent"}


def test_nobody_loses_the_focus_to_what_changes_meanwhile(amina: Carer, server: Server) -> None:
    """Lists are drawn again only where they changed: whoever reads one card stays on it, open as it was."""
    no_signal(amina, server)
    amina.writes("being read").sees_heading("Today").waits(1)
    words = amina.item("being read").locator("summary")
    words.focus()
    words.press("Enter")
    open_box(amina.page)
    put(amina.page, Records(server).child("Jay"), ["came meanwhile"])
    nudge(amina)
    amina.waits(2)
    expect(amina.item("being read").locator("details")).to_have_attribute("open", "")
    expect(words).to_be_focused()


def test_the_home_screen_has_a_button_where_the_browser_offers_one(amina: Carer) -> None:
    """R8: the browser's own question, asked by a button of ours; and a word when it is there."""
    offer = "addEventListener('beforeinstallprompt', (event) => event.isTrusted && event.stopImmediatePropagation())"
    amina.page.add_init_script(offer)  # Chromium would make an offer of its own
    amina.page.reload()
    amina.unlock().sees_heading("Today").this_phone()
    amina.main.get_by_role("link", name="Put Lantern on your home screen").click()
    amina.sees_heading("Put Lantern on your home screen")
    button = amina.main.get_by_role("button", name="Put it on my home screen")
    expect(button).to_be_hidden()
    amina.page.evaluate("""() => dispatchEvent(Object.assign(new Event('beforeinstallprompt'), {
      prompt: async () => ({ outcome: 'accepted' }),
    }))""")
    amina.today()
    amina.this_phone()
    amina.main.get_by_role("link", name="Put Lantern on your home screen").click()
    button.click()
    expect(amina.main).to_contain_text("Lantern is on this home screen already")
    expect(button).to_be_hidden()


def test_other_words_under_one_name_are_both_kept_in_two_touches(amina: Carer, server: Server, faults: Faults) -> None:
    """R12: the chip, and "Keep both"; what Lantern has can be read first."""
    faults.expect("status of 409")
    records = Records(server)
    open_box(amina.page)
    clash = """async (child) => {
      const theirs = await made(child, 'written on the other phone');
      const mine = await made(child, 'written on this one');
      const named = { 'X-App': '1', 'Idempotency-Key': theirs.id };
      const headers = { ...named, 'X-Queued-At': theirs.made_at, 'X-TZ': theirs.zone };
      const body = new URLSearchParams({ child, how: 'good', saw: 'written on the other phone' });
      await fetch('/recordings/', { method: 'POST', headers, body });
      await box.add({ ...mine, id: theirs.id });
    }"""
    amina.page.evaluate(clash, records.child("Jay"))
    nudge(amina)
    expect(amina.chip).to_have_text("1 waiting on this phone, 1 needs you", timeout=10_000)
    assert records.sentences() == ["written on the other phone"]
    amina.chip.click()
    panel = amina.page.locator("#waiting-panel")
    theirs = records.ask("select id from recordings")[0][0]
    expect(panel.get_by_role("link", name="Read what Lantern has")).to_have_attribute("href", f"/recordings/{theirs}")
    panel.get_by_role("button", name="Keep both: send mine as well").click()
    amina.waits(0)
    assert records.sentences() == ["written on the other phone", "written on this one"]


def test_a_second_way_in_is_made_and_taken_away_here(amina: Carer) -> None:
    """R15: who has the PIN makes a paper key; the last way in can't be taken away."""
    amina.this_phone()
    locked = part(amina, "How it is locked")
    expect(locked).to_contain_text("There is one way in only")
    expect(locked.get_by_role("button", name="Remove")).to_have_count(0)
    locked.get_by_role("button", name="Make a paper key").click()
    amina.page.get_by_role("button", name="I have written it down").click()
    amina.page.get_by_label("PIN", exact=True).fill(PIN)
    amina.page.get_by_role("button", name="Unlock", exact=True).click()
    amina.sees_heading("This phone")
    expect(locked).to_contain_text("A paper key")
    amina.page.once("dialog", lambda dialog: dialog.accept())
    locked.get_by_role("listitem").filter(has_text="A paper key").get_by_role("button", name="Remove").click()
    expect(locked).not_to_contain_text("A paper key")
    expect(locked).to_contain_text("There is one way in only")
