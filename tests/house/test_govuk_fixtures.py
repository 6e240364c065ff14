"""The form markup we stand on is govuk-frontend's own, and our fields put words in and reasons out.

The expected markup was written by govuk-frontend (`npm run assets` refreshes the sample); this house's environment is
strict about names that do not exist, and govuk-frontend's macros are not, so they need an environment of their own.
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from wtforms import BooleanField, DateField, Form, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from carerapp.shell import html

FIXTURES = json.loads((Path(__file__).parent / "govuk_fixtures.json").read_text())
HARD = "Zoë said \"<b>&amp;</b>' \u202eشكرا\n\n  two spaces in"


class Posted(dict[str, list[str]]):
    """What WTForms asks of a posted form."""

    getlist = dict.__getitem__


class Evening(Form):
    """One field of each kind."""

    how = RadioField("How was the day?", choices=[SelectChoice(value=v, label=v.title()) for v in ("good", "hard")])
    well = TextAreaField("What went well?", description="One sentence is enough.")
    held = SelectMultipleField(
        "What today held", choices=[SelectChoice(value=v, label=v) for v in ("laughed", "cried")]
    )
    title = StringField("Title")
    help = BooleanField("I'd like help with this")
    on = DateField("Which day?", format="%d %m %Y")


class Reader(HTMLParser):
    """Markup as a list in which white space and the order of attributes do not count."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[Any] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with its attributes."""
        self.parts.append((tag, tuple(sorted((name, " ".join((value or "").split())) for name, value in attrs))))

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


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: f"{f['component']}: {f['name']}")
def test_macros_answer_what_govuk_frontend_answers(page: Flask, fixture: dict[str, Any]) -> None:
    component = fixture["component"]
    name = "govuk" + "".join(word.capitalize() for word in component.split("-"))
    source = "{%% from 'govuk_frontend_jinja/components/%s/macro.html' import %s %%}{{ %s(params) }}"
    template = page.jinja_env.from_string(source % (component, name, name))
    assert Reader(template.render(params=fixture["options"])).parts == Reader(fixture["html"]).parts


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
    form = Evening(Posted(how=["never"], on=["31", "2", "2026"]))
    assert not form.validate()
    summary = field(page, "e.error_summary(form)", form)
    whole = "".join(field(page, f"f.{kind}", form) for kind in ("radios(form.how)", "date(form.on)"))
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["how", "on"]
    assert all(f'id="{target}"' in whole for target in targets)


def test_a_field_without_a_hint_points_at_none(page: Flask) -> None:
    assert "hint" not in field(page, "f.area(form.title)", Evening())
    assert "-hint" not in field(page, "f.radios(form.how)", Evening())
