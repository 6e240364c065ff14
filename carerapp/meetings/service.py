"""The verb of meetings that stands so far: asking for one."""

from ..access.actor import Actor
from ..access.gate import permit
from ..access.permissions import Permission
from ..audit import log as audit
from ..clocks import service as clocks
from ..events import log as events
from ..events import tags
from ..people import queries as people
from ..people.models import Person
from ..policy.registry import policy_of
from ..recordings import service as steps
from ..recordings.models import Recording
from ..recordings.queries import facts_of
from ..shell import clock
from ..shell.db import db
from ..shell.errors import Refused
from . import queries, rules
from .models import Meeting, MeetingPerson

MANAGERS = ("fostering_manager", "childcare_manager", "service_manager")


def ask(actor: Actor, recording: Recording, why: str, caused_by: int | None = None) -> Meeting:
    """Somebody asks for the meeting that keeps a home together, because of a recording (S1-5-01, S1-5-03; S2-4-01).

    Opens the authority's clock from this moment (S1-5-02, X-01) and names who must attend, who arranges and who may
    chair, as far as each role is held by somebody. Raises Denied; Refused(422) when the policy does not let this role
    ask, when `why` is empty, or when one was asked for from this recording already.
    """
    permit(actor, Permission.MEETING_ASK, facts_of(recording))
    policy = policy_of(recording.authority_id)
    if not rules.may_ask(actor.role, policy.meetings):
        raise Refused(422, "In your authority somebody else asks for this meeting.", "meeting_why")
    if not why.strip():
        raise Refused(422, "Say in a sentence why a meeting would help.", "meeting_why")
    if queries.of_recording(recording.id):
        raise Refused(422, "This meeting has already been asked for from this recording.", "meeting_why")
    meeting = Meeting(
        authority_id=recording.authority_id,
        child_id=recording.child_id,
        household_id=recording.household_id,
        asked_at=clock.now(),
        asked_by_id=actor.person_id,
        why=why.strip(),
        cause_id=recording.id,
    )
    db.session.add(meeting)
    db.session.flush()
    arranger = _invite(meeting, policy.meetings)
    clocks.open(
        policy.meetings.convene,
        authority=meeting.authority_id,
        subject="meeting",
        subject_id=meeting.id,
        child_id=meeting.child_id,
        household_id=meeting.household_id,
        owner_id=arranger or actor.person_id,
        asked_by_id=actor.person_id,
    )
    steps.add_step(recording, "meeting", actor, to_id=arranger, link=f"/meetings/{meeting.id}")
    events.record(
        tags.MEETING_ASKED_FOR,
        authority_id=meeting.authority_id,
        actor_id=actor.person_id,
        child_id=meeting.child_id,
        household_id=meeting.household_id,
        subject="meeting",
        subject_id=meeting.id,
        caused_by=caused_by,
        recording=recording.id,
    )
    audit.wrote(actor, tags.MEETING_ASKED_FOR, meeting.id, meeting.child_id)
    return meeting


def _invite(meeting: Meeting, policy: rules.MeetingRules) -> str | None:
    """Write down each part and who holds it; a role that nobody holds stays without a name, and the page warns.

    Returns who arranges it, or the manager in reserve when nobody holds that role.
    """
    desk = _Desk(meeting)
    arranger = None
    for part, role in rules.roles_by_part(policy):
        holders = desk.holders(role) or [None]
        arranger = holders[0] if part == rules.ARRANGES else arranger
        for person in holders:
            row = MeetingPerson(
                authority_id=meeting.authority_id, meeting_id=meeting.id, part=part, role=role, person_id=person
            )
            db.session.add(row)
    return arranger or desk.reserve()


class _Desk:
    """Who holds which role around this child today, each looked up once."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self._known: dict[str, list[Person]] = {}

    def holders(self, role: str) -> list[str | None]:
        """The people who hold a role for this child and home; more than one only for carers."""
        if role not in self._known:
            self._known[role] = self._find(role)
        return [person.id for person in self._known[role]]

    def reserve(self) -> str | None:
        """Who arranges it when nobody is allocated: a manager, for no promise is nobody's."""
        return next((found[0] for role in MANAGERS if (found := self.holders(role))), None)

    def _find(self, role: str) -> list[Person]:
        household, child = self.meeting.household_id, self.meeting.child_id
        if role == "carer":
            return people.carers_of(household)
        if role == "ssw":
            return _only(people.supervising_worker(household))
        if role in ("csw", "iro"):
            return _only(people.worker_of_child(child, role))
        if role in MANAGERS:
            worker = (
                people.supervising_worker(household) if role == "fostering_manager" else people.worker_of_child(child)
            )
            manager = people.manager_of(worker) if worker else None
            return _only(manager if manager and manager.role == role else people.first_of_role(role))
        return []


def _only(person: Person | None) -> list[Person]:
    return [person] if person else []
