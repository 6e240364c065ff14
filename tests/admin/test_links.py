"""Dated links: a change counts from its day, for everybody, at once (design.md section 2)."""

from datetime import date, timedelta

import pytest

from carerapp.audit.models import AuditRow
from carerapp.events.models import Event
from carerapp.people.models import Allocation, Membership, Placement
from carerapp.shell import clock
from carerapp.shell.db import db as database
from carerapp.shell.db import every_authority

APP = {"X-App": "1"}


@pytest.fixture
def rows(app):
    """Rows of a table, oldest first."""

    def read(model, *where):
        with app.app_context(), every_authority():
            return list(database.session.scalars(database.select(model).where(*where).order_by(model.id)))

    return read


def starts(prefix: str, who: str, day: date) -> dict:
    return {f"{prefix}-who": who, f"{prefix}-starts_on": day.isoformat()}


def ends(day: date, **more: str) -> dict:
    return {"end-ends_on": day.isoformat()} | {f"end-{name}": value for name, value in more.items()}


def test_jay_moves_next_door_and_access_moves_with_him(client_of, rows, cast):
    ada, today = client_of("ada"), clock.today()
    stay = rows(Placement, Placement.child_id == cast["child:jay"])[0]
    path = f"/admin/children/{cast['child:jay']}/stays"
    early = ada.post(path, data=starts("move", cast["home:prosser"], today), headers=APP | {"HX-Request": "true"})
    assert early.status_code == 422 and "still lives somewhere else" in early.get_data(as_text=True)
    assert f'action="/admin/stays/{stay.id}/ending"' in ada.get(
        f"/admin/children/{cast['child:jay']}?end={stay.id}"
    ).get_data(as_text=True)
    ended = ada.post(f"/admin/stays/{stay.id}/ending", data=ends(today, planned="no"), headers=APP)
    assert ended.status_code == 303
    assert ada.post(path, data=starts("move", cast["home:prosser"], today), headers=APP).status_code == 303
    first, second = rows(Placement, Placement.child_id == cast["child:jay"])
    assert (first.ends_on, first.planned_end) == (today, False)
    assert (second.household_id, second.starts_on) == (cast["home:prosser"], today)
    assert [e.tag for e in rows(Event)] == ["placement:ended", "placement:started"]
    assert [r.what for r in rows(AuditRow, AuditRow.kind == "wrote")] == ["placement:ended", "placement:started"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"end-ends_on": "", "end-planned": "yes"}, "Choose a day"),
        ({"end-ends_on": "2026-02-31", "end-planned": "yes"}, "Not a valid date"),
        ({"end-ends_on": "2001-01-01", "end-planned": "yes"}, "The last day must come after the first."),
        ({"end-ends_on": "2030-01-01"}, "Say whether it was planned."),
    ],
)
def test_end_that_makes_no_sense_is_said_at_the_field(client_of, rows, cast, data, reason):
    stay = rows(Placement, Placement.child_id == cast["child:jay"])[0]
    answer = client_of("ada").post(f"/admin/stays/{stay.id}/ending", data=data, headers=APP | {"HX-Request": "true"})
    assert answer.status_code == 422 and reason in answer.get_data(as_text=True)
    assert rows(Placement, Placement.id == stay.id)[0].ends_on is None


def test_sue_takes_over_amina_and_bens_home(client_of, rows, cast):
    ada, tomorrow = client_of("ada"), clock.today() + timedelta(days=1)
    path = f"/admin/homes/{cast['home:rahman']}"
    assert ada.post(f"{path}/workers", data=starts("ssw", cast["sue"], tomorrow), headers=APP).status_code == 303
    was, now = rows(Allocation, Allocation.household_id == cast["home:rahman"])
    assert (was.ends_on, now.worker_id, now.starts_on) == (tomorrow, cast["sue"], tomorrow)
    assert rows(Event)[-1].tag == "allocation:changed"
    page = ada.get(path).get_data(as_text=True)
    assert "Sam Whitlock" in page and "Sue Amory" in page


@pytest.mark.parametrize(("role", "who"), [("csw", "carl"), ("iro", "ivo")])
def test_childs_worker_hands_over(client_of, rows, cast, role, who):
    ada, today = client_of("ada"), clock.today()
    path = f"/admin/children/{cast['child:jay']}/workers/{role}"
    assert ada.post(path, data=starts(role, cast[who], today), headers=APP).status_code == 303
    links = rows(Allocation, Allocation.child_id == cast["child:jay"], Allocation.role == role)
    assert [link.ends_on for link in links] == [today, None] and links[1].worker_id == cast[who]


