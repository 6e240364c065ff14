"""The queue and its entries as they are shown, in the authority's own words."""

from dataclasses import dataclass
from datetime import datetime

from ..access.actor import Actor
from ..meetings.rules import may_ask
from ..policy.dates import say_by, say_time, say_when
from ..policy.model import Authority
from ..recordings import present as recordings
from ..recordings.queries import Shown
from ..recordings.rules import HOW, Did
from ..shell import clock
from . import rules
from .queries import Entry, Line, Made


@dataclass(frozen=True, slots=True)
class Row:
    """A recording in the queue. `reader` is named for a manager only."""

    line: Line
    when: str
    how_word: str
    promised: str
    missed: bool
    reasons: list[str]
    read: str
    reader: str


def rows(lines: list[Line], actor: Actor, policy: Authority, now: datetime) -> list[Row]:
    """Lines of the queue with why each stands out, and by when it was promised to be read."""
    today = now.astimezone(clock.LONDON).date()
    return [
        Row(
            line,
            recordings.when(line.about_on, line.day_part, today) if line.about_on else "",
            HOW.get(line.how, ""),
            say_by(line.promised_at, now),
            line.read_at is None and line.promised_at <= now,
            rules.reasons_now(
                line.reasons,
                sent_at=line.sent_at,
                promised_at=line.promised_at,
                read_at=line.read_at,
                now=now,
                policy=policy.triage,
                calendar=policy.calendar,
            ),
            f"Read {_short(line.read_at, now)}, waits for a decision" if line.read_at else "",
            line.reader if actor.role != "ssw" else "",
        )
        for line in lines
    ]


def _short(moment: datetime, now: datetime) -> str:
    """The time alone when it was today."""
    same = moment.astimezone(clock.LONDON).date() == now.astimezone(clock.LONDON).date()
    return say_time(moment) if same else say_when(moment, now)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: who, when, what, and the words that went with it."""

    who: str
    at: str
    what: list[str]
    words: list[tuple[str, str]]
    not_passed_because: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the decision is called here: the buttons, and the lines to tick."""

    ask_for_meeting: str
    may_ask: bool
    choices: list[tuple[str, str]]
    csw: str
    case_system: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the entry's half of the page shows. The words of the entry itself are the recordings room's."""

    id: str
    title: str
    home: str
    author: str
    child: str
    child_id: str
    whole: recordings.Entry
    trail: list[dict[str, object]]
    reasons: list[str]
    promised: str
    waiting: bool
    unread: bool
    words: Words
    decided: list[Decided]
    why: str
    where: str


def words_for(entry: Entry, actor: Actor, policy: Authority) -> Words:
    """The outcomes as a person would say them. The button that passes it on is called the same everywhere."""
    csw = entry.csw or f"the {policy.words['team_manager']}, as nobody is {entry.child}'s social worker just now"
    asks = may_ask(actor.role, policy.meetings)
    choices = [
        (rules.PASS_ON, f"Pass it to {csw}"),
        (rules.SUPERVISION, f"Talk about it with {entry.author} in supervision"),
        (rules.REPLY, f"Answer {entry.author}"),
        (rules.ALERT, f"Alert {csw} now: it is passed on and marked as urgent"),
        (rules.CHRONOLOGY, f"Put something into {entry.child}'s chronology"),
        *([(rules.MEETING, f"{policy.words['meeting']}: one should be held")] if asks else []),
        (rules.NOTHING_MORE, "Nothing more is needed"),
    ]
    return Words(policy.words["ask_for_meeting"], asks, choices, csw, policy.words["case_system"])


def page(
    entry: Entry,
    steps: list[Did],
    decisions: list[Made],
    actor: Actor,
    policy: Authority,
    now: datetime,
) -> Page:
    """One entry to read and decide on."""
    recording, waiting = entry.recording, entry.waiting
    words = words_for(entry, actor, policy)
    reasons = []
    if waiting is not None:
        reasons = rules.reasons_now(
            waiting.reasons,
            sent_at=waiting.sent_at,
            promised_at=waiting.promised_at,
            read_at=waiting.read_at,
            now=now,
            policy=policy.triage,
            calendar=policy.calendar,
        )
    rule = policy.clocks["recordings.read"]
    return Page(
        id=recording.id,
        title=f"{entry.child}'s day",
        home=entry.home,
        author=entry.author,
        child=entry.child,
        child_id=recording.child_id,
        whole=recordings.entry(Shown(recording, entry.child, entry.author), now.astimezone(clock.LONDON)),
        trail=recordings.trail(recording.sent_at, steps, now),
        reasons=reasons,
        promised=say_by(waiting.promised_at, now) if waiting else "",
        waiting=waiting is not None,
        unread=waiting is not None and waiting.read_at is None,
        words=words,
        decided=[decided(made, words, now) for made in decisions],
        why=rule.why,
        where=", ".join(policy.sections(rule)),
    )


def decided(made: Made, words: Words, now: datetime) -> Decided:
    """One decision in words, for whoever decides after."""
    said = {
        rules.PASS_ON: "passed it on",
        rules.SUPERVISION: "raised it in supervision",
        rules.REPLY: "answered",
        rules.ALERT: "alerted the child's social worker",
        rules.CHRONOLOGY: "put something into the chronology",
        rules.MEETING: words.ask_for_meeting[0].lower() + words.ask_for_meeting[1:],
        rules.NOTHING_MORE: "decided that nothing more is needed",
    }
    return Decided(
        made.by,
        say_when(made.at, now),
        [said[outcome] for outcome in made.outcomes],
        [(said[outcome], text) for outcome, text in made.words.items()],
        made.not_passed_because,
    )
