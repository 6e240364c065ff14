"""The table of the bars, to be read in a terminal: what was reached beside what is wanted."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.bars.rows import Row

HEAD = ("BAR", "WHAT HAPPENS, AND WHAT WAS COUNTED", "REACHED", "WANTED", "VERDICT")
WIDTHS = (4, 70, 18, 18, 11)
MET, SHORT, FAILED, NOT_RUN = "met", "FALLS SHORT", "FAILED", "not run"
Line = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Result:
    """What came of running one row: when, at which commit, how long (s), which tests failed, and the figures."""

    id: str
    when: str
    commit: str
    full: bool
    seconds: float
    failed: list[str]
    figures: list[dict[str, Any]]

    @property
    def verdict(self) -> str:
        """One word for the whole row. Without a figure nothing was shown."""
        if self.failed:
            return FAILED
        return MET if self.figures and all(line["met"] for line in self.figures) else SHORT


def lines_of(row: Row, result: Result | None) -> Iterable[Line]:
    """The lines of one bar: what it is, each figure, what failed, what is not shown, and how to run it."""
    yield row.id, f"{row.fault} {row.promise}", "", "", result.verdict if result else NOT_RUN
    if result:
        for line in result.figures:
            verdict = (MET if line["met"] else SHORT) if line["wanted"] else ""
            yield "", f"  {line['what']}", line["figure"], line["wanted"], verdict
        for test in result.failed:
            yield "", f"  {test}", "", "", FAILED
    if row.short:
        yield "", f"  Not shown: {row.short}", "", "", ""
    how = "" if not result else f"{result.seconds:,.0f} s on {result.when} at {result.commit}"
    if result and not result.full:
        how = f"quick figures, {how}"
    yield "", f"  make bars ROW={row.id}", "", "", ""
    if how:
        yield "", f"  ({how})", "", "", ""


def table(rows: Iterable[Row], results: dict[str, Result]) -> str:
    """The whole table."""
    shown = [_wrapped(HEAD), "-" * (sum(WIDTHS) + 2 * len(WIDTHS) - 2)]
    for row in rows:
        shown += [*map(_wrapped, lines_of(row, results.get(row.id))), ""]
    return "\n".join(shown)


def _wrapped(line: Line) -> str:
    inset = "    " if line[1].startswith("  ") else ""
    cells = [
        textwrap.wrap(cell, width, subsequent_indent=inset if at == 1 else "") or [""]
        for at, (cell, width) in enumerate(zip(line, WIDTHS, strict=True))
    ]
    high = max(map(len, cells))
    rows = zip(*(cell + [""] * (high - len(cell)) for cell in cells), strict=True)
    return "\n".join("  ".join(map(str.ljust, row, WIDTHS)).rstrip() for row in rows)
