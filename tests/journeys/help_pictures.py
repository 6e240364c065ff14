"""Take the pictures of the help pages again: `make pictures`. They are what a phone really shows, so they grow old.

Small on purpose: a picture in a help page is looked at once, and on a slow link it comes last.
"""

import base64
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.journeys.browser import Faults, Phone
from tests.journeys.carer import Carer
from tests.serving import ROOT, Server

FOLDER = ROOT / "static" / "help"
SIZE = {"width": 390, "height": 620}
MOST = 30_000  # bytes
QUALITY = 60


def take(page: Page, name: str, folder: Path) -> None:
    """What is on the screen now, as a small picture."""
    assert page.context
    how = {"format": "webp", "quality": QUALITY}
    picture = page.context.new_cdp_session(page).send("Page.captureScreenshot", how)
    data = base64.b64decode(picture["data"])
    assert len(data) <= MOST, f"{name} has {len(data)} bytes"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.webp").write_bytes(data)
    print(f"static/help/{name}.webp: {len(data):,} bytes")


def main(folder: Path = FOLDER) -> None:
    """Amina's phone, in the demo: nobody in these pictures exists."""
    with tempfile.TemporaryDirectory(prefix="lantern-pictures-") as name, sync_playwright() as playwright:
        data = Path(name) / "data"
        data.mkdir()
        server, faults = Server(data, workers=1).start(), Faults()
        phone = Phone(playwright, Path(name) / "profile", server.url, faults, viewport=SIZE).open()
        try:
            amina = Carer(phone).get_ready()
            expect(amina.page.get_by_role("link", name="Write about Jay's day")).to_be_visible()
            amina.page.wait_for_timeout(500)
            take(amina.page, "today", folder)
            amina.lock()
            amina.page.evaluate("() => document.getElementById('pin-hint').remove()")  # only the demo has one
            amina.page.wait_for_timeout(500)
            take(amina.page, "locked", folder)
        finally:
            phone.close()
            server.kill()
    assert not faults.heard, faults.heard


if __name__ == "__main__":
    os.environ.pop("STATIC_ROOT", None)
    main()
