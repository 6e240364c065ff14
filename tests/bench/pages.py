"""Every page that somebody can come to by links: its bytes, compressed, and its statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from carerapp.demo.cast import CAST

from . import inside
from .table import Row, at_most, count, detail, missing, say, size

GOAL, AIM = 14_000, 13_500  # what arrives in one round trip after the request
STATEMENTS, FEW = 12, 4
SAME = 3  # of one kind of page, this many are looked at for each person
HOMES = {"carer", "young_person"}
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


@dataclass(frozen=True)
class Page:
    """One page as one person sees it."""

    rule: str
    role: str
    path: str
    bytes: int
    whole: int
    encoding: str
    statements: int


@dataclass
class Walk:
    """A walk along the links of one person."""

    app: Flask
    client: FlaskClient
    role: str
    waiting: list[str]
    seen: set[str] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """Each page once, a few of each kind."""
        while self.waiting:
            path = self.waiting.pop(0)
            rule = self._rule(path)
            if path in self.seen or rule is None or self.taken.get(rule, 0) >= SAME:
                continue
            self.seen.add(path)
            answer = self.client.get(path)  # the first in a minute also notes that somebody was here
            if answer.status_code >= 500:
                self.broken.append(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            self.taken[rule] = self.taken.get(rule, 0) + 1
            number, text = self._again(path)
            encoding = answer.headers.get("Content-Encoding", "not packed")
            yield Page(rule, self.role, path, len(answer.data), len(text.encode()), encoding, number)
            self.waiting += [unescape(link) for link in LINK.findall(text)]

    def _again(self, path: str) -> tuple[int, str]:
        """The statements and the text of a page that was just looked at."""
        texts: list[str] = []
        plain = {"Accept-Encoding": "identity"}
        number = inside.statements(lambda: texts.append(self.client.get(path, headers=plain).get_data(as_text=True)))
        return number, texts[0]

    def _rule(self, path: str) -> str | None:
        plain, _, query = path.partition("?")
        try:
            rule, _arguments = self.app.url_map.bind("localhost").match(plain, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return rule.rule + ("?" + "&".join(part.split("=")[0] for part in query.split("&")) if query else "")


def walk(app: Flask) -> tuple[list[Page], set[str]]:
    """Every page that links lead to, and the addresses that failed."""
    say("Walking through every page of every role")
    found: list[Page] = []
    broken: set[str] = set()
    for one in _walks(app):
        found += one.pages()
        broken |= {f"{path} ({one.role})" for path in one.broken}
    return found, broken


def summary(found: list[Page], broken: set[str]) -> list[Row]:
    """Rows 3 and 8."""
    rows = [_largest(found, "a carer's or young person's", HOMES), _largest(found, "a worker's", None)]
    rows += _statements(found)
    if broken:
        rows.append(Row("Pages that fail", ", ".join(sorted(broken)[:6]), "none", "MISSED"))
    return rows


def _walks(app: Flask) -> Iterator[Walk]:
    """One for each role in each authority, and one for somebody who is not signed in."""
    nobody = app.test_client()
    nobody.environ_base["HTTP_ACCEPT_ENCODING"] = inside.CHROMIUM_TAKES
    yield Walk(app, nobody, "nobody", ["/demo", "/sign-in"])
    first_of = {(part.role, part.authority): part for part in reversed(CAST)}
    for part in first_of.values():
        yield Walk(app, inside.signed_in(app, part.slug), part.role, ["/", "/me/"])


def _largest(found: list[Page], whose: str, roles: set[str] | None) -> Row:
    what = f"Largest page of HTML of {whose}, compressed"
    theirs = [page for page in found if (page.role in roles if roles else page.role not in {*HOMES, "nobody"})]
    if not theirs:
        return missing(what, "no page of theirs answers")
    most = max(theirs, key=lambda page: page.bytes)
    figure = f"{size(most.bytes)} {most.encoding}: {most.rule}"
    return at_most(what, most.bytes, GOAL, size, AIM, figure)


def _statements(found: list[Page]) -> list[Row]:
    if not found:
        return [missing("Statements for one page", "no page answers")]
    most = max(found, key=lambda page: page.statements)
    figure = f"{most.statements}: {most.rule} ({most.role})"
    return [at_most("Most statements for one page (GET)", most.statements, STATEMENTS, count, FEW, figure)]


def kinds(found: list[Page]) -> list[Row]:
    """The largest of each kind of page, to look up where bytes and statements go."""
    largest: dict[tuple[str, bool], Page] = {}
    for page in found:
        key = (page.rule, page.role in HOMES)
        if key not in largest or page.bytes > largest[key].bytes:
            largest[key] = page
    ordered = sorted(largest.values(), key=lambda page: -page.bytes)
    return [
        detail(f"{page.rule} ({page.role})", f"{size(page.bytes)} of {page.whole:,}, {page.statements} statements")
        for page in ordered
    ]
