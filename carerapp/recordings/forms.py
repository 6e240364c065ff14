"""The form for a day. Very little must be filled in; everything may be."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as Area
from wtforms.fields.choices import SelectChoice as Option

from ..policy.dates import DAY_PARTS
from ..shell.fields import Form, at_most, plain_text
from . import today_held
from .rules import HOW, Entry, says_something
from .sections import SECTIONS, Ask

HELD = today_held.load()
LINE = 200
DAYS = (("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day"))
EMPTY = "Tap how the day was, or write one sentence."
NO_DATE = "Choose a date, or write it as year, month and day, such as 2026-05-03."


class Day(DateField):
    """A date that may be left empty; one that can't be read is refused in plain words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date of the phone's own picker."""
        text = " ".join(valuelist).strip()
        try:
            self.data = date.fromisoformat(text) if text else None
        except ValueError:
            self.data = None
            raise ValueError(NO_DATE) from None


def words(label: str, hint: str = "", longest: int | None = None) -> Any:
    """A field for somebody's words, of one line when `longest` is given. What is typed is kept as it is typed."""
    checks = [plain_text(), at_most(longest) if longest else at_most()]
    return (StringField if longest else Area)(label, checks, description=hint, default="")


def options(pairs: Iterable[tuple[str, str]]) -> list[Option]:
    """Values and labels to choose from."""
    return [Option(value, label) for value, label in pairs]


def _lines(text: str | None) -> str:
    """The text with the line ends of the database, whatever the browser's are."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def _moment(text: str | None) -> datetime | None:
    """A moment as the phone writes it; None when it can't be read, because nobody typed it and nobody can mend it."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _ask(ask: Ask) -> Any:
    if ask.kind == "choice":
        return RadioField(ask.label, choices=options(ask.choices), validate_choice=False, description=ask.hint)
    return words(ask.label, ask.hint, LINE if ask.kind == "line" else None)


class EntryForm(Form):
    """What a day and an addition to it have in common: the marks of NMS 26, and the wish for help."""

    saw = words("What happened?", "What you saw and heard. One sentence is enough.")
    child_said = words("What they said or showed", "In their own words, as they said them.")
    think = words("What I think", "Your own view, and why you think so.")
    told = words("What someone told me")
    told_by = words("Who told me", longest=LINE)
    wants_help = BooleanField("I'd like help with this")
    help_with = words("What would help?")

    def holds(self, names: Iterable[str]) -> bool:
        """Does one of these fields hold something, or was it refused? Then its part of the page stands open."""
        return any(self[name].data or self[name].errors for name in names)

    @cached_property
    def entry(self) -> Entry:
        """What was written."""
        return self._entry()

    def _entry(self) -> Entry:
        return Entry(**self._words())

    def _words(self) -> dict[str, Any]:
        names = ("saw", "child_said", "think", "told", "told_by", "help_with")
        found: dict[str, Any] = {name: _lines(self._fields[name].data) for name in names}
        # Whoever says what would help wants help, with or without the tick.
        found["wants_help"] = bool(self.wants_help.data or found["help_with"].strip())
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then that there is anything at all."""
        fine = super().validate(extra_validators)
        if fine and not says_something(self.entry):
            self["saw"].errors = [EMPTY]
            return False
        return fine


class RecordingForm(EntryForm):
    """A child's day. `day` and `part` left alone mean now, wherever and whenever the page was first opened."""

    child = HiddenField()
    how = RadioField("How was the day?", choices=options(HOW.items()), validate_choice=False)
    day = RadioField("Which day?", choices=options(DAYS), default="today", validate_choice=False)
    about_on = Day("The date, if it was another day")
    day_part = SelectField(
        "Which part of the day?",
        choices=options([("", "The time it is now"), *DAY_PARTS.items()]),
        default="",
        validate_choice=False,
    )
    went_well = words("What went well?", "Something kind, funny, new or proud. Small things count.")
    today_held = SelectMultipleField(
        "What today held",
        choices=options((item.code, item.label) for kind in today_held.KINDS for item in HELD.offered(kind)),
        description=HELD.disclaimer,
        validate_choice=False,
        default=[],
    )
    begun = HiddenField()
    today_held_version = HiddenField(default=str(HELD.version))
    how_i_am = words("How I am", "Your own day counts too.")

    def _entry(self) -> Entry:
        """What was written about the day. A choice that we never offered is left out; words never are."""
        version = self.today_held_version.data or ""
        return Entry(
            **self._words(),
            about_on=self.about_on.data,
            begun=_moment(self.begun.data),
            days_ago=int(self.day.data == "yesterday"),
            day_part=self.day_part.data if self.day_part.data in DAY_PARTS else "",
            how=self.how.data if self.how.data in HOW else "",
            went_well=_lines(self.went_well.data),
            how_i_am=_lines(self.how_i_am.data),
            sections=self._sections(),
            today_held=tuple(dict.fromkeys(code for code in self.today_held.data or () if code in _TICKS)),
            today_held_version=int(version) if version in _VERSIONS else HELD.version,
        )

    def _sections(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for section, ask, name, known in _QUESTIONS:
            text = self._fields[name].data
            if text and text.strip() and (known is None or text in known):
                found.setdefault(section, {})[ask] = _lines(text)
        return found


_QUESTIONS = [
    (section.name, ask.name, section.field(ask), frozenset(dict(ask.choices)) if ask.kind == "choice" else None)
    for section in SECTIONS
    for ask in section.asks
]
_TICKS = frozenset(item.code for item in HELD.items)
_VERSIONS = {str(version) for version in range(1, HELD.version + 1)}
for _section in SECTIONS:
    for _question in _section.asks:
        setattr(RecordingForm, _section.field(_question), _ask(_question))
del _section, _question


class AdditionForm(EntryForm):
    """Something added to, or put right in, what one wrote before. What stood there stays as it was."""

    saw = words(
        "What would you like to add or put right?", "What you wrote before stays as it was; this stands with it."
    )


SAYS_NOTHING = frozenset({("day", "today"), ("day_part", "")})


def read_back(form: EntryForm, fields: dict[str, list[str]]) -> list[tuple[str, str]]:
    """What waited on a phone, in the words of its form: each answer under its question, none left out.

    A field that the form does not know (another version of the app made it) stands under its own name.
    """
    found = []
    for name in [*form._fields, *sorted(set(fields) - set(form._fields))]:
        field, answers = form._fields.get(name), [text for text in fields.get(name, []) if text.strip()]
        if not answers or (field is not None and (field.type == "HiddenField" or (name, answers[0]) in SAYS_NOTHING)):
            continue
        if field is None:
            found.append((name, "\n".join(answers)))
            continue
        known = dict(_options(field))
        said = "Yes" if field.type == "BooleanField" else "\n".join(known.get(text, text) for text in answers)
        found.append((field.label.text, said))
    return found


def _options(field: Any) -> Iterable[tuple[str, str]]:
    return ((choice.value, choice.label) for choice in getattr(field, "choices", None) or ())
