"""S4: the keys of a phone, which are never on its disk, and what they open, which leaves it when it is wiped."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bars.figures import FULL, reached
from tests.bars.plain import folder, looked_at, plain
from tests.journeys.browser import Faults
from tests.journeys.carer import NOT_THE_DEMO, READY, Carer
from tests.journeys.passkeys import Authenticator
from tests.journeys.records import Records
from tests.serving import Server, serving

__all__ = ["folder"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
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
