"""Where in a TOML text a key stands, so that whoever wrote it is sent to the right line.

The standard reader forgets lines. This one keeps nothing else: it follows headers and keys of the plain style
our policy files are written in, and for anything it does not follow the nearest table above is named instead.
"""

import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=(.*)$")
_PART = re.compile(_NAME)
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")


def line_numbers(text: str) -> dict[Path, int]:
    """Map each table and key to its line, the first being 1. `[[help]]` counts: ("help", 0), ("help", 1)..."""
    found: dict[Path, int] = {}
    table: Path = ()
    seen: dict[Path, int] = {}
    open_brackets = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if open_brackets > 0:
            open_brackets += _depth(line)
            continue
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
                table = (*table, seen[table])
            for depth in range(1, len(table) + 1):
                found.setdefault(table[:depth], number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
            open_brackets = _depth(key[2])
    return found


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """Give the line of a key, or of the nearest table around it; 1 when there is none."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _parts(dotted: str) -> Path:
    """Take a dotted name apart."""
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _depth(value: str) -> int:
    """Count how many brackets a line leaves open, not looking inside strings and comments."""
    bare = _STRING.sub("", value).split("#")[0]
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
