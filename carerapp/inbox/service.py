"""Verbs of the inbox: receive, read, put on the case system, follow up (S1-4.3-11 to -14)."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..access.actor import Actor
from ..audit import log as audit
from ..clocks import service as clocks
from ..events import log as events
from ..events import tags
from ..events.models import Event
from ..policy.registry import policy_of
from ..recordings import present
from ..recordings import queries as recordings
from ..recordings import service as steps
from ..recordings.models import Recording
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Refused
from . import queries, rules
from .models import Handover
from .queries import Shown

PACK_FORMAT = "lantern-recording-1"


# --- what is passed on ------------------------------------------------------------------------------------------------


def open_for(event: Event) -> None:
    """A recording was passed on: it is with the child's social worker, with a clock and a pack of its own.

    Called by wiring. Passed on a second time, as with an alert after a plain passing on, it stays one handover and
    becomes urgent; what was said with it is added to and never replaced.
    """
    recording = recordings.find(event.subject_id)
    if recording is None or event.actor_id is None:
        return
    alert, note = bool(event.data.get("alert")), str(event.data.get("note", ""))
    handover = queries.of_recording(recording.id) or _make(recording, event)
    handover.note = rules.merged_note(handover.note, note)
    doer = Actor(event.actor_id, event.authority_id, name="", role="")
    if handover.event_id == event.id:
        steps.add_step(recording, "passed_on", doer, handover.reader_id)
    if alert:
        steps.add_step(recording, "alerted", doer, handover.reader_id)
        if not handover.alert:
            handover.alert = True
            _promise("alerts.to_csw", handover)
    db.session.flush()


def _make(recording: Recording, event: Event) -> Handover:
    handover = Handover(
        authority_id=recording.authority_id,
        recording_id=recording.id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        reader_id=queries.reader_of(recording.child_id),
        passed_by_id=event.actor_id,
        passed_at=event.at,
        alert=False,
        note="",
        event_id=event.id,
        reference=_reference(recording.authority_id, event.at),
    )
    handover.pack = rules.canonical(_pack(recording, handover))
    handover.pack_hash = rules.checksum(handover.pack)
    db.session.add(handover)
    db.session.flush()
    _promise("casework.read", handover)
    return handover


def _reference(authority: str, at: datetime) -> str:
    letters = "".join(secrets.choice(rules.LETTERS) for _ in range(rules.RANDOM_LETTERS))
    return rules.reference(authority, at.astimezone(clock.LONDON).year, letters)


def _pack(recording: Recording, handover: Handover) -> dict[str, Any]:
    """What goes to the case system: every word, with the names as they are on the day it was passed on."""
    name, full_name, born_on, home, author, passed_by = queries.names_for_pack(recording.id, handover.passed_by_id)
    words = present.as_data(recordings.Shown(recording, name, author), [])
    words.pop("steps")
    return {
        "format": PACK_FORMAT,
        "reference": handover.reference,
        "authority": policy_of(recording.authority_id).name,
        "child": {"name": name, "full_name": full_name, "born_on": born_on.isoformat()},
        "home": home,
        "written_by": author,
        "passed_on_by": passed_by,
        "passed_on_at": handover.passed_at.isoformat(),
        "recording": words,
    }


def _promise(rule: str, handover: Handover) -> None:
    clocks.open(
        rule,
        authority=handover.authority_id,
        subject="handover",
        subject_id=handover.id,
        child_id=handover.child_id,
        household_id=handover.household_id,
        owner_id=handover.reader_id,
        asked_by_id=handover.passed_by_id,
    )


def follow_allocation(event: Event) -> None:
    """A child has a new social worker: what is open is theirs now, promises included. Called by wiring."""
    if event.child_id:
        reader = queries.reader_of(event.child_id)
        _hand_over((handover, reader) for handover in queries.open_of(event.child_id))


def anything_stranded(now: datetime, authority: str) -> bool:
    """Is anything with somebody who does not receive for the child today? Asked by the watcher, as a reader."""
    return bool(queries.stranded(authority))


def fetch_stranded(now: datetime, authority: str) -> int:
    """Move what is with somebody whose time with the child has ended by itself. Returns how many."""
    return _hand_over(queries.stranded(authority))


def _hand_over(moves: Iterable[tuple[Handover, str]]) -> int:
    count = 0
    for handover, reader in moves:
        if handover.reader_id != reader:
            handover.reader_id = reader
            clocks.move([handover.id], reader)
            count += 1
    db.session.flush()
    return count


# --- what a person does -----------------------------------------------------------------------------------------------


def mark_read(actor: Actor, handover_id: str) -> None:
    """The child's social worker has read it (S1-4.3-12). Looking alone marks nothing. Twice changes nothing."""
    found = queries.one_to_change(actor, handover_id)
    if found.handover.read_at is None:
        _read(actor, found)