def test_worker_can_not_be_given_a_role_that_is_not_theirs(client_of, rows, cast):
    before = len(rows(Allocation))
    for role, who in (("csw", "sam"), ("iro", "cora"), ("csw", "zara"), ("csw", "")):
        path = f"/admin/children/{cast['child:jay']}/workers/{role}"
        data = starts(role, cast.get(who, ""), clock.today())
        assert client_of("ada").post(path, data=data, headers=APP).status_code == 422
    assert client_of("ada").post(f"/admin/children/{cast['child:jay']}/workers/admin", headers=APP).status_code == 404
    assert len(rows(Allocation)) == before


def test_allocation_ends_without_a_follower(client_of, rows, cast):
    ada, today = client_of("ada"), clock.today()
    for about in ("child:jay", "home:rahman"):
        column = Allocation.child_id if about == "child:jay" else Allocation.household_id
        link = rows(Allocation, column == cast[about], Allocation.role.in_(["csw", "ssw"]))[0]
        wrong = ada.post(f"/admin/allocations/{link.id}/ending", data=ends(date(2001, 1, 1)), headers=APP)
        assert wrong.status_code == 422
        assert ada.post(f"/admin/allocations/{link.id}/ending", data=ends(today), headers=APP).status_code == 303
        assert rows(Allocation, Allocation.id == link.id)[0].ends_on == today
        assert rows(Event)[-1].data["ended"] is True


def test_carer_joins_and_leaves_a_home(client_of, rows, cast):
    ada, today = client_of("ada"), clock.today()
    path = f"/admin/homes/{cast['home:prosser']}/carers"
    taken = ada.post(path, data=starts("carer", cast["ben"], today), headers=APP | {"HX-Request": "true"})
    assert taken.status_code == 422 and "still belong to a home" in taken.get_data(as_text=True)
    was = rows(Membership, Membership.person_id == cast["ben"])[0]
    assert ada.post(f"/admin/memberships/{was.id}/ending", data=ends(today), headers=APP).status_code == 303
    assert ada.post(path, data=starts("carer", cast["ben"], today), headers=APP).status_code == 303
    links = rows(Membership, Membership.person_id == cast["ben"])
    assert [(link.household_id, link.ends_on) for link in links] == [
        (cast["home:rahman"], today),
        (cast["home:prosser"], None),
    ]
    assert {"membership:started", "membership:ended"} <= {r.what for r in rows(AuditRow)}


def test_another_authoritys_links_do_not_exist(client_of, rows, cast):
    ada, today = client_of("ada"), clock.today()
    home, child = cast["home:halloran"], cast["child:kit"]
    kits = rows(Placement, Placement.child_id == child)[0]
    zoes = rows(Allocation, Allocation.worker_id == cast["zoe"])[0]
    zeds = rows(Membership, Membership.person_id == cast["zed"])[0]
    for path in (f"/admin/homes/{home}", f"/admin/children/{child}"):
        assert ada.get(path).status_code == 404
    posts = {
        f"/admin/stays/{kits.id}/ending": ends(today, planned="no"),
        f"/admin/allocations/{zoes.id}/ending": ends(today),
        f"/admin/memberships/{zeds.id}/ending": ends(today),
        f"/admin/homes/{home}/carers": starts("carer", cast["ben"], today),
        f"/admin/homes/{home}/workers": starts("ssw", cast["sam"], today),
        f"/admin/children/{child}/stays": starts("move", cast["home:rahman"], today),
        f"/admin/children/{child}/workers/csw": starts("csw", cast["cora"], today),
        f"/admin/children/{child}/account": {},
    }
    for path, data in posts.items():
        assert ada.post(path, data=data, headers=APP).status_code == 404, path
    foreign = ada.post(f"/admin/children/{cast['child:jay']}/stays", data=starts("move", home, today), headers=APP)
    assert foreign.status_code == 422
    assert len(rows(Placement)) == 4 and len(rows(Membership)) == 4


def test_homes_page_says_who_lives_where(client_of):
    page = client_of("ada").get("/admin/homes/").get_data(as_text=True)
    assert "Jayden Clarke" in page and "Supervised by Sam" in page and "Kit" not in page
