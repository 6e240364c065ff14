"""What a cut-off phone is told, who notes it, and what is said of it to the people who wait (R15, S4)."""

import uuid

import pytest
from sqlalchemy.exc import OperationalError

from carerapp.audit.models import AuditRow
from carerapp.auth import session
from carerapp.auth.models import Phone
from tests.auth.conftest import APP
from tests.auth.test_phones import name

GONE = "that it has deleted what was kept on it"


@pytest.fixture
def lost(client_of):
    """Amina's phone, which Sam has cut off: its browser, and its vault's name."""
    client = client_of("amina")
    vault = name(client, waiting="2")
    assert client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP).status_code == 303
    return client, vault


def what_sam_reads(client_of) -> str:
    return client_of("sam").get("/people/phones").get_data(as_text=True)


@pytest.mark.parametrize("plain", [True, False])
def test_a_page_that_names_no_vault_is_signed_out_and_nobody_reads_that_it_was_told(client_of, rows, lost, plain):
    """S4: "Sign in as someone else" on the lock screen, or a question without a name: the vault is still there."""
    client, vault = lost
    if plain:
        page = client.get("/me/")
        assert (page.status_code, page.location) == (302, "/sign-in")
        assert page.headers["Clear-Site-Data"] == '"cache", "cookies"'
    else:
        said = client.get("/pwa/who", headers=APP)
        assert said.get_json()["wipe"] is False and "X-Wipe" not in said.headers
    assert client.get("/sign-in").status_code == 200
    assert client.get_cookie("session") is None
    assert rows(Phone)[0].told_to_wipe_at is None
    assert "It has not been heard of since" in what_sam_reads(client_of)
    told = client.get("/pwa/who", headers=APP | {"X-Device": vault})
    assert told.get_json()["wipe"] is True, "its own name is enough, without the cookie"


def test_a_neighbour_signs_in_on_the_shared_phone_of_somebody_who_was_cut_off(app, door, client_of, lost, who, cast):
    """R15, S4: Ben's one way in is his passkey, and Amina's session lies in the cookie."""
    client, vault = lost
    key = door.join(app.test_client(), "ben")
    assert client.get("/pwa/who", headers=APP | {"X-Device": vault, "X-Vaults": "2"}).get_json()["wipe"] is True
    assert door.sign_in(client, key).status_code == 200
    assert who(client) == cast["ben"]
    assert client.get("/pwa/who", headers=APP | {"X-Device": vault}).get_json()["wipe"] is True


def test_is_gone_is_said_when_the_phone_itself_has_said_so(app, client_of, rows, lost):
    """R15, S4: told is not wiped. The phone says so without a session; its own random name is enough."""
    _, vault = lost
    phone = app.test_client()
    phone.get("/pwa/who", headers=APP | {"X-Device": vault})
    assert GONE not in what_sam_reads(client_of)
    assert phone.post("/auth/devices/forgotten", data={"vault": vault}, headers=APP).status_code == 200
    for page in (what_sam_reads(client_of), client_of("amina").get("/me/").get_data(as_text=True)):
        assert GONE in page and "If somebody copied the phone before" in page and "Until then" not in page
    assert rows(Phone)[0].waiting == 0


def test_the_browser_forgets_when_the_phone_has_and_a_neighbours_sign_in_stays(client_of, lost, who, cast):
    """S4, R15: with the cut-off session in the cookie the browser clears up; with Ben's it does not."""
    client, vault = lost
    answer = client.post("/auth/devices/forgotten", data={"vault": vault}, headers=APP)
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies"'
    ben = client_of("ben")
    answer = ben.post("/auth/devices/forgotten", data={"vault": vault}, headers=APP)
    assert "Clear-Site-Data" not in answer.headers and who(ben) == cast["ben"]


def test_a_phone_that_said_so_and_asks_again_is_not_believed(app, client_of, lost):
    """S4: whoever asks under its name still has it. A thief's word holds no longer than that."""
    _, vault = lost
    phone = app.test_client()
    phone.post("/auth/devices/forgotten", data={"vault": vault}, headers=APP)
    assert GONE in what_sam_reads(client_of)
    assert phone.get("/me/", headers=APP | {"X-Device": vault}).headers["X-Wipe"] == "1"
    assert GONE not in what_sam_reads(client_of)


def test_nobody_hides_a_phone_that_was_not_cut_off(app, client_of, rows):
    """S4: a thief who reads its name off the disk does not take it off the list from which it is cut off."""
    vault = name(client_of("amina"))
    for client in (app.test_client(), client_of("ben")):
        for said in (vault, str(uuid.uuid4()), "", "x" * 5000):
            answer = client.post("/auth/devices/forgotten", data={"vault": said}, headers=APP)
            assert (answer.status_code, answer.get_json()) == (200, {"ok": True}), "and no answer tells which there are"
    assert rows(Phone)[0].forgotten_at is None
    assert f"/auth/phones/{vault}/cut-off" in what_sam_reads(client_of)
    assert not rows(AuditRow, AuditRow.what == "phone:forgotten")


