"""Losing every passkey: a code asks, a second person decides (bars S10)."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from carerapp.audit.models import AuditRow
from carerapp.auth.models import Invitation, Recovery, RecoveryCode
from carerapp.auth.rules import LETTERS, read_code, recovery_code
from carerapp.people.models import Person
from carerapp.shell import clock
from tests.auth.authenticator import Authenticator
from tests.auth.conftest import APP


def codes_of(client) -> list[str]:
    page = client.post("/me/recovery-codes", headers=APP).get_data(as_text=True)
    return [part.split("<")[0] for part in page.split("<code>")[1:]]


def ask(app, code: str):
    client = app.test_client()
    token = client.get("/recover").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    return client.post("/recover", data={"code": code, "csrf_token": token}, follow_redirects=True)


@pytest.fixture
def lost(app, door) -> dict:
    """Amina has codes on paper and has lost everything else; Sam supervises her home."""
    client = app.test_client()
    key = door.join(client, "amina")
    codes = codes_of(client)
    client.post("/sign-out", headers=APP)
    return {"codes": codes, "key": key, "client": client}


def test_ten_codes_are_shown_once_and_only_digests_are_kept(app, door, rows):
    client = app.test_client()
    door.join(client, "amina")
    codes = codes_of(client)
    assert len(set(codes)) == 10 and all(read_code(code) == code for code in codes)
    kept = rows(RecoveryCode)
    assert len(kept) == 10 and not any(code in str([vars(row) for row in kept]) for code in codes)
    again = client.get("/me/recovery-codes").get_data(as_text=True)
    assert "You have 10 left" in again and not any(code in again for code in codes)


def test_new_codes_end_the_old_ones(app, door, rows):
    client = app.test_client()
    door.join(client, "amina")
    old = codes_of(client)
    codes_of(client)
    ask(app, old[0])
    assert rows(Recovery) == []
    assert sum(code.used_at is None for code in rows(RecoveryCode)) == 10


def test_codes_need_a_passkey_shown_just_now(app, door, rows):
    client = app.test_client()
    with time_machine.travel(clock.now(), tick=False) as time:
        door.join(client, "amina")
        time.shift(301)
        assert client.post("/me/recovery-codes", headers=APP).status_code == 403
    assert rows(RecoveryCode) == []


def test_code_alone_opens_nothing(app, lost, who):
    client = app.test_client()
    client.post("/recover", data={"code": lost["codes"][0]}, headers=APP)
    assert who(client) is None
    assert client.get("/me/").status_code == 302
    assert client.post("/auth/passkeys/options", json={}).status_code == 401


def test_good_used_and_unknown_codes_get_the_same_page(app, lost, change):
    good, used, unknown = lost["codes"][0], lost["codes"][1], recovery_code(b"x" * 15)
    from carerapp.auth.service.registering import code_digest

    change(RecoveryCode, RecoveryCode.code_digest == code_digest(used), used_at=clock.now())
    pages = [ask(app, code) for code in (unknown, used, good)]
    assert {(page.status_code, page.data) for page in pages} == {(200, pages[0].data)}


@pytest.mark.parametrize("by", ["sam", "della", "ada"])
def test_amina_gets_back_in_when_somebody_who_knows_her_confirms(app, lost, client_of, door, who, cast, rows, by):
    """The whole way: code, second person, link, new passkey; the lost one is dead."""
    ask(app, lost["codes"][0])
    asked = rows(Recovery)[0]
    worker = client_of(by)
    listed = worker.get("/admin/people/" if by == "ada" else "/people/phones").get_data(as_text=True)
    assert f"/people/recoveries/{asked.id}" in listed
    assert "Is it really" in worker.get(f"/people/recoveries/{asked.id}").get_data(as_text=True)
    page = worker.post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).get_data(as_text=True)
    token = page.split("/join/")[1].split("<")[0]
    phone, key = app.test_client(), Authenticator()
    assert door.keep(phone, key.make(door.creation(phone, token)), token).status_code == 200
    assert who(phone) == cast["amina"]
    assert door.sign_in(app.test_client(), lost["key"]).status_code == 403
    done = rows(Recovery)[0]
    assert (done.outcome, done.decided_by_id) == ("confirmed", cast[by])
    assert all(code.used_at for code in rows(RecoveryCode))
    assert [r.actor_id for r in rows(AuditRow, AuditRow.what == "recovery:confirmed")] == [cast[by]]


@pytest.mark.parametrize("by", ["ben", "nia", "sue", "cora", "tom", "ivo", "quinn", "jay", "zoe", "max", "zed"])
def test_nobody_else_confirms(app, lost, client_of, rows, by):
    ask(app, lost["codes"][0])
    asked = rows(Recovery)[0]
    client = client_of(by)
    assert asked.id not in client.get("/people/phones").get_data(as_text=True)
    assert client.get(f"/people/recoveries/{asked.id}").status_code == 404
    for how in ("confirmation", "refusal"):
        assert client.post(f"/people/recoveries/{asked.id}/{how}", headers=APP).status_code == 404
    assert rows(Recovery)[0].decided_at is None and not rows(Invitation, Invitation.used_at.is_(None))


@pytest.mark.parametrize("slug", ["amina", "ada", "della"])
def test_nobody_is_their_own_second_person(app, door, rows, slug):
    client = app.test_client()
    door.join(client, slug, by=None)
    ask(app, codes_of(client)[0])
    asked = rows(Recovery)[0]
    assert client.post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).status_code == 404
    assert rows(Recovery)[0].decided_at is None


def test_manager_confirms_for_a_worker_of_the_team(app, door, client_of, rows):
    sam = app.test_client()
    door.join(sam, "sam")
    ask(app, codes_of(sam)[0])
    asked = rows(Recovery)[0]
    assert client_of("tom").post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).status_code == 404
    assert client_of("della").post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).status_code == 200


def test_refusing_spends_the_code(app, lost, client_of, rows):
    ask(app, lost["codes"][0])
    asked = rows(Recovery)[0]
    sam = client_of("sam")
    assert sam.post(f"/people/recoveries/{asked.id}/refusal", headers=APP).status_code == 303
    assert rows(RecoveryCode, RecoveryCode.id == asked.code_id)[0].used_at
    ask(app, lost["codes"][0])
    assert len(rows(Recovery)) == 1
    assert sam.post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).status_code == 409
    assert not rows(Invitation, Invitation.used_at.is_(None))


def test_confirming_twice_makes_one_link(app, lost, client_of, rows):
    ask(app, lost["codes"][0])
    asked, sam = rows(Recovery)[0], client_of("sam")
    path = f"/people/recoveries/{asked.id}/confirmation"
    assert [sam.post(path, headers=APP).status_code for _ in range(2)] == [200, 409]
    assert len(rows(Invitation, Invitation.used_at.is_(None))) == 1


def test_asking_lasts_three_days(app, lost, client_of, rows):
    with time_machine.travel(clock.now(), tick=False) as time:
        ask(app, lost["codes"][0])
        asked = rows(Recovery)[0]
        time.shift(timedelta(hours=72, seconds=1))
        sam = client_of("sam")
        assert asked.id not in sam.get("/people/phones").get_data(as_text=True)
        assert sam.post(f"/people/recoveries/{asked.id}/confirmation", headers=APP).status_code == 409
        ask(app, lost["codes"][0])  # the code was not spent by nobody's answering
        assert len(rows(Recovery)) == 2


def test_asking_twice_puts_one_request_in_front_of_people(app, lost, rows):
    for code in (*lost["codes"][:3], lost["codes"][0]):
        ask(app, code)
    assert len(rows(Recovery)) == 1


def test_owner_who_is_still_signed_in_sees_it_and_stops_it(app, door, rows, cast):
    client = app.test_client()
    door.join(client, "amina")
    ask(app, codes_of(client)[0])
    asked = rows(Recovery)[0]
    assert "Somebody asked to get back into your account" in client.get("/me/").get_data(as_text=True)
    assert client.post(f"/me/recoveries/{asked.id}/refusal", headers=APP).status_code == 303
    done = rows(Recovery)[0]
    assert (done.outcome, done.decided_by_id) == ("refused", cast["amina"])


def test_owner_can_not_stop_somebody_elses(app, lost, client_of, rows):
    ask(app, lost["codes"][0])
    assert client_of("nia").post(f"/me/recoveries/{rows(Recovery)[0].id}/refusal", headers=APP).status_code == 404
    assert rows(Recovery)[0].decided_at is None


def test_suspended_person_can_not_ask(app, lost, change, cast, rows):
    change(Person, Person.id == cast["amina"], suspended_at=clock.now())
    ask(app, lost["codes"][0])
    assert rows(Recovery) == []


def test_slip_of_the_finger_is_said_at_the_field(app, lost, rows):
    good = lost["codes"][0]
    page = ask(app, good[:-1] + ("A" if good[-1] != "A" else "B"))
    assert page.status_code == 422
    assert "This code has a slip in it" in page.get_data(as_text=True)
    assert ask(app, "").status_code == 422
    assert rows(Recovery) == []


def test_code_may_be_typed_small_without_dashes_and_misread(app, lost, rows):
    typed = lost["codes"][0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    ask(app, typed)
    assert len(rows(Recovery)) == 1


@given(st.binary(min_size=15, max_size=16))
def test_every_code_reads_back(random):
    code = recovery_code(random)
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", "")) == code


@given(st.binary(min_size=15, max_size=15), st.integers(0, 14), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_noticed(random, place, letter):
    """All but one pair: 0 and Z count the same modulo 31, and nobody misreads one for the other."""
    letters = recovery_code(random).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    assert wrong == letters or {letters[place], letter} == {"0", "Z"} or read_code(wrong) is None


@given(st.binary(min_size=15, max_size=15), st.integers(0, 13))
def test_two_swapped_letters_are_noticed(random, place):
    letters = recovery_code(random).replace("-", "")
    a, b = letters[place], letters[place + 1]
    wrong = letters[:place] + b + a + letters[place + 2 :]
    assert a == b or {a, b} == {"0", "Z"} or read_code(wrong) is None


@given(st.text(max_size=40))
def test_anything_typed_is_read_without_falling_over(typed):
    read = read_code(typed)
    assert read is None or read_code(read) == read
