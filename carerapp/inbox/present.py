"""The inbox as it is shown, and the pack on paper."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..policy.dates import say_day, say_when
from ..policy.model import Authority
from ..recordings import present as recordings
from ..recordings.queries import Shown as Written
from ..recordings.rules import HOW, Did
from ..shell import clock
from . import rules
from .queries import Line, Shown


@dataclass(frozen=True, slots=True)
class Row:
    """A recording in the inbox. `reader` is named for a manager only."""

    line: Line
    when: str
    how_word: str
    passed: str
    state: str
    tone: str
    reader: str


def rows(lines: list[Line], role: str, policy: Authority, now: datetime) -> list[Row]:
    """Lines of the inbox with how far each is, in the authority's words."""
    words = {
        rules.PASSED_ON: ("Not read yet", "wait"),
        rules.READ: (f"Read, not on {policy.words['case_system']} yet", "calm"),
        rules.FILED: (f"On {policy.words['case_system']}, not followed up yet", "calm"),
        rules.DONE: ("Done", "good"),
    }
    today = now.astimezone(clock.LONDON).date()
    return [
        Row(
            line,
            recordings.when(line.about_on, line.day_part, today),
            HOW.get(line.how, ""),
            say_when(line.passed_at, now),
            *words[rules.state(rules.Facts(line.read_at, line.filed_at, line.followed_up_at))],
            line.reader if role != "csw" else "",
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of one handover shows."""

    id: str
    child: str
    child_id: str
    home: str
    author: str
    reader: str
    whole: recordings.Entry
    trail: list[dict[str, object]]
    passed: str
    alert: bool
    note: str
    read: str
    filed: str
    filed_as: str
    followed_up: str
    followed_up_with: str
    reference: str
    checksum: str
    case_system: str


def page(shown: Shown, steps: list[Did], policy: Authority, now: datetime) -> Page:
    """One handover."""
    h, recording = shown.handover, shown.recording
    return Page(
        id=h.id,
        child=shown.child,
        child_id=h.child_id,
        home=shown.home,
        author=shown.author,
        reader=shown.reader,
        whole=recordings.entry(Written(recording, shown.child, shown.author), now.astimezone(clock.LONDON)),
        trail=recordings.trail(recording.sent_at, steps, now),
        passed=f"{shown.passed_by}, {say_when(h.passed_at, now)}",
        alert=h.alert,
        note=h.note,
        read=_said(h.read_at, now),
        filed=_said(h.filed_at, now),
        filed_as=h.filed_as,
        followed_up=_said(h.followed_up_at, now),
        followed_up_with=h.followed_up_with,
        reference=h.reference or "",
        checksum=h.pack_hash or "",
        case_system=policy.words["case_system"],
    )


def _said(moment: datetime | None, now: datetime) -> str:
    return say_when(moment, now) if moment else ""


def on_paper(shown: Shown, case_system: str) -> dict[str, Any]:
    """The pack for the paper's template: names from the pack itself, so that a later change of name changes nothing."""
    pack = json.loads(shown.handover.pack or "{}")
    entry = recordings.entry(Written(shown.recording, pack["child"]["name"], pack["written_by"]))
    passed_at = datetime.fromisoformat(pack["passed_on_at"])
    return {
        "reference": pack["reference"],
        "checksum": shown.handover.pack_hash,
        "authority": pack["authority"],
        "case_system": case_system,
        "child": f"{pack['child']['full_name']} ({pack['child']['name']})",
        "born": say_day(date.fromisoformat(pack["child"]["born_on"])),
        "home": pack["home"],
        "written_by": pack["written_by"],
        "passed": f"{pack['passed_on_by']}, {say_when(passed_at)}",
        "title": f"{pack['child']['name']}'s day: {entry.when}",
        "how": entry.how_word,
        "notes": " ".join(
            [f"Written {entry.written}.", f"Sent {entry.sent}.", *(["This came late."] if entry.late else [])]
        ),
        "parts": [{"title": title, "text": text} for title, text in _parts(entry) if text],
        "held": entry.held,
    }


def _parts(entry: recordings.Entry) -> list[tuple[str, str]]:
    names = {"saw": "What I saw", "think": "What I think", "told": "What someone told me"}
    told = [(f"{names[mark]} ({who})" if who else names[mark], text) for mark, text, who in entry.marks]
    groups = [(f"{part.title}: {label}", text) for part in entry.parts for label, text in part.answers]
    wish = [("I would like help with this", entry.help_with or "Yes")] if entry.wants_help else []
    said = [(f"In {entry.child}'s own words", entry.child_said), ("What went well", entry.went_well)]
    return [*said, *told, *groups, ("How I am", entry.how_i_am), *wish]
