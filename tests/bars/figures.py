"""How often each fault is played, and what was reached.

A quick figure is played in `make test`, the full figure of the bar in `make bars`, which makes its table from what the
tests report here. Nothing in that table is typed in.
"""

import json
import os
from pathlib import Path

FULL = os.environ.get("BARS") == "full"


def figure(name: str, quick: int, full: int) -> int:
    """The number of times for this run; an environment variable of that name overrides both."""
    return int(os.environ.get(name) or (full if FULL else quick))


def reached(
    row: str, what: str, value: float, *, most: float | None = None, least: float | None = None, unit: str = ""
) -> bool:
    """Report a figure of a bar ("R3", "items lost", 0, most=0), and say whether it is met, so that it can be asserted.

    Without `most` and `least` it explains another figure and has no goal. Nothing is written outside `make bars`.
    """
    wanted, met = "", True
    if least is not None:
        wanted, met = f"at least {_shown(least, unit)}", value >= least
    elif most is not None:
        wanted, met = f"at most {_shown(most, unit)}" if most else "none", value <= most
    told(row, what, _shown(value, unit), wanted, met)
    return met


def told(row: str, what: str, figure: str, wanted: str = "", met: bool = True) -> None:
    """Report a figure in words."""
    if place := os.environ.get("BARS_REACHED"):
        line = json.dumps({"row": row, "what": what, "figure": figure, "wanted": wanted, "met": met})
        with Path(place).open("a") as lines:
            lines.write(line + "\n")


def _shown(value: float, unit: str) -> str:
    number = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return f"{number} {unit}".rstrip()
