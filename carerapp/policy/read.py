"""Reading one table of a policy file, key by key, and saying exactly what is wrong with it.

The keys of a table are the fields of the dataclass it becomes, so an unknown key is known at once and the likely
one named with it.
"""

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import date, time
from typing import Any, TypeVar

from .durations import Duration, parse
from .lines import Path, line_of
from .roles import GROUPS, ROLES

REQUIREMENT = re.compile(r"S\d-(?:\d+(?:\.\d+)?|A\d*(?:\.\d+)?)-\d{2}|X-\d{2}")
TAG = re.compile(r"[a-z]+:[a-z]+(?:-[a-z]+)*")
T = TypeVar("T")


class PolicyError(Exception):
    """A policy file that must not be used, with the file, the key, the line and the reason."""

    def __init__(self, file: str, key: str, line: int, reason: str) -> None:
        """Keep the four parts and say them in one sentence."""
        super().__init__(f"{file}, line {line}, {key or 'the file'}: {reason}")
        self.file, self.key, self.line, self.reason = file, key, line, reason


class Table:
    """One TOML table. Each method takes one key, checks it and refuses it with its line."""

    def __init__(self, values: object, file: str, lines: dict[Path, int], path: Path = ()) -> None:
        """Begin with a table; anything else in its place is refused."""
        self.file, self.lines, self.path = file, lines, path
        if not isinstance(values, dict):
            raise self.error("", "should be a table")
        self.values: dict[str, object] = dict(values)

    def error(self, key: str, reason: str) -> PolicyError:
        """Make the error for one key of this table, or for the table itself."""
        path = (*self.path, key) if key else self.path
        return PolicyError(self.file, ".".join(str(part) for part in path), line_of(path, self.lines), reason)

    def expect(self, keys: Collection[str]) -> None:
        """Refuse every key that is not one of these."""
        for key in self.values:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                raise self.error(key, f"unknown key; {_perhaps(near, keys)}")

    def take(self, key: str) -> object:
        """Take a value that must be there."""
        if key not in self.values:
            raise self.error(key, "is missing")
        return self.values[key]

    def has(self, key: str) -> bool:
        """Tell whether an optional key is there."""
        return key in self.values

    def table(self, key: str) -> "Table":
        """Take a table inside this one."""
        return Table(self.take(key), self.file, self.lines, (*self.path, key))

    def tables(self, key: str) -> list["Table"]:
        """Take a list of tables, at least one."""
        rows = self.take(key)
        if not isinstance(rows, list) or not rows:
            raise self.error(key, f"should be one or more [[{key}]] tables")
        return [Table(row, self.file, self.lines, (*self.path, key, at)) for at, row in enumerate(rows)]

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that says something; with a default it may be absent."""
        if default is not None and not self.has(key):
            return default
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "should be a text that says something")
        return value

    def read(self, key: str, reader: Callable[[str], T]) -> T:
        """Take a text that `reader` understands."""
        text = self.text(key)
        try:
            return reader(text)
        except ValueError as wrong:
            raise self.error(key, str(wrong)) from wrong

    def duration(self, key: str) -> Duration:
        """Take a duration in its text form."""
        return self.read(key, parse)

    def clock_time(self, key: str) -> time:
        """Take a time of day such as 08:45."""
        return self.read(key, _clock_time)

    def day(self, key: str) -> date:
        """Take a date (unquoted in TOML)."""
        value = self.take(key)
        if type(value) is not date:
            raise self.error(key, "should be a date such as 2020-09-01")
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """Take a whole number within bounds."""
        value = self.take(key)
        if type(value) is not int or not least <= value <= most:
            raise self.error(key, f"should be a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """Take true or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise self.error(key, "should be true or false")
        return value

    def one_of(self, key: str, known: Collection[str]) -> str:
        """Take one of a fixed list of codes."""
        return self.known(key, self.text(key), known)

    def known(self, key: str, value: str, known: Collection[str]) -> str:
        """Refuse a code that is not on the list, naming the nearest that is."""
        if value in known:
            return value
        near = difflib.get_close_matches(value, known, n=1)
        raise self.error(key, f"{value!r} does not exist; {_perhaps(near, known)}")

    def texts(self, key: str, *, empty: bool = False) -> tuple[str, ...]:
        """Take a list of texts, each once; empty only where that means something."""
        values = self.take(key)
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self.error(key, "should be a list of texts")
        if len(set(values)) != len(values):
            raise self.error(key, "names something twice")
        if not values and not empty:
            raise self.error(key, "should not be empty")
        return tuple(values)

    def codes(self, key: str, known: Collection[str], *, empty: bool = False) -> tuple[str, ...]:
        """Take a list of codes from a fixed list."""
        return tuple(self.known(key, value, known) for value in self.texts(key, empty=empty))

    def role(self, key: str) -> str:
        """Take a role that exists."""
        return self.one_of(key, ROLES)

    def roles(self, key: str, *, groups: bool = False, empty: bool = False) -> tuple[str, ...]:
        """Take a list of roles that exist, and of groups where a rule may name those."""
        return self.codes(key, {**ROLES, **GROUPS} if groups else ROLES, empty=empty)


def keys_of(rule: Any, *, without: Collection[str] = ()) -> set[str]:
    """Name the keys of a table: the fields of the dataclass it becomes, without those made by the reader."""
    return {field.name for field in fields(rule)} - set(without)


def _clock_time(text: str) -> time:
    """Read a time of day without seconds or zone."""
    if not re.fullmatch(r"[0-9]{2}:[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a time of day such as 08:45")
    return time.fromisoformat(text)


def _perhaps(near: list[str], known: Collection[str]) -> str:
    """Say which known word is probably meant, or which there are."""
    return f"is {near[0]!r} meant?" if near else f"there are {', '.join(sorted(known))}"
