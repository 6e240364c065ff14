"""Forms of accounts, of teams, homes and children, and of dated links."""

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Option
from wtforms.validators import DataRequired, InputRequired

from ..policy.roles import ROLES
from ..shell.errors import Denied, Refused
from ..shell.fields import Form, at_most, plain_text

NO_TEAM = Option("", "No team")
CHOOSE = Option("", "Choose")
_typed_date = "Choose a day."
_wrong_date = "There is no such day. Check the day, the month and the year."


def tried(form: Form, verb: Callable[[], Any]) -> bool:
    """Run the verb when the form is sound. A refusal goes to its field, so that nothing typed is lost."""
    if not form.validate():
        return False
    try:
        verb()
    except Refused as refusal:
        if isinstance(refusal, Denied):
            raise
        errors = form[refusal.field].errors if refusal.field in form else form.form_errors
        errors.append(refusal.reason)
        return False
    return True


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


class TeamForm(Form):
    """A new team."""

    name = StringField(
        "Name of the team",
        description="As people call it, such as Fostering team.",
        validators=[DataRequired("Type the name of the team."), at_most(80), plain_text()],
    )


class HomeForm(Form):
    """A new foster home."""

    name = StringField(
        "Name of the home",
        description="Short and neutral, such as Amina and Ben's home. No address.",
        validators=[DataRequired("Type the name of the home."), at_most(120), plain_text()],
    )
    approved_on = DateField(
        "Approved on",
        description="The day this home was approved to foster. You can type it, with the year in four figures.",
        format="%Y-%m-%d",
        invalid_value_message=_wrong_date,
        validators=[InputRequired("Type the day the home was approved.")],
    )


class ChildForm(Form):
    """A new child."""

    name = StringField(
        "Name they go by",
        description="As people at home call them, such as Jay. It stands on every page about them.",
        validators=[DataRequired("Type the name they go by."), at_most(80), plain_text()],
    )
    full_name = StringField(
        "Full name",
        description="As it stands in the authority's records, such as Jayden Clarke.",
        validators=[DataRequired("Type their full name."), at_most(160), plain_text()],
    )
    born_on = DateField(
        "Date of birth",
        description="You can type it, with the year in four figures.",
        format="%Y-%m-%d",
        invalid_value_message=_wrong_date,
        validators=[InputRequired("Type their date of birth.")],
    )


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
