"""The phone is full while somebody saves (R7): nothing is called saved, the words stay, and there are other ways."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Download, expect, sync_playwright

from tests.bars.figures import figure, reached
from tests.journeys.axe import accessible
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.pictures import picture
from tests.journeys.records import Records
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
SAVES = figure("SAVES", 100, 400)
FREE = [0, 1024, 1 << 20][: figure("QUOTAS", 1, 3)]
BELIEVES = 32  # s; a browser that asked for its quota just now believes that answer for half a minute
NOT_SAVED = "This could not be saved on this phone."

# What browsers do when a disk or a quota is full, each in turn: at once, by an error of the request, by giving up the
# whole transaction with and without a word. Page copies could be written, so that giving those up does not help.
FULL = """() => {
  const { add, put } = IDBObjectStore.prototype;
  const error = (name) => new DOMException('no room', name);
  const ways = [
    () => { throw error('QuotaExceededError'); },
    () => { throw error('UnknownError'); },
    (store) => { store.transaction.abort(); throw error('AbortError'); },
    (store, args) => { const asked = add.apply(store, args); store.transaction.abort(); return asked; },
  ];
  window.full = { on: true, writes: 0 };
  const wrapped = (own) => function (...args) {
    if (!full.on || !['outbox', 'drafts'].includes(this.name)) return own.apply(this, args);
    return ways[full.writes++ % ways.length](this, args);
  };
  Object.assign(IDBObjectStore.prototype, { add: wrapped(add), put: wrapped(put) });
}"""

# Presses Save again and again, each time with other words, and listens to everything that the page says meanwhile.
SAVE = """async (times) => {
  const said = [];
  const hear = (nodes) => nodes.forEach((node) => /Saved on this phone|Sent \\d/.test(node.textContent) &&
    said.push(node.textContent.slice(0, 80)));
  const ear = new MutationObserver((changes) => changes.forEach((one) => hear([...one.addedNodes, one.target])));
  ear.observe(document.body, { subtree: true, childList: true, characterData: true });
  const form = document.querySelector('form[data-queue]');
  const field = form.elements.saw;
  const results = { saves: 0, refused: 0, kept: 0 };
  for (let n = 0; n < times; n += 1) {
    const words = `Nobody may lose this, ${n}.`;
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    form.querySelector('.save-note')?.remove();
    form.requestSubmit(form.querySelector('button[type=submit]'));
    results.saves += 1;
    for (let wait = 0; wait < 600 && !form.querySelector('.save-note [role=alert], .save-note .note--bad'); wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    results.refused += form.querySelector('.save-note')?.textContent.includes('could not be saved') ? 1 : 0;
    results.kept += field.value === words && !form.inert ? 1 : 0;
    if (results.refused < results.saves) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  ear.disconnect();
  return { ...results, said };
}"""
OUTBOX = """async () => {
  const [{ name }] = await indexedDB.databases();
  const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const db = await asked(indexedDB.open(name));
  const records = await asked(db.transaction('outbox').objectStore('outbox').getAll());
  db.close();
  return records.map(({ n, id, state, iv, ct }) => [n, id, state, String(iv), String(new Uint8Array(ct))]);
}"""


def played(tmp_path: Path, story: Callable[[Carer, Server], Any], *expected: str) -> Any:
    """A story on a phone of its own, in a thread of its own: a driver for the journeys may be open in this one."""

    def play() -> Any:
        faults = Faults()
        for words in expected:
            faults.expect(words)
        with serving(tmp_path / "data", workers=1) as server, sync_playwright() as driver:
            amina = Carer(Phone(driver, tmp_path / "profile", server.url, faults).open())
            try:
                return story(amina.get_ready(), server)
            finally:
                amina.phone.close()
                assert not faults.heard, "\n".join(faults.heard)

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(play).result()


def test_a_full_phone_never_says_saved(tmp_path: Path) -> None:
    """R7: 100 of 100; the words stay on the screen, what was queued before is there to the last bit."""
    seen = played(tmp_path, never_says_saved)
    print(seen)
    assert reached("R7", "saves on a full phone", seen["saves"], least=100)
    assert reached("R7", "said to be saved or sent", len(seen["said"]), most=0), seen["said"][:3]
    assert reached("R7", "words not on the screen any more", seen["saves"] - seen["kept"], most=0)
    assert reached("R7", "saves not said to have failed", seen["saves"] - seen["refused"], most=0)
    assert reached("R7", "items queued before that changed", seen["changed"], most=0)
    assert seen["writes"] >= 2 * seen["saves"], "nothing was refused: this test would prove nothing"


def never_says_saved(amina: Carer, server: Server) -> dict[str, Any]:
    """Three wait already; then there is no room for anything."""
    server.kill()
    for number in range(3):
        amina.writes(f"queued before, {number}").sees_heading("Today")
    amina.write_about("Jay").mood("Hard")
    before = amina.page.evaluate(OUTBOX)
    assert len(before) == 3
    amina.page.evaluate(FULL)
    seen = amina.page.evaluate(SAVE, SAVES)
    after = amina.page.evaluate(OUTBOX)
    seen["changed"] = sum(record not in after for record in before) + abs(len(after) - len(before))
    seen["writes"] = amina.page.evaluate("() => full.writes")
    return seen


def test_other_ways_for_words_that_find_no_room(tmp_path: Path) -> None:
    """R7: send now, save a copy; locking does not cost them; when there is room again, Save works."""
    played(tmp_path, other_ways)


def other_ways(amina: Carer, server: Server) -> None:
    """Each way in turn, with and without signal."""
    records, words = Records(server), "There is no room for this on the phone."
    server.kill()
    amina.write_about("Jay").mood("Hard")
    amina.page.evaluate(FULL)
    amina.says(words).save()
    note = amina.form.locator(".save-note")
    expect(note).to_contain_text(NOT_SAVED)
    for name, size in {"phone": (390, 844), "narrow": (320, 700), "desk": (1280, 800)}.items():
        amina.page.set_viewport_size({"width": size[0], "height": size[1]})
        accessible(amina.page, f"a full phone, {name}")
        picture(amina.page, f"state-full-{name}")
    amina.page.set_viewport_size({"width": 390, "height": 844})

    with amina.page.expect_download() as copy:
        note.get_by_role("button", name="Save a copy").click()
    assert words in text_of(copy.value)
    note.get_by_role("button", name="Send it now").click()
    expect(note).to_contain_text("It could not be sent: there is no signal")
    expect(amina.happened).to_have_value(words)

    amina.lock()
    amina.unlock()
    amina.today().write_about("Jay")
    expect(amina.happened).to_have_value(words)
    amina.save()
    expect(note).to_contain_text(NOT_SAVED)

    server.start()
    note.get_by_role("button", name="Send it now").click()
    amina.sees_heading("Today").waits(0)
    assert records.sentences() == [words]

    amina.write_about("Mia").mood("Good").says("A little room came back.").save()
    expect(note).to_contain_text(NOT_SAVED)
    amina.page.evaluate("() => { full.on = false; }")
    amina.save().sees_heading("Today").waits(0)
    assert records.sentences() == [words, "A little room came back."]
    amina.write_about("Jay")
    expect(amina.happened).to_have_value("")


def test_no_room_for_words_that_a_manager_must_see(tmp_path: Path) -> None:
    """R7 S3: sent straight from the form, they are with a manager, and their author reads that instead of an error."""
    played(tmp_path, kept_by_a_manager, "status of 404")


def kept_by_a_manager(amina: Carer, server: Server) -> None:
    """Jay has moved away, and the phone is full."""
    amina.write_about("Jay").mood("Hard")
    amina.page.evaluate(FULL)
    Records(server).moves_away("Jay")
    amina.says("The last evening with us.").save()
    note = amina.form.locator(".save-note")
    expect(note).to_contain_text(NOT_SAVED)
    note.get_by_role("button", name="Send it now").click()
    expect(note).to_contain_text("Della")
    expect(note).not_to_contain_text("could not")
    expect(amina.happened).to_have_value("")
    assert Records(server).ask("select count(*) from quarantine_items") == [(1,)]


def text_of(download: Download) -> str:
    """What stands in a file that was saved."""
    return Path(download.path()).read_text()


@pytest.mark.parametrize("free", FREE)
def test_a_browser_that_says_no_itself(tmp_path: Path, free: int) -> None:
    """R7: the browser's own quota, with so many bytes free. What was called saved by then is there, and arrives."""
    saved = played(tmp_path, lambda amina, server: until_full(amina, server, free))
    assert reached("R7", f"saved before a quota with {free:,} bytes free said no", saved, least=1)


def until_full(amina: Carer, server: Server, free: int) -> int:
    """Save until the browser refuses, then open the phone again and send."""
    context = amina.phone.context
    assert context
    quota = context.new_cdp_session(amina.page)
    used = amina.page.evaluate("async () => (await navigator.storage.estimate()).usage")
    server.kill()
    quota.send("Storage.overrideQuotaForOrigin", {"origin": server.url, "quotaSize": used + free})
    saved: list[str] = []
    for number in range(100):
        words = f"{number}:" + f" {number} words" * 1500
        amina.write_about("Jay").says(words).save()
        note, heading = amina.form.locator(".save-note"), amina.page.get_by_role("heading", name="Today")
        expect(note.filter(has_text=NOT_SAVED).or_(heading)).to_be_visible()
        if not heading.count():
            break
        saved.append(words)
        if number == 0:
            amina.page.wait_for_timeout(BELIEVES * 1000)
    else:
        raise AssertionError("the quota never bit")
    expect(amina.happened).to_have_value(re.compile(rf"^{number}: {number} words"))
    expect(amina.chip).to_contain_text(f"{len(saved)} waiting on this phone")
    server.start()
    amina.form.locator(".save-note").get_by_role("button", name="Send it now").click()
    amina.sees_heading("Today").waits(0)
    assert sorted(Records(server).sentences()) == sorted([*saved, words])
    return len(saved)
