"""A real authority from nothing: a first administrator by command, then teams, homes and children on their pages."""

from datetime import date, timedelta

import pytest
from markupsafe import escape

from carerapp.audit.models import AuditRow
from carerapp.auth.models import Invitation
from carerapp.demo.cast import CAST, SUPPORT
from carerapp.people.models import Child, Household, Person, Team
from carerapp.shell import clock
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority
from tests.auth.authenticator import Authenticator
from tests.makers.statements import statements

APP = {"X-App": "1"}
PAGE = APP | {"HX-Request": "true"}
TEAM = {"name": "Respond team"}
HOME = {"name": "Rosa's home", "approved_on": "2019-03-27"}
CHILD = {"name": "Ola", "full_name": "Olamide Fenwick", "born_on": "2014-05-03"}
FORMS = {"/admin/teams/": (Team, TEAM), "/admin/homes/": (Household, HOME), "/admin/children/": (Child, CHILD)}


@pytest.fixture
def rows(app):
    """Rows of a table, oldest first."""

    def read(model, *where):
        with app.app_context(), every_authority():
            return list(database.session.scalars(database.select(model).where(*where).order_by(model.id)))

    return read


@pytest.fixture
def command(app):
    """Run `flask person add` with these words."""
    return lambda *words: app.test_cli_runner().invoke(args=["person", "add", *words])


def enter(app, link: str):
    """A phone on which the link has just been used."""
    phone, body = app.test_client(), {"invitation": link.rsplit("/", 1)[1]}
    options = phone.post("/auth/passkeys/options", json=body).get_json()
    assert phone.post("/auth/passkeys", json=Authenticator().make(options) | body).status_code == 200
    return phone


# --- teams, homes and children ----------------------------------------------------------------------------------------


def test_ada_adds_a_team_that_people_can_be_put_into(client_of, rows):
    ada = client_of("ada")
    made = ada.post("/admin/teams/", data={"name": " Respond team "}, headers=APP)
    team = rows(Team, Team.name == "Respond team")[0]
    assert (made.status_code, made.location, team.authority_id) == (303, "/admin/teams/", "south-gloucestershire")
    page = ada.get("/admin/teams/").get_data(as_text=True)
    assert "Respond team" in page and "No people. Nobody manages this team yet." in page
    assert "Managed by Della Marsh." in page and f'value="{team.id}"' in ada.get("/admin/people/new").text
    assert [row.what for row in rows(AuditRow, AuditRow.thing == team.id)] == ["team:made"]


def test_ada_adds_a_home_and_goes_on_to_say_who_belongs_to_it(client_of, rows):
    ada = client_of("ada")
    made = ada.post("/admin/homes/", data=HOME, headers=APP)
    home = rows(Household, Household.name == "Rosa's home")[0]
    assert (made.status_code, made.location) == (303, f"/admin/homes/{home.id}")
    assert (home.authority_id, home.approved_on) == ("south-gloucestershire", date(2019, 3, 27))
    assert "Add somebody to this home" in ada.get(made.location).text
    assert "Rosa&#39;s home" in ada.get("/admin/homes/").text
    assert [row.what for row in rows(AuditRow, AuditRow.thing == home.id)] == ["home:made"]


def test_ada_adds_a_child_and_goes_on_to_say_where_they_live(client_of, rows):
    ada = client_of("ada")
    made = ada.post("/admin/children/", data=CHILD, headers=APP)
    child = rows(Child, Child.name == "Ola")[0]
    assert (made.status_code, made.location) == (303, f"/admin/children/{child.id}")
    assert (child.authority_id, child.full_name) == ("south-gloucestershire", "Olamide Fenwick")
    assert child.born_on == date(2014, 5, 3)
    assert "In none of our homes yet." in ada.get(made.location).text
    assert "Olamide Fenwick" in ada.get("/admin/homes/").text
    trace = rows(AuditRow, AuditRow.thing == child.id)[0]
    assert (trace.what, trace.child_id) == ("child:made", child.id)


def test_every_list_and_every_form_is_linked_from_one_page(client_of):
    ada = client_of("ada")
    page = ada.get("/admin/").text
    for path in ("/admin/teams/", "/admin/people/", "/admin/homes/", "/admin/teams/new", "/admin/people/new",
                 "/admin/homes/new", "/admin/children/new"):  # fmt: skip
        assert f'href="{path}"' in page and ada.get(path).status_code == 200, path
    assert "2 homes, 3 children" in page
    for path in ("/admin/people/", "/admin/teams/", "/admin/homes/"):
        assert 'href="/admin/"' in ada.get(path).text, path


