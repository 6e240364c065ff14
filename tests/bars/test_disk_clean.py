"""S4: a phone that is lost or seized. Nothing that was read or written on it lies readable in any file of its browser.

Chromium is started as a person starts it, not with the switches of the driver, which turn off part of what leaks.
All secrets share a stem that no file holds by chance; looking for the stem finds each of them, in every form.
What is entered as a PIN is looked for as a wrong one, which holds the stem: the demo's own PIN lies beside its vault
in clear, on purpose, so that its lock screen can tell a visitor what it is.
"""

import gzip
import os
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from tests.bars.figures import FULL, reached
from tests.journeys.browser import CHROMIUM, FLAGS, PATIENCE, Faults, kill_tree
from tests.journeys.carer import NOT_THE_DEMO, READY, Carer
from tests.journeys.passkeys import Authenticator
from tests.journeys.records import Records
from tests.journeys.scan import Scan, Scanner
from tests.serving import Client, Server, recording_item, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEM = "zqvxkjwp"
CHILD = f"Jay{STEM}"
READ = [f"{STEM}-{n:03}" for n in range(50)]
WRITTEN = [f"{STEM}-{n:03}" for n in range(50, 100)]
*SAVED, IN_TEXTAREA, IN_INPUT = WRITTEN
SETTLED = 1.0  # s after the last key: what a browser puts down about a page in view, it has put down
FIELDS = ("saw", "child_said", "think", "told", "went_well")


class Plain:
    """A browser with none of the driver's switches, its profile, and its temporary files."""

    def __init__(self, driver: Playwright, folder: Path, url: str, faults: Faults) -> None:
        self.driver, self.folder, self.url, self.faults = driver, folder, url, faults
        self.profile = folder / "profile"
        self.process: subprocess.Popen[bytes] | None = None
        self.browser: Browser | None = None

    def open(self) -> "Plain":
        """Start it, and see what it shows."""
        port = self.profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [CHROMIUM, *FLAGS, "--headless=new", "--lang=en-GB", "--window-size=390,844", "--restore-last-session",
             "--remote-debugging-port=0", f"--user-data-dir={self.profile}"],
            env=os.environ | {"TMPDIR": str(self.folder / "tmp"), "TZ": "Europe/London"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not (port.exists() and port.read_text().count("\n")):
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.05)
        self.browser = self._connected(f"http://127.0.0.1:{port.read_text().split()[0]}")
        context = self.faults.listen(self.browser.contexts[0])
        context.set_default_timeout(PATIENCE)
        self.page.bring_to_front()  # a window behind others is drawn when there is time, which a click waits for
        return self

    def _connected(self, address: str) -> Browser:
        """A browser in the middle of starting may leave the first call unanswered."""
        for _ in range(3):
            with suppress(Error):
                return self.driver.chromium.connect_over_cdp(address, timeout=15_000)
        raise AssertionError("the browser did not answer")

    @property
    def page(self) -> Page:
        """The page in front."""
        assert self.browser
        context = self.browser.contexts[0]
        return context.pages[0] if context.pages else context.new_page()

    def goto(self, path: str) -> None:
        """By the address bar."""
        self.page.goto(self.url + path)

    def close(self) -> None:
        """As a person closes a browser: it puts away whatever it wants to keep."""
        assert self.browser and self.process
        with suppress(Error):
            self.browser.new_browser_cdp_session().send("Browser.close")
        self._ended()

    def kill(self) -> None:
        """The whole tree at once."""
        assert self.process
        kill_tree(self.process.pid)
        self._ended()

    def end(self) -> None:
        """Whatever has happened, it does not outlive its test."""
        if self.process:
            self.kill()

    def _ended(self) -> None:
        assert self.process
        self.process.wait(30)
        if self.browser:
            with suppress(Error):
                self.browser.close()
        self.process = self.browser = None


