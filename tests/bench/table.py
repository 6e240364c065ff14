"""Rows of the table: what was measured, the figure, the goal, and whether it was met."""

import json
import statistics
import textwrap
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

START = time.monotonic()
WIDTHS = (58, 42, 24, 16)


@dataclass(frozen=True)
class Row:
    """One line of the table. `met` is empty for a figure that only explains another."""

    what: str
    figure: str
    goal: str = ""
    met: str = ""


@dataclass(frozen=True)
class Times:
    """Some runs of the same thing, in milliseconds."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle run."""
        return statistics.median(self.runs)

    @property
    def least(self) -> float:
        """The quickest run: the one that others on this machine disturbed least."""
        return min(self.runs)

    def __str__(self) -> str:
        return f"{ms(self.median)} ({ms(self.least)} to {ms(max(self.runs))})"


def ms(value: float) -> str:
    """1234.5 -> "1,234 ms", 1.234 -> "1.23 ms"."""
    return f"{value:,.0f} ms" if value >= 20 else f"{value:.2f} ms"


def size(value: float) -> str:
    """Bytes, to the byte."""
    return f"{value:,.0f} bytes"


def times(value: float) -> str:
    """A ratio."""
    return f"{value:.3g} x" if value < 1000 else f"{value:,.0f} x"


def count(value: float) -> str:
    """A number of things."""
    return f"{value:,.0f}"


def at_most(
    what: str,
    value: float,
    goal: float,
    show: Callable[[float], str] = count,
    aim: float | None = None,
    figure: str = "",
) -> Row:
    """A figure that should not be above its goal. An aim is what we want beyond the goal."""
    wanted = f"<= {show(goal)}" + (f", aim {show(aim).split()[0]}" if aim is not None else "")
    if value > goal:
        met = "MISSED"
    elif aim is not None and value > aim:
        met = "met, not the aim"
    else:
        met = "met"
    return Row(what, figure or show(value), wanted, met)


def at_least(what: str, value: float, goal: float, show: Callable[[float], str] = times) -> Row:
    """A figure that should not be below its goal."""
    return Row(what, show(value), f">= {show(goal)}", "met" if value >= goal else "MISSED")


def detail(what: str, figure: str) -> Row:
    """A figure without a goal, which explains the one above it."""
    return Row(f"  {what}", figure)


def missing(what: str, why: str) -> Row:
    """Something that could not be measured, and why."""
    return Row(what, f"not measured: {why}")


def say(words: str) -> None:
    """Show that something is going on."""
    print(f"[{time.monotonic() - START:4.0f} s] {words}", flush=True)


def show(title: str, rows: Iterable[Row]) -> None:
    """Print one part of the table."""
    print(f"\n{title}\n{'-' * (sum(WIDTHS) + 6)}")
    for row in rows:
        cells = [
            textwrap.wrap(text, width, subsequent_indent="  ") or [""]
            for text, width in zip((row.what, row.figure, row.goal, row.met), WIDTHS, strict=True)
        ]
        if row.what.startswith("  "):
            cells[0] = textwrap.wrap(row.what.strip(), WIDTHS[0] - 4, initial_indent="    ", subsequent_indent="    ")
        for line in range(max(map(len, cells))):
            parts = [cell[line] if line < len(cell) else "" for cell in cells]
            print("  ".join(f"{part:<{width}}" for part, width in zip(parts, WIDTHS, strict=True)).rstrip())


def heading() -> None:
    """The names of the columns."""
    print()
    print("  ".join(f"{name:<{width}}" for name, width in zip(("WHAT", "FIGURE", "GOAL", "MET?"), WIDTHS, strict=True)))


def write(path: Path, head: list[str], parts: dict[str, list[Row]]) -> None:
    """The same table for a program to read (`make bars` takes its rows on speed from it)."""
    body = {"head": head, "parts": {title: [asdict(row) for row in rows] for title, rows in parts.items()}}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(body, indent=1) + "\n")
