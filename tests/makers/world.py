"""A small world with one of everything, for tests that ask who may see what.

Four stories: `own` (Jay, in Amina's home), `next` (Leo, in Nia's home next door), `other` (Kit, in the other authority)
and `ended` (Rae, who lived with Nia until today and lives with Amina from today on; written about by Nia then).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from carerapp.auth.models import Passkey, Phone, Recovery, RecoveryCode, SignIn
from carerapp.clocks.models import Clock
from carerapp.events import log as events
from carerapp.events import tags
from carerapp.events.models import Event
from carerapp.inbox.models import Handover
from carerapp.meetings.models import Meeting
from carerapp.people.models import Allocation, Child, Membership, Placement
from carerapp.quarantine.models import Kept
from carerapp.recordings.models import Recording, Step
from carerapp.recordings.sections import SECTIONS
from carerapp.shell import clock
from carerapp.shell.db import db
from carerapp.triage.models import Waiting


@dataclass(frozen=True)
class Story:
    """Ids of one of everything about one child, as written by one carer."""

    authority: str
    child: str
    household: str
    carer: str
    ssw: str
    csw: str
    recording: str
    handover: str
    meeting: str
    phone: str
    sign_in: str
    stay: str
    allocation: str
    membership: str
    passkey: str
    recovery: str
    kept: str
    words: str

    @property
    def person(self) -> str:
        """Whose account: the carer's."""
        return self.carer

    @property
    def home(self) -> str:
        """The household."""
        return self.household


def make_recording(authority: str, child: str, household: str, author: str, words: str, **changes) -> Recording:
    """One recording with sane defaults."""
    now = clock.now()
    values = {
        "authority_id": authority,
        "child_id": child,
        "household_id": household,
        "author_id": author,
        "about_on": clock.today() - timedelta(days=1),
        "day_part": "evening",
        "made_at": now,
        "made_offset": 0,
        "made_zone": "Europe/London",
        "sent_at": now,
        "how": "good",
        "saw": words,
    }
    recording = Recording(**(values | changes))
    db.session.add(recording)
    db.session.flush()
    return recording


def make(ids: dict[str, str], today: date | None = None) -> dict[str, Story]:
    """Fill a database that holds the cast. Run inside an app context, under `every_authority`."""
    today = today or clock.today()
    south, support = "south-gloucestershire", "placement-support"
    rae = _rae(ids, today)
    return {
        "own": _story(south, ids["child:jay"], ids["home:rahman"], ids["amina"], ids["sam"], ids["cora"], "OWNWORDS"),
        "next": _story(south, ids["child:leo"], ids["home:prosser"], ids["nia"], ids["sam"], ids["carl"], "NEXTWORDS"),
        "other": _story(
            support, ids["child:kit"], ids["home:halloran"], ids["zed"], ids["zoe"], ids["zara"], "OTHERWORDS"
        ),
        "ended": _story(south, rae, ids["home:prosser"], ids["nia"], ids["sam"], ids["cora"], "ENDEDWORDS"),
    }


def _rae(ids: dict[str, str], today: date) -> str:
    south = "south-gloucestershire"
    rae = Child(authority_id=south, name="Rae", full_name="Rae Holloway", born_on=date(today.year - 9, 1, 15))
    db.session.add(rae)
    db.session.flush()
    came, left = today - timedelta(days=90), today
    links = [
        Placement(child_id=rae.id, household_id=ids["home:prosser"], starts_on=came, ends_on=left, planned_end=True),
        Placement(child_id=rae.id, household_id=ids["home:rahman"], starts_on=left),
        Allocation(worker_id=ids["carl"], role="csw", child_id=rae.id, starts_on=came, ends_on=left),
        Allocation(worker_id=ids["cora"], role="csw", child_id=rae.id, starts_on=left),
    ]
    for link in links:
        link.authority_id = south
    db.session.add_all(links)
    db.session.flush()
    return rae.id


def _every_field(words: str) -> dict:
    """A canary in every field there is, so that no part of a page can leak unseen (bars S2)."""
    texts = ("went_well", "child_said", "think", "told", "told_by", "how_i_am", "help_with")
    asked = {
        section.name: {ask.name: f"{words} {section.name} {ask.name}" for ask in section.asks if ask.kind != "choice"}
        for section in SECTIONS
    }
    return {name: f"{words} {name}" for name in texts} | {"sections": asked}


def _story(authority: str, child: str, household: str, carer: str, ssw: str, csw: str, words: str) -> Story:
    now = clock.now()
    recording = make_recording(
        authority, child, household, carer, f"{words} saw", wants_help=True, **_every_field(words)
    )
    about = {"authority_id": authority, "child_id": child, "household_id": household}
    events.record(
        tags.RECORDING_PASSED_ON, **about, subject="recording", subject_id=recording.id, actor_id=ssw, note=words
    )
    handover = db.session.query(Handover).filter_by(recording_id=recording.id).one()
    meeting = Meeting(**about, asked_at=now, asked_by_id=ssw, why=words, cause_id=recording.id)
    phone = Phone(
        id=f"phone-{words.lower()}",
        authority_id=authority,
        person_id=carer,
        kind="pin",
        created_at=now,
        last_seen_at=now,
    )
    sign_in = SignIn(
        authority_id=authority, token_digest=words * 3, person_id=carer, how="demo", created_at=now, last_seen_at=now
    )
    code = RecoveryCode(authority_id=authority, person_id=carer, code_digest=words * 3, made_at=now)
    passkey = Passkey(
        authority_id=authority, person_id=carer, credential_id=words.encode(), public_key=b"", created_at=now
    )
    db.session.add_all([meeting, phone, sign_in, code, passkey])
    db.session.flush()
    recovery = Recovery(authority_id=authority, person_id=carer, code_id=code.id, asked_at=now)
    db.session.add(recovery)
    db.session.add_all(
        [
            Step(authority_id=authority, recording_id=recording.id, kind="replied", at=now, by_id=ssw, words=words),
            Waiting(
                **about, recording_id=recording.id, reader_id=ssw, sent_at=now, promised_at=now, how="good", head=words
            ),
            Event(
                **about, tag="recording:submitted", at=now, actor_id=carer, subject="recording",
                subject_id=recording.id,
                data={"head": words},
            ),
            Clock(
                **about, rule="recordings.read", subject="recording", subject_id=recording.id, owner_id=ssw,
                asked_by_id=carer, opened_at=now, warn_at=now, due_at=now,
            ),
        ]
    )  # fmt: skip
    kept = Kept(
        authority_id=authority, author_id=carer, item_id=f"item-{words.lower()}", hash="0" * 64, path="/recordings/",
        fields={"child": [child], "how": ["hard"], "saw": [f"KEPT{words.removesuffix('WORDS')}"]},
        made_at=now.isoformat(), zone="Europe/London", skew=0, written_at=now, came_at=now, why="moved", child_id=child,
        household_id=household, role_then="carer", as_of=clock.today() - timedelta(days=1), before_end=True,
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    return Story(
        authority=authority,
        child=child,
        household=household,
        carer=carer,
        ssw=ssw,
        csw=csw,
        recording=recording.id,
        handover=handover.id,
        meeting=meeting.id,
        phone=phone.id,
        sign_in=sign_in.id,
        stay=_first(Placement, child_id=child, household_id=household),
        allocation=_first(Allocation, household_id=household),
        membership=_first(Membership, person_id=carer),
        passkey=passkey.id,
        recovery=recovery.id,
        kept=kept.id,
        words=words,
    )


def _first(table, **which: str) -> str:
    return db.session.query(table).filter_by(**which).first().id