def test_a_busy_database_does_not_keep_a_phone_from_being_told(app, monkeypatch, lost, rows):
    """S4, R17: the note is worth nobody's wait."""

    def busy():
        raise OperationalError("begin", {}, Exception("locked"))

    monkeypatch.setattr(session, "without_waiting", busy)
    told = app.test_client().get("/pwa/who", headers=APP | {"X-Device": lost[1]})
    assert (told.status_code, told.get_json()["wipe"]) == (200, True)
    assert rows(Phone)[0].told_to_wipe_at is None


def test_cut_off_phone_is_told_to_wipe_and_that_is_noted(app, client_of, rows):
    lost = client_of("amina")
    vault = name(lost)
    client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP)
    thief = app.test_client()  # signed in as nobody: the vault's own name is enough
    for path in ("/", "/sync/pack", "/me/"):
        answer = thief.get(path, headers=APP | {"X-Device": vault})
        assert (answer.status_code, answer.headers["X-Wipe"]) == (401, "1")
    assert rows(Phone)[0].told_to_wipe_at
    told = thief.get("/pwa/who", headers=APP | {"X-Device": vault, "X-Vaults": "1"})
    assert told.get_json()["wipe"] is True and told.get_json()["person"] is None
    assert told.headers["X-Wipe"] == "1", "a phone deletes nothing for words alone: a café could say them"
    assert told.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    shared = thief.get("/pwa/who", headers=APP | {"X-Device": vault, "X-Vaults": "2"})
    assert shared.get_json()["wipe"] is True and "Clear-Site-Data" not in shared.headers


def test_the_list_says_when_a_phone_was_last_told_and_what_protects_it_until_then(client_of, rows):
    """R15, S4: honest about a phone that never comes back, to the worker and to the carer."""
    lost, sam, amina = client_of("amina"), client_of("sam"), client_of("amina")
    vault, _ = name(lost), name(amina)
    ask = sam.get(f"/auth/phones/{vault}/cut-off").get_data(as_text=True)
    assert "It does not keep out an expert who copies the phone" in ask and "in the last 3 days" in ask
    sam.post(f"/auth/phones/{vault}/cut-off", headers=APP)
    for page in (sam.get("/people/phones"), amina.get("/me/")):
        assert "Until then only a PIN protects it, and not for long" in page.get_data(as_text=True)
    lost.get("/pwa/who", headers=APP | {"X-Device": vault})

    def told():
        return next(phone.told_to_wipe_at for phone in rows(Phone) if phone.id == vault)

    first = told()
    lost.get("/pwa/who", headers=APP | {"X-Device": vault})
    assert told() > first, "it is when it was last told"
    for page in (sam.get("/people/phones"), amina.get("/me/")):
        words = page.get_data(as_text=True)
        assert "was last told to wipe" in words and "It has not told us that it did." in words
        assert "Until then only a PIN protects it" in words and "has deleted" not in words


def test_cut_off_of_one_person_does_not_reach_anothers_vault_on_the_same_phone(client_of):
    """Two people share a phone: Ben's vault is not wiped because Amina's session was cut off (bars R15)."""
    bens = name(client_of("ben"))
    shared = client_of("amina")
    aminas = name(shared)
    client_of("sam").post(f"/auth/phones/{aminas}/cut-off", headers=APP)
    answer = shared.get("/pwa/who", headers=APP | {"X-Device": bens})
    assert answer.get_json()["wipe"] is False and "Clear-Site-Data" not in answer.headers
    assert shared.get("/me/", headers=APP | {"X-Device": bens}).get_json() == {"held": "signed-out"}


def test_a_neighbours_vault_that_was_never_named_is_not_wiped_for_a_cut_off_session(client_of, cast):
    """Ben's vault was made without signal and the server never heard its name: it says whose it is (bars R15)."""
    shared = client_of("amina")
    client_of("sam").post(f"/auth/phones/{name(shared)}/cut-off", headers=APP)
    bens = {"X-Device": str(uuid.uuid4()), "X-Vault-User": cast["ben"]}
    assert shared.get("/pwa/who", headers=APP | bens).get_json()["wipe"] is False
    aminas = {"X-Device": str(uuid.uuid4()), "X-Vault-User": cast["amina"]}
    assert shared.get("/pwa/who", headers=APP | aminas).get_json()["wipe"] is True
