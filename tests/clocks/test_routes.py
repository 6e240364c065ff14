"""The page of promises."""

import re
from datetime import timedelta

import pytest

from carerapp.clocks import service, watcher
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from tests.clocks.test_service import open_clock


@pytest.fixture
def promised(app, cast):
    """Sam promised yesterday to read about Jay; Cora must bring people together."""
    with app.app_context(), every_authority():
        with clock.pretend(clock.now() - timedelta(hours=20)):
            open_clock(cast)
            service.open(
                "meetings.convene",
                authority="south-gloucestershire",
                subject="meeting",
                subject_id="m1",
                owner_id=cast["cora"],
                child_id=cast["child:jay"],
                household_id=cast["home:rahman"],
                asked_by_id=cast["sam"],
            )
        from carerapp.shell.db import db

        db.session.commit()


def test_what_i_owe_and_why(client_of, promised) -> None:
    """S1-0-01: every clock can show the sentence of policy behind it, with its section."""
    page = client_of("sam").get("/clocks/").text
    assert "What I owe" in page and "Read what was written" in page and "/triage/r1" in page
    assert "The supervising social worker reads every recording a carer sends." in page
    assert "Section 4.3, recording" in page


def test_aim_and_limit_of_a_meeting_are_both_shown(client_of, promised) -> None:
    """X-01: 24 hours are the aim and 48 the limit, and the page says so."""
    page = client_of("cora").get("/clocks/").text
    assert "Bring people together: Stability meeting" in page and "Aim: by" in page
    assert "24 is the target, 48 the limit" in page


def test_a_carer_sees_what_is_owed_to_her_and_owes_nothing(client_of, promised) -> None:
    page = client_of("amina").get("/clocks/").text
    assert "What others owe me" in page and "With Sam" in page and "/recordings/r1" in page
    assert "What I owe" not in page and "What my team" not in page and "Stability" not in page


def test_a_manager_sees_what_the_team_missed_and_how_promises_were_kept(app, client_of, cast) -> None:
    with app.app_context(), every_authority():
        with clock.pretend(clock.now() - timedelta(days=10)):
            open_clock(cast)
        from carerapp.shell.db import db

        db.session.commit()
        watcher.run_once(clock.now())
    page = client_of("della").get("/clocks/").text
    missed = page.split("What my team has missed")[1]
    assert "Read what was written" in missed and "Not done in time" in missed
    assert "0 of 1 (0%)" in page and "Now with Della" in page
    assert "Not done in time" in client_of("amina").get("/clocks/").text


@pytest.mark.parametrize("who", ["ivo", "pat", "quinn", "tess", "ada", "jay"])
def test_those_who_neither_owe_nor_ask_have_no_such_page(client_of, promised, who) -> None:
    assert client_of(who).get("/clocks/").status_code == 404


@pytest.mark.parametrize("who", ["nia", "ben", "sue", "carl", "tom", "zed", "zoe", "zara", "max"])
def test_other_peoples_promises_are_not_there(client_of, promised, who) -> None:
    page = client_of(who).get("/clocks/").text
    assert not {"/triage/r1", "/recordings/r1", "/meetings/m1"} & set(re.findall(r'href="([^"]+)"', page))


def test_nobody_signed_in_is_asked_to_sign_in(client_of) -> None:
    assert client_of(None).get("/clocks/").status_code == 302


def test_the_app_gets_the_inside_only(client_of, promised) -> None:
    inside = client_of("sam").get("/clocks/", headers={"HX-Request": "true"}).text
    assert "<html" not in inside and "What I owe" in inside