@contextmanager
def plain(folder: Path, url: str, faults: Faults) -> Iterator[Plain]:
    """A browser for the length of a test."""
    with sync_playwright() as driver:
        browser = Plain(driver, folder, url, faults)
        try:
            yield browser.open()
        finally:
            browser.end()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new phone. Its path is short, because that of a socket among the temporary files must be."""
    with tempfile.TemporaryDirectory(prefix="lantern-") as root:
        yield Path(root) / "phone"


def looked_at(folder: Path, secrets: list[str]) -> Scan:
    """Every file, of a copy, because a browser that runs moves its files about."""
    copy = folder.with_name("copy")
    subprocess.run(["cp", "-a", f"{folder}/.", copy], capture_output=True)  # some are gone before their turn comes
    try:
        return Scanner(secrets).folder(copy)
    finally:
        subprocess.run(["rm", "-rf", copy], check=True)


class Disk:
    """What lies on the disk at each step of the story."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen = folder, {}

    def is_clean(self, when: str) -> None:
        """Nothing is found, among files that really hold something."""
        scan = looked_at(self.folder, [STEM])
        self.seen[when] = (scan.files, scan.bytes, len(scan.found))
        assert scan.files > 50 and scan.bytes > 1_000_000 and scan.unpacked["log record"] > 50, scan
        assert reached("S4", f"secrets found in any file {when}", len(scan.found), most=0), str(scan)


def titles(profile: Path) -> set[str]:
    """What the browser's history calls the pages of this phone. Only after the browser has ended."""
    with closing(sqlite3.connect(profile / "Default" / "History")) as rows:
        return {title for (title,) in rows.execute("select title from urls where url not like 'about:%'")}


# --- Lantern ------------------------------------------------------------------------------------------------------


def recorded(server: Server, child: str) -> list[str]:
    """Ten of Amina's recordings from earlier today, with five secrets each; their ids."""
    now = {"made_at": datetime.now().astimezone().isoformat(), "zone": "Europe/London"}
    items = []
    for at in range(0, len(READ), len(FIELDS)):
        words = {name: f"Then {secret} by the pond." for name, secret in zip(FIELDS, READ[at:], strict=False)}
        items.append(recording_item(child, words.pop("saw"), **words) | now)
    receipts = Client(server.port).sign_in("amina").send(items)
    assert {receipt["outcome"] for receipt in receipts} == {"received"}
    return [id_ for (id_,) in Records(server).ask("select id from recordings")]


def reads_everything(amina: Carer, recordings: list[str]) -> None:
    """Online: Today, the list, each recording, the child's page and back to Today; she has seen every secret."""
    seen = amina.main.inner_text()
    for recording in recordings:
        amina.page.get_by_role("navigation", name="Main").get_by_role("link", name="Recordings").click()
        amina.sees_heading("Recordings")
        seen += amina.main.inner_text()
        amina.main.locator(f"a[href='/recordings/{recording}']").first.click()
        amina.sees_heading(f"{CHILD}'s day")
        seen += amina.main.inner_text()
    assert set(READ) <= set(re.findall(rf"{STEM}-\d+", seen))
    amina.today()


def types_into_every_field(amina: Carer, secrets: list[str]) -> list[str]:
    """One secret into each field for words of the form, as from a keyboard; the secrets that are left."""
    amina.form.evaluate("(form) => form.querySelectorAll('details').forEach((part) => { part.open = true; })")
    fields = amina.form.locator("textarea:visible, input[type=text]:visible").all()
    assert len(fields) > 15
    for field, secret in zip(fields, secrets, strict=False):
        field.focus()
        amina.page.keyboard.insert_text(f"Then {secret} at tea.")
    return secrets[len(fields) :]


def writes_everything(amina: Carer) -> int:
    """With no signal, through the real form, as many recordings as it takes; how many."""
    left, count = SAVED, 0
    while left:
        amina.write_about(CHILD).mood("Hard")
        left = types_into_every_field(amina, left)
        amina.save().waits(count := count + 1).sees_heading("Today")
    return count


