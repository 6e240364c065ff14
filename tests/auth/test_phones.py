"""A lost phone is cut off: its session ends now, its vault at its next contact (design.md section 1, promise 5)."""

import uuid

import pytest

from carerapp.audit.models import AuditRow
from carerapp.auth.models import Passkey, Phone, SignIn
from carerapp.events.models import Event
from carerapp.shell.db import db as database
from tests.auth.conftest import APP
from tests.makers.statements import statements


def name(client, vault: str | None = None, **more: str) -> str:
    vault = vault or str(uuid.uuid4())
    data = {"vault": vault, "kind": "pin", "label": "Pixel"} | more
    answer = client.post("/auth/devices", data=data, headers=APP | {"X-Device": vault})
    assert answer.status_code == 200, answer.get_json()
    return vault


def test_phone_tells_its_vaults_name_and_is_mine(client_of, rows, cast):
    client = client_of("amina")
    vault = name(client, waiting="3")
    phone = rows(Phone)[0]
    assert (phone.id, phone.person_id, phone.kind, phone.waiting) == (vault, cast["amina"], "pin", 3)
    assert rows(SignIn)[0].phone_id == vault
    name(client, vault, kind="passkey", label="")
    again = rows(Phone)
    assert [(p.kind, p.label, p.waiting) for p in again] == [("passkey", "Pixel", 3)]
    page = client.get("/me/").get_data(as_text=True)
    assert "Pixel" in page and "This one" in page


def test_phone_without_a_label_is_called_after_its_browser(client_of, rows):
    name(client_of("amina"), label="")
    assert rows(Phone)[0].label == "A browser on another system"


def test_id_of_another_persons_phone_is_refused(client_of, rows, cast):
    vault = name(client_of("amina"))
    for slug in ("ben", "zed"):
        answer = client_of(slug).post("/auth/devices", data={"vault": vault, "kind": "pin"}, headers=APP)
        assert answer.status_code == 409
    assert [p.person_id for p in rows(Phone)] == [cast["amina"]]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"vault": "short", "kind": "pin"},
        {"vault": "x" * 65, "kind": "pin"},
        {"vault": "<script>alert(1)</script>", "kind": "pin"},
        {"vault": "a" * 36, "kind": "eye"},
        {"vault": "a" * 36, "kind": "pin", "waiting": "-1"},
        {"vault": "a" * 36, "kind": "pin", "label": "x" * 81},
    ],
)
def test_what_is_no_phone_is_refused(client_of, rows, data):
    assert client_of("amina").post("/auth/devices", data=data, headers=APP).status_code == 422
    assert rows(Phone) == []


def test_fields_that_are_not_asked_for_change_nothing(client_of, rows, cast):
    """Mass assignment (bars S12)."""
    more = {"person_id": cast["nia"], "authority_id": "placement-support", "cut_off_at": "2020-01-01", "id": "b" * 36}
    vault = name(client_of("amina"), **more)
    phone = rows(Phone)[0]
    assert (phone.id, phone.person_id, phone.authority_id) == (vault, cast["amina"], "south-gloucestershire")
    assert phone.cut_off_at is None


def test_naming_needs_somebody_signed_in(app):
    answer = app.test_client().post("/auth/devices", data={"vault": "a" * 36, "kind": "pin"}, headers=APP)
    assert answer.get_json() == {"held": "signed-out"}


@pytest.mark.parametrize("by", ["sam", "della"])
def test_lost_phone_is_cut_off_by_worker_or_manager(client_of, who, rows, cast, by):
    lost, other = client_of("amina"), client_of("amina")
    vault = name(lost, waiting="2")
    name(other)
    worker = client_of(by)
    assert f"/auth/phones/{vault}/cut-off" in worker.get("/people/phones").get_data(as_text=True)
    assert worker.get(f"/auth/phones/{vault}/cut-off").status_code == 200
    assert worker.post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 303

    answer = lost.get("/me/", headers=APP | {"X-Device": vault})
    assert (answer.status_code, answer.get_json(), answer.headers["X-Wipe"]) == (401, {"held": "cut-off"}, "1")
    assert who(other) == cast["amina"]
    event = rows(Event, Event.tag == "phone:cut-off")[0]
    assert (event.actor_id, event.household_id) == (cast[by], cast["home:rahman"])
    assert event.data == {"person": cast["amina"], "waiting": 2}
    assert [r.actor_id for r in rows(AuditRow, AuditRow.what == "phone:cut-off")] == [cast[by]]


