"""The mechanism of the gate; the table itself is reviewed in tests/house/who_may.txt (bars S1)."""

import pytest

from carerapp.access import gate, table
from carerapp.access import predicates as p
from carerapp.access.actor import Actor, Facts
from carerapp.access.permissions import Permission
from carerapp.shell.errors import Denied, SignedOut

CARER = Actor("amina", "south", "Amina", "carer", home="home", home_children=frozenset({"jay"}))
SSW = Actor("sam", "south", "Sam", "ssw", supervised=frozenset({"home"}), supervised_children=frozenset({"jay"}))
OWN = Facts("south", child_id="jay", household_id="home", author_id="amina")


@pytest.mark.parametrize(
    ("actor", "thing", "expected"),
    [
        (CARER, OWN, True),
        (SSW, OWN, True),
        (CARER, Facts("north", child_id="jay", household_id="home", author_id="amina"), False),
        (CARER, Facts("south", child_id="leo", household_id="next door", author_id="nia"), False),
        (CARER, Facts("south", child_id="jay", household_id="the home before", author_id="nia"), False),
        (CARER, Facts("south", child_id="moved", household_id="home", author_id="amina"), True),
        (CARER, Facts("south", child_id="moved", household_id="home", author_id="ben"), False),
        (SSW, Facts("south", child_id="jay", household_id="the home before", author_id="nia"), False),
        (CARER, Facts("south"), False),
        (SSW, Facts("south"), False),
    ],
)
def test_who_may_read_a_recording(actor: Actor, thing: Facts, expected: bool) -> None:
    """design.md section 2."""
    assert gate.permitted(actor, Permission.RECORDING_SEE, thing) is expected


def test_a_permission_without_rows_is_denied(monkeypatch) -> None:
    monkeypatch.delitem(table.TABLE, Permission.TODAY)
    assert not gate.permitted(CARER, Permission.TODAY, Facts("south"))
    assert not gate.role_could(CARER, Permission.TODAY)


def test_all_questions_of_a_row_must_be_answered_yes(monkeypatch) -> None:
    monkeypatch.setitem(table.TABLE, Permission.TODAY, [[p.role("carer"), p.wrote_it]])
    assert gate.permitted(CARER, Permission.TODAY, OWN)
    assert not gate.permitted(CARER, Permission.TODAY, Facts("south", author_id="nia"))
    assert not gate.permitted(SSW, Permission.TODAY, Facts("south", author_id="sam"))


def test_an_absent_fact_never_matches_an_absent_scope() -> None:
    nobody = Actor("x", "south", "X", "ssw")
    homeless = Actor("y", "south", "Y", "carer")
    for permission in Permission:
        if permission in (Permission.TODAY, Permission.OWN_ACCOUNT, Permission.PHONE_KEEP):
            continue
        for row in table.TABLE[permission]:
            if any(not getattr(question, "about_role", False) for question in row):
                for actor in (nobody, homeless):
                    assert not all(question(actor, Facts("south")) for question in row), (permission, actor)


def test_a_refusal_is_remembered_for_its_trace(app) -> None:
    with app.test_request_context("/"):
        with pytest.raises(Denied):
            gate.permit(CARER, Permission.ACCOUNTS_MANAGE, Facts("south"))
        assert gate.g.denials == [(Permission.ACCOUNTS_MANAGE, Facts("south"))]


def test_a_marked_view_asks_who_is_there(app) -> None:
    @gate.needs(Permission.TODAY)
    def view() -> str:
        return "secret"

    with app.test_request_context("/"):
        gate.g.actor = None
        with pytest.raises(SignedOut):
            gate.check_route(view)