def leaves_a_draft(amina: Carer) -> None:
    """Words in a textarea and in a line, typed key by key and not saved."""
    amina.write_about("Mia")
    amina.happened.press_sequentially(f"Then {IN_TEXTAREA} in bed.")
    amina.form.locator("summary").filter(has_text="What I think").click()
    amina.form.get_by_label("Who told me").press_sequentially(IN_INPUT)


def finds_the_draft(amina: Carer) -> None:
    """In a second run, with no signal: it is all there, so there was something to find."""
    amina.unlock().write_about("Mia")
    expect(amina.happened).to_have_value(re.compile(IN_TEXTAREA))
    expect(amina.form.get_by_label("Who told me")).to_have_value(IN_INPUT)


def guesses(amina: Carer) -> None:
    """Types a PIN that is none."""
    amina.type_pin(f"{STEM}-pin")
    expect(amina.page.get_by_role("alert")).to_contain_text("That PIN is not right", timeout=READY)


def signs_out_without_signal(amina: Carer) -> None:
    """The button of her own page, as with signal."""
    amina.unlock()
    amina.phone.goto("/me/")
    amina.unlock().sees_heading("How you get in")
    amina.page.once("dialog", lambda dialog: dialog.accept())
    amina.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(amina.page.get_by_role("alert")).to_contain_text("no signal to sign you out")


