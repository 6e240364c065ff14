"""Our fields are govuk-frontend's markup, and they put words in and reasons out.

The chain: what govuk-frontend says its macros answer (a sample, refreshed by `npm run assets`), the Python package of
those macros, and our own fields, which are written out because the macros take twenty times as long.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from flask import Flask
from wtforms import (
    BooleanField,
    DateField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from carerapp.shell import html

FIXTURES = json.loads((Path(__file__).parent / "govuk_fixtures.json").read_text())
DAY = ["31", "2", "2026"]
HARD = "Zoë said \"<b>&amp;</b>' \u202eشكرا\n\n  two spaces in"


class Posted(dict[str, list[str]]):
    """What WTForms asks of a posted form."""

    getlist = dict.__getitem__


class Evening(Form):
    """One field of each kind."""

    how = RadioField("How was the day?", choices=[SelectChoice(value=v, label=v.title()) for v in ("good", "hard")])
    well = TextAreaField("What went well?")
    held = SelectMultipleField(
        "What today held", choices=[SelectChoice(value=v, label=v) for v in ("laughed", "cried")]
    )
    title = StringField("Title")
    school = SelectField("School", choices=[SelectChoice(value="", label="Choose"), SelectChoice("went", "Went")])
    help = BooleanField("I'd like help with this")
    on = DateField("Which day?", format="%d %m %Y")


class Reader(HTMLParser):
    """Markup as a list in which white space and the order of attributes and classes do not count."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with its attributes, but for the hooks of govuk-frontend's scripts, which we do not run."""
        attrs = [(name, value) for name, value in attrs if name != "data-module"]
        words = {name: (value or "").split() for name, value in attrs}
        words["class"] = sorted(words.get("class", []))
        self.parts.append((tag, sorted((name, " ".join(value)) for name, value in words.items())))

    def handle_endtag(self, tag: str) -> None:
        """The end of a tag."""
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Words, if there are any."""
        if data.strip():
            self.parts.append(" ".join(data.split()))


@pytest.fixture(scope="module")
def page() -> Flask:
    """The app's templates and nothing else of it."""
    page = Flask(__name__)
    html.init_app(page)
    return page


def theirs(component: str, params: dict[str, Any]) -> list[Any]:
    """What the packaged macro of govuk-frontend answers. It leans on names that may be absent; ours are strict."""
    package = jinja2.PackageLoader("govuk_frontend_jinja")
    macros = jinja2.Environment(loader=jinja2.PrefixLoader({"govuk_frontend_jinja": package}), autoescape=True)
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    source = "{%% from 'govuk_frontend_jinja/components/%s/macro.html' import %s %%}{{ %s(params) }}"
    return Reader(macros.from_string(source % (component, name, name)).render(params=params)).parts


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: f"{f['component']}: {f['name']}")
def test_macros_answer_what_govuk_frontend_answers(fixture: dict[str, Any]) -> None:
    assert theirs(fixture["component"], fixture["options"]) == Reader(fixture["html"]).parts


def label(words: str) -> dict[str, Any]:
    return {"label": {"text": words, "classes": "govuk-label--s"}}


def legend(words: str) -> dict[str, Any]:
    return {"fieldset": {"legend": {"text": words, "classes": "govuk-fieldset__legend--s"}}}


LOOK_SAME = [  # our call, their macro, what it is given
    ("f.area(form.well)", "textarea", {**label("What went well?"), "id": "well", "name": "well", "value": HARD,
        "rows": 3, "spellcheck": True, "autocomplete": "off", "attributes": {"dir": "auto"}}),
    ('f.text(form.title, width="5", inputmode="numeric")', "input", {**label("Title"), "id": "title", "name": "title",
        "value": HARD, "classes": "govuk-input--width-5", "inputmode": "numeric", "autocomplete": "off",
        "attributes": {"dir": "auto"}}),
    ('f.text(form.title, prefix="£", suffix="a week")', "input", {**label("Title"), "id": "title", "name": "title",
        "value": HARD, "prefix": {"text": "£"}, "suffix": {"text": "a week"}, "autocomplete": "off",
        "attributes": {"dir": "auto"}}),
    ('f.radios(form.how, look="inline")', "radios", {**legend("How was the day?"), "name": "how",
        "classes": "govuk-radios--inline",
        "items": [{"value": "good", "text": "Good"}, {"value": "hard", "text": "Hard", "checked": True}]}),
    ("f.ticks(form.held)", "checkboxes", {**legend("What today held"), "name": "held",
        "classes": "govuk-checkboxes--small ticks",
        "items": [{"value": "laughed", "text": "laughed", "checked": True}, {"value": "cried", "text": "cried"}]}),
    ("f.select(form.school)", "select", {**label("School"), "id": "school", "name": "school",
        "items": [{"value": "", "text": "Choose"}, {"value": "went", "text": "Went", "selected": True}]}),
    ("f.date(form.on)", "date-input", {**legend("Which day?"), "id": "on-boxes", "items": [
        {"id": "on", "name": "on", "label": "Day", "value": "31", "classes": "govuk-input--width-2"},
        {"id": "on-month", "name": "on", "label": "Month", "value": "2", "classes": "govuk-input--width-2"},
        {"id": "on-year", "name": "on", "label": "Year", "value": "2026", "classes": "govuk-input--width-4"}]}),
    ("f.tick(form.help)", "checkboxes", {"name": "help",
        "items": [{"value": "y", "text": "I'd like help with this", "checked": True}]}),
]  # fmt: skip


