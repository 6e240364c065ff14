"""Pure rules of quarantine: whose access has ended, since when, and as of when their words would be let in.

What goes in   An item that was refused, about a child with whom its author once lived or worked by our own records,
               when that has ended, when the author's role has changed since, or when the account is paused.
What does not  Anything about a child who never was the author's business: that is refused in the same bytes as an
               unknown child, and nothing of it is kept. Answers that can be mended (422) and other words under a known
               id (409) are the author's to settle.
When           Words written before the end are the clear case. Words written after it go in as well: nobody else has
               them, and our records may be the ones that are wrong. The manager is told which of the two it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..people.rules import Link

MOVED, ALLOCATION, ROLE, PAUSED = "moved", "allocation", "role", "paused"
LET_IN, KEPT_OUT = "let-in", "kept-out"
SAY_WHY = "Say in a sentence why this stays out. {author} reads it."


def why_ended(links: Sequence[Link], role: str, today: date, paused: bool) -> str | None:
    """Why somebody's access to a child has ended; None when it has not, or when they never had any (S3)."""
    begun = [link for link in links if link.starts_on <= today]
    if not begun:
        return None
    if paused:
        return PAUSED
    today_too = [link for link in begun if link.counts_on(today)]
    if any(link.role == role for link in today_too):
        return None
    last = max(begun, key=lambda link: link.ends_on or date.max)
    if last.role != role:
        return ROLE
    return MOVED if role == "carer" else ALLOCATION


@dataclass(frozen=True, slots=True)
class AsOf:
    """The link and the day as of which words are let in; `before_end` when they were begun or written by then."""

    link: Link
    day: date
    before_end: bool


def as_of(links: Sequence[Link], begun: date, written: date) -> AsOf:
    """As of when words would be let in: the day they were begun or written, else the nearest day that fits.

    Words written after a move belong to the last day together; words that a wrong clock dates before the first day
    belong to that. So whatever the clocks say, a manager can let them in.
    """
    for day in (begun, written):
        for link in links:
            if link.counts_on(day):
                return AsOf(link, day, before_end=True)
    earlier = [link for link in links if link.ends_on is not None and link.ends_on <= written]
    if earlier:
        last = max(earlier, key=lambda link: (link.ends_on or date.max, link.starts_on))
        assert last.ends_on is not None
        return AsOf(last, last.ends_on - timedelta(days=1), before_end=False)
    first = min(links, key=lambda link: link.starts_on)
    return AsOf(first, first.starts_on, before_end=False)


_TOLD = {
    MOVED: "Our records say that {child} does not live with you now.",
    ALLOCATION: "Our records say that you do not work with {child} now.",
    ROLE: "Your work in Lantern has changed since you wrote this.",
    PAUSED: "Your account is paused.",
}
_WHY = {
    MOVED: "By our records {child} did not live with {author} any more when this arrived.",
    ALLOCATION: "By our records {author} did not work with {child} any more when this arrived.",
    ROLE: "{author} wrote it in other work than {author} has in Lantern now.",
    PAUSED: "The account of {author} was paused when this arrived.",
}


def told(why: str, child: str, keeper: str, manager: str) -> str:
    """What the author is told: why it was not taken as usual, and who has it now."""
    with_whom = f"{keeper}, your {manager}, has what you wrote and decides. Nobody else can read it."
    return f"{_TOLD[why].format(child=child)} {with_whom}"


def explained(why: str, child: str, author: str) -> str:
    """Why it is here, for the manager who decides."""
    return _WHY[why].format(child=child, author=author)


def lacks(outcome: str, words: str) -> str | None:
    """What a decision still lacks: keeping words out needs a reason, letting them in needs none."""
    if outcome == KEPT_OUT and not words.strip():
        return SAY_WHY
    return None
