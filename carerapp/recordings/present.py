"""What pages, and papers, say about recordings: words for rules' answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ..policy.dates import DAY_PARTS, LONDON, say_day, say_time, say_when
from ..policy.model import Authority
from . import rules, today_held
from .queries import Line, Shown
from .rules import HOW, Did
from .sections import SECTIONS

HELD = today_held.load()
MARKS = ("saw", "think", "told")
"""The ways of knowing that NMS 26 keeps apart, in the order they are read; the child's own words come first."""

_DONE = {
    "read": "{by} read it",
    "replied": "{by} answered",
    "passed_on": "{by} passed it to {to}",
    "alerted": "{by} told {to} straight away",
    "supervision": "{by} will raise it in supervision",
    "chronology": "{by} put it into the child's chronology",
    "meeting": "{by} asked for a meeting: {meeting}",
    "nothing_more": "{by} decided that nothing more is needed",
    "case_read": "{by} read it",
    "filed": "{by} put it on {case_system}",
    "followed_up": "{by} followed it up",
    "let_in": "{by} let it into the record. It had been kept back, because it came after a move or a change",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A titled part of an entry with its answers."""

    title: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of what came of a recording."""

    what: str
    at: str
    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything a page shows of one recording. Templates only lay it out."""

    id: str
    child_id: str
    child: str
    author: str
    when: str
    how: str
    how_word: str
    written: str
    sent: str
    late: bool
    amends_id: str | None
    child_said: str
    marks: list[tuple[str, str, str]]
    went_well: str
    held: list[str]
    parts: list[Part]
    how_i_am: str
    wants_help: bool
    help_with: str


def when(about_on: date, day_part: str, today: date | None = None) -> str:
    """The day and its part: "Tuesday 3 May, evening"."""
    part = DAY_PARTS.get(day_part, "").lower()
    return f"{say_day(about_on, today)}, {part}" if part else say_day(about_on, today)


def entry(shown: Shown, now: datetime | None = None) -> Entry:
    """One recording, ready to lay out. Without `now` every date says its year, as on paper."""
    recording = shown.recording
    today = now.date() if now else None
    marks = [(mark, getattr(recording, mark), recording.told_by if mark == "told" else "") for mark in MARKS]
    return Entry(
        id=recording.id,
        child_id=recording.child_id,
        child=shown.child,
        author=shown.author,
        when=when(recording.about_on, recording.day_part, today),
        how=recording.how,
        how_word=HOW.get(recording.how, ""),
        written=written(recording, now),
        sent=say_when(recording.sent_at, now),
        late=recording.late,
        amends_id=recording.amends_id,
        child_said=recording.child_said,
        marks=[mark for mark in marks if mark[1] or mark[2]],
        went_well=recording.went_well,
        held=held(recording.today_held),
        parts=parts(recording.sections),
        how_i_am=recording.how_i_am,
        wants_help=recording.wants_help,
        help_with=recording.help_with,
    )


def written(recording: Any, now: datetime | None = None) -> str:
    """When it was written, by the phone's word made right by the server's clock."""
    return say_when(rules.written_at(recording.made_at, recording.skew, recording.sent_at), now)


def held(codes: Iterable[str]) -> list[str]:
    """What a day held, in the words that were offered, good things first."""
    wanted = set(codes)
    return [item.label for kind in today_held.KINDS for item in HELD.items if item.kind == kind and item.code in wanted]


def parts(sections: Any) -> list[Part]:
    """The filled-in parts, in the order of the form."""
    found = []
    for section in SECTIONS:
        answers = sections.get(section.name, {})
        lines = [(ask.label, dict(ask.choices).get(answers[ask.name], answers[ask.name])) for ask in section.asks
                 if answers.get(ask.name)]  # fmt: skip
        if lines:
            found.append(Part(section.title, lines))
    return found


def came_of_it(steps: Iterable[Did], policy: Authority, now: datetime | None = None) -> list[Happened]:
    """What was done with a recording, in plain words and the authority's own names."""
    names = {"meeting": policy.words["meeting"], "case_system": policy.words["case_system"]}
    return [
        Happened(
            _DONE[step.kind].format(by=step.by, to=step.to or "the child's social worker", **names),
            say_when(step.at, now),
            step.words,
            step.link,
        )
        for step in steps
        if step.kind in _DONE
    ]


def trail(sent_at: datetime, steps: Iterable[Did], now: datetime | None = None) -> list[dict[str, Any]]:
    """The stops of a recording on its way, and the next one that can be promised: that somebody reads it."""
    stops = [
        {"word": stop.word, "at": say_when(stop.at, now), "done": True} for stop in rules.trail(sent_at, list(steps))
    ]
    if len(stops) == 1:
        stops.append({"word": "Read by your social worker", "at": "", "done": False})
    return stops


@dataclass(frozen=True, slots=True)
class Row:
    """A recording in a list, with where it is."""

    line: Line
    when: str
    title: str
    how_word: str
    state: str
    state_at: str


def rows(lines: Iterable[Line], steps: dict[str, list[Did]], now: datetime) -> list[Row]:
    """Lines of a list with their states: "Read by Sam", "Tuesday 3 May, 8:10pm"."""
    today = now.date()
    made = []
    for line in lines:
        state = rules.status(line.sent_at, steps.get(line.id, []))
        said = when(line.about_on, line.day_part, today)
        title = f"Added to {said}" if line.amends_id else said
        made.append(Row(line, said, title, HOW.get(line.how, ""), state.word, lately(state.at, now)))
    return made


def lately(moment: datetime, now: datetime) -> str:
    """A moment of the last days: "Tuesday 8:10pm". Never "today": a phone may show it tomorrow."""
    if now - moment < timedelta(days=6):
        return f"{moment.astimezone(LONDON):%A} {say_time(moment)}"
    return say_when(moment, now)


def as_data(shown: Shown, steps: Iterable[Did]) -> dict[str, Any]:
    """One recording for a file that its author takes away: every word, and what came of it."""
    recording = shown.recording
    moment = recording.made_at.astimezone(rules.utc_offset(recording.made_offset))
    return {
        "id": recording.id,
        "child": shown.child,
        "about_on": recording.about_on.isoformat(),
        "day_part": recording.day_part,
        "adds_to": recording.amends_id,
        "written_at": moment.isoformat(),
        "written_in": recording.made_zone,
        "phone_clock_ahead_seconds": recording.skew,
        "sent_at": recording.sent_at.isoformat(),
        "late": recording.late,
        "how": recording.how,
        "went_well": recording.went_well,
        "child_said": recording.child_said,
        "saw": recording.saw,
        "think": recording.think,
        "told": recording.told,
        "told_by": recording.told_by,
        "sections": recording.sections,
        "today_held": recording.today_held,
        "today_held_version": recording.today_held_version,
        "today_held_words": held(recording.today_held),
        "how_i_am": recording.how_i_am,
        "wants_help": recording.wants_help,
        "help_with": recording.help_with,
        "steps": [
            {"kind": step.kind, "at": step.at.isoformat(), "by": step.by, "to": step.to, "words": step.words}
            for step in steps
        ],
    }
