"""Pure rules of clocks: how one stands, when a missed one goes up a step, and the words for it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from ..policy.calendars import Calendar
from ..policy.durations import Duration, Kind, due_at

MISSED, SOON, RUNNING, MET, LATE, STOPPED = "missed", "soon", "running", "met", "late", "stopped"

# What is owed, by the policy's own key. Care words only; the policy's sentence stands beside it on screen.
TITLES = {
    "recordings.read": "Read what was written",
    "recordings.pass_on": "Decide what happens with what was written",
    "recordings.discuss": "Talk about it in supervision",
    "recordings.review": "Look at the recordings as a whole",
    "casework.read": "Read what was passed on",
    "casework.follow_up": "Follow it up",
    "alerts.to_csw": "See an alert",
    "alerts.to_ssw": "See an alert",
    "quarantine.decide": "Decide about words that came after a move or a change",
    "support.reply": "Answer a request for help",
    "support.reply_serious": "Answer a serious request for help",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step up the chain: `number` is the place in the policy's chain of whoever takes over then."""

    number: int
    role: str
    at: datetime


def state(
    now: datetime, warn_at: datetime, due_at: datetime, met_at: datetime | None, stopped_at: datetime | None
) -> str:
    """Say how a clock stands at `now`. Derived from the time, never stored (design.md section 4).

    A promise is kept when it was met strictly before it was due: midnight belongs to the next day.
    """
    if met_at is not None:
        return MET if met_at < due_at else LATE
    if stopped_at is not None:
        return STOPPED
    if now >= due_at:
        return MISSED
    return SOON if now >= warn_at else RUNNING


def steps_passed(
    now: datetime, due: datetime, duration: Duration, calendar: Calendar, chain: tuple[str, ...]
) -> list[Step]:
    """List every step that a clock missed at `due` should have gone up by `now`, in order.

    The first hand-up is at the due time itself. Each further one comes after the same duration again: the policies
    say nothing of the pace, and whoever took over needs as long as the owner had (choice under X-11).
    """
    moments = islice(_moments(due, duration, calendar), len(chain) - 1)
    steps = (Step(number, role, at) for number, (role, at) in enumerate(zip(chain[1:], moments, strict=False), 1))
    return [step for step in steps if step.at <= now]


def _moments(due: datetime, duration: Duration, calendar: Calendar) -> Iterator[datetime]:
    """The due time, and then the same duration again and again."""
    while True:
        yield due
        # Counted days end at a midnight, which is already the next day's: one tick back is the day that ended.
        back = timedelta(0) if duration.kind in (Kind.HOURS, Kind.SAME_DAY) else timedelta(microseconds=1)
        due = due_at(due - back, duration, calendar)


def kept(tag: str, met_by: Collection[str]) -> bool:
    """Does this event keep the promise? The policy says which do; an automatic acknowledgement never does."""
    return tag in met_by


def title(rule: str, meeting: str, case_system: str) -> str:
    """What is owed, in care words, with the authority's own names for its meeting and its case system."""
    if rule == "meetings.convene":
        return f"Bring people together: {meeting}"
    if rule == "casework.file":
        return f"Put it on {case_system}"
    return TITLES.get(rule, "A promise")


def share(on_time: int, promised: int) -> str:
    """Say how many promises were kept on time: the count first, since one of one is no rate.

    The share is rounded down, so that only all of them are 100%.
    """
    if not promised:
        return "Nothing was promised for that time."
    return f"{on_time} of {promised} ({100 * on_time // promised}%)"
