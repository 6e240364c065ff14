"""S4: the same search as of our own pages finds what a careless page leaves behind. Else it would prove nothing."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bars.plain import SETTLED, STEM, folder, looked_at, plain
from tests.journeys.browser import Faults
from tests.journeys.scan import Scan

__all__ = ["folder"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.own_browser]
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
