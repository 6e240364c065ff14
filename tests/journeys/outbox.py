"""The outbox's own code, driven from a test: the sources of what the page runs, imported in the page."""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route

from tests.journeys.carer import PIN
from tests.serving import ROOT

STATIC = Path(os.environ.get("STATIC_ROOT") or ROOT / "static")
SOURCES = re.compile(r"/js/offline/(\w+)\.js$")

# Opens the vault of this phone a second time, beside whatever the page does, and leaves a box in the window.
OPEN = """async (pin) => {
  const base = document.querySelector('script[type=module]').src.replace(/(dist\\/)?js\\/app\\.js$/, 'js/offline/');
  const names = ['vault', 'store', 'box', 'outbox', 'words'];
  const [vaults, stores, boxes, outbox, words] = await Promise.all(names.map((name) => import(`${base}${name}.js`)));
  const [slot] = await vaults.list();
  const store = await stores.openStore(slot.id);
  const { vault } = await vaults.unlock(slot, { pin }, store);
  const box = boxes.createBox(vault, store);
  const path = '/recordings/';
  window.made = async (child, text) => {
    const fields = { child: [child], how: ['good'], saw: [text] };
    const hash = await vaults.sha256(outbox.canonical(path, fields));
    const when = { made_at: words.localIso(), zone: 'Europe/London' };
    return { id: vaults.newId(), path, fields, hash, ...when, person: slot.person, title: 'A day', words: [] };
  };
  window.again = async (item) => item.hash === await vaults.sha256(outbox.canonical(item.path, item.fields));
  window.box = box;
  window.vaultOfThisPhone = { vault, store };
}"""

# From now on every write to the disk takes so many ms longer until it is said to be done; `window.slow` changes that.
SLOW_DISK = """(ms) => {
  const own = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, 'oncomplete');
  const set = function (done) { own.set.call(this, (event) => setTimeout(() => done(event), window.slow)); };
  window.slow = ms;
  Object.defineProperty(IDBTransaction.prototype, 'oncomplete', { ...own, set });
}"""


def open_box(page: Page, pin: str = PIN) -> None:
    """Have `box` and `made` in the page."""
    page.context.route(SOURCES, from_the_disk)
    page.evaluate(OPEN, pin)


def from_the_disk(route: Route) -> None:
    """A phone is served these joined into one file; here each is wanted by its name, also with the server stopped."""
    name = SOURCES.search(route.request.url)
    assert name
    route.fulfill(path=STATIC / "js/offline" / f"{name[1]}.js", content_type="text/javascript")


def put(page: Page, child: str, sentences: list[str]) -> None:
    """Save these, one after the other, as the form does."""
    save = "async ([child, texts]) => { for (const text of texts) await box.add(await made(child, text)); }"
    page.evaluate(save, [child, sentences])


def waiting(page: Page) -> list[dict[str, Any]]:
    """Everything that waits, opened; `whole` says that its content still has the hash that it was saved with."""
    look = """async () => {
      const items = await box.waiting(1e6, 0);
      const seen = async (item) => ({ saw: item.fields.saw[0], id: item.id, whole: await again(item) });
      return Promise.all(items.map(seen));
    }"""
    return page.evaluate(look)
