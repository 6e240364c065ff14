"""A posted form is filled by a quicker way than WTForms' own, and must be the same form to the last error."""

import random
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import g
from flask_wtf import FlaskForm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

import carerapp
from carerapp.recordings.forms import AdditionForm, RecordingForm
from carerapp.shell import fields
from carerapp.shell.fields import Form

SOME = ["", " ", "x", "yes", "y", "false", "hard", "very_hard", "other", "2026-05-03", "31.2.", "\x00", "\ud800", "1"]
value = st.one_of(st.sampled_from(SOME), st.text(max_size=20), st.just("w" * 20_001))


for room in Path(carerapp.__file__).parent.glob("*/forms.py"):
    import_module(f"carerapp.{room.parent.name}.forms")


def kinds(of: type = Form) -> list[type]:
    return [one for kind in of.__subclasses__() for one in (kind, *kinds(kind))]


def names_of(kind: type) -> list[str]:
    return [name for name in dir(kind) if hasattr(getattr(kind, name), "_formfield")]


def judged(form: Form, skips: bool) -> Any:
    """Everything that can be known of a form after it was checked."""
    blank = fields._blank(type(form))
    before = blank.fine_empty
    blank.fine_empty = before if skips else frozenset()
    try:
        fine: Any = form.validate()
    except (TypeError, AttributeError) as error:  # what a view must offer first was not offered
        fine = str(error)
    finally:
        blank.fine_empty = before
    seen = [(n, f.name, f.data, [*f.raw_data], list(f.errors), list(f.process_errors)) for n, f in form._fields.items()]
    return fine, seen, form.form_errors, form.data


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_form_is_as_wtforms_makes_it(app, kind, data) -> None:
    """R4: one set of rules, whether it came from an open page or waited on a phone."""
    said = data.draw(st.dictionaries(st.sampled_from(names_of(kind)), st.lists(value, max_size=3), max_size=8))
    posted = MultiDict([(name, text) for name, texts in said.items() for text in texts])
    with app.test_request_context("/", method="POST", data={}):
        g.item_fields = posted
        with patch.object(kind, "__init__", Form.__init__):
            quick = kind()
        with patch.object(kind, "__init__", FlaskForm.__init__):
            plain = kind(posted)
        assert judged(quick, skips=True) == judged(plain, skips=False)
        assert all(field._form is quick for field in quick)


def test_an_empty_field_that_forms_have_in_common_is_never_changed(app) -> None:
    """R4: whoever asks a form for it gets one of its own, and who reaches past the form is stopped."""
    with app.test_request_context("/", method="POST", data={}):
        g.item_fields = MultiDict({"how": "good"})
        one, other = RecordingForm(), RecordingForm()
        assert one._fields["told"] is other._fields["told"]
        with pytest.raises(AttributeError, match="not this form's own"):
            one.told.data = "words of one"
        one["told"].errors = ["a fault of one"]
        assert one.errors == {"told": ["a fault of one"]}
        assert one.told is one["told"] is not other["told"]
        assert other.errors == {}


@pytest.mark.parametrize("kind", [RecordingForm, AdditionForm])
def test_nothing_of_one_form_is_left_in_the_next(app, kind) -> None:
    """Next to one another in a batch: words, errors, ticks and choices of one item are never another's."""
    chance = random.Random(4)
    names = names_of(kind)
    with app.test_request_context("/", method="POST", data={}):
        g.item_fields = MultiDict()
        untouched = judged(kind(), skips=True)
        for _ in range(30):
            g.item_fields = MultiDict(
                [(chance.choice(names), chance.choice(SOME)) for _ in range(chance.randint(1, 9))]
            )
            form = kind()
            form.validate()
            for field in form:
                field.errors = [*field.errors, "spoilt"]
                for kept in (field.process_errors, field.raw_data, field.data):
                    if isinstance(kept, list):
                        kept.append("spoilt")
                field.data = "spoilt"
            form.form_errors.append("spoilt")
            g.item_fields = MultiDict()
            assert judged(kind(), skips=True) == untouched
