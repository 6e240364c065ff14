"""Pictures of pages, for people to look at: SHOTS=folder names where they go, and without it none are taken."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page


def picture(page: Page, name: str) -> None:
    """The whole page, as it is now."""
    if "SHOTS" in os.environ:
        folder = Path(os.environ["SHOTS"])
        folder.mkdir(parents=True, exist_ok=True)
        plain = re.sub(r"[0-9a-v]{26}", "id", name)
        page.screenshot(path=folder / f"{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')}.png", full_page=True)
