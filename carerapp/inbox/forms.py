"""Forms of the inbox: filing, and following up."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Option
from wtforms.validators import InputRequired

from ..shell.fields import Form, at_most, plain_text

NAME_LENGTH = 80


def tidy(text: str | None) -> str | None:
    """The text without space round it and with one kind of line end, whatever the browser's are."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() if text else text


class FilingForm(Form):
    """It is on the case system; what is it called there?"""

    filed_as = StringField(
        "What is it called there?",
        validators=[InputRequired("Write what it is called there."), plain_text(), at_most(NAME_LENGTH)],
        filters=[tidy],
    )


class FollowUpForm(Form):
    """What was done about it, or why nothing was needed."""

    needed = RadioField(
        "Was something needed?",
        choices=[Option("yes", "Yes, and it is done"), Option("no", "No, nothing was needed")],
        validators=[InputRequired("Choose one of the two.")],
    )
    words = TextAreaField(
        "What was done, or why was nothing needed?",
        validators=[InputRequired("Say what was done, or why nothing was needed."), plain_text(), at_most()],
        filters=[tidy],
    )