@pytest.mark.parametrize("by", ["ben", "nia", "sue", "cora", "carl", "tom", "ivo", "ada", "jay", "zed", "zoe", "max"])
def test_nobody_else_cuts_it_off(client_of, who, rows, cast, by):
    lost = client_of("amina")
    vault = name(lost)
    client = client_of(by)
    assert vault not in client.get("/people/phones").get_data(as_text=True)
    for method in ("get", "post"):
        assert getattr(client, method)(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 404
        assert getattr(client, method)(f"/auth/people/{cast['amina']}/cut-off", headers=APP).status_code == 404
    assert rows(Phone)[0].cut_off_at is None and who(lost)
    # In another authority the phone does not even exist, so there is no refusal to trace.
    traced = rows(AuditRow, AuditRow.kind == "refused", AuditRow.actor_id == cast[by])
    assert bool(traced) == (by not in ("zed", "zoe", "max"))


def test_manager_cuts_off_a_workers_phone_and_a_stranger_of_another_team_does_not(client_of, rows):
    vault = name(client_of("cora"))
    assert client_of("della").post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 404
    assert client_of("tom").post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 303
    assert rows(Phone)[0].cut_off_at


def test_young_persons_phone_is_cut_off_by_the_worker_of_their_home(client_of, rows):
    vault = name(client_of("jay"))
    assert client_of("zoe").post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 404
    assert client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 303


def test_amina_cuts_off_her_own_other_phone_but_not_the_one_in_her_hand(client_of, rows, cast, who):
    here, lost = client_of("amina"), client_of("amina")
    mine, gone = name(here), name(lost)
    page = here.get("/me/").get_data(as_text=True)
    assert f"/auth/phones/{gone}/cut-off" in page and f"/auth/phones/{mine}/cut-off" not in page
    assert here.post(f"/auth/phones/{mine}/cut-off", headers=APP).status_code == 422
    answer = here.post(f"/auth/phones/{gone}/cut-off", headers=APP)
    assert (answer.status_code, answer.location) == (303, "/me/")
    assert who(here) == cast["amina"] and lost.get("/me/", headers=APP).status_code == 401


def test_a_phone_with_a_passkey_is_not_spoken_of_as_if_it_had_a_pin(client_of):
    lost, sam = client_of("amina"), client_of("sam")
    vault = name(lost, kind="passkey")
    ask = sam.get(f"/auth/phones/{vault}/cut-off").get_data(as_text=True)
    assert "Nobody can guess those, an expert neither" in ask and "PIN" not in ask
    sam.post(f"/auth/phones/{vault}/cut-off", headers=APP)
    assert "Until then a passkey protects it, which nobody can guess" in sam.get("/people/phones").get_data(
        as_text=True
    )


def test_a_phone_that_its_person_made_forget_is_in_no_list_and_nobody_elses_is(client_of, rows):
    here, bens = client_of("amina"), client_of("ben")
    mine, his = name(here), name(bens)
    for vault in (mine, his):
        assert here.post("/auth/devices/forgotten", data={"vault": vault}, headers=APP).status_code == 200
    told = {phone.id: phone.forgotten_at for phone in rows(Phone)}
    assert told[mine] and not told[his]
    assert f"/auth/phones/{mine}/" not in client_of("sam").get("/people/phones").get_data(as_text=True)


def test_cut_off_vault_can_not_be_named_again(client_of):
    lost = client_of("amina")
    vault = name(lost)
    client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP)
    answer = client_of("amina").post("/auth/devices", data={"vault": vault, "kind": "pin"}, headers=APP)
    assert (answer.status_code, answer.get_json()) == (401, {"held": "cut-off"})


def test_found_phone_starts_afresh_after_signing_in(client_of, who, cast):
    lost = client_of("amina")
    vault = name(lost)
    client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP)
    lost.get("/me/")  # wiped
    lost.post("/demo/sign-in", data={"person": "amina"}, headers=APP)
    assert who(lost) == cast["amina"]
    name(lost)


def test_session_that_never_named_its_phone_ends_too_without_wiping(client_of, who, rows):
    unnamed, named = client_of("amina"), client_of("amina")
    vault = name(named)
    client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP)
    answer = unnamed.get("/me/", headers=APP)
    assert answer.get_json() == {"held": "signed-out"} and "X-Wipe" not in answer.headers


