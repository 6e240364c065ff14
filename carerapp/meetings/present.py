"""Meetings as they are shown, in the authority's own words."""

from dataclasses import dataclass, field
from datetime import datetime

from ..access.actor import Actor
from ..clocks import rules as clock_rules
from ..policy.dates import DAY_PARTS, say_by, say_day, say_when
from ..policy.model import Authority
from . import rules
from .queries import Line, Shown

STATES = {"asked_for": "Asked for", "held": "Held"}
CHAIR = "chair"
"""The group that a policy may name among those who must attend: one of those who may chair."""


@dataclass(frozen=True, slots=True)
class Row:
    """A meeting in a list."""

    line: Line
    title: str
    when: str
    state: str
    due: str
    missed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part in a meeting: its title, who has it, and what is missing."""

    title: str
    people: list[tuple[str, str]]
    """(name, role); the name is empty where nobody is known."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page of one meeting shows."""

    id: str
    child_id: str
    title: str
    child: str
    home: str
    state: str
    asked: str
    asker: str
    why: str
    cause: str
    cause_href: str
    target: str
    due: str
    missed: bool
    rule_why: str
    rule_where: str
    rule_choice: str
    parts: list[Part]
    warnings: list[str] = field(default_factory=list)


def rows(lines: list[Line], policy: Authority, now: datetime) -> list[Row]:
    """Lines of a list, in the authority's words."""
    return [
        Row(
            line,
            f"{policy.words['meeting']} about {line.child}",
            say_when(line.asked_at, now),
            STATES.get(line.state, line.state),
            say_by(line.due_at, now) if line.due_at else "",
            bool(line.due_at and line.met_at is None and line.due_at <= now),
        )
        for line in lines
    ]


def page(shown: Shown, actor: Actor, policy: Authority, now: datetime) -> Page:
    """One meeting. Target and limit are both shown where the policy says both (X-01)."""
    meeting, clock, rule = shown.meeting, shown.clock, policy.clocks[policy.meetings.convene]
    state = clock and clock_rules.state(now, clock.warn_at, clock.due_at, clock.met_at, clock.stopped_at)
    return Page(
        id=meeting.id,
        child_id=meeting.child_id,
        title=policy.words["meeting"],
        child=shown.child,
        home=shown.home,
        state=STATES.get(meeting.state, meeting.state),
        asked=say_when(meeting.asked_at, now),
        asker=shown.asker,
        why=meeting.why,
        cause=_cause(shown, now),
        cause_href=f"/recordings/{meeting.cause_id}" if meeting.cause_id else "",
        target=say_by(clock.target_at, now) if clock and clock.target_at else "",
        due=say_by(clock.due_at, now) if clock else "",
        missed=state == clock_rules.MISSED,
        rule_why=rule.why,
        rule_where=", ".join(policy.sections(rule)),
        rule_choice=rule.choice,
        parts=_parts(shown, policy),
        warnings=_warnings(shown, policy),
    )


def _cause(shown: Shown, now: datetime) -> str:
    if shown.cause_on is None:
        return ""
    part = DAY_PARTS.get(shown.cause_part or "", "").lower()
    day = say_day(shown.cause_on, now.date())
    return f"What {shown.cause_author} wrote about {day}{f', {part}' if part else ''}"


def _parts(shown: Shown, policy: Authority) -> list[Part]:
    titles = {rules.MUST_ATTEND: "Must be there", rules.ARRANGES: "Arranges it", rules.MAY_CHAIR: "May chair it"}
    return [
        Part(title, [(name or "", policy.role(role)) for part, role, name in shown.people if part == wanted])
        for wanted, title in titles.items()
    ]


def _warnings(shown: Shown, policy: Authority) -> list[str]:
    """Who is missing: a meeting without one of those who must be there can't do its work (S1-A1-08, S2-4-03)."""
    missing = [
        f"Nobody is the {policy.role(role)} just now, and they must be there."
        for part, role, name in shown.people
        if part == rules.MUST_ATTEND and name is None and role != CHAIR
    ]
    if not any(name for part, _, name in shown.people if part == rules.ARRANGES):
        missing.append(f"Nobody is the {policy.role(policy.meetings.arranged_by)} just now, who would arrange it.")
    if not any(name for part, _, name in shown.people if part == rules.MAY_CHAIR):
        missing.append("Nobody who may chair it is known.")
    return missing
