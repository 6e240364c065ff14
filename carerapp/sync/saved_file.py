"""A saved file of sealed copies, read some copies at a time. The phone's twin is static/js/later/copies.js.

A file is at most 8 MiB, and its copies go on in parts of at most 500, or of 2 MiB when they are longer. Only what is as
flat as a sealed copy is ever parsed, so little more than the file itself is in memory, whatever it holds. What stands
between two damaged places of a file is still read.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from ..shell.errors import Refused
from .rules import MAX_BYTES, MAX_ITEMS

MAX_FILE = 8 * 1024 * 1024
"""Bytes of one file: five thousand evenings of 1.5 KB, or one thing of the 4,000,000 letters at which a phone stops.
A phone that holds more saves several files."""
MAX_POST = 2 * MAX_FILE
"""Bytes that are received at all: a file that is too long is told so, rather than cut off in the middle."""
SHORTEST = 300
"""Letters: no sealed copy is shorter. A list of more and shorter things was not saved by a phone."""
NO_FILE = "Choose the file that you saved. Its name begins with lantern-sealed."
NOT_OURS = "Lantern did not save this file. Choose the one whose name begins with lantern-sealed."
EMPTY = "There is nothing in this file: nothing waited on the phone when it was saved."
TOO_LONG = (
    "This file is larger than the 8 MB that Lantern takes at once. On the phone, press “Save a sealed copy” again: it "
    "saves several smaller files. If you do not have the phone, keep this file and ring who supports you."
)
NOT_WHOLE = (
    "The end of this file is missing. What could be read of it is below. Choose the file again from where it was first "
    "saved, or save it again on the phone. Nothing comes twice."
)
_LIST = re.compile(r'"items"\s*:\s*\[')
_END = re.compile(r"\}\s*\}")


def parts_of(body: bytes) -> Iterator[list[Any]]:
    """What stands in a file as its copies, some at a time. Raises Refused where it can't be read any further."""
    if not body:
        raise Refused(422, NO_FILE)
    if len(body) > MAX_FILE:
        raise Refused(413, TOO_LONG)
    text = body.decode(errors="replace")
    found = _LIST.search(text)
    if found is None:
        raise Refused(400, NOT_OURS)
    part: list[Any] = []
    most, began, at = len(text) // SHORTEST + 1, found.end(), found.end()
    for end in _END.finditer(text, at):
        part.append(_copy(text[at : end.end()]))
        at, most = end.end(), most - 1
        if most < 0:
            raise Refused(400, NOT_OURS)
        if len(part) == MAX_ITEMS or at - began > MAX_BYTES:
            yield part
            part, began = [], at
    if part:
        yield part
    if "]" not in text[at:]:
        raise Refused(400, NOT_WHOLE)
    if at == found.end():
        raise Refused(422, EMPTY)


def _copy(text: str) -> Any:
    """What may be a sealed copy, {id, copy: {kid, epk, iv, ct}}; None for what is not as flat as one."""
    if text.count(",") > 20 or text.count("[") or text.count("{") > 2:
        return None
    try:
        return json.loads(text.strip(", \r\n\t"))
    except ValueError:
        return None
