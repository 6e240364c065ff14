"""Verbs of triage: what came waits for a person, the person reads it, and must decide something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..access.actor import Actor
from ..audit import log as audit
from ..clocks import service as clocks
from ..events import log as events
from ..events import tags
from ..events.models import Event
from ..meetings import service as meetings
from ..policy.registry import policy_of
from ..recordings import queries as recordings
from ..recordings import service as steps
from ..recordings.models import Recording
from ..shell import clock, rows
from ..shell.db import db
from ..shell.errors import Refused
from ..shell.memo import once
from . import queries, rules
from .models import Decision, Waiting
from .past import Past, written
from .queries import Entry, Made
from .rules import Choice

# --- what comes in --------------------------------------------------------------------------------------------------


def open_for(event: Event) -> None:
    """A recording came, or was added to: it waits for its household's reader, with a clock (S1-4.3-10).

    Called by wiring, in the carer's own transaction: what was stored has a reader, always.
    """
    child, home, said = event.child_id, event.household_id, event.data
    if child is None or home is None:
        return
    on = date.fromisoformat(said["about_on"])
    reader = once(queries.reader_of, home)
    promise = clocks.open(
        "recordings.read",
        authority=event.authority_id,
        subject="recording",
        subject_id=event.subject_id,
        child_id=child,
        household_id=home,
        owner_id=reader,
        asked_by_id=event.actor_id,
    )
    this = written(on, said["day_part"], said["how"], said["says_good"], said["today_held"])
    past = once(Past, child, home)
    facts = rules.Facts(
        this=this,
        wants_help=said["wants_help"],
        missing="missing" in said["sections"],
        adds_to=on if said["amends"] else None,
        before=past.before(on, event.subject_id) if rules.looks_back(this) else (),
    )
    past.add(event.subject_id, this)
    rows.keep(
        Waiting,
        authority_id=event.authority_id,
        recording_id=event.subject_id,
        reader_id=reader,
        child_id=child,
        household_id=home,
        sent_at=event.at,
        promised_at=promise.due_at,
        about_on=on,
        day_part=said["day_part"],
        author_id=event.actor_id,
        how=said["how"],
        wants_help=said["wants_help"],
        reasons=rules.suggest(facts, policy_of(event.authority_id).triage, clock.today()),
        head=said["head"],
    )


def follow_allocation(event: Event) -> None:
    """A household has a new worker: what waits for it waits for them, promises included. Called by wiring."""
    if event.household_id:
        reader = queries.reader_of(event.household_id)
        _hand_over((waiting, reader) for waiting in queries.waiting_of(event.household_id))


def anything_stranded(now: datetime, authority: str) -> bool:
    """Does anything wait for somebody who is not its reader today? Asked by the watcher, as a reader."""
    return bool(queries.stranded(authority))


def fetch_stranded(now: datetime, authority: str) -> int:
    """Move what waits for somebody whose time with the household has ended by itself. Returns how many."""
    return _hand_over(queries.stranded(authority))


def _hand_over(moves: Iterable[tuple[Waiting, str]]) -> int:
    count = 0
    for waiting, reader in moves:
        if waiting.reader_id != reader:
            waiting.reader_id = reader
            clocks.move([waiting.recording_id], reader)
            count += 1
    db.session.flush()
    return count


# --- what a person does ---------------------------------------------------------------------------------------------


def mark_read(actor: Actor, recording_id: str) -> None:
    """Somebody has read it, and its author sees who and when (S1-4.3-10). A decision is still owed, with a clock.

    Doing it twice changes nothing. Raises Denied for who may not decide on it.
    """
    queries.take_turns(recording_id)
    entry = queries.entry_for(actor, recording_id)
    if entry.waiting is not None and entry.waiting.read_at is None:
        _read(actor, entry, entry.waiting)


def _read(actor: Actor, entry: Entry, waiting: Waiting) -> None:
    recording = entry.recording
    waiting.read_at = clock.now()
    steps.add_step(recording, "read", actor)
    _tell(actor, recording, tags.RECORDING_READ, recordings.event_of(recording.id))
    clocks.open(
        "recordings.pass_on",
        authority=recording.authority_id,
        subject="recording",
        subject_id=recording.id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        owner_id=waiting.reader_id,
        asked_by_id=recording.author_id,
    )
    audit.wrote(actor, tags.RECORDING_READ, recording.id, recording.child_id)


@dataclass
class DecidedMeanwhile(Exception):
    """Somebody else decided while this person was writing. Their words are kept and shown beside what was decided."""

    entry: Entry
    decisions: list[Made]


def decide(actor: Actor, recording_id: str, choice: Choice, based_on: str) -> Decision:
    """A person decides what happens with a recording (S1-4.3-03, -04, -11, -15; S1-5-03). More may be decided later.

    `based_on` is the last decision that they saw ("" for none). Raises DecidedMeanwhile when there is a newer one,
    Refused(422) for a decision that lacks something, Denied for who may not decide on it.
    """
    queries.take_turns(recording_id)
    entry = queries.entry_for(actor, recording_id)
    before = queries.decisions_of(recording_id)
    if (before[-1].id if before else "") != based_on:
        raise DecidedMeanwhile(entry, before)
    lacking = rules.problems(choice, policy_of(actor.authority_id).triage, already_passed=passed(before))
    for name, reason in lacking.items():
        raise Refused(422, reason, name)
    if entry.waiting is not None and entry.waiting.read_at is None:
        _read(actor, entry, entry.waiting)
    decision, event = _keep(actor, entry.recording, choice)
    _carry_out(actor, entry.recording, choice, event, passed(before))
    if entry.waiting is not None:
        db.session.delete(entry.waiting)
    db.session.flush()
    return decision


def passed(decisions: list[Made]) -> bool:
    """Has any of these passed it to the child's social worker?"""
    return any({rules.PASS_ON, rules.ALERT} & set(made.outcomes) for made in decisions)


