"""What an authority's policy says, as frozen facts that any room may read.

Every rule says why it stands (in our words), which requirements it comes from, and, where the policy is silent
or contradicts itself, what the authority chose (`choice`, X-01 to X-11).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .calendars import Calendar
from .durations import Duration, due_at
from .opening import Opening, is_open

# Every clock there is: the key, and when it starts. A file without one of them is refused.
CLOCKS: dict[str, str] = {
    "recordings.read": "a carer sent a recording",
    "recordings.pass_on": "the supervising social worker read it",
    "recordings.discuss": "it was marked to be raised in supervision",
    "recordings.review": "recordings of this household were last reviewed",
    "casework.read": "a recording was passed to the child's social worker",
    "casework.file": "the child's social worker read it",
    "casework.follow_up": "the child's social worker marked it as needing follow-up",
    "alerts.to_csw": "the supervising social worker alerted the child's social worker",
    "alerts.to_ssw": "the child's social worker alerted the supervising social worker",
    "support.reply": "a carer asked for help",
    "support.reply_serious": "a carer asked for help and called it serious",
    "quarantine.decide": "words came from a phone after their author's access had ended",
    "meetings.convene": "a meeting was asked for",
    "meetings.minutes": "the meeting was held",
    "meetings.iro_check": "the meeting was held",
    "meetings.review": "the meeting was held",
    "actions.supervision_check": "the action was agreed, or last checked",
    "actions.recheck": "a slipped action was flagged with its worker",
    "supervision.first_month": "last visit, first month of approval or of a new child",
    "supervision.second_month": "last visit, the month after that",
    "supervision.first_year": "last visit, until the first year has passed",
    "supervision.experienced": "last visit, experienced carer, home not yet settled",
    "supervision.settled": "last visit, experienced carer, settled home",
    "supervision.long_term": "last visit, long-term matched, with the manager's approval",
    "risk.assessment": "the child moved to a new home",
    "risk.action_plan": "the child is about to move to a new home",
    "endings.meeting": "the child left in an unplanned way",
    "reports.breakdowns": "the last analysis of endings",
}

# Every word an authority says in its own way: the key, and where it is used.
WORDS: dict[str, str] = {
    "meeting": "the meeting that keeps a home together, with a capital",
    "meetings": "the same, more than one",
    "ask_for_meeting": "the button and triage decision that asks for one",
    "ending_meeting": "the meeting after an unplanned ending",
    "team_manager": "the manager of either team, in a sentence",
    "team_managers": "the same, more than one",
    "case_system": "where the child's case record is kept",
    "edt": "social work help out of office hours",
    "helpline": "carers helping carers",
    "psychology": "psychological support for child and carers",
    "urgent_support": "who gives urgent support when a home is at risk",
    "report_unit": "who counts and analyses endings",
    "panel": "the panel that receives minutes",
    "home": "instead of placement",
    "family_time": "instead of contact",
    "a_break": "instead of respite",
}

# What a phone may be allowed to hold.
HOLDINGS: dict[str, str] = {
    "writing": "writing, drafts and what waits to be sent",
    "own_recordings": "recordings that this person wrote in the last days",
    "plan_measures": "the agreed measures of the safe care plan",
    "who_to_ring": "names and numbers of who to ring",
    "household": "the household page and the children's profiles",
    "meetings": "meetings, their minutes and actions",
}

CHILD_PARTS: dict[str, str] = {
    "considered": "the child's social worker considers whole, part or none of the meeting",
    "always_invited": "the child is always invited; not inviting is a shared decision with its reason",
}
FAMILY_VIEWS: dict[str, str] = {
    "if_in_contact": "sought when child and family see each other regularly",
    "where_safe": "sought where it is safe and possible",
}
ENDING_REACH: dict[str, str] = {
    "any_unplanned": "after every unplanned ending",
    "long_term_only": "only when the home was meant to be long term",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Why something stands: one sentence of ours, the requirement IDs, and the choice where a policy is silent."""

    why: str
    source: tuple[str, ...] = ()
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The policy text itself (S1-0-01). `sections` maps the middle part of a requirement ID to its title."""

    title: str
    prefix: str
    version: str
    dated: date
    review: date | None = None
    author: str = ""
    sections: Mapping[str, str] = field(default_factory=dict, hash=False)
    read_with: tuple[str, ...] = ()

    def review_passed(self, today: date) -> bool:
        """Tell whether the date by which this policy was to be looked at again has gone by."""
        return self.review is not None and self.review < today


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of one running clock, all in UTC. `target_at` and `not_before` are None without such a rule."""

    start: datetime
    warn_at: datetime
    due_at: datetime
    target_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule(Rule):
    """One promise with a time on it.

    `due` is the breach; `target`, where the policy names two times, is the one to aim for (X-01). `warn` is a
    duration, or the part of the time that has passed (0.5 is half). `chain` is who holds the clock, beginning
    with `owner`: each missed clock moves one along. `met_by` are the event tags that keep the promise.
    """

    key: str
    due: Duration
    warn: Duration | float
    owner: str
    chain: tuple[str, ...]
    met_by: tuple[str, ...]
    target: Duration | None = None
    not_before: Duration | None = None

    def times(self, start: datetime, calendar: Calendar) -> Times:
        """Say when a clock started at `start` warns, should be met, and is missed.

        Warning and target never come after the end, however short a "same day" is left.
        """
        due = due_at(start, self.due, calendar)

        def within(moment: datetime) -> datetime:
            return min(moment, due)

        if isinstance(self.warn, Duration):
            warn = within(due_at(start, self.warn, calendar))
        else:
            warn = due - (due - start) * (1 - self.warn)
        return Times(
            start=start,
            warn_at=warn,
            due_at=due,
            target_at=within(due_at(start, self.target, calendar)) if self.target else None,
            not_before=within(due_at(start, self.not_before, calendar)) if self.not_before else None,
        )

    def after(self, role: str) -> str | None:
        """Name the role that takes over from `role`, or None at the end of the chain."""
        if role not in self.chain:
            return None
        return dict(zip(self.chain, self.chain[1:], strict=False)).get(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Someone to ring. `rank` orders the list: the smaller, the sooner (S1-A3.5-22, S1-A3.5-23)."""

    key: str
    name: str
    number: str
    open: tuple[Opening, ...]
    use: str
    rank: int

    @property
    def hours(self) -> str:
        """The opening hours in words."""
        return ", ".join(str(opening) for opening in self.open)

    def answers(self, at: datetime, calendar: Calendar) -> bool:
        """Tell whether somebody answers there at `at`."""
        return is_open(self.open, at, calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRules(Rule):
    """What a phone may hold, and for how long; `pin` is for a phone that has only a PIN and no passkey.

    `unsent_hours`: words that have waited so long on a phone are spoken of on every page of it. `silent_hours`: a phone
    that was not heard of for so long, or whose words had waited for so long when it was, is named to who supports its
    owner (bars R8).
    """

    pin_may_hold: tuple[str, ...]
    passkey_may_hold: tuple[str, ...]
    pin_recordings_days: int
    passkey_recordings_days: int
    lease_days: int
    draft_lock_minutes: int
    unsent_hours: int
    silent_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRules(Rule):
    """How often a carer writes, and what stays theirs. `every_days` 1 is a recording a day for each child."""

    every_days: int
    expected_parts: tuple[str, ...]
    late_after_days: int
    keep_after_move: bool
    export_after_move: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRules(Rule):
    """When software may say that something needs a look. It never decides, and reads no word for a reason."""

    hard_nights: int
    hard_nights_in_days: int
    no_positives_days: int
    unread_after: Duration
    pass_on_by_default: bool
    word_triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a list: a document to read, a part of a form. `asks` is the question below a form's title."""

    key: str
    title: str
    asks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRules(Rule):
    """The meeting that keeps a home together: who asks, chairs, comes, and what is written.

    Roles and groups are those of `roles.py`. `request_through` is the role that convenes for whoever asks, or
    empty when a request stands by itself. `who_may_flag` may name a concern, which is no request yet (X-06).
    """

    who_may_request: tuple[str, ...]
    who_may_flag: tuple[str, ...]
    request_through: str
    arranged_by: str
    goes_ahead_by: tuple[str, ...]
    chair: tuple[str, ...]
    must_attend: tuple[str, ...]
    invited: tuple[str, ...]
    minutes_to: tuple[str, ...]
    minutes_files: tuple[str, ...]
    child_part: str
    family_views: str
    ask_about_advocate: bool
    written_to_child: bool
    convene: str
    reading: tuple[Item, ...]
    form: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingRules(Rule):
    """The meeting after an unplanned ending. The window is how recent a stability meeting must have been for a
    manager to decide that none is needed; None when the policy has no such exemption (X-02, X-03, X-10)."""

    reach: str
    chair: tuple[str, ...]
    exemption_window: Duration | None
    exemption_by: tuple[str, ...]
    minutes_to: tuple[str, ...]
    reading: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KinderWord:
    """A word that hurts or hides, and one that does not. `forms` are all spellings looked for."""

    word: str
    forms: tuple[str, ...]
    say: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """One authority's policy, whole. Two authorities with the same key are the same."""

    key: str
    name: str
    document: Document
    words: Mapping[str, str] = field(hash=False)
    words_rule: Rule
    roles: Mapping[str, str] = field(hash=False)
    clocks: Mapping[str, ClockRule] = field(hash=False)
    directory: tuple[Help, ...]
    phone: PhoneRules
    recordings: RecordingRules
    triage: TriageRules
    meetings: MeetingRules
    endings: EndingRules
    kinder: tuple[KinderWord, ...]
    kinder_rule: Rule
    calendar: Calendar
    calendar_rule: Rule

    def role(self, role: str) -> str:
        """Say a role or group in this authority's words; raises KeyError for one that does not exist."""
        return self.roles[role]

    def sections(self, rule: Rule) -> tuple[str, ...]:
        """Name the sections of the policy a rule comes from, each once, in the order of its sources (S1-0-01)."""
        parts = dict.fromkeys(source.split("-")[1] for source in rule.source if not source.startswith("X-"))
        return tuple(self.document.sections[part] for part in parts)

    def who_to_ring(self, at: datetime) -> tuple[Help, ...]:
        """List whom to ring at `at`: those who answer now come first (S1-A3.5-22, S1-A3.5-23)."""
        return tuple(sorted(self.directory, key=lambda help: (not help.answers(at, self.calendar), help.rank)))
