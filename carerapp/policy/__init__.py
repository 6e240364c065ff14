"""Policy: what an authority promises, as data, and the arithmetic of time that goes with it.

Words    one TOML file per authority in `authorities/`; a rule says why, from which requirement, and what was chosen
Pure     no web, no database, no clock: moments come in as arguments and go out in UTC
Use      authorities = load_all()                         at start; a bad file raises PolicyError with line and reason
         authorities[key].clocks["meetings.convene"].times(now, authorities[key].calendar)
         authorities[key].words["ask_for_meeting"], .role("fostering_manager"), .who_to_ring(now), .phone ...
Files    model (what there is), load, parts, read, lines (from TOML), durations, calendars, opening (time),
         words (kinder-word hints), dates (saying when), roles (the fixed list), registry (the policies in place)
"""

from .durations import Duration, due_at
from .load import load, load_all, parse_authority
from .model import Authority, ClockRule, Times
from .read import PolicyError
from .roles import ROLES

__all__ = [
    "ROLES",
    "Authority",
    "ClockRule",
    "Duration",
    "PolicyError",
    "Times",
    "due_at",
    "load",
    "load_all",
    "parse_authority",
]
