"""What happened, in sentences. One line of data for each kind of event."""

from dataclasses import dataclass
from datetime import date, datetime

from ..events import tags
from ..policy.dates import DAY_PARTS, say_day, say_when
from ..policy.model import Authority
from .queries import Line, Page

KIND_WORDS = {
    "days": "What was written",
    "decisions": "Decisions",
    "casework": "With the child's social worker",
    "meetings": "Meetings",
    "moves": "Moves and workers",
    "promises": "Promises handed up",
}
SAID = {
    tags.RECORDING_SUBMITTED: "{actor} wrote about {about}",
    tags.RECORDING_AMENDED: "{actor} added to what was written about {about}",
    tags.RECORDING_READ: "{actor} read what was written",
    tags.RECORDING_DECIDED: "{actor} decided: {outcomes}",
    tags.RECORDING_PASSED_ON: "{actor} passed it to {child}'s social worker",
    tags.RECORDING_FILED: "{actor} put it on {case_system}",
    tags.RECORDING_FOLLOWED_UP: "{actor} followed it up",
    tags.HANDOVER_READ: "{actor} read what was passed on",
    tags.CHRONOLOGY_ENTERED: "{actor} put this into the chronology",
    tags.ALERT_RAISED: "{actor} alerted {child}'s social worker",
    tags.ALERT_ACKNOWLEDGED: "{actor} saw the alert",
    tags.SUPERVISION_RAISED: "{actor} will talk about it in supervision",
    tags.MEETING_ASKED_FOR: "{actor} asked for a meeting: {meeting}",
    tags.PLACEMENT_STARTED: "{child} came to live in {home}",
    tags.PLACEMENT_ENDED: "{child}'s time in {home} ended",
    tags.ALLOCATION_CHANGED: "{worker} became the {role}",
    tags.CLOCK_HANDED_UP: "A promise was not kept in time and went to {to}",
    tags.PHONE_CUT_OFF: "A phone was cut off",
    # About no child, so on no child's page; the words are there so that every kind of event has some.
    tags.QUARANTINE_KEPT: "{actor} sent words that wait for a manager",
    tags.QUARANTINE_DECIDED: "{actor} decided about words that waited",
}
OUTCOMES = {
    "reply": "answered",
    "pass_on": "passed it on",
    "supervision": "raised it in supervision",
    "alert": "alerted the child's social worker",
    "chronology": "made a chronology entry",
    "meeting": "asked for a meeting",
    "nothing_more": "nothing more is needed",
}
BIG = {tags.MEETING_ASKED_FOR, tags.PLACEMENT_STARTED, tags.PLACEMENT_ENDED, tags.CHRONOLOGY_ENTERED}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the chronology."""

    id: int
    what: str
    at: str
    words: str
    href: str
    big: bool
    because: str


def lines(page: Page, policy: Authority, now: datetime) -> list[Happened]:
    """Everything on a page of the chronology, in words."""
    return [_line(line, page, policy, now) for line in page.lines]


def _line(line: Line, page: Page, policy: Authority, now: datetime) -> Happened:
    return Happened(
        line.id,
        _say(line, page, policy, now),
        say_when(line.at, now),
        str(line.data.get("words") or line.data.get("head") or ""),
        _href(line),
        line.tag in BIG,
        _because(line, now),
    )


def _say(line: Line, page: Page, policy: Authority, now: datetime) -> str:
    data = line.data
    return SAID[line.tag].format(
        actor=line.actor or "Lantern",
        child=page.child,
        home=line.home or "a home",
        about=_about(data, now),
        outcomes=", ".join(OUTCOMES[outcome] for outcome in data.get("outcomes", ()) if outcome in OUTCOMES),
        case_system=policy.words["case_system"],
        meeting=policy.words["meeting"],
        worker=page.names.get(data.get("worker", ""), "Somebody"),
        to=page.names.get(data.get("to", ""), "somebody else"),
        role=policy.roles.get(data.get("role", ""), "worker"),
    )


def _about(data: dict, now: datetime) -> str:
    try:
        day = say_day(date.fromisoformat(data.get("about_on", "")), now.date())
    except ValueError:
        return "a day"
    part = DAY_PARTS.get(data.get("day_part", ""), "").lower()
    return f"{day}, {part}" if part else day


def _href(line: Line) -> str:
    if line.subject == "meeting":
        return f"/meetings/{line.subject_id}"
    recording = line.subject_id if line.subject == "recording" else line.data.get("recording")
    return f"/recordings/{recording}" if recording else ""


_CAUSES = {
    tags.RECORDING_SUBMITTED: "what {who} wrote",
    tags.RECORDING_AMENDED: "what {who} added",
    tags.RECORDING_DECIDED: "{who}'s decision",
    tags.RECORDING_PASSED_ON: "{who} passing it on",
    tags.HANDOVER_READ: "{who} reading it",
}


def _because(line: Line, now: datetime) -> str:
    if line.cause_tag is None or line.cause_at is None:
        return ""
    cause = _CAUSES.get(line.cause_tag, "what happened before").format(who=line.cause_actor or "somebody")
    return f"{cause}, {say_when(line.cause_at, now)}"
