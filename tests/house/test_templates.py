"""Templates hold nothing that the content security policy kills, and no word that would hurt a child to read."""

from pathlib import Path

import pytest

from tests.house.template_lint import faults

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_is_sound(path: Path) -> None:
    found = faults(path.read_text())
    assert not found, f"{path.relative_to(ROOT)}\n" + "\n".join(found)


def test_there_are_templates_to_look_at() -> None:
    assert TEMPLATES


SOUND = [
    '<script src="{{ asset("js/app.js") }}" type="module"></script>',
    '<form method="post" action="/x">{{ form.csrf_token }}</form>',
    "<form method=post>{{ hidden(csrf_token()) }}</form>",
    '<form method="get"></form>',
    '<form {% if a > b %}data-draft{% endif %} method="post">{{ form.csrf_token }}</form>',
    '<a href="/placements/" class="placement">{{ placement.household.name }}</a>',
    "{# the placement decides who may see #}",
    '{% from "parts/placement.html" import placement %}',
    '<p hx-get="/x" hx-trigger="every 30s">A new place, a lacklustre black lace</p>',
]
UNSOUND = [
    '<p hx-on:click="x()">',
    '{{ button("Send", attrs={"hx-on:click": "x"}) }}',
    "<p hx-vals='js:{a: 1}'>",
    '<a href="javascript:void(0)">',
    '<p hx-trigger="click[ctrlKey]">',
    '{{ button("Send", attrs={"hx-trigger": "keyup[x]"}) }}',
    "<script>x()</script>",
    '<p style="color:red">',
    "<style>p{}</style>",
    '<p onclick="x()">',
    '<p {% if x %}onClick="y()"{% endif %}>',
    "{{ words | safe }}",
    "{{ words|safe }}",
    "{% autoescape false %}",
    '<form method="post"><input name="a"></form>',
    '<form action="/x" method=POST></form>',
    '<form method="post"></form><form method="post">{{ form.csrf_token }}</form>',
    '<form {% if a > b %}data-draft{% endif %} method="post"></form>',
    '<form method="post">{# form.csrf_token #}</form>',
    "<h1>Placements</h1>",
    "<p>a respite weekend</p>",
    "<p>the contact\n  centre</p>",
    "<p>LAC review</p>",
    '<img alt="Contact centre">',
    '{{ field(form.x, label="Your placement started") }}',
]


@pytest.mark.parametrize("source", SOUND)
def test_sound_template_passes(source: str) -> None:
    assert faults(source) == []


@pytest.mark.parametrize("source", UNSOUND)
def test_planted_fault_is_found(source: str) -> None:
    assert len(faults(source)) == 1


def test_fault_names_its_line() -> None:
    assert faults("<p>\n{# one\ntwo #}\n<b style='x'>")[0].startswith("4:")
