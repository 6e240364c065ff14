"""The base of every form: same rules for an open page and for an item that waited on a phone."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template, request
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from .posted import posted, receiving

OPEN_TOO_LONG = "This page was open for a long time. Nothing you wrote is lost. Press the button again."
LONGEST = 20_000
"""Characters in one answer: some forty pages. A longer text is refused with a message and stays with its author."""


class Form(FlaskForm):
    """A form that reads what was posted, and gives every character back when it can't take it."""

    class Meta:
        csrf = False  # shell.samesite checks every change before a form is even made

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(posted() if request.method == "POST" else None, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field; a page whose token died gives its text back with a kind word."""
        fine = super().validate(extra_validators)
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


def plain_text(message: str | None = None) -> Callable[[FlaskForm, Any], None]:
    """Refuse what no keyboard types: a NUL or a torn character would be lost on its way to paper."""

    def check(form: FlaskForm, field: Any) -> None:
        text = field.data or ""
        if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise ValidationError(message or "This text has a character that can't be kept. Delete it and try again.")

    return check


def at_most(longest: int = LONGEST) -> Callable[[FlaskForm, Any], None]:
    """Refuse an answer that is too long, saying by how much."""

    def check(form: FlaskForm, field: Any) -> None:
        over = len(field.data or "") - longest
        if over > 0:
            raise ValidationError(f"This is {over:,} characters too long. Shorten it, or put the rest in a second one.")

    return check
