"""R1: the whole browser is killed while it saves. What the phone said it had saved is there, and whole."""

import os
import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright

from tests.bars.figures import figure, reached
from tests.journeys.browser import Faults, Phone, kill_tree, main_process
from tests.journeys.carer import Carer
from tests.journeys.outbox import open_box
from tests.journeys.records import Records
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
KILLS = figure("R1_KILLS", quick=4, full=20)
SAVED = 100  # on average before each kill: 2,000 in 20
HOLD_UP = 90  # s; a busy machine flushes slowly

# Counts every transaction that writes, whoever begins it, by what the browser says of its durability.
COUNT = """() => {
  window.writes = { strict: 0, other: 0 };
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...how) {
    const tx = begin.apply(this, how);
    if (tx.mode === 'readwrite') window.writes[tx.durability === 'strict' ? 'strict' : 'other'] += 1;
    return tx;
  };
}"""

# As the form does it: the words are a sealed draft first; then they become an item and the draft goes, in one write.
# Two windows' worth at once, from a few words to a page, with and without a breath, until it dies.
SAVE = """([child, round]) => {
  const { vault, store } = window.vaultOfThisPhone;
  const oneOf = async (name) => {
    for (let n = 0; ; n += 1) {
      const item = await made(child, `${round} ${name} ${n}. ${'Then he laughed. '.repeat((n * 7) % 90)}`);
      const key = await vault.name(`draft:${item.id}`);
      await store.write([['put', 'drafts', await vault.seal('drafts', key, item.fields), key]]);
      drafted(item.id, key);
      await box.add(item, [['delete', 'drafts', key]]);
      acked(item.id, item.fields.saw[0], { ...window.writes });
      await new Promise((resolve) => setTimeout(resolve, (n * 5) % 16));
    }
  };
  for (const name of ['first', 'second']) oneOf(name);
}"""

LOOK = """async () => {
  const { vault, store } = window.vaultOfThisPhone;
  const opened = async (key) => (await vault.open('drafts', key, await store.get('drafts', key))).saw.length;
  const drafts = await store.keys('drafts');
  await Promise.all(drafts.map(opened)); // one that is torn does not open, and fails this
  const items = await box.waiting(1e6, 0);
  const seen = async (item) => ({ id: item.id, saw: item.fields.saw[0], whole: await again(item) });
  return { drafts, items: await Promise.all(items.map(seen)) };
}"""

LIE = """async (child) => {
  Object.defineProperty(IDBTransaction.prototype, 'durability', { get: () => 'relaxed' });
  const item = await made(child, 'never called saved');
  return box.add(item).then(() => 'called saved', (error) => error.message);
}"""


class Told:
    """What the phone said that it had kept, as far as anybody heard it say so."""

    def __init__(self) -> None:
        self.acked: dict[str, str] = {}
        self.drafted: dict[str, str] = {}
        self.writes = {"strict": 0, "other": 0}
        self.then: dict[int, Callable[[], None]] = {}

    def listen(self, phone: Phone) -> None:
        """Hear this browser until it dies."""
        assert phone.context
        phone.context.expose_function("acked", self._acked)
        phone.context.expose_function("drafted", lambda item, key: self.drafted.update({item: key}))

    def _acked(self, item: str, saw: str, writes: dict[str, int]) -> None:
        self.acked[item] = saw
        self.writes = writes
        self.then.pop(len(self.acked), lambda: None)()


def save_until_killed(amina: Carer, told: Told, child: str, number: int, chance: random.Random) -> None:
    """Save as fast as the phone can, and kill it somewhere among the saves.

    Every second time in the very moment in which a save is called done, when a lie would be found out; otherwise at
    any moment after.
    """
    root = main_process(amina.phone.profile)
    goal = len(told.acked) + chance.randint(SAVED - 20, 2 * SAVED + 60)
    deadline = time.monotonic() + HOLD_UP

    def at_once() -> None:
        os.kill(root, signal.SIGSTOP)  # the rest of the tree takes a few milliseconds to be found
        kill_tree(root)

    if number % 2 == 0:
        told.then[goal] = at_once
    amina.page.evaluate(SAVE, [child, number])
    with suppress(Error):  # it died while being waited for
        while len(told.acked) < goal:
            assert time.monotonic() < deadline, f"{goal - len(told.acked)} still to save after {HOLD_UP} s"
            amina.page.wait_for_timeout(20)
        amina.page.wait_for_timeout(chance.uniform(0, 40))
    if number % 2:
        kill_tree(root)
    amina.phone.close()


