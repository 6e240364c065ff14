"""The decision form: let it in, or keep it out and say why."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice as Option
from wtforms.validators import InputRequired

from ..shell.fields import Form, at_most, plain_text
from . import rules


class DecisionForm(Form):
    """One of two outcomes, and words that the author reads."""

    outcome = RadioField("What becomes of it?", validators=[InputRequired("Choose whether it goes into the record.")])
    words = TextAreaField("Your reason", validators=[plain_text(), at_most()], default="")

    def __init__(self, author: str, child: str) -> None:
        """Say both outcomes by name."""
        super().__init__()
        self.author = author
        self.outcome.choices = [
            Option(rules.LET_IN, f"Let it into {child}'s record, as {author} wrote it"),
            Option(rules.KEPT_OUT, f"Keep it out of {child}'s record"),
        ]
        self.words.description = f"Needed when it stays out. {author} reads it."

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, then ask the rules what the decision lacks."""
        fine = super().validate(extra_validators)
        lacking = rules.lacks(self.outcome.data or "", self.words.data or "")
        if lacking:
            self.words.errors = [*self.words.errors, lacking.format(author=self.author)]
        return fine and not lacking
