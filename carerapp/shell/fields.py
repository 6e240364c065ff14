"""The base of every form: same rules for an open page and for an item that waited on a phone."""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from flask import g, render_template, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import ValidationError

from .posted import posted, receiving

OPEN_TOO_LONG = "This page was open for a long time. Nothing you wrote is lost. Press the button again."
_UNTYPED = re.compile("[\x00\ud800-\udfff]")
NONE: frozenset[str] = frozenset()
LONGEST = 20_000
"""Characters in one answer: some forty pages. A longer text is refused with a message and stays with its author."""


class Form(FlaskForm):
    """A form that reads what was posted, and gives every character back when it can't take it."""

    class Meta:
        csrf = False  # shell.samesite checks every change before a form is even made

    def __init__(self, **kwargs: Any) -> None:
        if kwargs or request.method != "POST":
            super().__init__(posted() if request.method == "POST" else None, **kwargs)
        else:
            self._fill(posted())

    def _fill(self, said: MultiDict[str, str]) -> None:
        """What WTForms would make of what was said, in a tenth of the time.

        It makes every field anew and reads each; but a field that was not posted is as in a form that was posted empty.
        Of an item that waited, which is shown to nobody, such fields are not even copied.
        """
        blank = _blank(type(self))
        lent = blank.lent.keys() - said.keys() if receiving() else NONE
        self._fields = blank.fields_for(self, lent)
        self.__dict__.update(blank.form.__dict__ | self._fields, _fields=self._fields, form_errors=[])
        for name, field in self._fields.items():
            if field.name in said or name in blank.made_anew:
                field.process(said)

    def __getitem__(self, name: str) -> Any:
        """The field, for whoever looks at it closely: one of its own."""
        field = self._fields[name]
        if isinstance(field, _Lent):
            field = self._fields[name] = _blank(type(self)).field_for(self, name)
            setattr(self, name, field)
        return field

    def __iter__(self) -> Iterator[Any]:
        """Its fields, each its own."""
        return iter([self[name] for name in self._fields])

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; a page whose token died gives its text back with a kind word."""
        fields, fine_empty = self._fields, _blank(type(self)).fine_empty
        self._fields = {n: field for n, field in fields.items() if n not in fine_empty or field.raw_data or field.data}
        try:
            fine = super().validate(extra_validators)
        finally:
            self._fields = fields
        if not g.get("from_our_page", True):
            self.form_errors: list[str] = [*self.form_errors, OPEN_TOO_LONG]
            return False
        return fine

    def refused(self, template: str, **context: Any) -> tuple[str, int]:
        """The form again, with reasons at the fields; or, for an item that waited, only the reasons."""
        g.form_errors = {name or "": [str(e) for e in errors] for name, errors in self.errors.items()}
        if receiving():
            return "", 422
        return render_template(template, form=self, **context), 422


class _Blank:
    """A form of one kind as it is when it is posted empty. Only ever copied."""

    def __init__(self, kind: Any) -> None:
        self.form: FlaskForm = kind.__new__(kind)
        FlaskForm.__init__(self.form, MultiDict())
        fields = self.form._fields.items()
        self.made_anew = frozenset(name for name, field in fields if _is_made_anew(field))
        """Fields that are not the same each time, even when nothing was said."""
        fine = (name for name, field in fields if _is_fine_empty(field))
        self.fine_empty = frozenset(name for name in fine if not hasattr(kind, f"validate_{name}"))
        """Fields that are right whenever they are empty, whatever the others hold: nobody need look."""

        self._fields = {name: (type(field), field.__dict__) for name, field in fields}
        kept = self.made_anew | {name for name, field in fields if field.data}
        self.lent = {name: _lent(field) for name, field in fields if name in self.fine_empty - kept}
        """Fields at which nobody looks while nothing was said: many forms may have them in common."""

    def fields_for(self, form: FlaskForm, lent: AbstractSet[str]) -> dict[str, Field]:
        """Its fields, for a form that reads something into them. Those not lent share nothing that is ever changed."""
        return {name: self.lent[name] if name in lent else self.field_for(form, name) for name in self._fields}

    def field_for(self, form: FlaskForm, name: str) -> Field:
        """One of its fields."""
        kind, empty = self._fields[name]
        field = _new(kind)
        field.__dict__ = values = empty.copy()
        values["_form"] = form
        values["raw_data"] = []
        values["process_errors"] = [*empty["process_errors"]]
        return field


_blank: Callable[[Any], _Blank] = cache(_Blank)
_new: Callable[[type[Field]], Field] = object.__new__


class _Lent:
    """An empty field that many forms have at once."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: this field is not this form's own; ask the form for it by name")


def _lent(field: Field) -> Field:
    made = _new(type(type(field).__name__, (_Lent, type(field)), {}))
    made.__dict__.update(field.__dict__, _form=None, raw_data=(), errors=(), process_errors=())
    return made


def _is_made_anew(field: Field) -> bool:
    changeable = callable(field.default) or isinstance(field.data, (list, dict))
    return changeable or bool(getattr(field, "_choices_callable", None))


def _is_fine_empty(field: Field) -> bool:
    kind = type(field)
    chooses_freely = getattr(field, "validate_choice", True) is False
    checks_nothing = kind.pre_validate is Field.pre_validate and kind.post_validate is Field.post_validate
    return (checks_nothing or chooses_freely) and all(getattr(c, "passes_empty", False) for c in field.validators)


def plain_text(message: str | None = None) -> Callable[[FlaskForm, Any], None]:
    """Refuse what no keyboard types: a NUL or a torn character would be lost on its way to paper."""

    def check(form: FlaskForm, field: Any) -> None:
        if _UNTYPED.search(field.data or ""):
            raise ValidationError(message or "This text has a character that can't be kept. Delete it and try again.")

    check.passes_empty = True  # type: ignore[attr-defined]
    return check


def at_most(longest: int = LONGEST) -> Callable[[FlaskForm, Any], None]:
    """Refuse an answer that is too long, saying by how much."""

    def check(form: FlaskForm, field: Any) -> None:
        over = len(field.data or "") - longest
        if over > 0:
            raise ValidationError(f"This is {over:,} characters too long. Shorten it, or put the rest in a second one.")

    check.passes_empty = True  # type: ignore[attr-defined]
    return check
