"""When something can't be done, the page says what to do, and the words are still there."""

import pytest

from carerapp.auth.models import SignIn
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from tests.makers import world


def sign_out_everywhere(app) -> None:
    with app.app_context(), every_authority():
        db.session.query(SignIn).update({"ended_at": clock.now()})
        db.session.commit()


def token_of(client, page: str) -> str:
    return client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_plain_form_sent_after_the_session_ended_gives_its_words_back(app, client_of, cast) -> None:
    """No script and no vault: the words stand on the page that says why they were not taken (WCAG 3.3.7)."""
    client = client_of("amina")
    token = token_of(client, f"/recordings/new?child={cast['child:jay']}")
    sign_out_everywhere(app)
    words = "He said: <b>nobody asked me</b>, and went up."
    answer = client.post("/recordings/", data={"csrf_token": token, "child": cast["child:jay"], "saw": words})
    assert answer.status_code == 401 and answer.mimetype == "text/html"
    assert "nobody asked me" in answer.text and "<b>nobody" not in answer.text and "/sign-in" in answer.text


def test_a_decision_refused_for_any_reason_gives_its_words_back(app, client_of, cast) -> None:
    with app.app_context(), every_authority():
        stories = world.make(cast)
        db.session.commit()
    client = client_of("sam")
    token = token_of(client, f"/triage/{stories['own'].recording}")
    answer = client.post(
        f"/triage/{stories['other'].recording}/decisions", data={"csrf_token": token, "reply": "Well done both of you."}
    )
    assert answer.status_code == 404 and "Well done both of you." in answer.text


@pytest.mark.parametrize("path", ["/recordings/calendar?month=0001-01", "/recordings/calendar?month=9999-12"])
def test_an_odd_address_is_never_a_fault_of_ours(client_of, path: str) -> None:
    assert client_of("amina").get(path).status_code == 200


def test_the_app_is_told_in_its_own_way(app, client_of) -> None:
    client = client_of("amina")
    sign_out_everywhere(app)
    answer = client.post("/me/recovery-codes", headers={"X-App": "1"})
    assert answer.status_code == 401 and answer.json == {"held": "signed-out"}