def test_cut_off_all_phones_of_a_person(client_of, rows, cast):
    first, second, plain = client_of("amina"), client_of("amina"), client_of("amina")
    one, two = name(first), name(second)
    sam = client_of("sam")
    assert sam.get(f"/auth/people/{cast['amina']}/cut-off").status_code == 200
    assert sam.post(f"/auth/people/{cast['amina']}/cut-off", headers=APP).status_code == 303
    unheard_of = str(uuid.uuid4())
    for client, vault in ((first, one), (second, two), (plain, unheard_of)):
        here = APP | {"X-Device": vault, "X-Vault-User": cast["amina"]}
        assert client.get("/me/", headers=here).get_json() == {"held": "cut-off"}
    assert all(phone.cut_off_at for phone in rows(Phone))
    assert len(rows(Event, Event.tag == "phone:cut-off")) == 2


def test_cutting_off_twice_changes_nothing(client_of, rows):
    vault = name(client_of("amina"))
    sam = client_of("sam")
    for _ in range(2):
        assert sam.post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 303
    assert len(rows(Event, Event.tag == "phone:cut-off")) == 1


def test_passkeys_are_stopped_only_when_that_is_ticked(app, door, client_of, rows):
    for ticked in ("", "y"):
        lost = app.test_client()
        key = door.join(lost, "amina")
        vault = name(lost)
        client_of("sam").post(f"/auth/phones/{vault}/cut-off", data={"passkeys": ticked}, headers=APP)
        again = door.sign_in(app.test_client(), key)
        assert again.status_code == (403 if ticked else 200)
    assert rows(AuditRow, AuditRow.what == "passkey:all-stopped")


def test_nobody_locks_themselves_out_by_a_tick(app, door, rows):
    here, lost = app.test_client(), app.test_client()
    key = door.join(here, "amina")
    name(here)
    door.sign_in(lost, key)
    gone = name(lost)
    assert "Stop their passkeys" not in here.get(f"/auth/phones/{gone}/cut-off").get_data(as_text=True)
    here.post(f"/auth/phones/{gone}/cut-off", data={"passkeys": "y"}, headers=APP)
    assert rows(Passkey)[0].ended_at is None


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"waiting": "1"}, "1 thing was waiting to be sent"),
        ({"waiting": "7"}, "7 things were waiting to be sent"),
        ({"waiting": "0"}, "Nothing was waiting to be sent"),
        ({}, "We do not know how much was waiting"),
    ],
)
def test_question_says_what_is_lost_and_what_is_not_protected(client_of, told, words):
    vault = name(client_of("amina"), **told)
    page = client_of("sam").get(f"/auth/phones/{vault}/cut-off").get_data(as_text=True)
    assert words in page
    assert "opens with a PIN" in page and "never gets signal again is not wiped" in page


def test_phone_says_how_much_waits_on_any_request(client_of, rows):
    client = client_of("amina")
    vault = name(client, waiting="1")
    with_vault = client_of("amina")
    with_vault.get("/me/", headers=APP | {"X-Device": vault, "X-Waiting": "5"})
    assert rows(Phone)[0].waiting == 5
    assert rows(SignIn)[1].phone_id == vault  # and this session is now known to be on that phone
    with_vault.get("/me/", headers=APP | {"X-Device": vault, "X-Waiting": "many"})
    assert rows(Phone)[0].waiting == 5


def test_people_without_anybody_to_look_after_see_nobody(client_of):
    for slug in ("amina", "quinn", "ada", "ivo"):
        assert "There is nobody whose phone is yours" in client_of(slug).get("/people/phones").get_data(as_text=True)


def test_own_page_may_stay_on_the_phone_for_a_week(client_of):
    page = client_of("amina").get("/me/")
    assert (page.headers["X-Hold"], page.headers["X-Hold-Scope"], page.headers["X-Hold-Days"]) == (
        "always",
        "self",
        "7",
    )


@pytest.mark.parametrize(("slug", "path"), [("amina", "/me/"), ("sam", "/people/phones"), ("della", "/people/phones")])
def test_lists_make_the_same_statements_however_many_phones_there_are(app, client_of, slug, path):
    """A page that lists things costs a fixed number of statements (performance.md 3)."""
    with app.app_context():
        engine = database.engine
    looker, made = client_of(slug), []
    for phones in (1, 5):
        for person in ("amina", "ben", "nia"):
            for _ in range(phones):
                name(client_of(person))
        with statements(engine) as said:
            assert looker.get(path).status_code == 200
        made.append(len([one for one in said if one.startswith("SELECT")]))
    assert made[0] == made[1] <= 12, made
