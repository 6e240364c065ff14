"""The pages of meetings, in the authority's own words."""

import pytest
from sqlalchemy import select

from carerapp.meetings import service
from carerapp.people.models import Allocation
from carerapp.shell import clock
from tests.makers.sent import send


@pytest.fixture
def asked(db, cast, as_person) -> str:
    """Sam asked for a meeting about Jay."""
    sent = send(as_person("amina"), cast["child:jay"], how="very_hard", saw="JAYWORDS")
    made = service.ask(as_person("sam"), sent, "WHYWORDS")
    db.session.commit()
    return made.id


def test_the_page_says_why_by_when_and_who(client_of, asked) -> None:
    """S1-5-02, X-01, S1-A1-05, -06, -08: aim and limit, the sentence of policy, names and roles."""
    page = client_of("sam").get(f"/meetings/{asked}").text
    assert "Stability meeting about" in page and "WHYWORDS" in page and "What Amina wrote about" in page
    assert "Aim" in page and "Limit" in page and "within 48 hours of being asked for; the aim is 24" in page
    for name in ("Amina", "Ben", "Sam", "Cora", "Tom", "Della"):
        assert name in page
    assert "child care team manager" in page and "just now" not in page


def test_authority_2_uses_its_own_name_throughout(client_of, db, cast, as_person) -> None:
    made = service.ask(as_person("zoe"), send(as_person("zed"), cast["child:kit"]), "Early signs.")
    db.session.commit()
    for path in ("/meetings/", f"/meetings/{made.id}"):
        page = client_of("zoe").get(path).text
        assert "Placement support meeting" in page and "tability meeting" not in page
    assert "pod manager" in page and "whoever chairs the meeting" in page and "Limit" not in page


def test_a_missing_person_is_a_warning(client_of, db, cast, as_person) -> None:
    row = db.session.scalars(
        select(Allocation).where(Allocation.child_id == cast["child:jay"], Allocation.role == "csw")
    ).one()
    row.ends_on = clock.today()
    made = service.ask(as_person("sam"), send(as_person("amina"), cast["child:jay"]), "Now.")
    db.session.commit()
    page = client_of("sam").get(f"/meetings/{made.id}").text
    assert "Nobody is the child&#39;s social worker just now, and they must be there." in page


@pytest.mark.parametrize(
    ("who", "sees"),
    [(None, False), ("amina", True), ("ben", True), ("sam", True), ("cora", True), ("ivo", True), ("della", True),
     ("tom", True), ("nia", False), ("sue", False), ("carl", False), ("pat", False), ("quinn", False),
     ("tess", False), ("ada", False), ("jay", False), ("zed", False), ("zoe", False), ("zara", False), ("max", False)],
)  # fmt: skip
def test_who_sees_it(client_of, asked, who, sees) -> None:
    client = client_of(who)
    page, listed = client.get(f"/meetings/{asked}"), client.get("/meetings/")
    assert (page.status_code == 200) == sees and ("WHYWORDS" in page.text) == sees
    assert ("WHYWORDS" in listed.text) == sees


def test_what_is_not_there_and_torn_addresses(client_of, asked) -> None:
    client = client_of("sam")
    for path in ("/meetings/" + "0" * 26, "/meetings/x", "/meetings/%00", "/meetings/" + "a" * 300):
        assert client.get(path).status_code == 404
    assert client.get("/meetings/?before=%00'--").status_code == 200


def test_the_app_gets_the_inside_only(client_of, asked) -> None:
    for path in ("/meetings/", f"/meetings/{asked}"):
        inside = client_of("sam").get(path, headers={"HX-Request": "true"}).text
        assert "<html" not in inside and "WHYWORDS" in inside
