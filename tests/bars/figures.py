"""How often each fault is played: a quick figure in `make test`, the full figure of the bar in `make bars`."""

import os

FULL = os.environ.get("BARS") == "full"


def figure(name: str, quick: int, full: int) -> int:
    """The number of times for this run; an environment variable of that name overrides both."""
    return int(os.environ.get(name) or (full if FULL else quick))
