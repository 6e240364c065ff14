"""Clocks as they are shown: the words, and in which part of the page each stands."""

from dataclasses import dataclass, field
from datetime import datetime

from ..access.actor import Actor
from ..policy.dates import say_by, say_when
from ..policy.model import Authority
from . import rules
from .queries import RATE_DAYS, Promise

TONES = {rules.MISSED: "bad", rules.SOON: "warn", rules.RUNNING: "calm"}
WORDS = {rules.MISSED: "Not done in time", rules.SOON: "Due soon", rules.RUNNING: "In time"}
ADDRESSES = {"recording": "/triage/", "handover": "/inbox/", "meeting": "/meetings/", "quarantine": "/quarantine/"}
FOR_CARERS = {"recording": "/recordings/", "meeting": "/meetings/", "quarantine": "/quarantine/mine#"}


@dataclass(frozen=True, slots=True)
class Line:
    """One promise on the page."""

    title: str
    href: str
    about: str
    owner: str
    due: str
    target: str
    state: str
    tone: str
    why: str
    where: str
    choice: str
    steps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The three parts of the page, and how promises were kept lately."""

    owed_by_me: list[Line]
    owed_to_me: list[Line]
    missed_by_team: list[Line]
    kept: list[tuple[str, str]]
    days: int = RATE_DAYS


def page(
    actor: Actor, found: list[Promise], kept: list[tuple[str, int, int]], policy: Authority, now: datetime
) -> Page:
    """Put each promise where its reader looks for it. One may stand in two parts, as what I owe and my team missed."""
    line = {p.clock.id: _line(p, actor, policy, now) for p in found}
    return Page(
        owed_by_me=[line[p.clock.id] for p in found if actor.person_id in (p.owner_id, p.holder_id)],
        owed_to_me=[line[p.clock.id] for p in found if p.clock.asked_by_id == actor.person_id],
        missed_by_team=[line[p.clock.id] for p in found if p.owner_id in actor.team_people and p.clock.due_at <= now],
        kept=[(_title(rule, policy), rules.share(on_time, promised)) for rule, promised, on_time in kept],
    )


def _title(rule: str, policy: Authority) -> str:
    return rules.title(rule, policy.words["meeting"], policy.words["case_system"])


def _line(p: Promise, actor: Actor, policy: Authority, now: datetime) -> Line:
    c = p.clock
    rule = policy.clocks[c.rule]
    state = rules.state(now, c.warn_at, c.due_at, c.met_at, c.stopped_at)
    addresses = FOR_CARERS if actor.role == "carer" else ADDRESSES
    return Line(
        title=_title(c.rule, policy),
        href=addresses[c.subject] + c.subject_id if c.subject in addresses else "",
        about=" · ".join(part for part in (p.child, p.home) if part),
        owner="you" if p.holder_id == actor.person_id else p.holder,
        due=say_by(c.due_at, now),
        target=say_by(c.target_at, now) if c.target_at else "",
        state=WORDS[state],
        tone=TONES[state],
        why=rule.why,
        where=", ".join(policy.sections(rule)),
        choice=rule.choice,
        steps=[f"{say_when(at, now)}: {why} Now with {to}." for at, to, why in p.handed_up],
    )
