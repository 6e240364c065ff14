"""What a phone may hold (design.md section 7): the writing, the last days of one's own, and nobody who moved away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from carerapp.people.models import Placement
from carerapp.policy.model import HOLDINGS
from carerapp.policy.registry import all_policies, install
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.sync.pack import PAGES
from tests.serving import recording_item


def test_a_carers_phone_holds_what_is_needed_to_write_with_no_signal(client_of, cast) -> None:
    pack = client_of("amina").get("/sync/pack").json
    assert {"/", "/help", f"/recordings/new?child={cast['child:jay']}"} <= set(pack["pages"])
    assert set(pack["scopes"]) == {"self", f"child:{cast['child:jay']}", f"child:{cast['child:mia']}"}


def test_every_page_of_the_pack_may_be_held(client_of, cast) -> None:
    amina = client_of("amina")
    amina.post("/sync/items", json={"items": [recording_item(cast["child:jay"], "He laughed.", day="today")]})
    for path in amina.get("/sync/pack").json["pages"]:
        answer = amina.get(path, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and answer.headers.get("X-Hold"), path


def test_a_pin_holds_fewer_days_than_a_passkey(client_of, cast) -> None:
    """design.md section 7: a PIN phone holds the own last 3 days."""
    amina = client_of("amina")
    long_ago = recording_item(cast["child:jay"], "Then.", day="other", about_on=str(clock.today().replace(day=1)))
    amina.post("/sync/items", json={"items": [long_ago, recording_item(cast["child:jay"], "Now.", day="today")]})

    def held(kind: str) -> int:
        pages = amina.get(f"/sync/pack?kind={kind}").json["pages"]
        return sum(path.startswith("/recordings/0") for path in pages)

    assert held("pin") <= held("passkey")


def test_a_child_who_moved_away_is_in_the_pack_no_more(app, client_of, cast) -> None:
    with app.app_context(), every_authority():
        db.session.query(Placement).filter_by(child_id=cast["child:jay"]).one().ends_on = clock.today()
        db.session.commit()
    pack = client_of("amina").get("/sync/pack").json
    assert f"child:{cast['child:jay']}" not in pack["scopes"]
    assert not any(cast["child:jay"] in path for path in pack["pages"])


def test_a_worker_holds_little_and_a_stranger_nothing(client_of) -> None:
    assert client_of("sam").get("/sync/pack").json["scopes"] == ["self"]
    assert client_of(None).get("/sync/pack", headers={"X-App": "1"}).status_code == 401


# --- the policy's own lists ---------------------------------------------------------------------------------------

PEOPLE = {"south-gloucestershire": ("amina", "child:jay"), "placement-support": ("zed", "child:kit")}
SHOWS = {  # an address that only this key brings onto a phone
    "writing": "/recordings/new?child={child}",
    "own_recordings": "/recordings/",
    "who_to_ring": "/help",
    "household": "/children/{child}",
    "meetings": "/meetings/",
}


@pytest.fixture
def phone_rules(app):
    """Change what an authority lets its phones hold, for one test."""
    before = all_policies()

    def change(authority: str, **rules: object) -> None:
        policy = all_policies()[authority]
        install(all_policies() | {authority: replace(policy, phone=replace(policy.phone, **rules))})

    yield change
    install(before)


def test_every_holding_of_the_policy_has_its_pages() -> None:
    assert set(PAGES) == set(HOLDINGS) == {*SHOWS, "plan_measures"}


@pytest.mark.parametrize("authority", PEOPLE)
@pytest.mark.parametrize("what", SHOWS)
def test_a_key_taken_off_the_list_takes_its_pages_off_the_phone(client_of, cast, phone_rules, authority, what) -> None:
    """design.md section 7: for each kind of phone, neither listed nor allowed to be kept, whatever else asks for it."""
    slug, child = PEOPLE[authority]
    path, me = SHOWS[what].format(child=cast[child]), client_of(slug)

    def held(kind: str) -> tuple[bool, bool, str | None]:
        pack = me.get(f"/sync/pack?kind={kind}").json
        return path in pack["pages"], what in pack["holds"], me.get(path).headers.get("X-Hold")

    phone = all_policies()[authority].phone
    by_pin = what in phone.pin_may_hold
    assert held("pin")[:2] == (by_pin, by_pin) and held("passkey")[:2] == (True, True)
    phone_rules(authority, pin_may_hold=tuple(one for one in phone.pin_may_hold if one != what))
    assert held("pin") == (False, False, "passkey") and held("passkey") == (True, True, "passkey")
    phone_rules(authority, passkey_may_hold=tuple(one for one in phone.passkey_may_hold if one != what))
    assert held("pin") == held("passkey") == (False, False, None)


@pytest.mark.parametrize("authority", PEOPLE)
def test_days_lease_and_lock_are_the_authoritys_own(client_of, cast, phone_rules, authority) -> None:
    """S4: it locks by itself after the policy's minutes; a copy lives no longer than the policy's lease."""
    slug, child = PEOPLE[authority]
    me = client_of(slug)
    long_ago = recording_item(cast[child], "Then.", day="other", about_on=str(clock.today() - timedelta(days=2)))
    me.post("/sync/items", json={"items": [long_ago]})

    def kept(kind: str) -> int:
        return sum(path.startswith("/recordings/0") for path in me.get(f"/sync/pack?kind={kind}").json["pages"])

    assert me.get("/sync/pack").json["lock_minutes"] == 5 and me.get("/help").headers["X-Hold-Days"] == "7"
    assert kept("pin") == kept("passkey") == 1
    phone_rules(authority, draft_lock_minutes=2, lease_days=4, pin_recordings_days=1)
    assert me.get("/sync/pack").json["lock_minutes"] == 2
    assert me.get("/help").headers["X-Hold-Days"] == me.get("/me/").headers["X-Hold-Days"] == "4"
    assert (kept("pin"), kept("passkey")) == (0, 1)
    phone_rules(authority, passkey_recordings_days=1)
    assert kept("passkey") == 0


def test_the_phone_hears_which_passkeys_still_open_the_account(client_of) -> None:
    """S10: a passkey that was removed opens no vault for longer than it takes a phone to ask."""
    assert client_of("amina").get("/sync/pack").json["passkeys"] == []
