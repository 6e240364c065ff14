"""The client that inspects every page it fetches: a page that is wrong in itself fails whatever test fetched it."""

import re
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OPTIONAL_END = {"li", "p", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody"}


class PageClient(FlaskClient):
    """Sends what a browser on our own page sends, and looks at what comes back."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, then inspect HTML answers."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.is_streamed:
            inspect(response)
        return response


def inspect(response: TestResponse) -> None:
    """Refuse a page with doubled ids, unlabelled fields, inline script or style, a telling title, or no `no-store`."""
    page = Page(response.get_data(as_text=True))
    assert not page.problems, f"{response.request.path}: {page.problems}"
    cached = response.headers.get("Cache-Control", "")
    assert "no-store" in cached or response.request.path == "/shell", f"{response.request.path} may be cached"


class Page(HTMLParser):
    """What a page is made of, and what is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, dict[str, str]]] = []
        self.problems: list[str] = []
        self.open_tags: list[str] = []
        self.title: str | None = None
        self._in_title = False
        self.headings = 0
        self.feed(text)
        self.close()
        self._check()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note ids, labels and fields, and what may not stand in a page."""
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            if found["id"] in self.ids:
                self.problems.append(f"id {found['id']} twice")
            self.ids.add(found["id"])
        if tag == "label":
            self.labelled.add(found.get("for", ""))
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit", "button"):
            self.fields.append((tag, found))
        if tag == "script" and "src" not in found:
            self.problems.append("inline script")
        if tag == "style" or "style" in found:
            self.problems.append("inline style")
        self.problems += [f"inline {name}" for name in found if re.match(r"on[a-z]+$", name)]
        self.headings += tag == "h1"
        self._in_title = tag == "title"
        if tag not in VOID and tag not in OPTIONAL_END:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself, as inside SVG."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.open_tags and self.open_tags[-1] == tag:
            self.open_tags.pop()

    def handle_endtag(self, tag: str) -> None:
        """Every element that was opened is closed, in order."""
        if tag in VOID or tag in OPTIONAL_END:
            return
        if not self.open_tags or self.open_tags[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open_tags[-1:] or 'nothing'}")
        else:
            self.open_tags.pop()
        self._in_title = False

    def handle_data(self, data: str) -> None:
        """Remember the title."""
        if self._in_title:
            self.title = data

    def _check(self) -> None:
        for tag, found in self.fields:
            named = found.get("id") in self.labelled or "aria-label" in found or "aria-labelledby" in found
            if not named:
                self.problems.append(f"{tag} {found.get('name')} has no label")
        if self.open_tags:
            self.problems.append(f"not closed: {self.open_tags}")
        if self.title not in (None, "Lantern"):
            self.problems.append(f"the title tells: {self.title}")
