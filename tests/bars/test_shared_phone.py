"""R15: two people on one phone, a couple of carers. What one wrote stays theirs, sealed, whoever else signs in.

Amina chose a PIN of her own; Ben's is the demo's. Each does everything that the other's presence might spoil.
"""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.bars.figures import figure, reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import PIN, READY, Carer
from tests.journeys.locks import kept
from tests.journeys.outbox import open_box, put
from tests.journeys.records import Records
from tests.journeys.scan import Scan, Scanner
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
UNSENT = figure("R15_UNSENT", quick=10, full=50)
STEM = "qjxvzkwp"
HERS = [f"{STEM}-hers-{n:03}" for n in range(UNSENT)]
HIS = f"{STEM}-his"
HER_PIN = "482915"

# Every value of every database, cache and storage of this origin, as text; bytes stand as the letters of their numbers.
STORED = """async () => {
  const plain = (_key, value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder('latin1').decode(value) : value;
  const all = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { indexedDB.open(name).onsuccess = (e) => done(e.target.result); });
    for (const store of db.objectStoreNames) {
      const records = db.transaction(store).objectStore(store);
      const get = (what) => new Promise((done) => { records[what]().onsuccess = (e) => done(e.target.result); });
      all.push(name, store, await get('getAllKeys'), await get('getAll'));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const key of await cache.keys()) all.push(key.url, await (await cache.match(key)).text());
  }
  all.push({ ...localStorage }, { ...sessionStorage }, history.state, document.cookie);
  return JSON.stringify(all, plain);
}"""


class Seen:
    """How often words of hers were found where Ben, or whoever has the phone, can look."""

    def __init__(self, profile: Path) -> None:
        self.profile, self.scanner = profile, Scanner([STEM])
        self.found: list[str] = []
        self.looks = 0

    def screen(self, ben: Carer) -> None:
        """What is on his screen and in its hidden parts, and what a script of his page could read of the storage."""
        stored = ben.page.evaluate(STORED)
        assert len(stored) > 100_000, "there is nothing to look at"
        self._note("DOM", [word for word in HERS if word in ben.page.content()])
        self._note("storage", [str(found) for found in self.scanner.raw(stored.encode(), "storage")])

    def disk(self) -> None:
        """Every file of the browser."""
        scan = self._scan()
        assert scan.files > 50 and scan.bytes > 1_000_000, scan
        self._note("disk", [str(found) for found in scan.found])

    def _scan(self) -> Scan:
        copy = self.profile.with_name("copy")
        subprocess.run(["cp", "-a", f"{self.profile}/.", copy], capture_output=True)  # some files move meanwhile
        try:
            return self.scanner.folder(copy)
        finally:
            subprocess.run(["rm", "-rf", copy], check=True)

    def _note(self, where: str, found: list[str]) -> None:
        self.looks += 1
        self.found += [f"{where}: {one}" for one in found]


def writes_and_leaves(amina: Carer, server: Server) -> None:
    """With no signal: so many days, saved as the form saves them; then she puts the phone down."""
    server.kill()
    open_box(amina.page, HER_PIN)
    put(amina.page, Records(server).child("Jay"), HERS)
    amina.today().waits(UNSENT)
    amina.lock()
    Records(server).end_sign_ins(days=31)


def ben_gets_ready(ben: Carer, seen: Seen, server: Server) -> None:
    """He signs in on her phone: he gets a vault of his own, reads what is his to read, and what he writes is sent."""
    ben.sign_in()
    expect(ben.chip).to_have_text("Everything is sent", timeout=READY)
    for place in ("Recordings", "Today"):
        ben.page.get_by_role("navigation", name="Main").get_by_role("link", name=place).click()
        ben.sees_heading(place)
        seen.screen(ben)
    ben.writes(HIS).sees_heading("Today").waits(0)
    assert len(kept(ben)["databases"]) == kept(ben)["slots"] == 2
    assert Records(server).sentences("ben") == [HIS] and Records(server).sentences() == []
    seen.disk()


def both_without_signal(amina: Carer, ben: Carer, seen: Seen) -> None:
    """Each unlocks their own and writes. Neither PIN opens the other's; a wrong one costs that vault's tries only."""
    ben.lock()
    expect(ben.page.get_by_text("Which one is yours?")).to_be_visible()
    expect(ben.page.get_by_label("Phone 2, green triangle")).to_be_checked()  # the one that was opened last
    said = ben.page.get_by_role("alert")
    ben.page.get_by_label("Phone 1, blue circle").check()
    ben.type_pin(PIN)
    expect(said).to_contain_text("You can try 9 times more", timeout=READY)
    ben.page.get_by_label("Phone 2, green triangle").check()
    ben.type_pin(HER_PIN)
    expect(said).to_contain_text("You can try 9 times more", timeout=READY)
    ben.page.get_by_label("Phone 1, blue circle").check()
    amina.unlock(HER_PIN).sees_heading("Today").waits(UNSENT)
    assert HIS not in amina.page.content().replace("Ben wrote", "")
    amina.lock()
    ben.page.get_by_label("Phone 2, green triangle").check()
    ben.unlock().sees_heading("Today").waits(0)
    ben.writes(f"{HIS}, later").sees_heading("Today").waits(1)
    seen.screen(ben)
    seen.disk()


def story(server: Server, folder: Path) -> Seen:
    """An evening and a morning of both."""
    faults, records, seen = Faults(), Records(server), Seen(folder / "profile")
    with sync_playwright() as driver:
        phone = Phone(driver, seen.profile, server.url, faults).open()
        amina, ben = Carer(phone), Carer(phone, "Ben")
        try:
            amina.choose_pin(HER_PIN)
            writes_and_leaves(amina, server)
            server.start()
            ben_gets_ready(ben, seen, server)
            server.kill()
            both_without_signal(amina, ben, seen)
            server.start()
            ben.waits(0)
            assert records.sentences() == [] and len(records.sentences("ben")) == 2
            ben.page.reload()
            amina.sign_in()
            expect(amina.page.get_by_label("Phone 1, blue circle")).to_be_checked()  # whose session it is
            amina.unlock(HER_PIN).sees_heading("Today").waits(0)
            seen.disk()
        finally:
            phone.close()
    assert not faults.heard, "\n".join(faults.heard)
    return seen


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own."""
    with serving(tmp_path / "data", workers=1) as made:
        yield made


def test_two_carers_share_a_phone_and_nothing_crosses(server: Server, tmp_path: Path) -> None:
    """R15: her unsent words are sealed from him, and go as hers when she is back; also with no signal for both."""
    # A thread of its own, because a driver for the journeys may be open in this one.
    with ThreadPoolExecutor(1) as apart:
        seen = apart.submit(story, server, tmp_path / "phone").result()
    records = Records(server)
    hers, his = records.sentences(), records.sentences("ben")
    assert his == [HIS, f"{HIS}, later"]
    crossed = [words for words in his if re.search("hers", words)] + [words for words in hers if "his" in words]
    reached("R15", "of hers unsent while he signed in", UNSENT, least=50)
    reached("R15", "looks at screen, storage and disk", seen.looks, least=8)
    assert reached("R15", "of her words readable to him, in any of these", len(seen.found), most=0), seen.found[:5]
    assert reached("R15", "items sent under the other's name", len(crossed), most=0)
    assert reached("R15", "of hers not arrived as hers, in order, when she was back", sum(
        one != other for one, other in zip(hers, HERS, strict=True)), most=0)  # fmt: skip
