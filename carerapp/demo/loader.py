"""Load the demo: the cast, and 90 days lived by them through the very verbs that real use goes through.

Everything happens at a pretended time, in the order in which it would have happened, so that events, clocks, steps,
queues and traces are what ninety real days would have left. All of it is one transaction: a demo that was stopped
while it loaded is no demo, and the next start begins anew.
"""

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from flask import g
from sqlalchemy import insert, select

from ..access.actor import Actor
from ..audit.models import AuditRow
from ..clocks import service as clocks
from ..inbox import queries as inbox_queries
from ..inbox import service as inbox
from ..meetings import queries as meetings
from ..meetings.models import Meeting
from ..people.models import Person
from ..people.queries import actor_for
from ..policy.registry import policy_of
from ..recordings import service as recordings
from ..recordings.models import Recording
from ..recordings.rules import Entry as Words
from ..shell import clock
from ..shell.db import db, every_authority, fence
from ..shell.posted import Written
from ..triage import queries as triage_queries
from ..triage import rules
from ..triage import service as triage
from . import cast, story
from .desk import Desk
from .story import Entry

Progress = Callable[[str], None]
ZONE = "Europe/London"
TELL_EVERY = 50
LOOKS_ROUND = timedelta(hours=6)
"""Between two rounds of the watcher in the pretended time; the real one looks far more often."""


def loaded() -> bool:
    """Is the cast there? Loading is one transaction, so then everything is."""
    with every_authority():
        return db.session.scalar(select(Person.id).where(Person.slug.is_not(None)).limit(1)) is not None


def load(days: int, progress: Progress, today: date | None = None, seed: int = story.SEED) -> None:
    """Write the cast and their last `days` days into an empty database, and commit. The last day is yesterday."""
    today = today or clock.today()
    before = db.session.info.get("authority")
    try:
        progress("Making the people of the demo")
        ids = cast.load(today)
        told = story.everything(today, days, seed)
        progress(f"Living {days} days: {len(told)} recordings")
        _Days(ids, told, today, seed, progress).live()
        db.session.commit()
        progress("The demo is ready")
    except BaseException:
        db.session.rollback()
        raise
    finally:
        fence(before)


