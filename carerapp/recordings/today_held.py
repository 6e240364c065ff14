"""What today held: the short list a carer may tick, read from a versioned file.

The list is ours, with as many good things as hard ones (domain.md D: the PDR is a measure of another owner). A
recording keeps the version it was written with; codes are never used again, so an old tick can always be read.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".toml")
KINDS = ("positive", "hard")


@dataclass(frozen=True, slots=True)
class HeldItem:
    """One thing a day may have held. It is offered from version `since` to version `until` (None: still)."""

    code: str
    label: str
    kind: str
    since: int = 1
    until: int | None = None

    def offered(self, version: int) -> bool:
        """Tell whether this item was on the list of a version."""
        return self.since <= version and (self.until is None or version <= self.until)


@dataclass(frozen=True, slots=True)
class TodayHeld:
    """The whole list with everything it ever offered, and the words that say what it is not."""

    version: int
    disclaimer: str
    items: tuple[HeldItem, ...]

    def offered(self, kind: str | None = None, version: int | None = None) -> tuple[HeldItem, ...]:
        """List what a version offers, of one kind or of both; the newest version when none is named."""
        at = self.version if version is None else version
        return tuple(item for item in self.items if item.offered(at) and kind in (None, item.kind))

    def item(self, code: str) -> HeldItem:
        """Find an item by its code, offered still or not; raises KeyError for one that never was."""
        return {item.code: item for item in self.items}[code]


def load(path: Path = FILE) -> TodayHeld:
    """Read the list. Raises ValueError that says what is wrong with the file."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    items = tuple(_item(row) for row in values["item"])
    held = TodayHeld(values["version"], values["disclaimer"].strip(), items)
    codes = [item.code for item in items]
    if len(set(codes)) != len(codes):
        raise ValueError("a code stands twice in the list of what today held")
    if any(max(item.since, item.until or 0) > held.version for item in items):
        raise ValueError(f"an item belongs to a version that is still to come; this is version {held.version}")
    return held


def _item(row: dict[str, Any]) -> HeldItem:
    """Read one item, refusing an unknown key, kind or shape of code."""
    try:
        item = HeldItem(**row)
    except TypeError as wrong:
        raise ValueError(f"what today held: {wrong} in {row}") from wrong
    if item.kind not in KINDS or not re.fullmatch(r"[a-z]+(_[a-z]+)*", item.code) or not item.label:
        raise ValueError(f"what today held: {row} needs a plain code, a label and a kind, positive or hard")
    return item
