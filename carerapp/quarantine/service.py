"""Verbs of quarantine: keep what access does not allow any more, let it in, or keep it out with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from flask import g

from ..access.actor import NOBODY, Actor
from ..audit import log as audit
from ..clocks import service as clocks
from ..events import log as events
from ..events import tags
from ..events.models import Event
from ..people import queries as people
from ..policy.registry import policy_of
from ..recordings import queries as recordings
from ..recordings import service as steps
from ..recordings.rules import Entry, begun_at, valid_id, written_at
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Refused
from ..shell.posted import form_at
from . import queries, rules
from .models import Decision, Kept
from .queries import Line

TOO_LATE = "{by} has decided about this already."
NOT_FIT = "It can't go into the record as it is: {reasons} You can keep it out and say why."


class Item(Protocol):
    """What came from a phone, as the sync room reads it."""

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def fields(self) -> dict[str, list[str]]: ...
    @property
    def made_at(self) -> datetime: ...
    @property
    def zone(self) -> str: ...
    @property
    def hash(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What the author is told: in which words, and by name who has it now."""

    errors: dict[str, list[str]]
    keeper: str


# --- what goes in ---------------------------------------------------------------------------------------------------


def _child_of_day(actor: Actor, item: Item, arguments: dict[str, Any]) -> str | None:
    return next(iter(item.fields.get("child", [])), None)


def _child_of_addition(actor: Actor, item: Item, arguments: dict[str, Any]) -> str | None:
    first = recordings.find(arguments["recording_id"])
    return first.child_id if first is not None and first.author_id == actor.person_id else None


ABOUT: dict[str, Callable[[Actor, Item, dict[str, Any]], str | None]] = {
    "recordings.submission": _child_of_day,
    "recordings.addition": _child_of_addition,
}
"""Which child an item is about, for each form that may wait on a phone. A house test asks for all of them."""


def keep_if_ended(author: Actor, item: Item, skew: int | None) -> Taken | None:
    """Keep an item that was refused, if that is because its author's access has ended (R14, S3).

    Called in the transaction of its receipt. None for everything else, and when no manager is left who could decide:
    then the words stay on the phone.
    """
    child_id = _about(author, item)
    child = people.child(child_id) if child_id and valid_id(child_id) else None
    person = people.person(author.person_id)
    if child is None or person is None:
        return None
    links = people.links_between(author.person_id, child.id)
    why = rules.why_ended(links, author.role, clock.today(), person.suspended_at is not None)
    if why is None:
        return None
    written = written_at(item.made_at, skew, clock.now())
    then = rules.as_of(links, _day(_begun(item, skew, written)), _day(written))
    home = then.link.household_id
    keepers = queries.keepers_of(author.person_id, then.link.role, home)
    if not keepers:
        return None
    kept = Kept(
        authority_id=author.authority_id,
        author_id=author.person_id,
        item_id=item.id,
        hash=item.hash,
        path=item.path,
        fields=item.fields,
        made_at=item.made_at.isoformat(),
        zone=item.zone,
        skew=skew,
        written_at=written,
        came_at=clock.now(),
        why=why,
        child_id=child.id,
        household_id=home,
        role_then=then.link.role,
        as_of=then.day,
        before_end=then.before_end and (person.suspended_at is None or written < person.suspended_at),
    )
    _keep(author, kept, keepers[0].id)
    manager = policy_of(author.authority_id).words["team_manager"]
    return Taken({"": [rules.told(why, child.name, keepers[0].name, manager)]}, keepers[0].name)


def _about(author: Actor, item: Item) -> str | None:
    endpoint, arguments = form_at(item.path)
    about = ABOUT.get(endpoint)
    return about(author, item, dict(arguments)) if about else None


def _begun(item: Item, skew: int | None, written: datetime) -> datetime:
    """When the first word was typed, as far as the phone says so."""
    try:
        begun = datetime.fromisoformat(next(iter(item.fields.get("begun", [])), ""))
    except ValueError:
        return written
    return begun_at(Entry(begun=begun), skew, written) if begun.tzinfo else written


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()


def _keep(author: Actor, kept: Kept, keeper_id: str) -> None:
    db.session.add(kept)
    db.session.flush()
    clocks.open(
        "quarantine.decide",
        authority=kept.authority_id,
        subject="quarantine",
        subject_id=kept.id,
        owner_id=keeper_id,
        asked_by_id=kept.author_id,
    )
    # Neither the event nor the promise names the child: what stands in a child's history is read by others.
    _tell(author, kept, tags.QUARANTINE_KEPT)
    audit.wrote(author, tags.QUARANTINE_KEPT, kept.id, kept.child_id)