def open_again(amina: Carer, told: Told) -> None:
    """A new browser on the same profile, with no signal; its vault opened beside the lock screen."""
    amina.phone.open()
    told.listen(amina.phone)
    amina.page.goto("/")
    amina.is_locked()
    amina.page.evaluate(COUNT)
    open_box(amina.page)


def compare(told: Told, kept: dict[str, Any]) -> None:
    """Nothing lost, nothing torn, nothing twice; and no words that are neither a draft nor an item, or both."""
    items = {item["id"]: item for item in kept["items"]}
    assert len(items) == len(kept["items"]), "an item is there twice"
    lost = told.acked.keys() - items.keys()
    assert not lost, f"{len(lost)} of {len(told.acked)} lost"
    torn = [item for item in kept["items"] if not item["whole"]]
    assert not torn, f"{len(torn)} torn: {torn[:3]}"
    changed = [item for item, saw in told.acked.items() if items[item]["saw"] != saw]
    assert not changed, f"{len(changed)} say something else"
    between = [item for item, key in told.drafted.items() if (item in items) == (key in kept["drafts"])]
    assert not between, f"{len(between)} are neither a draft nor an item, or both"


def story(server: Server, profile: Path) -> dict[str, Any]:
    """Kill, open, compare, and again."""
    chance, told, faults = random.Random(1), Told(), Faults()
    strict = other = 0
    with sync_playwright() as driver:
        amina = Carer(Phone(driver, profile, server.url, faults).open())
        try:
            amina.get_ready()
            server.kill()
            amina.phone.close()
            child = Records(server).child("Jay")
            open_again(amina, told)
            for number in range(KILLS):
                save_until_killed(amina, told, child, number, chance)
                strict, other = strict + told.writes["strict"], other + told.writes["other"]
                open_again(amina, told)
                kept = amina.page.evaluate(LOOK)
                compare(told, kept)
            assert "does not write strictly" in amina.page.evaluate(LIE, child)
            assert len(amina.page.evaluate(LOOK)["items"]) == len(kept["items"])
        finally:
            amina.phone.close()
    assert not faults.heard, "\n".join(faults.heard)
    there = {item["id"]: item for item in kept["items"]}
    return {
        "acked": len(told.acked),
        "lost": len(told.acked.keys() - there.keys()),
        "torn": sum(
            not item["whole"] or told.acked.get(item["id"], item["saw"]) != item["saw"] for item in there.values()
        ),
        "strict writes": strict,
        "other writes": other,
    }


def test_a_browser_killed_while_it_saves_loses_and_tears_nothing(tmp_path: Path) -> None:
    """R1, with no signal, so that every word is on this phone only."""
    # A thread of its own, because a driver for the journeys may be open in this one.
    with serving(tmp_path / "data", workers=1) as server, ThreadPoolExecutor(1) as apart:
        seen = apart.submit(story, server, tmp_path / "profile").result()
    reached("R1", "times the whole browser was killed (-9)", KILLS, least=20)
    reached("R1", "items that the screen called saved", seen["acked"], least=2000)
    assert reached("R1", "of these lost", seen["lost"], most=0)
    assert reached("R1", "of all items torn or changed", seen["torn"], most=0)
    assert reached("R1", "writes not flushed to the disk", seen["other writes"], most=0)
    reached("R1", "writes flushed to the disk", seen["strict writes"])
    assert seen["acked"] >= SAVED * KILLS
    assert seen["strict writes"] >= 2 * seen["acked"], "the writes were not counted: this test would prove nothing"
