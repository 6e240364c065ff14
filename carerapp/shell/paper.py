"""Paper: a tagged PDF (PDF/UA-1) from a typst template and plain data.

Rule     people's words go in as data and never as markup, so they can't become code; nothing is fetched
Letters  typst's own fonts draw what `templates/pdf/letters.txt` lists; anything else is said in words in brackets
"""

import json
import re
import unicodedata
from bisect import bisect_right
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

import typst

from .html import ROOT

PAPERS = ROOT / "templates" / "pdf"
TRIES = 20
_CAN_NOT_DRAW = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)", re.DOTALL)


class CanNotPrint(RuntimeError):
    """The template itself is wrong. The message holds no data."""


def make(template_name: str, data: dict[str, Any], at: datetime) -> bytes:
    """Lay `data` out with `templates/pdf/<template_name>.typ`: the same data at the same moment is the same bytes."""
    beyond: set[str] = set()
    for _ in range(TRIES):
        try:
            return _compile(template_name, _drawable(data, beyond), at)
        except typst.TypstError as error:
            found = _CAN_NOT_DRAW.search(str(error))
            if found is None:
                raise CanNotPrint(f"templates/pdf/{template_name}.typ can't be laid out") from None
            beyond |= {letter for letter in _unescape(found[1]) if ord(letter) > 0x7E}
    # Letters that can be drawn alone but not together, over and over: leave only the plainest ones.
    beyond |= {letter for letter in json.dumps(data, ensure_ascii=False) if ord(letter) > 0xFF}
    return _compile(template_name, _drawable(data, beyond), at)


def _compile(template_name: str, data: Any, at: datetime) -> bytes:
    return typst.compile(
        str(PAPERS / f"{template_name}.typ"),
        root=str(PAPERS),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )


@cache
def _fonts() -> Any:
    """Only the fonts inside typst: those of the machine would make another paper on every machine."""
    return typst.Fonts(include_system_fonts=False)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


@cache
def _letters() -> tuple[list[int], list[int]]:
    spans = [part.split("-") for part in (PAPERS / "letters.txt").read_text().split()]
    return [int(span[0], 16) for span in spans], [int(span[-1], 16) for span in spans]


def can_draw(letter: str) -> bool:
    """Is there a picture of this letter in the fonts inside typst?"""
    first, last = _letters()
    place = bisect_right(first, ord(letter)) - 1
    return place >= 0 and ord(letter) <= last[place]


def _drawable(data: Any, beyond: set[str]) -> Any:
    if isinstance(data, str):
        return in_words(data, beyond)
    if isinstance(data, dict):
        return {key: _drawable(value, beyond) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_drawable(value, beyond) for value in data]
    return data


def in_words(text: str, beyond: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """The text with what can't be drawn said in words: "[grinning face]", "[letters in ethiopic]"."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if all(c == "\n" or (can_draw(c) and c not in beyond) for c in plain):
        return plain
    found = groupby(plain, key=lambda c: "" if c == "\n" or (can_draw(c) and c not in beyond) else _kind(c))
    return "".join("".join(run) if not kind else _say(kind, "".join(run)) for kind, run in found)


def _kind(letter: str) -> str:
    """What sort of thing it is that can't be drawn: nothing to see, a letter of some script, or a picture."""
    category = unicodedata.category(letter)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me") or 0x1F3FB <= ord(letter) <= 0x1F3FF:
        return "unseen"
    if category[0] in "LMN":
        return unicodedata.name(letter, "another script").split()[0].lower()
    return "picture"


def _say(kind: str, run: str) -> str:
    if kind == "unseen":
        return ""
    if kind == "picture":
        return "".join(f"[{unicodedata.name(c, 'a sign').lower()}]" for c in run)
    return f"[letters in {kind}]"
