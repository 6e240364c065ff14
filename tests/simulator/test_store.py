"""The simulator's IndexedDB stands in for a browser's: the real store.js must not be able to tell them apart."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Route, sync_playwright

from tests.journeys.browser import CHROMIUM, FLAGS
from tests.node import node
from tests.serving import ROOT

HERE = Path(__file__).parent
FILES = {
    "/": ("text/html", "<!doctype html>"),
    **{
        f"/{name}.js": ("text/javascript", (ROOT / f"static/js/offline/{name}.js").read_text())
        for name in ("store", "twice", "bytes")
    },
    "/questions.mjs": ("text/javascript", (HERE / "store_questions.mjs").read_text()),
}
ASK = """async () => {
  const [store, questions] = await Promise.all([import("/store.js"), import("/questions.mjs")]);
  return JSON.stringify(await questions.answers(store));
}"""


def _answer(route: Route) -> None:
    kind, text = FILES["/" + route.request.url.split("/", 3)[3]]
    route.fulfill(content_type=kind, body=text)


def _in_a_browser() -> list:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(base_url="http://localhost:1")
        page.route("**/*", _answer)
        page.goto("/")
        real = json.loads(page.evaluate(ASK))
        browser.close()
    return real


@pytest.mark.browser
def test_the_simulated_disk_answers_as_a_browser_does() -> None:
    """R25."""
    done = subprocess.run([*node(), str(HERE / "store_in_node.mjs")], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    simulated = json.loads(done.stdout)
    with ThreadPoolExecutor(1) as elsewhere:  # the driver of other tests may live in this thread, and stands only one
        real = elsewhere.submit(_in_a_browser).result()
    assert len(real) >= 35
    assert simulated == real