def _tell(actor: Actor, kept: Kept, tag: str) -> Event:
    return events.record(
        tag, authority_id=kept.authority_id, actor_id=actor.person_id, subject="quarantine", subject_id=kept.id
    )


def follow_allocation(event: Event) -> None:
    """A home has a new worker, perhaps of another team: what waits for a manager waits for the right one."""
    if event.household_id:
        for kept in queries.waiting_of(event.household_id):
            keepers = queries.keepers_of(kept.author_id, kept.role_then, kept.household_id)
            if keepers:
                clocks.move([kept.id], keepers[0].id)


# --- what a manager decides -----------------------------------------------------------------------------------------

RunAsAuthor = Callable[[Actor, Kept], tuple[int, dict[str, list[str]]]]
_run: list[RunAsAuthor] = []


def let_in_through(run: RunAsAuthor) -> None:
    """Say how an item is run through its own view. Called by wiring: the room that does it stands higher."""
    _run[:] = [run]


def keep_out(actor: Actor, kept_id: str, words: str) -> Decision:
    """It stays out of the record, with a reason that its author reads. The words stay kept (R14).

    Raises Denied for who may not decide, Refused without a reason, or when it was decided already.
    """
    line = _to_decide(actor, kept_id)
    lacking = rules.lacks(rules.KEPT_OUT, words)
    if lacking:
        raise Refused(422, lacking.format(author=line.author), "words")
    return _decide(actor, line.kept, rules.KEPT_OUT, words)


def let_in(actor: Actor, kept_id: str, words: str) -> Decision:
    """It becomes what it would have been: run through its own view as its author, as of when it was written (S3).

    Raises Denied for who may not decide; Refused when it was decided already, or when the form itself refuses it.
    """
    kept = _to_decide(actor, kept_id).kept
    g.letting_in = LettingIn(actor, kept, words)
    try:
        status, errors = _run[0](author_then(kept), kept)
        recording_id = g.letting_in.recording_id
    finally:
        g.letting_in = None
    if status >= 400:
        reasons = " ".join(reason for texts in errors.values() for reason in texts)
        raise Refused(422, NOT_FIT.format(reasons=reasons))
    return _decide(actor, kept, rules.LET_IN, words, recording_id)


@dataclass
class LettingIn:
    """A decision under way, for the answer to the recording's own event."""

    actor: Actor
    kept: Kept
    words: str
    recording_id: str | None = None


def note_recording(event: Event) -> None:
    """What came into being while a manager let it in says so in its trail. Called by wiring."""
    under_way: LettingIn | None = g.get("letting_in")
    recording = recordings.find(event.subject_id) if under_way else None
    if under_way is not None and recording is not None:
        under_way.recording_id = recording.id
        steps.add_step(recording, "let_in", under_way.actor, recording.author_id, under_way.words.strip())


def author_then(kept: Kept) -> Actor:
    """Its author as they were then, with that one child and that one home: nothing else can come of it."""
    person = people.person(kept.author_id)
    assert person is not None, "an account is never deleted"
    child = frozenset({kept.child_id})
    home = frozenset({kept.household_id}) if kept.household_id else NOBODY
    carer, ssw = kept.role_then == "carer", kept.role_then == "ssw"
    return Actor(
        person.id,
        person.authority_id,
        person.name,
        kept.role_then,
        home=kept.household_id if carer else None,
        home_children=child if carer else NOBODY,
        supervised=home if ssw else NOBODY,
        supervised_children=child if ssw else NOBODY,
        own_children=child if kept.role_then == "csw" else NOBODY,
        reviewed_children=child if kept.role_then == "iro" else NOBODY,
    )


def _to_decide(actor: Actor, kept_id: str) -> Line:
    queries.take_turns(kept_id)
    line = queries.for_decision(actor, kept_id)
    if line.decision is not None:
        raise Refused(409, TOO_LATE.format(by=line.by))
    return line


def _decide(actor: Actor, kept: Kept, outcome: str, words: str, recording_id: str | None = None) -> Decision:
    decision = Decision(
        authority_id=kept.authority_id,
        kept_id=kept.id,
        by_id=actor.person_id,
        at=clock.now(),
        outcome=outcome,
        words=words.strip(),
        recording_id=recording_id,
    )
    db.session.add(decision)
    db.session.flush()
    _tell(actor, kept, tags.QUARANTINE_DECIDED)
    audit.wrote(actor, f"quarantine:{outcome}", kept.id, kept.child_id)
    return decision