def sends_and_leaves(amina: Carer, server: Server) -> None:
    """There is signal again: she is signed out as she asked, comes back, all is sent, and she signs out."""
    amina.phone.goto("/")
    deadline = time.monotonic() + 30
    on_her_phone = "select count(*) from sign_ins where phone_id is not null and ended_at is null"
    while Records(server).ask(on_her_phone) != [(0,)]:
        assert time.monotonic() < deadline, "she is still signed in"
        time.sleep(0.1)
    time.sleep(SETTLED)  # the answer to that takes her old cookie along, and must not meet the next page's
    amina.phone.goto("/demo")
    amina.page.get_by_role("button", name="Amina", exact=True).click()
    amina.unlock().waits(0)
    assert len(Records(server).sentences()) > len(READ) // len(FIELDS)
    amina.page.get_by_role("link", name="Amina", exact=True).click()
    amina.sees_heading("How you get in")
    amina.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(amina.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def story(server: Server, folder: Path) -> dict[str, tuple[int, int, int]]:
    """A first run with and without signal, a second one that is killed, and a third that ends by signing out."""
    records, disk, faults = Records(server), Disk(folder), Faults()
    faults.expect(r"/icons/icon-\d+\.png")  # of an older version, should somebody change static/ between two runs
    assert records.change("update children set name = ? where name = 'Jay'", CHILD) == 1
    recordings = recorded(server, records.child(CHILD))
    with plain(folder, server.url, faults) as phone:
        amina = Carer(phone)
        phone.goto("/demo")
        amina.page.get_by_role("button", name="Amina", exact=True).click()
        expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
        reads_everything(amina, recordings)

        server.kill()
        phone.goto("/")
        guesses(amina)
        amina.unlock().sees_heading("Today")
        count = writes_everything(amina)
        leaves_a_draft(amina)
        time.sleep(SETTLED)
        disk.is_clean("open")
        amina.lock()
        disk.is_clean("locked")
        phone.close()
        disk.is_clean("closed")
        assert titles(phone.profile) == {"Lantern"}

        phone.open().goto("/")
        finds_the_draft(amina)
        amina.today().waits(count)
        leaves_a_draft(amina)
        time.sleep(SETTLED)
        phone.kill()
        disk.is_clean("killed")

        phone.open().goto("/")
        signs_out_without_signal(amina)
        disk.is_clean("signed out with no signal")
        server.start()
        sends_and_leaves(amina, server)
        disk.is_clean("signed out")
        phone.close()
        disk.is_clean("closed after signing out")
        assert titles(phone.profile) == {"Lantern"}
    assert not faults.heard, "\n".join(faults.heard)
    return disk.seen


def test_a_finder_of_the_phone_reads_nothing(tmp_path: Path, folder: Path) -> None:
    """S4: 50 secrets read online, 50 written offline (two of them unsent), a child's name, a PIN that was tried."""
    # A thread of its own, because a driver for the journeys may be open in this one.
    with serving(tmp_path / "data", workers=1) as server, ThreadPoolExecutor(1) as apart:
        seen = apart.submit(story, server, folder).result()
    print({"files, bytes, found": seen})


# --- keys, and what is left of them after a wipe ------------------------------------------------------------------

LONG_PIN = "83017264950381726405"  # as a PIN may be; a short one would be found everywhere by chance
# Every secret of a vault is once the raw key of an HKDF: what a passkey gave, what Argon2id made of the PIN, the paper
# key, and the master itself. Kept in the page's memory, where the test reads them.
LISTEN = """
globalThis.raws = [];
const keep = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (format, key, ...rest) {
  if (format === 'raw') raws.push(Array.from(new Uint8Array(key.buffer ?? key)));
  return keep.call(this, format, key, ...rest);
};"""
SLOTS = """async () => {
  const cache = await caches.open('keyslot');
  return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).json()));
}"""
WIPES = ["forgotten by herself", *(["the tenth wrong PIN", "cut off by her worker"] if FULL else [])]


def gets_ready(amina: Carer) -> list[str | bytes]:
    """A phone with three ways in: a PIN, a paper key, a passkey. Every secret of it."""
    amina.page.add_init_script(NOT_THE_DEMO)
    amina.page.add_init_script(LISTEN)
    Authenticator(amina.page)
    page = amina.page
    amina.phone.goto("/demo")
    page.get_by_role("button", name="Amina", exact=True).click()
    page.get_by_label("PIN, at least 6 digits").fill(LONG_PIN)
    page.get_by_label("The same PIN again").fill(LONG_PIN)
    page.get_by_role("button", name="Use a PIN").click()
    page.get_by_role("button", name="Make a paper key").click()
    expect(page.locator(".paper-key code")).to_have_count(5)
    paper = page.locator(".paper-key code").all_inner_texts()
    page.get_by_role("button", name="I have written it down").click()
    expect(amina.chip).to_have_text("Everything is sent", timeout=READY)
    page.get_by_role("link", name="Amina", exact=True).click()
    amina.opens("Add a passkey")
    page.get_by_role("button", name="Make a passkey here").click()
    expect(page.get_by_role("heading", name="Show that it is you")).to_be_visible()
    page.get_by_role("button", name="Use your paper key").click()
    page.get_by_label("Paper key", exact=True).press_sequentially("".join(paper))
    page.get_by_role("button", name="Open", exact=True).click()
    amina.sees_heading("How you get in").today()
    raws = {bytes(raw) for raw in page.evaluate("() => raws")}
    assert {len(raw) for raw in raws} >= {32} and len(raws) >= 4, [len(raw) for raw in raws]
    return [LONG_PIN, "-".join(paper), "".join(paper), *raws]


def wraps_of(amina: Carer) -> list[str]:
    """What the secrets open, as it lies on the disk: the sealed masters and their salts."""
    (slot,) = amina.page.evaluate(SLOTS)
    assert sorted(wrap["kind"] for wrap in slot["wraps"]) == ["paper", "pin", "prf"]
    return [wrap[part] for wrap in slot["wraps"] for part in ("ct", "salt")]


def wiped(amina: Carer, server: Server, how: str) -> None:
    """One of the ways in which a phone forgets."""
    if how == "forgotten by herself":
        amina.unlock(LONG_PIN)
        amina.phone.goto("/me/phone")
        amina.unlock(LONG_PIN).sees_heading("This phone")
        amina.page.get_by_role("button", name="Forget this phone").click()
        amina.page.get_by_role("button", name=re.compile("^Yes")).click()
    elif how == "cut off by her worker":
        now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
        assert Records(server).change(f"update phones set cut_off_at = {now}") == 1
        server.start()
        amina.page.reload()
    else:
        for left in range(9, -1, -1):
            amina.type_pin(f"2222222{left}")
            words = f"{left} times more" if left > 1 else "once more" if left else "tenth wrong PIN"
            expect(amina.page.locator("#lock")).to_contain_text(words, timeout=READY)
    expect(amina.page.get_by_role("heading", name="Nothing is kept on this phone")).to_be_visible(timeout=READY)


def wipe_story(server: Server, folder: Path, how: str) -> dict[str, int]:
    """Ready, locked, killed, opened by its PIN, wiped: how often each kind of thing is found at each point."""
    faults = Faults()
    with plain(folder, server.url, faults) as phone:
        amina = Carer(phone)
        secrets = gets_ready(amina)
        wraps = wraps_of(amina)
        seen = {"secrets while open": len(looked_at(folder, secrets).found)}
        amina.lock()
        server.kill()
        phone.kill()
        seen["secrets after -9"] = len(looked_at(folder, secrets).found)
        phone.open().goto("/")
        amina.unlock(LONG_PIN)
        amina.page.reload()
        seen["secrets after a restart"] = len(looked_at(folder, secrets).found)
        assert {found.secret for found in looked_at(folder, list(wraps)).found} == set(wraps), "nothing to wipe"
        wiped(amina, server, how)
        seen["wraps at once"] = len(looked_at(folder, list(wraps)).found)
        phone.close()
        closed = looked_at(folder, [*wraps, *secrets])
        assert closed.files > 50 and closed.bytes > 1_000_000, closed
        seen["wraps and secrets after closing"] = len(closed.found)
    assert not faults.heard, "\n".join(faults.heard)
    return seen


@pytest.mark.parametrize("how", WIPES)
def test_a_wiped_phone_holds_nothing_that_opens_it(tmp_path: Path, folder: Path, how: str) -> None:
    """S4: PIN, paper key, passkey's secret and master are never on the disk; what they open leaves it when wiped."""
    with serving(tmp_path / "data", workers=1) as server, ThreadPoolExecutor(1) as apart:
        seen = apart.submit(wipe_story, server, folder, how).result()
    for what, found in seen.items():
        assert reached("S4", f"{how}: {what}", found, most=0)


# --- a page that does not take care -------------------------------------------------------------------------------

# Each place where a browser puts down what a page does not take care of, and in which of its files it lies then.
PLACES = {
    "localStorage": "Local Storage", "sessionStorage": "Session Storage",
    "record": "IndexedDB", "key": "IndexedDB", "deleted": "IndexedDB", "database": "IndexedDB",
    "cryptokey": "IndexedDB",
    "cached": "CacheStorage", "opfs": "File System",
    "private": "Cache_Data", "nocache": "Cache_Data", "unsaid": "Cache_Data", "packed": "Cache_Data",
    "title": "History", "query": "History", "fragment": "History", "pushed": "History",
    "state": "Sessions", "typed": "Sessions", "posted": "Sessions", "remembered": "Web Data",
    "tag": "Service Worker",
}  # fmt: skip
CARELESS = """<!doctype html><title>x</title>
<form method="post" autocomplete="off"><input name="words" value="%(posted)s"><button>Send</button></form>
<form action="/got"><input name="who" id="remembered"><button>Go</button></form>
<textarea id="typed"></textarea>
<script>
const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
(async () => {
  localStorage.setItem('note', '%(localStorage)s');
  sessionStorage.setItem('note', '%(sessionStorage)s');
  const opening = indexedDB.open('%(database)s', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('notes');
  const db = await done(opening);
  const write = async (work) => {
    const tx = db.transaction('notes', 'readwrite', { durability: 'strict' });
    work(tx.objectStore('notes'));
    await new Promise((resolve) => { tx.oncomplete = resolve; });
  };
  const key = new TextEncoder().encode('%(cryptokey)s'.padEnd(32, '.').slice(0, 32));
  const sealed = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  await write((notes) => { notes.put('%(record)s', 1); notes.put(1, '%(key)s'); notes.put('%(deleted)s', 2); });
  await write((notes) => { notes.delete(2); notes.put(sealed, 3); });
  await (await caches.open('notes')).put('/note', new Response('%(cached)s'));
  const file = await (await navigator.storage.getDirectory()).getFileHandle('note', { create: true });
  const writing = await file.createWritable();
  await writing.write('%(opfs)s');
  await writing.close();
  for (const kept of ['private', 'nocache', 'unsaid', 'packed']) await (await fetch('/kept/' + kept)).text();
  const worker = await navigator.serviceWorker.register('/worker.js');
  await navigator.serviceWorker.ready;
  await worker.sync.register('%(tag)s').catch(() => {});
  document.title = '%(title)s';
  history.pushState({ words: '%(state)s' }, '', '/at/%(pushed)s');
  document.documentElement.dataset.done = 'yes';
})();
</script>"""
SECRET_OF = {place: f"{STEM}-in-{place.lower()}" for place in PLACES}
KEPT = {"private": "private, max-age=3600", "nocache": "no-cache", "unsaid": "", "packed": "max-age=3600"}


class Careless(BaseHTTPRequestHandler):
    """A page as many are written."""

    def do_GET(self) -> None:
        """The page itself is not kept, so that each secret is found where the page put it."""
        kept = self.path.removeprefix("/kept/")
        if kept in KEPT:
            body = SECRET_OF[kept].encode()
            self._say(gzip.compress(body) if kept == "packed" else body, "text/plain", KEPT[kept], kept == "packed")
        elif self.path == "/worker.js":
            self._say(b"self.addEventListener('sync', () => {});", "text/javascript", "no-store")
        else:
            self._say((CARELESS % SECRET_OF).encode(), "text/html", "no-store")

    def do_POST(self) -> None:
        """A form that was sent as forms are."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(b"<!doctype html><p>Thank you", "text/html", "no-store")

    def _say(self, body: bytes, kind: str, control: str, packed: bool = False) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if control:
            self.send_header("Cache-Control", control)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def careless_story(folder: Path) -> Scan:
    """One visit, with words typed and a form sent, and a clean close."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Careless) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            with plain(folder, f"http://localhost:{server.server_port}", Faults()) as browser:
                browser.goto("/")
                expect(browser.page.locator("html[data-done]")).to_be_attached()
                browser.goto(f"/?q={SECRET_OF['query']}#{SECRET_OF['fragment']}")
                expect(browser.page.locator("html[data-done]")).to_be_attached()
                browser.page.locator("#remembered").press_sequentially(SECRET_OF["remembered"])
                browser.page.get_by_role("button", name="Go").click()
                browser.goto("/?")
                expect(browser.page.locator("html[data-done]")).to_be_attached()
                browser.page.get_by_role("button", name="Send").click()
                expect(browser.page.get_by_text("Thank you")).to_be_visible()
                browser.page.context.new_page().goto(browser.url)  # the page with the answer stays in a tab of its own
                left = browser.page.context.pages[-1]
                expect(left.locator("html[data-done]")).to_be_attached()
                left.locator("#typed").press_sequentially(SECRET_OF["typed"])
                time.sleep(SETTLED)
                browser.close()
                return looked_at(folder, list(SECRET_OF.values()))
        finally:
            server.shutdown()


def test_the_same_search_finds_what_a_careless_page_leaves(folder: Path) -> None:
    """Else S4 would mean nothing: the same browser, the same scanner, a page that does not take care."""
    with ThreadPoolExecutor(1) as apart:
        scan = apart.submit(careless_story, folder).result()
    for place, where in PLACES.items():
        assert any(found.secret == SECRET_OF[place] and where in found.path for found in scan.found), f"{place}: {scan}"