def _read(actor: Actor, found: Shown) -> None:
    handover = found.handover
    handover.read_at = clock.now()
    steps.add_step(found.recording, "case_read", actor)
    event = _tell(actor, handover, tags.HANDOVER_READ, handover.event_id)
    if handover.alert:
        _tell(actor, handover, tags.ALERT_ACKNOWLEDGED, event.id)
    _promise("casework.file", handover)
    audit.wrote(actor, tags.HANDOVER_READ, handover.id, handover.child_id)


def file(actor: Actor, handover_id: str, filed_as: str) -> None:
    """It was put on the case system, under the name or number it has there (S1-4.3-13, X-09).

    Raises Refused(409) when it is there already, Refused(422) without a name; what was filed was read.
    """
    found = queries.one_to_change(actor, handover_id)
    handover = found.handover
    if handover.filed_at is not None:
        raise Refused(409, "This is on the case system already.", "filed_as")
    if not filed_as.strip():
        raise Refused(422, "Write what it is called there.", "filed_as")
    if handover.read_at is None:
        _read(actor, found)
    handover.filed_at, handover.filed_as = clock.now(), filed_as.strip()
    steps.add_step(found.recording, "filed", actor)
    _tell(actor, handover, tags.RECORDING_FILED, handover.event_id, filed_as=handover.filed_as)
    _finish(handover)
    audit.wrote(actor, tags.RECORDING_FILED, handover.id, handover.child_id)


def follow_up(actor: Actor, handover_id: str, needed: bool, words: str) -> None:
    """What a recording brought to light was followed up, or nothing was needed, with the reason (S1-4.3-14).

    Raises Refused(409) when it was followed up already, Refused(422) without words.
    """
    found = queries.one_to_change(actor, handover_id)
    handover = found.handover
    if handover.followed_up_at is not None:
        raise Refused(409, "This was followed up already.", "words")
    if not words.strip():
        raise Refused(422, "Say what was done, or why nothing was needed.", "words")
    if handover.read_at is None:
        _read(actor, found)
    handover.followed_up_at, handover.followed_up_with = clock.now(), words.strip()
    steps.add_step(found.recording, "followed_up", actor, found.recording.author_id, words.strip())
    _tell(actor, handover, tags.RECORDING_FOLLOWED_UP, handover.event_id, needed=needed)
    _finish(handover)
    audit.wrote(actor, tags.RECORDING_FOLLOWED_UP, handover.id, handover.child_id)


def _finish(handover: Handover) -> None:
    if rules.is_done(handover.filed_at, handover.followed_up_at):
        handover.done_at = clock.now()
    db.session.flush()


def _tell(actor: Actor, handover: Handover, tag: str, caused_by: int | None, **data: Any) -> Event:
    """Record an event of the handover. Its subject is the handover, as its promises are; the recording is named."""
    return events.record(
        tag,
        authority_id=handover.authority_id,
        actor_id=actor.person_id,
        child_id=handover.child_id,
        household_id=handover.household_id,
        subject="handover",
        subject_id=handover.id,
        caused_by=caused_by,
        recording=handover.recording_id,
        **data,
    )
