"""Ask axe about the page as it is now."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """async () => {
  const result = await axe.run(document, { resultTypes: ['violations'] });
  return result.violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, nodes: nodes.slice(0, 4).map((node) => node.html.slice(0, 160)) }));
}"""


def faults_of(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong, every rule of it switched on that is on by itself."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN)


def accessible(page: Page, what: str) -> None:
    """Nothing at all."""
    found = faults_of(page)
    lines = [f"{fault['id']} ({fault['impact']}): {fault['help']}\n    {fault['nodes']}" for fault in found]
    assert not found, f"{what}:\n  " + "\n  ".join(lines)