@pytest.mark.parametrize("path", FORMS)
def test_form_works_without_script(client_of, rows, path):
    """A plain page, its own token, a plain post."""
    ada, (model, data) = client_of("ada"), FORMS[path]
    page = ada.get(f"{path}new").text
    token = page.split('name="csrf_token" value="')[-1].split('"')[0]
    before = len(rows(model))
    plain = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert f'<form method="post" action="{path}"' in page
    assert ada.post(path, data=data | {"csrf_token": token}, headers=plain).status_code == 303
    assert len(rows(model)) == before + 1


SOON = (clock.today() + timedelta(days=2)).isoformat()
WRONG = [
    ("/admin/teams/", {"name": " "}, "Type the name of the team."),
    ("/admin/teams/", {"name": "x" * 81}, "1 characters too long"),
    ("/admin/teams/", {"name": "fostering TEAM"}, "There is a team with this name already."),
    ("/admin/homes/", {"name": ""}, "Type the name of the home."),
    ("/admin/homes/", {"name": "Nia's home"}, "There is a home with this name already."),
    ("/admin/homes/", {"approved_on": ""}, "Type the day the home was approved."),
    ("/admin/homes/", {"approved_on": "2019-02-31"}, "There is no such day."),
    ("/admin/homes/", {"approved_on": "27 March"}, "There is no such day."),
    ("/admin/homes/", {"approved_on": SOON}, "This day is still to come."),
    ("/admin/homes/", {"approved_on": "0219-01-01"}, "more than 70 years ago"),
    ("/admin/children/", {"name": ""}, "Type the name they go by."),
    ("/admin/children/", {"full_name": ""}, "Type their full name."),
    ("/admin/children/", {"full_name": "a\x00b"}, "a character that can&#39;t be kept"),
    ("/admin/children/", {"born_on": ""}, "Type their date of birth."),
    ("/admin/children/", {"born_on": "2014-13-01"}, "There is no such day."),
    ("/admin/children/", {"born_on": SOON}, "This day is still to come."),
    ("/admin/children/", {"born_on": "1914-05-03"}, "more than 25 years ago"),
]


@pytest.mark.parametrize(("path", "wrong", "reason"), WRONG)
def test_form_that_can_not_be_taken_says_why_and_keeps_what_was_typed(client_of, rows, path, wrong, reason):
    model, data = FORMS[path]
    before = len(rows(model))
    answer = client_of("ada").post(path, data=data | wrong, headers=PAGE)
    (field,) = wrong
    assert answer.status_code == 422 and reason in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text
    for typed in (data | wrong).values():
        assert f'value="{escape(typed)}"' in answer.text
    assert len(rows(model)) == before and rows(AuditRow, AuditRow.kind == "wrote") == []


def test_child_is_not_added_twice(client_of, rows):
    """Their days would stand in two places."""
    ada = client_of("ada")
    assert ada.post("/admin/children/", data=CHILD, headers=APP).status_code == 303
    again = ada.post("/admin/children/", data=CHILD | {"name": "Lamide"}, headers=PAGE)
    assert again.status_code == 422 and "is here already" in again.text
    assert ada.post("/admin/children/", data=CHILD | {"full_name": "Tola Fenwick"}, headers=APP).status_code == 303
    assert len(rows(Child, Child.born_on == date(2014, 5, 3))) == 2  # twins are two children


@pytest.mark.parametrize("slug", [None, *(part.slug for part in CAST if part.role != "admin")])
def test_nobody_else_sets_an_authority_up(client_of, rows, slug):
    client, signed_out = client_of(slug), slug is None
    for path in ("/admin/", "/admin/teams/", "/admin/teams/new", "/admin/homes/new", "/admin/children/new"):
        assert client.get(path, headers=APP).status_code == (401 if signed_out else 404), path
    for path, (model, data) in FORMS.items():
        before = len(rows(model))
        assert client.post(path, data=data, headers=APP).status_code == (401 if signed_out else 404), path
        assert len(rows(model)) == before


def test_fields_that_are_not_asked_for_change_nothing(client_of, rows):
    """Mass assignment (bars S12)."""
    ada, more = client_of("ada"), {"authority_id": SUPPORT, "id": "x" * 26}
    for path, (model, data) in FORMS.items():
        assert ada.post(path, data=data | more, headers=APP).status_code == 303
        new = rows(model, model.name == data["name"])[0]
        assert new.authority_id == "south-gloucestershire" and new.id != "x" * 26


