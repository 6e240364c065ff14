"""Verbs of recordings. A recording is never changed: what is added later is a recording of its own."""

from datetime import datetime, timedelta
from typing import Any

from ..access.actor import Actor, Facts
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..events import log as events
from ..events import tags
from ..people import queries as people
from ..policy.registry import policy_of
from ..shell import clock, rows
from ..shell.errors import Denied, Refused
from ..shell.ids import id_of, new_id
from ..shell.posted import Written
from . import queries, rules
from .models import Recording, Step
from .rules import Entry

LONG_AGO = timedelta(days=365)
TO_COME = "This day has not come yet. Choose today or a day before."
NOT_BORN = "{child} was not born yet. Look at the year."
MOVED = (
    "Our records say that {child} does not live with you now, so this was not taken. Your words are still on this "
    "phone, and nobody else has them. If our records are wrong, ring {who}."
)


def may_write(actor: Actor, child_id: str) -> None:
    """Go on only if the child lives with this carer today.

    Raises Denied, the same for a child who is unknown and for one who is none of theirs; and Refused, with the reason
    and whom to ring, when the child did live with them once: the words stay with their author (S1-3-01).
    """
    try:
        permit(actor, Permission.RECORDING_WRITE, Facts(actor.authority_id, child_id, actor.home))
    except Denied:
        if not rules.valid_id(child_id) or not people.ever_lived_with(actor.person_id, child_id):
            raise
        child = people.child(child_id)
        if child is None:
            raise
        raise Refused(404, MOVED.format(child=child.name, who=_who_to_ring(actor))) from None


def _who_to_ring(actor: Actor) -> str:
    worker = people.supervising_worker(actor.home) if actor.home else None
    policy = policy_of(actor.authority_id)
    line = next((help for help in policy.who_to_ring(clock.now()) if help.key != "emergency"), None)
    named = [worker.name] if worker else []
    return " or ".join([*named, f"{line.name} on {line.number}"] if line else named) or "your supervising social worker"


def submit(actor: Actor, child_id: str, entry: Entry, written: Written) -> Recording:
    """A carer sends what they wrote about a child's day (NMS 26; S1-4.3-10). Several a day are fine.

    Raises Denied or Refused as `may_write` does; Refused(422) for a day that is still to come.
    """
    may_write(actor, child_id)
    assert actor.home is not None, "a child lives with them, so they have a home"
    now = clock.now()
    moment = rules.written_at(written.at, written.skew, now)
    about_on, part = rules.about(entry, rules.begun_at(entry, written.skew, moment))
    _check_day(child_id, entry, moment)
    late = rules.is_late(about_on, moment, now, policy_of(actor.authority_id).recordings.late_after_days)
    about = {"child_id": child_id, "household_id": actor.home, "about_on": about_on, "day_part": part}
    return _keep(actor, entry, written, tags.RECORDING_SUBMITTED, None, sent_at=now, late=late, **about)


def _check_day(child_id: str, entry: Entry, moment: datetime) -> None:
    if entry.about_on is None:
        return
    now = clock.now()
    if rules.is_to_come(entry.about_on, moment, now):
        raise Refused(422, TO_COME, "about_on")
    if now.date() - entry.about_on > LONG_AGO:
        child = people.child(child_id)
        if child is not None and entry.about_on < child.born_on:
            raise Refused(422, NOT_BORN.format(child=child.name), "about_on")


def amend(actor: Actor, recording_id: str, entry: Entry, written: Written) -> Recording:
    """A carer adds to, or puts right, what they wrote: a new recording that points back. Also after a move.

    Raises Denied for who did not write it.
    """
    first = queries.find(recording_id)
    if first is not None and first.amends_id:
        first = queries.find(first.amends_id)
    if first is None:
        raise Denied()
    permit(actor, Permission.RECORDING_AMEND, queries.facts_of(first))
    now = clock.now()
    late = now - rules.written_at(written.at, written.skew, now) > rules.SENT_LATE
    about = {name: getattr(first, name) for name in ("child_id", "household_id", "about_on", "day_part")}
    cause = queries.event_of(first.id)
    return _keep(
        actor, entry, written, tags.RECORDING_AMENDED, cause, sent_at=now, late=late, amends_id=first.id, **about
    )


def _keep(
    actor: Actor, entry: Entry, written: Written, tag: str, caused_by: int | None, *, sent_at: datetime, **about: Any
) -> Recording:
    words = {name: getattr(entry, name) for name in rules.WORDS}
    recording = rows.keep(
        Recording,
        id=id_of(written.at, actor.person_id, written.item) if written.item else new_id(),
        authority_id=actor.authority_id,
        author_id=actor.person_id,
        made_at=rules.storable(written.at, sent_at),
        made_offset=written.offset,
        made_zone=written.zone,
        sent_at=sent_at,
        skew=written.skew,
        today_held=list(entry.today_held),
        **words,
        **about,
    )
    events.record(
        tag,
        at=sent_at,
        authority_id=recording.authority_id,
        actor_id=actor.person_id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        subject="recording",
        subject_id=recording.id,
        caused_by=caused_by,
        how=entry.how,
        wants_help=entry.wants_help,
        says_good=bool(entry.went_well),
        head=rules.head(entry),
        about_on=recording.about_on.isoformat(),
        day_part=recording.day_part,
        late=recording.late,
        sections=sorted(entry.sections),
        today_held=list(entry.today_held),
        amends=recording.amends_id,
    )
    audit.wrote(actor, tag, recording.id, recording.child_id)
    return recording


def add_step(
    recording: Recording, kind: str, actor: Actor, to_id: str | None = None, words: str = "", link: str | None = None
) -> Step:
    """Somebody did something with a recording, and its author can see it. The calling verb has asked for permission.

    `kind` is one of `rules.STEPS`; `words` are shown to the carer as they stand; `link` is an address of ours.
    """
    if kind not in rules.STEPS:
        raise ValueError(f"no such step: {kind}")
    return rows.keep(
        Step,
        authority_id=recording.authority_id,
        recording_id=recording.id,
        kind=kind,
        at=clock.now(),
        by_id=actor.person_id,
        to_id=to_id,
        words=words,
        link=link,
    )
