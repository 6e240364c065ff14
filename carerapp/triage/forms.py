"""The decision form: which of the outcomes, and the words that some of them need."""

from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Option

from ..policy.model import Authority
from ..shell.fields import Form, at_most, plain_text
from . import rules
from .rules import Choice

_TEXT = [plain_text(), at_most()]


def one_line_end(text: str | None) -> str:
    """The text with one kind of line end, whatever the browser's are."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


class DecisionForm(Form):
    """What happens with this recording? One outcome at least; several are fine.

    `quick` is the button that was pressed: it ticks its own outcome and saves the whole form, so that words somebody
    has already written below are never left behind.
    """

    based_on = HiddenField()
    quick = StringField()
    outcomes = SelectMultipleField("What happens next?", validate_choice=False)
    reply_words = TextAreaField("Your answer", validators=_TEXT)
    alert_words = TextAreaField("What do they need to know now?", validators=_TEXT)
    chronology_words = TextAreaField("For the chronology", validators=_TEXT)
    meeting_why = TextAreaField("Why would a meeting help?", validators=_TEXT)
    not_passed_because = TextAreaField("Why is it not passed on?", validators=_TEXT)

    def __init__(self, policy: Authority, choices: list[tuple[str, str]], already_passed: bool, **kwargs: Any) -> None:
        """Offer these outcomes. Passing on is ticked beforehand where the authority says so (S1-4.3-11)."""
        self.policy, self.already_passed = policy, already_passed
        ticked = [rules.PASS_ON] if policy.triage.pass_on_by_default and not already_passed else []
        super().__init__(data={"outcomes": ticked}, **kwargs)
        self.outcomes.choices = [Option(outcome, label) for outcome, label in choices]
        offered = {outcome for outcome, _ in choices}
        chosen = [*(self.outcomes.data or ()), self.quick.data]
        self.outcomes.data = [outcome for outcome in dict.fromkeys(chosen) if outcome in offered]

    @property
    def choice(self) -> Choice:
        """What was chosen, for the rules and the verb."""
        words = {outcome: one_line_end(self[name].data) for outcome, name in rules.WORDS_FOR.items()}
        return Choice(frozenset(self.outcomes.data or ()), words, one_line_end(self.not_passed_because.data))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape, then ask the rules what the decision lacks."""
        fine = super().validate(extra_validators)
        for name, reason in rules.problems(self.choice, self.policy.triage, self.already_passed).items():
            field = self[name]
            field.errors = [*field.errors, reason]
            fine = False
        return fine
