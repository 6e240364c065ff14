"""What stands on Today. A fixed number of statements for each role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ..access.actor import Actor
from ..clocks import queries as clocks
from ..inbox import queries as inbox
from ..meetings import queries as meetings
from ..people import queries as people
from ..policy.dates import day_written_about, say_day, say_when
from ..policy.registry import policy_of
from ..quarantine import queries as quarantine
from ..recordings import present
from ..recordings import queries as recordings
from ..recordings.present import Row
from ..shell import clock
from ..triage import queries as triage

FOR_ANYBODY = frozenset({"emergency", "edt"})
DAYS = 2
"""Today shows today and yesterday: older days are in the list and the calendar."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day on a child's card. `mine` is what I wrote, with its words; of others' only that they wrote."""

    label: str
    mine: list[Row]
    others: list[Row]


@dataclass(frozen=True, slots=True)
class Card:
    """A child at home."""

    id: str
    name: str
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Answer:
    """Something that came back to me. The words stand here only as long as a phone with a PIN may keep them."""

    recording_id: str
    said: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class CarerDay:
    """A carer's Today."""

    cards: list[Card]
    answers: list[Answer]
    worker: str
    kept_back: str


def carer_day(actor: Actor) -> CarerDay:
    """What a carer finds on Today: each child at home, what was written, what came back, and who supports them."""
    now = clock.now().astimezone(clock.LONDON)
    today = day_written_about(now)
    children = people.children_at(actor.home) if actor.home else []
    lines = recordings.lately(actor, today - timedelta(days=DAYS - 1))
    rows = present.rows(lines, recordings.steps_of(line.id for line in lines), now)
    worker = people.supervising_worker(actor.home) if actor.home else None
    return CarerDay(
        cards=[Card(c.id, c.name, _days(today, [r for r in rows if r.line.child_id == c.id], actor)) for c in children],
        answers=answers(actor),
        worker=worker.name if worker else "",
        kept_back=kept_back(actor),
    )


def kept_back(actor: Actor) -> str:
    """What of mine is with my manager, or was decided in the last week, in one line; "" when there is nothing."""
    lines = quarantine.mine(actor, since=clock.now() - timedelta(days=7))
    waits = [line for line in lines if line.decision is None]
    if waits:
        who = waits[0].keepers[0].name if waits[0].keepers else "your manager"
        what = "Something you wrote is" if len(waits) == 1 else f"{len(waits)} things you wrote are"
        return f"{what} with {who} to decide"
    return f"{lines[0].by} has decided about something you wrote" if lines else ""


def _days(today: date, rows: list[Row], actor: Actor) -> list[Day]:
    """Today and yesterday. After midnight "today" is the evening before, and the new day comes first."""
    to_come = sorted({row.line.about_on for row in rows if row.line.about_on > today}, reverse=True)
    return [_day(day, rows, actor, today) for day in (*to_come, *(today - timedelta(days=n) for n in range(DAYS)))]


def _day(day: date, rows: Iterable[Row], actor: Actor, today: date) -> Day:
    found = [row for row in rows if row.line.about_on == day]
    mine = [row for row in found if row.line.author_id == actor.person_id]
    return Day(say_day(day, today), mine, [row for row in found if row not in mine])


def answers(actor: Actor) -> list[Answer]:
    """What came back to me in the last week, newest first."""
    phone, now = policy_of(actor.authority_id).phone, clock.now()
    since = clock.today() - timedelta(days=phone.pin_recordings_days)
    return [
        Answer(
            recording_id,
            f"{did.by} answered about {child}'s {say_day(about_on, clock.today())}",
            present.lately(did.at, now),
            did.words if about_on > since else "",
        )
        for recording_id, did, child, about_on in recordings.answers_to(actor, now - timedelta(days=7))
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """A number with a place to go to. `alert` when somebody is waiting for it."""

    number: int
    one: str
    many: str
    href: str
    alert: bool = False

    @property
    def words(self) -> str:
        """Say it: "3 recordings wait for you"."""
        return f"{self.number or 'No'} {self.one if self.number == 1 else self.many}"


_COUNTS: dict[str, tuple[str, ...]] = {
    "ssw": ("triage", "meetings", "clocks"),
    "csw": ("inbox", "meetings", "clocks"),
    "fostering_manager": ("triage", "quarantine", "clocks", "meetings", "inbox"),
    "childcare_manager": ("inbox", "quarantine", "clocks", "meetings"),
    "iro": ("meetings",),
}


def counts(actor: Actor) -> list[Count]:
    """What waits for a worker: the queue, the inbox, meetings that were asked for, promises that were missed."""
    found = [_count(room, actor) for room in _COUNTS.get(actor.role, ())]
    # A fostering manager only stands in for a child's social worker: an empty inbox is no news to them.
    quiet = {"/quarantine/", "/inbox/"} if actor.role == "fostering_manager" else {"/quarantine/"}
    return [count for count in found if count.number or count.href not in quiet]


def _count(room: str, actor: Actor) -> Count:
    if room == "triage":
        number = triage.waiting_count(actor)
        return Count(number, "recording waits to be read", "recordings wait to be read", "/triage/")
    if room == "inbox":
        return Count(inbox.open_count(actor), "recording is with you", "recordings are with you", "/inbox/")
    if room == "quarantine":
        number = len(quarantine.waiting(actor))
        return Count(number, "recording is kept back for you", "recordings are kept back for you", "/quarantine/", True)
    if room == "meetings":
        number = meetings.asked_for(actor)
        return Count(number, "meeting was asked for", "meetings were asked for", "/meetings/", number > 0)
    number = clocks.overdue(actor)
    return Count(number, "promise is late", "promises are late", "/clocks/", number > 0)


def children_of(actor: Actor) -> list[tuple[str, str]]:
    """The children of somebody's work, by name."""
    return [(child.id, child.name) for child in people.children_by_id(actor.children).values()]


@dataclass(frozen=True, slots=True)
class YoungDay:
    """A young person's Today: the people around them, by name. Nothing that others wrote about them."""

    home: list[str]
    others: list[str]
    worker: str
    reviewer: str


def young_day(actor: Actor) -> YoungDay:
    """Who lives and works with a young person today."""
    child_id = actor.self_child or ""
    household = people.home_of(child_id)
    worker, reviewer = people.worker_of_child(child_id), people.worker_of_child(child_id, "iro")
    return YoungDay(
        home=[person.name for person in people.carers_of(household.id)] if household else [],
        others=[c.name for c in people.children_at(household.id) if c.id != child_id] if household else [],
        worker=worker.name if worker else "",
        reviewer=reviewer.name if reviewer else "",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody to ring."""

    name: str
    number: str
    dial: str
    hours: str
    use: str


def who_to_ring(actor: Actor) -> list[Line]:
    """The authority's directory of help: who answers now comes first (S1-A3.5-22, S1-A3.5-23).

    It was made for carers: a young person is shown the lines that are for anybody.
    """
    lines = policy_of(actor.authority_id).who_to_ring(clock.now())
    found = [h for h in lines if actor.role != "young_person" or h.key in FOR_ANYBODY]
    return [Line(h.name, h.number, h.number.replace(" ", ""), h.hours, h.use) for h in found]


def fetched() -> str:
    """When this page was made, for a page that a phone may show later."""
    return say_when(clock.now(), clock.now())
