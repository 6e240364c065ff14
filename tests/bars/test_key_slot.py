"""R1: the browser is killed while a way into its vault is being added. There is always one that opens it.

Tried first: one entry, written over. Of 24 kills among such writes 7 left no entry at all, and with it every word of
that phone would have been lost. So a new entry is written beside the old one, which goes afterwards.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.bars.figures import figure, reached
from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import Carer
from tests.journeys.outbox import SOURCES, from_the_disk
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
KILLS = figure("KEY_SLOT_KILLS", quick=2, full=24)

SLOTS = """import(document.querySelector('script[type=module]').src
  .replace(/(dist\\/)?js\\/app\\.js$/, 'js/offline/slots.js'))"""
# As often as the phone can, with something a little longer each time.
REWRITE = f"""async () => {{
  const {{ alone, list, write }} = await {SLOTS};
  const [slot] = await list();
  for (let turn = 0; ; turn += 1) {{
    await alone(() => write({{ ...slot, turn, more: 'x'.repeat(turn % 900) }}));
    document.documentElement.dataset.turn = turn;
  }}
}}"""
LOOK = f"""async () => {{
  const slots = await (await {SLOTS}).list();
  return [slots.length, slots[0]?.turn ?? 0, (await (await caches.open('keyslot')).keys()).length];
}}"""


def open_again(amina: Carer) -> None:
    """A new browser, with no signal."""
    amina.phone.open()
    assert amina.phone.context
    amina.phone.context.route(SOURCES, from_the_disk)
    amina.page.goto("/")
    amina.is_locked()


def story(server: Server, profile: Path) -> dict[str, int]:
    """Rewrite, kill, look, and again; at the end the PIN still opens it."""
    chance, faults = random.Random(1), Faults()
    lost = written = left = 0
    with sync_playwright() as driver:
        amina = Carer(Phone(driver, profile, server.url, faults).open())
        try:
            amina.get_ready()
            server.kill()
            amina.phone.close()
            open_again(amina)
            for _ in range(KILLS):
                amina.page.evaluate(f"() => {{ ({REWRITE})(); }}")
                expect(amina.page.locator("html[data-turn]")).to_be_attached()
                time.sleep(chance.uniform(0.05, 0.5))
                amina.phone.kill()
                open_again(amina)
                slots, turn, entries = amina.page.evaluate(LOOK)
                lost, written, left = lost + (slots != 1), written + turn, left + (entries - 1)
            amina.unlock().sees_heading("Today")
        finally:
            amina.phone.close()
    assert not faults.heard, "\n".join(faults.heard)
    return {"lost": lost, "written": written, "left": left}


def test_a_browser_killed_while_a_way_in_is_added_can_still_be_opened(tmp_path: Path) -> None:
    """R1, R15: and what was before it is not left lying about."""
    with serving(tmp_path / "data", workers=1) as server, ThreadPoolExecutor(1) as apart:
        seen = apart.submit(story, server, tmp_path / "profile").result()
    reached("R1", "times it was killed (-9) while a way into its vault was added", KILLS, least=24)
    assert seen["written"] > KILLS
    assert reached("R1", "of these left nothing that opens the vault", seen["lost"], most=0)
    assert reached("R1", "older ways in left lying beside the new one", seen["left"], most=0)
