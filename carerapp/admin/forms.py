"""Forms of accounts and dated links."""

from collections.abc import Iterable
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Option
from wtforms.validators import DataRequired, InputRequired

from ..policy.roles import ROLES
from ..shell.fields import Form, at_most, plain_text

NO_TEAM = Option("", "No team")
CHOOSE = Option("", "Choose")
_typed_date = "Choose a day."


class PersonForm(Form):
    """A new account."""

    name = StringField(
        "Name they go by",
        description="As the people they work with call them, such as Amina.",
        validators=[DataRequired("Type the name they go by."), at_most(80), plain_text()],
    )
    full_name = StringField("Full name", validators=[DataRequired("Type their full name."), at_most(160), plain_text()])
    role = SelectField("What they are", validators=[InputRequired("Choose what they are.")])
    team = SelectField("Team", choices=[NO_TEAM])

    def offer(self, words: dict[str, str], teams: Iterable[Any]) -> "PersonForm":
        """Fill in what can be chosen, in the authority's own words."""
        # A young person's account is made on the child's page, because it belongs to that child.
        roles = [key for key in ROLES if key != "young_person"]
        self.role.choices = [CHOOSE, *(Option(key, words.get(key, ROLES[key]).capitalize()) for key in roles)]
        self.team.choices = [NO_TEAM, *(Option(team.id, team.name) for team in teams)]
        return self


class StartForm(Form):
    """Something begins on a day: a child's life in a home, a carer's belonging to it, a worker's time."""

    who = SelectField("Who", validators=[InputRequired("Choose one.")])
    starts_on = DateField("First day", format="%Y-%m-%d", validators=[InputRequired(_typed_date)])

    def offer(self, label: str, choices: Iterable[Any]) -> "StartForm":
        """Fill in what can be chosen, under its own name."""
        self.who.label.text = label
        self.who.choices = [CHOOSE, *(Option(one.id, getattr(one, "full_name", one.name)) for one in choices)]
        return self


class EndForm(Form):
    """Something ends on a day: the first day on which it is no longer so."""

    ends_on = DateField("First day it is no longer so", format="%Y-%m-%d", validators=[InputRequired(_typed_date)])


class StayEndForm(EndForm):
    """A child's life in a home ends."""

    planned = RadioField(
        "Was this planned?",
        choices=[Option("yes", "Yes, it was planned"), Option("no", "No, it was not planned")],
        validators=[InputRequired("Say whether it was planned.")],
    )
