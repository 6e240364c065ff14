"""Accounts: made, invited, suspended, and nothing of any case in sight (design.md section 2)."""

from pathlib import Path

import pytest

from carerapp.access.actor import Facts
from carerapp.access.gate import permitted
from carerapp.access.permissions import Permission
from carerapp.admin import queries
from carerapp.audit.models import AuditRow
from carerapp.auth.models import Invitation, Passkey, SignIn
from carerapp.demo.cast import CAST
from carerapp.people.models import Membership, Person, Placement
from carerapp.shell import clock
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority
from tests.auth.authenticator import Authenticator
from tests.makers.statements import statements

APP = {"X-App": "1"}
NEW = {"name": "Rosa", "full_name": "Rosa Lindqvist", "role": "carer", "team": ""}


@pytest.fixture
def rows(app):
    """Rows of a table, oldest first."""

    def read(model, *where):
        with app.app_context(), every_authority():
            return list(database.session.scalars(database.select(model).where(*where).order_by(model.id)))

    return read


def token_in(page: str) -> str:
    return page.split("/join/")[1].split("<")[0]


def test_ada_adds_rosa_and_hands_her_a_link(client_of, app, rows):
    """From nothing to signed in: account, link, passkey."""
    ada = client_of("ada")
    made = ada.post("/admin/people/", data=NEW, headers=APP)
    rosa = rows(Person, Person.full_name == "Rosa Lindqvist")[0]
    assert (made.status_code, made.location) == (303, f"/admin/people/{rosa.id}")
    assert (rosa.authority_id, rosa.role, rosa.team_id) == ("south-gloucestershire", "carer", None)
    page = ada.post(f"/admin/people/{rosa.id}/invitation", headers=APP).get_data(as_text=True)
    assert '<svg width="' in page and "style=" not in page
    assert "/join/" not in ada.get(f"/admin/people/{rosa.id}").get_data(as_text=True)  # shown once
    phone, key = app.test_client(), Authenticator()
    body = {"invitation": token_in(page)}
    options = phone.post("/auth/passkeys/options", json=body).get_json()
    assert phone.post("/auth/passkeys", json=key.make(options) | body).get_json()["person"] == rosa.id
    traces = [row.what for row in rows(AuditRow, AuditRow.kind == "wrote")]
    assert traces == ["account:made", "invitation:made", "passkey:made"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": ""}, "Type the name they go by."),
        ({"full_name": " "}, "Type their full name."),
        ({"role": ""}, "Choose what they are."),
        ({"role": "god"}, "Not a valid choice"),
        ({"role": "young_person"}, "Not a valid choice"),
        ({"team": "nowhere"}, "Not a valid choice"),
        ({"name": "x" * 81}, "1 characters too long"),
    ],
)
def test_account_that_can_not_be_made_says_why_and_keeps_what_was_typed(client_of, rows, wrong, reason):
    before = len(rows(Person))
    answer = client_of("ada").post("/admin/people/", data=NEW | wrong, headers=APP | {"HX-Request": "true"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and reason in page
    assert "full_name" in wrong or 'value="Rosa Lindqvist"' in page
    assert len(rows(Person)) == before


def test_fields_that_are_not_asked_for_change_nothing(client_of, rows):
    """Mass assignment (bars S12)."""
    more = {"authority_id": "placement-support", "id": "x" * 26, "slug": "rosa", "child_id": "y", "suspended_at": "now"}
    client_of("ada").post("/admin/people/", data=NEW | more, headers=APP)
    rosa = rows(Person, Person.full_name == "Rosa Lindqvist")[0]
    assert (rosa.authority_id, rosa.slug, rosa.child_id) == ("south-gloucestershire", None, None)
    assert rosa.id != "x" * 26 and rosa.suspended_at is None


def test_list_names_the_authoritys_people_and_nobody_elses(client_of):
    page = client_of("ada").get("/admin/people/").get_data(as_text=True)
    assert "Amina Rahman" in page and "Jayden Clarke" in page
    assert "Zed Halloran" not in page and "Max Oyelaran" not in page


def test_lists_make_the_same_statements_however_many_accounts_there_are(app, client_of):
    """performance.md 3."""
    ada, made = client_of("ada"), []
    with app.app_context():
        engine = database.engine
    for path in ("/admin/people/", "/admin/homes/"):
        ada.get(path)
        for more in (0, 8):
            for _ in range(more):
                ada.post("/admin/people/", data=NEW, headers=APP)
            with statements(engine) as said:
                ada.get(path)
            made.append(len([one for one in said if one.startswith("SELECT")]))
    assert made[0] == made[1] and made[2] == made[3], made


def test_another_authoritys_account_does_not_exist(client_of, cast, rows):
    ada = client_of("ada")
    assert ada.get(f"/admin/people/{cast['zed']}").status_code == 404
    for verb in ("invitation", "suspension", "reopening"):
        assert ada.post(f"/admin/people/{cast['zed']}/{verb}", headers=APP).status_code == 404
    assert rows(Invitation) == [] and rows(Person, Person.id == cast["zed"])[0].suspended_at is None


@pytest.mark.parametrize("slug", ["amina", "sam", "cora", "della", "tom", "ivo", "pat", "quinn", "tess", "jay", "max"])
def test_only_administrators_come_here(client_of, cast, slug, rows):
    client = client_of(slug)
    for path in ("/admin/people/", "/admin/people/new", f"/admin/people/{cast['ben']}", "/admin/homes/",
                 f"/admin/homes/{cast['home:rahman']}", f"/admin/children/{cast['child:jay']}"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.post("/admin/people/", data=NEW, headers=APP).status_code == 404
    assert client.post(f"/admin/people/{cast['ben']}/suspension", headers=APP).status_code == 404
    assert client.post(f"/admin/people/{cast['ben']}/invitation", headers=APP).status_code == 404
    assert rows(Invitation) == [] and rows(Person, Person.suspended_at.is_not(None)) == []


def test_suspended_person_is_out_at_once_and_their_link_is_dead(client_of, cast, rows):
    ada, amina = client_of("ada"), client_of("amina")
    page = ada.post(f"/admin/people/{cast['amina']}/invitation", headers=APP).get_data(as_text=True)
    assert ada.post(f"/admin/people/{cast['amina']}/suspension", headers=APP).status_code == 303
    assert amina.get("/me/", headers=APP).status_code == 401
    assert {s.ended_because for s in rows(SignIn, SignIn.person_id == cast["amina"])} == {"suspended"}
    assert ada.post(f"/admin/people/{cast['amina']}/reopening", headers=APP).status_code == 303
    assert amina.get("/me/", headers=APP).status_code == 401  # the old session stays dead
    assert ada.get(f"/join/{token_in(page)}").status_code == 404


def test_suspended_person_can_not_be_invited(client_of, cast, rows):
    ada = client_of("ada")
    ada.post(f"/admin/people/{cast['amina']}/suspension", headers=APP)
    assert ada.post(f"/admin/people/{cast['amina']}/invitation", headers=APP).status_code == 422
    assert rows(Invitation) == []


def test_administrator_neither_suspends_nor_invites_herself(client_of, cast, rows):
    """Beginning again needs a second person (bars S10), and the last administrator must not lock the door."""
    ada = client_of("ada")
    assert ada.post(f"/admin/people/{cast['ada']}/suspension", headers=APP).status_code == 422
    assert ada.post(f"/admin/people/{cast['ada']}/invitation", headers=APP).status_code == 403
    assert rows(Invitation) == [] and rows(Person, Person.suspended_at.is_not(None)) == []


def test_link_for_somebody_with_a_passkey_says_what_it_ends(client_of, app, cast, rows):
    ada = client_of("ada")
    body = {"invitation": token_in(ada.post(f"/admin/people/{cast['ben']}/invitation", headers=APP).text)}
    phone = app.test_client()
    made = Authenticator().make(phone.post("/auth/passkeys/options", json=body).get_json())
    phone.post("/auth/passkeys", json=made | body)
    assert len(rows(Passkey)) == 1
    assert "They lost every passkey" in ada.get(f"/admin/people/{cast['ben']}").get_data(as_text=True)


def test_young_persons_account_is_made_once_on_the_childs_page(client_of, app, cast, rows):
    ada = client_of("ada")
    assert ada.post(f"/admin/children/{cast['child:jay']}/account", headers=APP).status_code == 422
    with app.app_context(), every_authority():
        database.session.execute(database.delete(SignIn))
        database.session.execute(database.delete(Person).where(Person.id == cast["jay"]))
        database.session.commit()
    ada = client_of("ada")
    assert ada.post(f"/admin/children/{cast['child:jay']}/account", headers=APP).status_code == 303
    assert rows(Person, Person.child_id == cast["child:jay"])[0].role == "young_person"


def test_no_case_content_is_read_by_this_room():
    """An administrator sees accounts and dates (design.md section 2): no table of words is even imported."""
    room = Path(__file__).parents[2] / "carerapp" / "admin"
    code = "\n".join(path.read_text() for path in room.rglob("*.py"))
    for other in ("recordings", "triage", "inbox", "meetings", "chronology", "home", "sync"):
        assert f"import {other}" not in code and f"..{other}" not in code


def test_command_makes_a_link_for_the_first_administrator(app, cast, rows):
    done = app.test_cli_runner().invoke(args=["invite", cast["ada"]])
    assert done.output.startswith("http://localhost:5000/join/"), done.output
    assert rows(Invitation)[0].made_by_id is None
    assert app.test_client().get("/join/" + done.output.strip().rsplit("/", 1)[1]).status_code == 200


def test_command_refuses_an_id_of_nobody(app, rows):
    done = app.test_cli_runner().invoke(args=["invite", "nobody"])
    assert done.exit_code == 1 and "There is nobody with this id." in done.output
    assert rows(Invitation) == []


def test_people_are_named_by_the_time_on_the_servers_clock(client_of, rows, cast):
    ada = client_of("ada")
    ada.post(f"/admin/people/{cast['ben']}/suspension", headers=APP)
    age = clock.now() - rows(Person, Person.id == cast["ben"])[0].suspended_at
    assert age.total_seconds() < 60


def test_new_carer_belongs_to_no_home_until_that_is_said(client_of, rows):
    ada = client_of("ada")
    ada.post("/admin/people/", data=NEW, headers=APP)
    rosa = rows(Person, Person.full_name == "Rosa Lindqvist")[0]
    assert "Belongs to no home yet" in ada.get(f"/admin/people/{rosa.id}").get_data(as_text=True)
    assert rows(Membership, Membership.person_id == rosa.id) == []
    assert len(rows(Placement)) == 4


def test_list_and_table_agree_about_accounts(as_person, db, cast):
    """Whoever may manage accounts sees their authority's; nobody else sees any (design.md section 2)."""
    everybody = list(db.session.scalars(db.select(Person)))
    for part in CAST:
        actor = as_person(part.slug)
        seen = {person.id for person in db.session.scalars(queries.visible(actor))}
        may = {p.id for p in everybody if permitted(actor, Permission.ACCOUNTS_MANAGE, Facts(p.authority_id))}
        assert seen == may, part.slug
