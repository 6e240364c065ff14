"""R10: a page that was open for hours or weeks is sent after all. Every character comes back, and nothing is taken."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from carerapp.recordings.models import Recording
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority
from tests.bars.figures import figure, reached

POSTS = figure("R10_POSTS", quick=30, full=200)
MORNING = datetime(2026, 5, 4, 7, tzinfo=UTC)
FIELDS = ("saw", "went_well", "child_said", "think", "told", "told_by", "how_i_am", "help_with")
LINES = {"told_by"}  # a field of one line
PIECES = (
    *(
        "He laughed.",
        "quiet",
        "Nain said: \u201cdim ots\u201d \U0001f984",
        "<b>bold</b> & \"quoted\" 'twice'",
        "0",
        "-",
    ),
    *(
        "  two  spaces ",
        "\u05e9\u05dc\u05d5\u05dd",
        "</textarea><script>alert(1)</script>",
        "a\u0301 e\u0301",
        "x" * 400,
    ),
    *("100 % {{ 7*7 }} {% raw %}", "good", "Schneeballschlacht"),
)


def words(chance: random.Random, lines: bool) -> str:
    """From one letter to a page, with whatever people and keyboards put in."""
    joint = ["\r\n", " ", "\r\n\r\n"]
    if not lines:
        return chance.choice(PIECES[:6])
    text = chance.choice(PIECES)
    for _ in range(chance.choice((0, 0, 1, 5, 30))):
        text += chance.choice(joint) + chance.choice(PIECES)
    return text


def plain(text: str) -> str:
    """With line ends as one sort, and without the space around it."""
    return text.replace("\r\n", "\n").strip()


def shown(answer: TestResponse) -> str:
    """All text and all values that stand on the page, with line ends as one sort."""
    return plain(unescape(answer.text))


def token_in(page: TestResponse) -> str:
    """The token of the form on this page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def in_another_tab(client: FlaskClient) -> None:
    """They have left and come back as the same person: the page's token is of a session that is no more."""
    client.post("/sign-out", headers={"X-App": "1"})
    client.post("/demo/sign-in", data={"person": "amina"}, headers={"X-App": "1"})


# How old the page is, and what has become of the sign-in behind it meanwhile.
PAST = {
    "for hours": (61, 11 * 60, lambda client: None),
    "until the sign-in had ended": (13 * 60, 30 * 24 * 60, lambda client: None),
    "while they signed in anew": (61, 30 * 24 * 60, in_another_tab),
}


@pytest.mark.slow
@pytest.mark.parametrize("past", PAST)
def test_a_stale_page_gives_every_character_back(
    app: Flask, client_of: Callable[..., FlaskClient], cast: dict[str, str], past: str
) -> None:
    """R10: a plain form, as of a browser without script, which keeps nothing by itself."""
    least, most, meanwhile = PAST[past]
    chance, child = random.Random(past), cast["child:jay"]
    lost, bare, taken = [], 0, 0
    for _ in range(POSTS):
        names = chance.sample(FIELDS, chance.randint(1, len(FIELDS)))
        fields = {name: words(chance, name not in LINES) for name in names}
        form = {"child": child, "how": "hard", "told_by": "Gran"} | fields
        ours = {"Sec-Fetch-Site": "same-origin"}
        with time_machine.travel(MORNING, tick=False) as clock:
            client = client_of("amina")
            token = token_in(client.get(f"/recordings/new?child={child}"))
            clock.move_to(MORNING + timedelta(minutes=chance.randint(least, most)))
            meanwhile(client)
            answer = client.post("/recordings/", data=form | {"csrf_token": token}, headers=ours)
            there = shown(answer)
            if answer.status_code == 422:  # the form itself came back: it can be sent as it is
                lost += [text for text in fields.values() if plain(text) not in there]
                answer = client.post("/recordings/", data=form | {"csrf_token": token_in(answer)}, headers=ours)
            if answer.status_code == 303:
                taken += 1
                there = shown(client.get(answer.location))
        bare += answer.status_code not in (303, 401) or not there
        lost += [text for text in fields.values() if plain(text) not in there]
    reached("R10", f"plain posts of a page that was open {past}", POSTS, least=200)
    assert reached("R10", "of these, fields of which a character was lost", len(lost), most=0), lost[:3]
    assert reached("R10", "of these, answers that were no page to go on from", bare, most=0)
    with app.app_context(), every_authority():
        assert database.session.query(Recording).count() == taken == (0 if "ended" in past else POSTS)
