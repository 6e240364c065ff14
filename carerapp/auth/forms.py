"""Forms of getting in. Everything to do with passkeys itself is JSON between the browser and us."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Option
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from ..shell.fields import Form, at_most, plain_text
from .rules import read_code


class CodeForm(Form):
    """One recovery code, typed from paper."""

    code = StringField(
        "Recovery code",
        description="Four groups of four, such as 7Q2M-0B4X-K9TE-31CW. Small letters and missing dashes are fine.",
        validators=[InputRequired("Type one of your recovery codes."), at_most(64)],
    )

    def validate_code(self, field: Any) -> None:
        """A slip of the finger is said at once; whether a code is good is not said at all."""
        if field.data and read_code(field.data) is None:
            raise ValidationError("This code has a slip in it. Compare it with your paper, letter by letter.")


class PhoneForm(Form):
    """What a phone says about the vault it has just made."""

    vault = StringField(validators=[InputRequired("This phone did not give its name.")])
    kind = SelectField(choices=[Option("pin", "PIN"), Option("passkey", "Passkey")], validate_choice=True)
    label = StringField(validators=[at_most(80), plain_text()])
    waiting = IntegerField(validators=[Optional(), NumberRange(0, 100_000)])


class CutOffForm(Form):
    """Is the phone alone to be cut off, or may a stranger know how to unlock it?"""

    passkeys = BooleanField(
        "Stop their passkeys as well",
        description="Tick this if somebody may know how to unlock the phone. They will need a new link from their "
        "administrator before they can get in again, on any phone.",
    )
