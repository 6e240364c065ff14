"""Kinder words: a hint beside a word that hurts or hides, never a block (S2-3.8-02, S2-3.8-03).

Words that a child said are the child's. Whoever shows hints leaves out the field that holds them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from .model import Authority, KinderWord


@dataclass(frozen=True, slots=True)
class Hint:
    """One word in a text and a kinder one. `start` and `end` count characters (code points) of the text."""

    start: int
    end: int
    word: str
    suggestion: str
    note: str


def hints(text: str, authority: Authority) -> list[Hint]:
    """Find what could be said more kindly, in the order of the text. The longest phrase wins over its parts."""
    pattern, words = _pattern(authority.kinder)
    return [
        Hint(found.start(), found.end(), found[0], words[found.lastindex - 1].say, words[found.lastindex - 1].note)
        for found in pattern.finditer(text)
        if found.lastindex is not None
    ]


@lru_cache(maxsize=32)
def _pattern(kinder: tuple[KinderWord, ...]) -> tuple[re.Pattern[str], list[KinderWord]]:
    """Make one pattern of all spellings, the longest first, with a group for each and the word it belongs to."""
    spellings = sorted(((form, word) for word in kinder for form in word.forms), key=lambda pair: -len(pair[0]))
    groups = "|".join(f"({_any_space(form)})" for form, _ in spellings)
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)", re.IGNORECASE), [word for _, word in spellings]


def _any_space(form: str) -> str:
    """Let any run of white space stand where a phrase has a space."""
    return r"\s+".join(map(re.escape, form.split()))
