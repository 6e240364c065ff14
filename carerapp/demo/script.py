"""The demo's days as they were written by hand: TOML in `days/`, read and checked here. Data, not code."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ..recordings.rules import HOW, Entry
from ..recordings.sections import SECTIONS

DAYS = Path(__file__).with_name("days")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KINDS = ("any", "school", "off", "half", "back", *WEEKDAYS)
PARTS = ("morning", "afternoon", "evening", "night")
WORDS = {
    "well": "went_well",
    "said": "child_said",
    "saw": "saw",
    "think": "think",
    "told": "told",
    "by": "told_by",
    "me": "how_i_am",
    "help": "help_with",
}
"""Our short keys, and what they are in a recording."""
ANSWERS = {
    "health": ("health", "what"),
    "medicine": ("health", "medicine"),
    "school": ("school", "what"),
    "with": ("family_time", "who"),
    "family": ("family_time", "how"),
    "changed": ("family_time", "changed"),
    "before": ("incident", "before"),
    "what": ("incident", "what"),
    "ended": ("incident", "ended"),
    "repair": ("incident", "repair"),
    "who_told": ("incident", "told"),
    "last_seen": ("missing", "last_seen"),
    "police": ("missing", "police"),
    "returned": ("missing", "returned"),
    "came_back": ("missing", "how"),
    "money": ("money", "money"),
    "decided": ("money", "decisions"),
    "visit": ("visits", "who"),
    "alone": ("visits", "alone"),
}
"""Our short keys, and the section and question that they answer."""
ORDERS = ("reply", "supervise", "alert", "chronology", "follow", "meeting", "sat_down")


@dataclass(frozen=True)
class Day:
    """One day as somebody wrote it, before it has a date. `orders` is what the workers did with it."""

    kind: str
    how: str
    author: str
    part: str
    what: Entry
    at: str = ""
    arc: str = ""
    next: bool = False
    gap: int = 1
    ago: int | None = None
    amend: str = ""
    read: str = ""
    orders: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """Everything that its author wrote in sentences."""
        own = [self.what.went_well, self.what.child_said, self.what.saw, self.what.think, self.what.told]
        own += [self.what.how_i_am, self.what.help_with, self.amend]
        return [text for text in own + [t for part in self.what.sections.values() for t in part.values()] if text]


@dataclass(frozen=True)
class Chapter:
    """Days that come in a fixed order and end `ends` days ago. Unless `between`, no other day comes among them."""

    ends: int
    between: bool
    beats: tuple[Day, ...]
    fillers: tuple[Day, ...]


@dataclass(frozen=True)
class Script:
    """Everything that was written about one child: plain days for before and after the chapters, and the chapters."""

    before: tuple[Day, ...]
    after: tuple[Day, ...]
    chapters: tuple[Chapter, ...]


@cache
def script_of(child: str, first_author: str) -> Script:
    """Read what was written about a child. Raises ValueError that names the file and what is wrong in it."""
    plain: dict[bool, list[Day]] = {False: [], True: []}
    chapters = []
    for path in sorted(DAYS.glob(f"{child}_*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            if "beat" in table:
                chapters.append(_chapter(table, first_author))
            else:
                plain[table.get("after", False)] += [_day(row, first_author) for row in table["day"]]
        except (KeyError, ValueError) as wrong:
            raise ValueError(f"{path.name}: {wrong}") from wrong
    return Script(tuple(plain[False]), tuple(plain[True]), tuple(chapters))


@cache
def workers() -> dict[str, dict[str, list[str]]]:
    """What the workers write when a day has no words of its own for them, by worker and mood."""
    return tomllib.loads((DAYS / "workers.toml").read_text(encoding="utf-8"))


def _chapter(table: dict[str, Any], first_author: str) -> Chapter:
    return Chapter(
        ends=table["ends"],
        between=table.get("between", False),
        beats=tuple(_day(row, first_author) for row in table["beat"]),
        fillers=tuple(_day(row, first_author) for row in table.get("filler", ())),
    )


def _day(row: dict[str, Any], first_author: str) -> Day:
    given = dict(row)
    words = given.pop("is").split()
    kind = _one(words, KINDS, "any")
    how = _one(words, tuple(HOW), "ok")
    part = given.pop("part", "evening")
    author = words.pop() if words else first_author
    if words or part not in PARTS:
        raise ValueError(f"can't read {row['is']!r}, {part!r}")
    entry = _entry(how, given)
    orders = {name: given.pop(name) for name in ORDERS if name in given}
    return Day(kind, how, author, part, entry, orders=orders, **given)


def _one(words: list[str], known: tuple[str, ...], default: str) -> str:
    """Take the one word that is known out of `words`."""
    found = [word for word in words if word in known]
    if not found:
        return default
    words.remove(found[0])
    return found[0]


def _entry(how: str, given: dict[str, Any]) -> Entry:
    """Take what was written out of `given`, as a recording has it."""
    words = {name: given.pop(key) for key, name in WORDS.items() if key in given}
    sections: dict[str, dict[str, str]] = {}
    for key, (section, question) in ANSWERS.items():
        if key in given:
            sections.setdefault(section, {})[question] = given.pop(key)
    in_order = {section.name: sections[section.name] for section in SECTIONS if section.name in sections}
    held = tuple(given.pop("held", "").split())
    return Entry(how=how, sections=in_order, today_held=held, wants_help="help_with" in words, **words)