@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("hint", ["", "One sentence is enough & <fine>."])
@pytest.mark.parametrize(("call", "macro", "params"), LOOK_SAME, ids=lambda part: part if isinstance(part, str) else "")
def test_our_fields_are_their_markup(
    page: Flask, call: str, macro: str, params: dict[str, Any], hint: str, refused: bool
) -> None:
    form = Evening(
        Posted(
            well=[HARD],
            title=[HARD],
            how=["hard"],
            held=["laughed"],
            help=["y"],
            school=["went"],
            on=["31", "2", "2026"],
        )
    )
    params = {**params}
    for one in form:
        one.description, one.errors = hint, ("Choose one", "or two") if refused else ()
    if refused:
        params["errorMessage"] = {"text": "Choose one"}
    if hint and call.startswith("f.tick("):
        params["items"] = [{**params["items"][0], "hint": {"text": hint}}]
    elif hint:
        params["hint"] = {"text": hint}
    if refused and macro == "date-input":
        params["items"] = [{**box, "classes": box["classes"] + " govuk-input--error"} for box in params["items"]]
    assert Reader(field(page, call, form)).parts == theirs(macro, params)


def field(page: Flask, call: str, form: Form) -> str:
    source = '{% import "parts/fields.html" as f %}{% import "parts/errors.html" as e %}{{ ' + call + " }}"
    return page.jinja_env.from_string(source).render(form=form)


def value_of(markup: str) -> str:
    """What a browser would send back for the textarea in some markup."""
    found: list[str] = []
    reader = HTMLParser()
    reader.handle_data = found.append  # type: ignore[method-assign]
    reader.feed(re.search(r"<textarea[^>]*>(.*?)</textarea>", markup, re.DOTALL)[1])  # type: ignore[index]
    reader.close()
    return "".join(found)


def test_words_come_back_unchanged_from_a_form_that_was_refused(page: Flask) -> None:
    form = Evening(Posted(well=[HARD]))
    assert value_of(field(page, "f.area(form.well)", form)) == HARD
    wrapped = (
        '{% import "parts/fields.html" as f %}{% call f.more("x") %}{% call f.group("y") %}{{ f.area(form.well) }}'
    )
    assert value_of(page.jinja_env.from_string(wrapped + "{% endcall %}{% endcall %}").render(form=form)) == HARD


def test_a_leading_line_break_is_not_eaten(page: Flask) -> None:
    """Browsers drop the first line break after <textarea>."""
    markup = field(page, "f.area(form.well)", Evening(Posted(well=["\nfirst line left empty"])))
    assert value_of(markup) == "\n\nfirst line left empty"


def test_what_people_type_is_read_in_its_own_direction(page: Flask) -> None:
    form = Evening(Posted(title=["ميا"]))
    for call in ("f.area(form.well)", "f.text(form.title)"):
        assert 'dir="auto"' in field(page, call, form)


def test_a_choice_that_was_made_is_still_made(page: Flask) -> None:
    form = Evening(Posted(how=["hard"], held=["laughed"], help=["y"]))
    assert re.search(r'value="hard"\s+checked', field(page, 'f.radios(form.how, look="tiles")', form))
    assert re.search(r'value="laughed"\s+checked', field(page, "f.ticks(form.held)", form))
    assert "checked" in field(page, "f.tick(form.help)", form)


def test_a_date_keeps_three_boxes_whatever_was_posted(page: Flask) -> None:
    for typed in ([], ["31"], ["31", "2", "2026"], ["a"] * 9):
        markup = field(page, "f.date(form.on)", Evening(Posted(on=typed)))
        assert markup.count('name="on"') == 3


def test_every_reason_leads_to_its_field(page: Flask) -> None:
    form = Evening(Posted(how=["never"], school=["went"], on=["31", "2", "2026"]))
    assert not form.validate()
    summary = field(page, "e.error_summary(form)", form)
    whole = "".join(field(page, f"f.{kind}", form) for kind in ("radios(form.how)", "date(form.on)"))
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["how", "on"]
    assert all(f'id="{target}"' in whole for target in targets)


def test_a_field_without_a_hint_points_at_none(page: Flask) -> None:
    assert "hint" not in field(page, "f.area(form.title)", Evening())
    assert "-hint" not in field(page, "f.radios(form.how)", Evening())
