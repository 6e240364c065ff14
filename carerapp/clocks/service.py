"""Verbs of clocks. Other rooms open them; what meets one is said by the policy; the watcher hands up the missed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy.exc import IntegrityError

from ..events import log as events
from ..events import tags
from ..events.models import Event
from ..people.models import Person
from ..people.queries import first_of_role, manager_of, supervising_worker, worker_of_child
from ..policy.model import Times
from ..policy.registry import policy_of
from ..shell import clock, rows
from ..shell.db import db
from ..shell.memo import once
from . import queries, rules
from .models import Clock, HandUp

AT_ONCE = 200
"""Steps in one transaction: after a month's silence nobody who writes waits longer than a moment."""


def open(
    rule: str,
    *,
    authority: str,
    subject: str,
    subject_id: str,
    owner_id: str,
    child_id: str | None = None,
    household_id: str | None = None,
    asked_by_id: str | None = None,
) -> Clock:
    """Start a promise now, by the authority's own times (design.md section 4). Nobody's promise is impossible.

    One clock for each rule and subject: a second is refused by the database.
    """
    times = once(_times, authority, rule, clock.now())
    return rows.keep(
        Clock,
        authority_id=authority,
        rule=rule,
        subject=subject,
        subject_id=subject_id,
        child_id=child_id,
        household_id=household_id,
        owner_id=owner_id,
        asked_by_id=asked_by_id,
        opened_at=times.start,
        target_at=times.target_at,
        warn_at=times.warn_at,
        due_at=times.due_at,
    )


def _times(authority: str, rule: str, now: datetime) -> Times:
    policy = policy_of(authority)
    return policy.clocks[rule].times(now, policy.calendar)


def meet(rule: str, subject_id: str, by: str | None, with_: str) -> Clock | None:
    """Keep one promise with an event of that tag. None when it was kept or stopped before, or never made.

    Raises ValueError for a tag that, by the policy, does not keep it.
    """
    for running in queries.running_on(subject_id):
        if running.rule == rule:
            if not rules.kept(with_, policy_of(running.authority_id).clocks[rule].met_by):
                raise ValueError(f"{with_} does not keep {rule}")
            return _meet(running, by, with_)
    return None


def keep(event: Event) -> None:
    """Keep every promise on the event's subject that, by the policy, this event keeps. Called by wiring."""
    for running in queries.running_on(event.subject_id):
        if rules.kept(event.tag, policy_of(running.authority_id).clocks[running.rule].met_by):
            _meet(running, event.actor_id, event.tag)


def _meet(running: Clock, by: str | None, with_: str) -> Clock:
    running.met_at, running.met_by_id, running.met_with = clock.now(), by, with_
    return running


def stop(rule: str, subject_id: str, because: str) -> None:
    """Stop a promise that nobody needs any more, with the reason in plain words. It counts neither way."""
    for running in queries.running_on(subject_id):
        if running.rule == rule:
            running.stopped_at, running.stopped_because = clock.now(), because


def move(subject_ids: Iterable[str], owner_id: str) -> None:
    """Give the running clocks of these subjects a new owner, as when a household gets a new worker."""
    for running in queries.running_on_any(list(subject_ids)):
        running.owner_id = owner_id


@dataclass(frozen=True, slots=True)
class _HandUp:
    """One step that is still to be recorded."""

    missed: Clock
    number: int
    from_id: str
    to_id: str
    role: str


def anything_to_hand_up(now: datetime, authority: str) -> bool:
    """Does any missed clock have a step to go up? Asked as a reader, so that a quiet night blocks nobody."""
    return next(_planned(now, authority), None) is not None


def hand_up(now: datetime, authority: str) -> int:
    """Hand up one authority's missed clocks, each step once and in order, however late. Returns how many steps.

    At most AT_ONCE steps in a transaction: call it until it returns 0. The session must be fenced to the authority,
    or its empty roles would be filled from another.
    """
    policy = policy_of(authority)
    planned = list(islice(_planned(now, authority), AT_ONCE))
    return sum(_record(step, policy.role(step.role), now) for step in planned)


def _planned(now: datetime, authority: str) -> Iterator[_HandUp]:
    chains = _Chains(authority)
    for missed, held_by, done in queries.missed(now, authority):
        rule = chains.policy.clocks[missed.rule]
        holder = held_by or missed.owner_id
        for step in rules.steps_passed(now, missed.due_at, rule.due, chains.policy.calendar, rule.chain):
            to, role = chains.next_up(missed, rule.chain[step.number :])
            if step.number in done or to is None or to == holder:
                continue
            yield _HandUp(missed, step.number, holder, to, role)
            holder = to


def _record(step: _HandUp, role: str, now: datetime) -> bool:
    """Write one step and its event, unless another watcher did: the database lets only one (clock, step) in."""
    missed = step.missed
    try:
        with rows.savepoint():
            rows.keep(
                HandUp,
                authority_id=missed.authority_id,
                clock_id=missed.id,
                step=step.number,
                at=now,
                from_id=step.from_id,
                to_id=step.to_id,
                why=f"Not done in time, so it went to the {role}."[:200],
            )
    except IntegrityError:
        return False
    events.record(
        tags.CLOCK_HANDED_UP,
        authority_id=missed.authority_id,
        child_id=missed.child_id,
        household_id=missed.household_id,
        subject="clock",
        subject_id=missed.id,
        rule=missed.rule,
        step=step.number,
        to=step.to_id,
        about=[missed.subject, missed.subject_id],
    )
    return True


class _Chains:
    """Who holds each role of a chain, looked up once a round. An authority may leave roles empty."""

    def __init__(self, authority: str) -> None:
        self.policy = policy_of(authority)
        self._known: dict[tuple[str, str | None], str | None] = {}

    def next_up(self, missed: Clock, roles: tuple[str, ...]) -> tuple[str | None, str]:
        """The next role up that somebody holds: an empty desk must not hold a child's matter."""
        for role in roles:
            found = self._holder(role, missed)
            if found:
                return found, role
        return None, ""

    def _holder(self, role: str, missed: Clock) -> str | None:
        near = {"ssw": missed.household_id, "csw": missed.child_id, "iro": missed.child_id}.get(role, missed.owner_id)
        if (role, near) not in self._known:
            person = _who(role, missed)
            self._known[role, near] = person.id if person else None
        return self._known[role, near]


def _who(role: str, missed: Clock) -> Person | None:
    if role == "ssw" and missed.household_id:
        return supervising_worker(missed.household_id)
    if role in ("csw", "iro") and missed.child_id:
        return worker_of_child(missed.child_id, role)
    if role.endswith("_manager"):
        owner = db.session.get(Person, missed.owner_id)
        manager = manager_of(owner) if owner else None
        if manager is not None and manager.role == role:
            return manager
    return first_of_role(role)
