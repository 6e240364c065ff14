"""axe finds nothing, on every page of every role and in every state that a phone can be in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from carerapp.sync.saved_file import NO_FILE
from carerapp.sync.service import OTHER_CONTENT
from tests.bars.test_storage_full import FULL
from tests.journeys.axe import accessible, faults_of
from tests.journeys.browser import SIZES, Faults, Phone
from tests.journeys.carer import NOT_THE_DEMO, READY, Carer
from tests.journeys.network import MARK, body_of, nudge, on_the_way, true_receipts
from tests.journeys.outbox import SLOW_DISK
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.journeys.test_refused import write_too_much
from tests.journeys.worker import Worker
from tests.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIVED = pytest.mark.parametrize("server", [30], indirect=True)

PLACES = {  # by role; "first ..." means the first thing in that list
    "Sam": ["/", "/triage/", "first /triage/", "/recordings/", "first /recordings/", "/recordings/calendar", "/clocks/",
            "/meetings/", "/people/phones", "/me/", "/me/passkeys/new", "/me/recovery-codes"],
    "Cora": ["/", "/inbox/", "first /inbox/", "/inbox/?done=1", "/recordings/", "/clocks/", "/meetings/",
             "/children/{jay}", "/children/{jay}/chronology"],
    "Della": ["/", "/triage/", "/recordings/", "/clocks/", "/people/phones"],
    "Tom": ["/", "/inbox/", "/clocks/"],
    "Ivo": ["/", "/recordings/", "/children/{jay}"],
    "Ada": ["/", "/admin/people/", "first /admin/people/", "/admin/people/new", "/admin/homes/", "first /admin/homes/"],
    "Quinn": ["/"],
    "Pat": ["/"],
    "Tess": ["/"],
    "Zoe": ["/", "/triage/", "first /triage/", "/meetings/"],
}  # fmt: skip


@LIVED
@pytest.mark.parametrize("name", PLACES)
def test_pages_of_those_at_a_desk(at_desk: Callable[..., Worker], server: Server, name: str) -> None:
    """Wide and narrow."""
    worker = at_desk(name)
    jay = Records(server).child("Jay")
    for place in PLACES[name]:
        worker.page.goto(place.removeprefix("first ").format(jay=jay))
        if place.startswith("first "):
            worker.main.locator(".row a").first.click()
            worker.page.wait_for_load_state()
        for size in ("desk", "phone"):
            worker.page.set_viewport_size(SIZES[size])
            accessible(worker.page, f"{name} at {place}, {size}")
            picture(worker.page, f"{name}-{place}-{size}")


@LIVED
def test_pages_of_a_carer(amina: Carer, server: Server) -> None:
    """In the app, as fragments, with everything open that opens."""
    records = Records(server)
    jay = records.child("Jay")
    mine = records.ask("select r.id from recordings r join people p on p.id = author_id where slug = 'amina' limit 1")[
        0
    ][0]
    places = ["/", "/recordings/", "/recordings/?all=1", f"/recordings/new?child={jay}", "/recordings/calendar",
              f"/recordings/{mine}", f"/recordings/{mine}/amendments", f"/children/{jay}", "/help", "/clocks/", "/me/",
              "/me/phone", "/me/passkeys/new", "/help/install", "/sync/copies"]  # fmt: skip
    for place in places:
        go(amina.page, place)
        accessible(amina.page, place)
        picture(amina.page, f"Amina-{place}")
        amina.page.evaluate("() => document.querySelectorAll('details').forEach((d) => d.setAttribute('open', ''))")
        accessible(amina.page, f"{place}, open")
        picture(amina.page, f"Amina-{place}-open")


def go(page: Page, path: str) -> None:
    """In the app: going by address would lock it."""
    with page.expect_response(lambda response: path.split("?")[0] in response.url):
        page.evaluate(
            "(path) => void htmx.ajax('GET', path, { target: '#view', swap: 'innerHTML', push: 'true' })", path
        )
    expect(page.locator("#main h1").first).to_be_visible()


@pytest.mark.parametrize("name", ["Jay", "Kit"])
def test_pages_of_a_young_person(phone_of: Callable[..., Phone], name: str) -> None:
    """Their own colours."""
    young = Carer(phone_of(), name).get_ready()
    for place in ("/", "/help", "/me/"):
        go(young.page, place)
        accessible(young.page, f"{name} at {place}")
        picture(young.page, f"{name}-{place}")


def test_dark_colours(phone_of: Callable[..., Phone], at_desk: Callable[..., Worker]) -> None:
    """At night."""
    amina = Carer(phone_of(color_scheme="dark")).get_ready()
    amina.writes("It was a long evening.").sees_heading("Today").waits(0)
    accessible(amina.page, "Today, dark")
    picture(amina.page, "Amina-today-dark")
    amina.write_about("Jay")
    accessible(amina.page, "the form, dark")
    amina.lock()
    accessible(amina.page, "locked, dark")
    sam = at_desk("Sam", color_scheme="dark").goes_to("Triage")
    accessible(sam.page, "triage, dark")
    picture(sam.page, "Sam-triage-dark")


@pytest.mark.parametrize(
    "place", ["/demo", "/sign-in", "/help/install", "/recover", "/recover/asked", "/join/not-a-link", "/nothing/here"]
)
def test_pages_for_everybody(browser: Browser, server: Server, faults: Faults, place: str) -> None:
    """Doors, and pages that are not there."""
    faults.expect("status of 404")
    context = faults.listen(browser.new_context(base_url=server.url, viewport=SIZES["phone"]))
    page = context.new_page()
    page.goto(place)
    accessible(page, place)
    picture(page, f"nobody-{place}")
    context.close()


def test_every_state_of_a_phone(amina: Carer, server: Server, faults: Faults) -> None:
    """Locked, ready, waiting, sending, held, needs you, with a manager, an old copy, not on this phone, the list."""

    def state(name: str) -> None:
        accessible(amina.page, name)
        picture(amina.page, f"state-{name}")

    records = Records(server)
    state("ready")
    with on_the_way(amina, lambda route: None):
        amina.writes("on its way").sees_heading("Today")
        expect(amina.item()).to_contain_text("Sending")
        state("sending")
        amina.lock()
        state("locked with words waiting")
    amina.unlock().sees_heading("Today").waits(0)
    server.kill()
    amina.page.reload()
    state("locked")
    amina.type_pin("999999")
    expect(amina.page.get_by_role("alert")).to_contain_text("9 times more", timeout=READY)
    state("locked after a wrong PIN")
    amina.unlock()
    expect(amina.main).to_contain_text("No signal.")
    state("an old copy")
    amina.writes("still here").sees_heading("Today").waits(1)
    amina.item().get_by_text("Read it").click()
    state("waiting")
    amina.chip.click()
    state("the list of what waits")
    amina.page.goto("/recordings/calendar")
    amina.unlock().sees_heading("This page is not on this phone")
    state("not on this phone")
    amina.today().write_about("Jay").says("half a sent")
    amina.page.wait_for_timeout(300)
    amina.today().write_about("Jay")
    expect(amina.form).to_contain_text("Your words from")
    state("a draft that came back")
    amina.today()
    records.end_sign_ins(days=8)
    server.start()
    expect(amina.item("still here")).to_contain_text("Sign in to send", timeout=10_000)
    state("held")
    amina.sign_in().unlock().sees_heading("Today").waits(0)
    server.kill()
    write_too_much(amina)
    amina.writes("the last evening", child="Mia").sees_heading("Today")
    faults.expect("status of 404")
    records.moves_away("Mia")
    server.start()
    expect(amina.item("the last evening")).to_contain_text("With Della to decide", timeout=10_000)
    expect(amina.item("the last evening")).to_contain_text("Lantern keeps it")
    state("with a manager")
    expect(amina.item("A long day")).to_contain_text("Needs you", timeout=10_000)
    state("needs you")


def test_every_state_of_the_page_about_this_phone(amina: Carer, server: Server, faults: Faults) -> None:
    """All is sent, waiting, held, busy, needs you, forgetting, forgotten: what is told is told to everybody."""

    def state(name: str) -> None:
        accessible(amina.page, f"this phone: {name}")
        picture(amina.page, f"this-phone-{name}")

    amina.writes("Sent and kept by Lantern.").sees_heading("Today").waits(0)
    expect(amina.this_phone().main).to_contain_text("Everything is sent.")
    state("all is sent")
    faults.expect("status of 503")
    with on_the_way(amina, lambda route: route.fulfill(status=503, body="busy")):
        go(amina.page, "/")
        amina.writes("Not taken yet.").sees_heading("Today")
        expect(amina.this_phone().main).to_contain_text("Lantern is busy. This phone tries again by itself.")
        state("busy")
    nudge(amina)
    amina.today().waits(0).write_about("Mia").says("half a sent")
    amina.page.wait_for_timeout(300)
    amina.today()
    server.kill()
    amina.writes("كان المساء جميلا 🌙").sees_heading("Today").waits(1)
    expect(amina.this_phone().main).to_contain_text("No signal since")
    amina.page.evaluate("() => document.querySelectorAll('#view details').forEach((d) => d.setAttribute('open', ''))")
    state("waiting")
    amina.main.get_by_role("button", name="Forget this phone").click()
    expect(amina.main).to_contain_text("Some of your words are not sent")
    state("forgetting")
    amina.main.get_by_role("button", name="No, keep it").click()
    Records(server).end_sign_ins(days=8)
    server.start()
    expect(amina.main).to_contain_text("You are signed out. Sign in, and it goes by itself.", timeout=15_000)
    state("held")
    amina.main.get_by_role("button", name="Forget this phone").click()
    amina.main.get_by_role("button", name="Forget it and lose").click()
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=READY)
    state("forgotten")


def test_saving_saved_sent_and_a_full_phone(amina: Carer) -> None:
    """What is said while a slow disk writes, when the words are safe and have arrived, and when there is no room."""

    def state(name: str) -> None:
        accessible(amina.page, name)
        picture(amina.page, f"state-{name}")

    amina.write_about("Jay").mood("Hard").says("On a slow disk.")
    amina.page.wait_for_timeout(500)
    amina.page.evaluate(SLOW_DISK, 3000)
    amina.save()
    expect(amina.form).to_contain_text("Saving…")
    state("saving")
    amina.page.evaluate("() => { window.slow = 0; }")
    amina.sees_heading("Today").waits(0)
    state("received")
    amina.write_about("Jay").mood("Hard").says("There is no room for this.")
    amina.page.evaluate(FULL)
    amina.save()
    expect(amina.form).to_contain_text("This could not be saved on this phone.")
    state("a full phone")


def test_handing_in_a_saved_copy(amina: Carer) -> None:
    """The page, and what it says to a file that is none."""
    go(amina.page, "/sync/copies")
    accessible(amina.page, "handing in a saved copy")
    amina.main.get_by_role("button", name="Hand it in").click()
    expect(amina.page.get_by_role("alert")).to_contain_text("Choose the file that you saved")
    told = f"Error: {NO_FILE}"
    expect(amina.page.get_by_label("The file that you saved")).to_have_accessible_description(told)
    accessible(amina.page, "handing in, refused")
    picture(amina.page, "Amina-handing-in-refused")
    damaged = {"name": "lantern-sealed.lantern", "mimeType": "", "buffer": b'{"items": [{"id": "x", "copy": {}}]}'}
    amina.page.get_by_label("The file that you saved").set_input_files(damaged)
    amina.main.get_by_role("button", name="Hand it in").click()
    expect(amina.page.get_by_role("alert")).to_contain_text("One thing in this file was not taken. It is damaged")
    accessible(amina.page, "handing in what is damaged")


def test_other_words_in_the_place_of_mine(amina: Carer, faults: Faults) -> None:
    """A conflict: what it is, and the two ways out of it."""
    faults.expect("status of 409")
    receipt = {"status": 409, "outcome": "conflict", "errors": {"": [OTHER_CONTENT]}, "location": "/recordings/x"}
    with on_the_way(
        amina,
        lambda r: r.fulfill(status=409, headers=MARK, body=body_of(r.request, [true_receipts(r.request)[0] | receipt])),
    ):
        amina.writes("mine").sees_heading("Today")
        expect(amina.item("mine")).to_contain_text("Lantern has other words in the place of these", timeout=10_000)
        expect(amina.item("mine").get_by_role("button", name="Keep both: send mine as well")).to_be_visible()
        accessible(amina.page, "a conflict")
        picture(amina.page, "state-a conflict")


def test_a_form_that_came_back(amina: Carer) -> None:
    """Refused at once: the reasons above the form, each leading to its field."""
    amina.write_about("Jay").says("words")
    amina.form.locator("summary").filter(has_text="What I think").click()
    amina.form.get_by_label("Who told me").evaluate("(field) => field.removeAttribute('maxlength')")
    amina.form.get_by_label("Who told me").fill("long " * 60)
    amina.save()
    expect(amina.form).to_contain_text("Lantern could not take this yet")
    accessible(amina.page, "a form that came back")
    picture(amina.page, "state-a form that came back")


def test_getting_ready(phone_of: Callable[..., Phone]) -> None:
    """Choosing a PIN, where nobody has chosen one for you; and what is said when it will not do."""
    amina = Carer(phone_of())
    amina.page.add_init_script(NOT_THE_DEMO)
    amina.sign_in()
    heading = amina.page.get_by_role("heading", name="Get this phone ready")
    expect(heading).to_be_visible()
    accessible(amina.page, "setting up")
    picture(amina.page, "state-setting up")
    first, again = amina.page.get_by_label("PIN, at least 6 digits"), amina.page.get_by_label("The same PIN again")
    for pin, words in (("12345", "at least 6"), ("111111", "harder to guess"), ("482915", "not the same")):
        first.fill(pin)
        again.fill("482916")
        amina.page.get_by_role("button", name="Use a PIN").click()
        expect(amina.page.get_by_role("alert")).to_contain_text(words)
    accessible(amina.page, "setting up, refused")
    again.fill("482915")
    amina.page.get_by_role("button", name="Use a PIN").click()
    expect(amina.page.get_by_role("heading", name="A second way in")).to_be_visible()
    accessible(amina.page, "a second way in")
    picture(amina.page, "state-a second way in")
    amina.page.get_by_role("button", name="Make a paper key").click()
    expect(amina.page.get_by_role("heading", name="Write down your paper key")).to_be_visible()
    accessible(amina.page, "the paper key")
    picture(amina.page, "state-the paper key")
    amina.page.get_by_role("button", name="Go on without one").click()
    expect(amina.page.get_by_role("heading", name="Go on without a paper key?")).to_be_visible()
    accessible(amina.page, "without a paper key")
    picture(amina.page, "state-without a paper key")
    amina.page.get_by_role("button", name="Show the paper key again").click()
    amina.page.get_by_role("button", name="I have written it down").click()
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    amina.sees_heading("Today").lock()
    accessible(amina.page, "locked")
    amina.page.get_by_role("button", name="Use your paper key").click()
    accessible(amina.page, "locked, by paper key")
    picture(amina.page, "state-locked by paper key")
    amina.page.get_by_role("button", name="Use something else").click()
    amina.unlock("482915")


def test_axe_sees_what_is_wrong(at_desk: Callable[..., Worker], faults: Faults) -> None:
    """Otherwise all of the above would prove nothing."""
    faults.expect("blob:x")
    page = at_desk("Sam").page
    page.evaluate("() => document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=\"blob:x\">')")
    assert {fault["id"] for fault in faults_of(page)} >= {"label", "image-alt"}
