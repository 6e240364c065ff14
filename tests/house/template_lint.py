"""Read a template as the browser and the person will, and say what is wrong with it. Pure; no Jinja, no files."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# Comments first: what they hold is neither code nor words.
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# A string with a space in it, inside Jinja, is a sentence handed to a macro: a person reads it.
SENTENCE = re.compile(r'"([^"\n]* [^"\n]*)"|\'([^\'\n]* [^\'\n]*)\'')

# Each of these is either dead under our content security policy, or would need it to be weakened.
BANNED = {
    r"\bhx-on\b": "hx-on is dead under the content security policy: write a behaviour in static/js/behaviours",
    r"[\"']\s*(?:js|javascript):": "js: is dead under the content security policy: send a form field instead",
    r"hx-trigger[\"']?\s*[=:]\s*(?:\"[^\"]*\[|'[^']*\[)": "a filter in hx-trigger silently stops it from firing",
    r"\|\s*safe\b": "|safe would let somebody's words become code: build markup in a macro, or with Markup in Python",
    r"\{%-?\s*autoescape\s+false": "autoescape off would let somebody's words become code",
}

# Children read these pages. They have a home, family time and a break (BASW and TACT on language that cares).
UNKIND = re.compile(r"\b(placements?|respite|contact[\s-]+centres?|lac)\b", re.IGNORECASE)

READ_ATTRIBUTES = {"alt", "aria-description", "aria-label", "data-title", "placeholder", "title"}


def faults(source: str) -> list[str]:
    """Everything wrong with one template, as "line: what and why"."""
    found = [*_banned(source), *_unkind_in_code(source)]
    reader = _Reader()
    reader.feed(JINJA.sub(_blank, source))
    reader.close()
    found += reader.found
    found += _forms_without_token(source)
    return [f"{line}: {what}" for line, what in sorted(found)]


def _blank(match: re.Match[str]) -> str:
    """Nothing in place of some Jinja, but as many lines, so that what follows keeps its line number."""
    return "\n" * match[0].count("\n")


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _banned(source: str) -> Iterator[tuple[int, str]]:
    code = COMMENT.sub(_blank, source)
    for pattern, why in BANNED.items():
        for match in re.finditer(pattern, code):
            yield _line(code, match.start()), why


def _unkind_in_code(source: str) -> Iterator[tuple[int, str]]:
    code = COMMENT.sub(_blank, source)
    for jinja in JINJA.finditer(code):
        for sentence in SENTENCE.finditer(jinja[0]):
            line = _line(code, jinja.start() + sentence.start())
            yield from ((line, why) for why in _unkind(sentence[1] or sentence[2]))


def _unkind(text: str) -> Iterator[str]:
    for match in UNKIND.finditer(text):
        yield f'"{match[0]}" is not a word we use to a child: say home, family time, a break'


def _forms_without_token(source: str) -> Iterator[tuple[int, str]]:
    code = COMMENT.sub(_blank, source)
    for form in re.finditer(r"<form\b.*?(?:</form>|\Z)", code, re.DOTALL | re.IGNORECASE):
        opening = re.match(r"(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", form[0], re.DOTALL)
        method = re.search(r"\bmethod\s*=\s*[\"']?post\b", opening[0] if opening else form[0], re.IGNORECASE)
        if method and "csrf_token" not in form[0]:
            yield _line(code, form.start()), "a form that posts needs a hidden csrf_token: without script it is refused"


class _Reader(HTMLParser):
    """Walks the markup that is left when Jinja is taken out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._unread = 0

    def _say(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "script" and "src" not in names:
            self._say("script inside the page is dead under the content security policy: use a file in static/js")
        if tag == "style":
            self._say("style inside the page is dead under the content security policy: use a file in static/css")
        if tag in ("script", "style"):
            self._unread += 1
        for name, value in attrs:
            self._attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._unread:
            self._unread -= 1

    def _attribute(self, name: str, value: str) -> None:
        if name == "style":
            self._say("style= is dead under the content security policy: use a class")
        if re.fullmatch(r"on[a-z]+", name):
            self._say(f"{name}= is dead under the content security policy: use a behaviour in static/js/behaviours")
        if name in READ_ATTRIBUTES:
            for why in _unkind(value):
                self._say(why)

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        for match in UNKIND.finditer(data):
            line = self.getpos()[0] + data.count("\n", 0, match.start())
            self.found.append((line, next(_unkind(match[0]))))