class _Days:
    """What everybody does, one thing after the other, in the order of the time at which they do it."""

    def __init__(self, ids: dict[str, str], told: list[Entry], today: date, seed: int, progress: Progress) -> None:
        self.ids, self.today, self.seed, self.progress = ids, today, seed, progress
        self.end = datetime.combine(today, time(), tzinfo=clock.LONDON)
        self.actors: dict[str, Actor] = {}
        self.desks: dict[str, Desk] = {}
        self.sent: dict[int, Recording] = {}
        self.asked: dict[str, Meeting | None] = {}
        self._number = count()
        self._to_do: list[tuple[datetime, int, Callable[[], None]]] = []
        self.all = len(told)
        for entry in told:
            self._at(entry.sent_at, partial(self._send, entry))
        if told:
            self._at(told[0].sent_at, self._watch)

    def live(self) -> None:
        """Do everything that comes before today; what would come later waits."""
        while self._to_do:
            moment, _, do = heapq.heappop(self._to_do)
            with clock.pretend(moment):
                do()

    def _at(self, moment: datetime, do: Callable[[], None]) -> None:
        if moment < self.end:
            heapq.heappush(self._to_do, (moment, next(self._number), do))

    @contextmanager
    def _as(self, slug: str) -> Iterator[Actor]:
        """Somebody at work: what they see is fenced to their authority, and what they look at leaves its trace."""
        if slug not in self.actors:
            with every_authority():
                person = db.session.get(Person, self.ids[slug])
                assert person is not None
                self.actors[slug] = actor_for(person)
        actor = self.actors[slug]
        fence(actor.authority_id)
        yield actor
        if looks := g.pop("looks", []):
            db.session.execute(insert(AuditRow), looks)

    def _desk(self, slug: str) -> Desk:
        if slug not in self.desks:
            calendar = policy_of(cast.BY_SLUG[slug].authority).calendar
            self.desks[slug] = Desk(slug, calendar, self.today, self.seed)
        return self.desks[slug]

    # --- what carers do ---

    def _send(self, entry: Entry) -> None:
        written = Written(at=entry.written_at, zone=ZONE, skew=entry.skew)
        with self._as(entry.author) as carer:
            recording = recordings.submit(carer, self.ids[f"child:{entry.child}"], entry.words, written)
        self.sent[id(entry)] = recording
        if entry.amendment:
            self._at(entry.amendment.written_at + timedelta(seconds=20), partial(self._amend, entry, recording.id))
        if "sat_down" in entry.orders:
            self._sit_down(entry)
        self._to_triage(entry, recording.id, recording.sent_at)
        if len(self.sent) % TELL_EVERY == 0 or len(self.sent) == self.all:
            self.progress(f"{len(self.sent)} of {self.all} recordings, up to {entry.about_on:%-d %B}")

    def _amend(self, entry: Entry, recording_id: str) -> None:
        assert entry.amendment is not None
        written = Written(at=entry.amendment.written_at, zone=ZONE, skew=entry.skew)
        with self._as(entry.author) as carer:
            more = recordings.amend(carer, recording_id, Words(saw=entry.amendment.text), written)
        self._to_triage(entry, more.id, more.sent_at, adds=True)

    # --- what the supervising social worker does ---

    def _to_triage(self, entry: Entry, recording_id: str, sent_at: datetime, adds: bool = False) -> None:
        worker = cast.HOUSEHOLDS[entry.home][4]
        read_at = self._desk(worker).read_at(entry, sent_at)
        if read_at:
            self._at(max(read_at, sent_at + timedelta(minutes=2)), partial(self._read, entry, recording_id, adds))

    def _read(self, entry: Entry, recording_id: str, adds: bool) -> None:
        worker = cast.HOUSEHOLDS[entry.home][4]
        choice = self._desk(worker).choice(entry, adds)
        with self._as(worker) as actor:
            triage_queries.entry(actor, recording_id)
            triage.mark_read(actor, recording_id)
        think = timedelta(minutes=3 + 4 * len(choice.words))
        decided_at = min(clock.now() + think, self.end - timedelta(minutes=1))
        self._at(decided_at, partial(self._decide, entry, recording_id, choice))

    def _decide(self, entry: Entry, recording_id: str, choice: rules.Choice) -> None:
        worker = cast.HOUSEHOLDS[entry.home][4]
        with self._as(worker) as actor:
            triage.decide(actor, recording_id, choice, based_on="")
            if rules.MEETING in choice.outcomes:
                self.asked[entry.child] = meetings.of_recording(recording_id)
        if choice.passes_on:
            self._to_inbox(entry, recording_id)

    # --- what the child's social worker does ---

    def _to_inbox(self, entry: Entry, recording_id: str) -> None:
        worker = cast.WORKERS[entry.child][0]
        plan = self._desk(worker).casework(entry, clock.now())
        with self._as(worker):
            handover = inbox_queries.of_recording(recording_id)
        assert handover is not None
        self._at(plan.read_at, partial(self._case, worker, handover.id, inbox.mark_read))
        system = policy_of(handover.authority_id).words["case_system"]
        filed_as = f"{system} {self._desk(worker).rng.randrange(100_000, 999_999)}"
        self._at(plan.filed_at, partial(self._case, worker, handover.id, inbox.file, filed_as))
        self._at(
            plan.followed_up_at, partial(self._case, worker, handover.id, inbox.follow_up, plan.needed, plan.words)
        )

    def _case(self, worker: str, handover_id: str, verb: Callable[..., None], *given: Any) -> None:
        with self._as(worker) as actor:
            inbox_queries.one(actor, handover_id)
            verb(actor, handover_id, *given)

    # --- what happens besides ---

    def _sit_down(self, entry: Entry) -> None:
        """The meeting that was asked for took place. No verb says so yet, so its promise is kept here."""
        meeting = self.asked.get(entry.child)
        if meeting is None:
            return
        day = entry.written_at.date()
        with clock.pretend(datetime.combine(day, time.fromisoformat(entry.orders["sat_down"]), tzinfo=clock.LONDON)):
            rule = policy_of(meeting.authority_id).meetings.convene
            clocks.meet(rule, meeting.id, self.ids[cast.WORKERS[entry.child][0]], "meeting:held")
        meeting.state = "held"

    def _watch(self) -> None:
        """One round of the watcher: what was missed is handed up."""
        for authority in (cast.SOUTH, cast.SUPPORT):
            fence(authority)
            clocks.hand_up(clock.now(), authority)
        self._at(clock.now() + LOOKS_ROUND, self._watch)
