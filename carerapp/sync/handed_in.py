"""A saved file is handed in: each part of it in a transaction of its own, and its author told what became of it.

Measured on two busy cores: 5,000 evenings (7.3 MB) take 3.8 s of CPU and 32 MB of memory, one text of 4,000,000 letters
0.2 s and 38 MB, and 12,000 items that are all refused 24 s and 37 MB. The longest anybody waits to write is one part.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..access.actor import Actor
from ..shell.commit import commit_so_far
from ..shell.errors import Refused
from . import service
from .rules import Item, NotAnItem, words_of
from .saved_file import parts_of
from .sealed import NotOpened, read_sealed


@dataclass
class Told:
    """What a person is told of a file. Words are given back where nobody has them: the phone may be gone by then."""

    taken: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    """With a manager, by the sentence that says with whom and why."""
    given_back: list[tuple[list[str], list[str]]] = field(default_factory=list)
    """Refused for good: the reasons, and the words."""
    put_off: Counter[str] = field(default_factory=Counter)
    """Not taken, and still in the file: by what to do about it."""
    reason: str = ""
    """Why the file could not be read to its end."""
    status: int = 200


def take(author: Actor, file: bytes, keys: Path, paused: bool) -> Told:
    """Take what a saved file holds, as if the phone had sent it (bars R8): what came before changes nothing.

    Whose account is paused hands in as well, and all of it goes to their manager (S3).
    """
    told = Told()
    commit_so_far()  # reading and opening need no lock
    try:
        for part in parts_of(file):
            _take(author, [_opened(raw, author, keys) for raw in part], paused, told)
            commit_so_far()
    except Refused as error:
        told.reason, told.status = error.reason, error.status
    return told


def _opened(raw: Any, author: Actor, keys: Path) -> Item | str:
    try:
        return read_sealed(raw, author.person_id, keys)
    except (NotAnItem, NotOpened) as error:
        return str(error)


def _take(author: Actor, opened: list[Item | str], paused: bool, told: Told) -> None:
    items = [one for one in opened if isinstance(one, Item)]
    told.put_off.update(one for one in opened if isinstance(one, str))
    for item, receipt in zip(items, service.receive_all(author, items, None, paused), strict=True):
        reasons = [text for texts in receipt.errors.values() for text in texts]
        if receipt.outcome == "received":
            told.taken += 1
        elif receipt.kept_with:
            told.kept[" ".join(reasons)] += 1
        elif receipt.outcome == "later":
            told.put_off[" ".join(reasons)] += 1
        else:
            told.given_back.append((reasons, words_of(item)))
