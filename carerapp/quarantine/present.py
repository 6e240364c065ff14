"""What pages say about what is kept: words for rules' answers."""

from dataclasses import dataclass
from datetime import datetime

from ..policy.dates import say_day, say_when
from ..recordings.forms import AdditionForm, RecordingForm, read_back
from ..shell import clock
from . import rules
from .queries import Line


@dataclass(frozen=True, slots=True)
class Shown:
    """One item on a page. `at` and `decided` are empty while it waits."""

    id: str
    item_id: str
    author: str
    child: str
    home: str
    why: str
    when: str
    written: str
    came: str
    age: str
    answers: list[tuple[str, str]]
    keeper: str
    decided: str
    at: str
    reason: str
    recording: str
    let_in: bool


def shown(line: Line, now: datetime) -> Shown:
    """One item, ready to lay out."""
    kept, made = line.kept, line.decision
    form = AdditionForm() if kept.path.endswith("/amendments") else RecordingForm()
    let_in = made is not None and made.outcome == rules.LET_IN
    return Shown(
        id=kept.id,
        item_id=kept.item_id,
        author=line.author,
        child=line.child,
        home=line.home,
        why=rules.explained(kept.why, line.child, line.author),
        when=_when(line, now),
        written=say_when(kept.written_at, now),
        came=say_when(kept.came_at, now),
        age=_age((clock.today() - kept.came_at.astimezone(clock.LONDON).date()).days),
        answers=read_back(form, kept.fields),
        keeper=line.keepers[0].name if line.keepers else "",
        decided=("Let in by " if let_in else "Kept out by ") + line.by if made else "",
        at=say_when(made.at, now) if made else "",
        reason=made.words if made else "",
        recording=made.recording_id or "" if made else "",
        let_in=let_in,
    )


def _when(line: Line, now: datetime) -> str:
    """Whether it was written before the end, in a sentence: that is what a manager weighs first."""
    kept, today = line.kept, now.astimezone(clock.LONDON).date()
    day = say_day(kept.written_at.astimezone(clock.LONDON).date(), today)
    if kept.why == rules.PAUSED:
        return f"{line.author} wrote it {'before' if kept.before_end else 'after'} that, on {day}."
    if kept.before_end:
        return f"When {line.author} began to write it, this was not so yet." if kept.why != rules.ROLE else ""
    last = say_day(kept.as_of, today)
    return (
        f"The last day by our records was {last}, and {line.author} wrote it on {day}. Perhaps our records are wrong. "
        f"If you let it in, it stands with what {line.home or line.author} wrote until then."
    )


def _age(days: int) -> str:
    return {0: "Came today", 1: "Came yesterday"}.get(days, f"Came {days} days ago")