def test_what_one_authority_adds_is_not_there_for_another(app, client_of, command, rows):
    ada, other = client_of("ada"), enter(app, command(SUPPORT, "Oma", "Oma Bright", "admin").stdout.strip())
    made = [ada.post(path, data=data, headers=APP).location for path, (_, data) in FORMS.items()]
    for path in ("/admin/", "/admin/teams/", "/admin/homes/", "/admin/people/", "/admin/people/new"):
        page = other.get(path).text
        assert not [word for word in ("Respond", "Rosa", "Olamide", "Fostering team") if word in page], path
    assert "1 home, 1 child" in other.get("/admin/").text
    assert [other.get(path).status_code for path in made[1:]] == [404, 404]
    for path, (model, data) in FORMS.items():  # the same name in another authority is nobody's business
        assert other.post(path, data=data, headers=APP).status_code == 303
        assert {row.authority_id for row in rows(model, model.name == data["name"])} == {
            "south-gloucestershire",
            SUPPORT,
        }


def test_pages_make_the_same_statements_however_much_there_is(app, client_of):
    """performance.md 3."""
    ada, made = client_of("ada"), []
    with app.app_context():
        engine = database.engine
    for path in ("/admin/", "/admin/teams/"):
        ada.get(path)
        for more in (0, 8):
            for number in range(more):
                ada.post("/admin/teams/", data={"name": f"Team {path} {number}"}, headers=APP)
            with statements(engine) as said:
                ada.get(path)
            made.append(len([one for one in said if one.startswith("SELECT")]))
    assert made[0] == made[1] and made[2] == made[3], made


# --- the first administrator ------------------------------------------------------------------------------------------


def test_command_adds_the_first_administrator_who_can_set_everything_up(app, command, rows):
    """From an empty authority to a child's home, with no demo loader in sight."""
    done = command(SUPPORT, "Oma", " Oma Bright ", "admin")
    oma = rows(Person, Person.full_name == "Oma Bright")[0]
    assert done.exit_code == 0 and done.stdout.startswith("http://localhost:5000/join/"), done.output
    assert done.stdout.count("\n") == 1 and f"invite {oma.id}" in done.stderr
    assert (oma.authority_id, oma.name, oma.role, oma.slug) == (SUPPORT, "Oma", "admin", None)
    assert rows(Invitation)[0].made_by_id is None
    trace = rows(AuditRow, AuditRow.what == "account:made")[0]
    assert (trace.authority_id, trace.actor_id, trace.thing) == (SUPPORT, None, oma.id)
    phone = enter(app, done.stdout.strip())
    child = phone.post("/admin/children/", data=CHILD, headers=APP).location
    home = phone.post("/admin/homes/", data=HOME, headers=APP).location.rsplit("/", 1)[1]
    stay = {"move-who": home, "move-starts_on": clock.today().isoformat()}
    assert phone.post(f"{child}/stays", data=stay, headers=APP).status_code == 303
    assert "Olamide Fenwick" in phone.get("/admin/homes/").text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("atlantis", "Oma", "Oma Bright", "admin"), "There is no policy file for the authority 'atlantis'."),
        (("", "Oma", "Oma Bright", "admin"), "There are: placement-support, south-gloucestershire."),
        ((SUPPORT, "Oma", "Oma Bright", "god"), "There is no role 'god'. There are: carer, ssw,"),
        ((SUPPORT, "Oma", "Oma Bright", "young_person"), "on the child's own page"),
        ((SUPPORT, " ", "Oma Bright", "admin"), "The name they go by must have 1 to 80 characters"),
        ((SUPPORT, "Oma", "x" * 161, "admin"), "The full name must have 1 to 160 characters"),
        ((SUPPORT, "Oma", "Oma \udcff", "admin"), "The full name must have 1 to 160 characters"),
    ],
)
def test_command_says_what_it_can_not_do_and_does_nothing(command, rows, words, reason):
    before = len(rows(Person))
    done = command(*words)
    assert done.exit_code == 1 and reason in done.stderr and done.stdout == ""
    assert len(rows(Person)) == before and rows(Invitation) == []


def test_command_explains_itself(command):
    page = command("--help").output
    assert "AUTHORITY NAME FULL_NAME ROLE" in page and "admin (administrator)" in page
    assert 'person add south-gloucestershire Ada "Ada Kimathi" admin' in page and "young_person" not in page