def _keep(actor: Actor, recording: Recording, choice: Choice) -> tuple[Decision, Event]:
    outcomes = [outcome for outcome in rules.OUTCOMES if outcome in choice.outcomes]
    decision = Decision(
        authority_id=recording.authority_id,
        recording_id=recording.id,
        by_id=actor.person_id,
        at=clock.now(),
        outcomes=outcomes,
        words={outcome: choice.words[outcome].strip() for outcome in outcomes if outcome in rules.WORDS_FOR},
        not_passed_because="" if choice.passes_on else choice.not_passed_because.strip(),
    )
    db.session.add(decision)
    db.session.flush()
    event = _tell(
        actor,
        recording,
        tags.RECORDING_DECIDED,
        recordings.event_of(recording.id),
        outcomes=outcomes,
        decision=decision.id,
    )
    audit.wrote(actor, tags.RECORDING_DECIDED, recording.id, recording.child_id)
    return decision, event


def _carry_out(actor: Actor, recording: Recording, choice: Choice, cause: Event, passed_before: bool) -> None:
    """Do what was decided. Each part is an event of its own, caused by the decision."""
    words = {outcome: text.strip() for outcome, text in choice.words.items()}
    chosen = choice.outcomes
    if rules.REPLY in chosen:
        steps.add_step(recording, "replied", actor, recording.author_id, words[rules.REPLY])
    if rules.ALERT in chosen:
        _tell(actor, recording, tags.ALERT_RAISED, cause.id)
    if choice.passes_on and (rules.ALERT in chosen or not passed_before):
        alert = rules.ALERT in chosen
        _tell(actor, recording, tags.RECORDING_PASSED_ON, cause.id, alert=alert, note=words.get(rules.ALERT, ""))
    if rules.SUPERVISION in chosen:
        steps.add_step(recording, "supervision", actor)
        _tell(actor, recording, tags.SUPERVISION_RAISED, cause.id)
    if rules.CHRONOLOGY in chosen:
        steps.add_step(recording, "chronology", actor)
        _tell(actor, recording, tags.CHRONOLOGY_ENTERED, cause.id, words=words[rules.CHRONOLOGY])
    if rules.MEETING in chosen:
        meetings.ask(actor, recording, words[rules.MEETING], cause.id)
    if rules.NOTHING_MORE in chosen:
        steps.add_step(recording, "nothing_more", actor)


def _tell(actor: Actor, recording: Recording, tag: str, caused_by: int | None, **data: Any) -> Event:
    return events.record(
        tag,
        authority_id=recording.authority_id,
        actor_id=actor.person_id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        subject="recording",
        subject_id=recording.id,
        caused_by=caused_by,
        **data,
    )
