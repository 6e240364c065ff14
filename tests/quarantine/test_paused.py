"""S3: an account is paused. Its owner is told at the next request, can hand in what waits, and can do nothing else."""

import io
from datetime import timedelta

import pytest

from carerapp.auth.models import SignIn
from carerapp.people.models import Person
from carerapp.shell import clock, seal_keys
from carerapp.sync.models import Receipt
from tests.quarantine.conftest import APP, alone, batch, decide
from tests.sync.test_copies import file_of, hand_in
from tests.sync.test_sealed import sealed

HANDING_IN = ("/sync/items", "/sync/sealed", "/sync/copies")


@pytest.fixture
def amina(client_of, house):
    """Amina, signed in, and then Ada pauses her account."""
    client = client_of("amina")
    answer = client_of("ada").post(f"/admin/people/{house.cast['amina']}/suspension", headers=APP)
    assert answer.status_code == 303
    return client


@pytest.fixture
def key(app, tmp_path) -> str:
    app.config["SEAL_KEYS"] = tmp_path / "seal_keys.json"
    return seal_keys.announced(app.config["SEAL_KEYS"])


@pytest.mark.parametrize("path", ["/", "/me/", "/recordings/", "/help", "/sync/pack", "/files/recordings.json"])
def test_the_next_request_is_denied_and_says_paused(amina, path) -> None:
    """S3: 0 seconds. The phone hears `paused`, a page says so in words, with whom to ring."""
    app = amina.get(path, headers=APP)
    assert app.status_code == 401 and app.json["held"] == "paused" and "Della" in app.json["words"]
    page = amina.get(path)
    words = page.get_data(as_text=True)
    assert page.status_code == 403 and "Your account is paused" in words and "ring Della" in words


def test_nothing_can_be_done_but_handing_in(app, amina, house, written) -> None:
    """S12: every route that changes anything, from a session that is paused."""
    before = {table: len(house.rows(table)) for table in (SignIn, Person)}
    asked = 0
    for rule in app.url_map.iter_rules():
        path = rule.build({name: "csw" for name in rule.arguments}, append_unknown=False)[1]
        if getattr(app.view_functions[rule.endpoint], "open_to_all", False) or path in HANDING_IN:
            continue
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = amina.open(path, method=method, headers=APP)
            assert answer.status_code == 401 and answer.json["held"] == "paused", f"{method} {path}"
            asked += 1
    assert asked > 50 and before == {table: len(house.rows(table)) for table in before}
    assert amina.post("/recordings/", data=written()["fields"], headers=APP).json["held"] == "paused"
    assert house.recordings() == house.kept() == []


@pytest.mark.parametrize("way", ["alone", "together"])
def test_what_waits_goes_straight_into_quarantine(amina, client_of, house, written, way) -> None:
    """S3, R14: no verb runs, although Jay lives with her still; her manager has it and can let it in."""
    item = written("Written before the pause.")
    receipt = alone(amina, item).json if way == "alone" else batch(amina, item)[0]
    assert (receipt["outcome"], receipt["kept"], receipt["with"]) == ("refused", True, "Della")
    assert house.recordings() == [] and house.kept()[0].why == "paused"
    decide(client_of("della"), house.kept()[0].id, "let-in")
    assert house.recordings()[0].saw == "Written before the pause."


def test_a_paused_phone_says_who_it_is_and_only_to_itself(amina, cast) -> None:
    """The courier asks before it sends, and hears that handing in is open. Another person's phone hears nothing."""
    who = amina.get("/pwa/who", headers=APP | {"X-Vault-User": cast["amina"]}).json
    assert (who["person"], who["name"], who["paused"]) == (None, None, cast["amina"])
    ben = amina.get("/pwa/who", headers=APP | {"X-Vault-User": cast["ben"]}).json
    assert ben["paused"] is None
    assert amina.get("/", headers=APP | {"X-Vault-User": cast["ben"]}).json == {"held": "signed-out"}
    answer = amina.post("/sync/items", json={"items": []}, headers=APP | {"X-Vault-User": cast["ben"]})
    assert answer.status_code == 401 and answer.json == {"held": "signed-out"}


@pytest.mark.parametrize("way", ["alone", "together", "sealed"])
def test_what_nobody_could_decide_about_waits_for_a_manager(amina, house, written, key, way) -> None:
    """S3, R14: nothing is wrong with the words, so no refusal is stored. They go in when somebody is there again."""
    house.managers(suspended_at=clock.now())
    item = written("Nobody was there for this.")
    copy = sealed(key, item | {"person": house.cast["amina"]})

    def hand_over():
        if way == "alone":
            return alone(amina, item).json
        if way == "together":
            return batch(amina, item)[0]
        return amina.post("/sync/sealed", json={"items": [copy]}, headers=APP).json["receipts"][0]

    receipt = hand_over()
    assert (receipt["outcome"], receipt["id"], "kept" in receipt) == ("later", item["id"], False)
    assert "no manager" in receipt["errors"][""][0] and house.kept() == house.rows(Receipt) == []
    house.managers(suspended_at=None)
    assert hand_over()["with"] == "Della" and len(house.kept()) == 1


def test_let_on_again_what_waited_goes_in_as_always(amina, client_of, house, written) -> None:
    """S3: while the account was paused nobody could decide; now nobody need."""
    house.managers(suspended_at=clock.now())
    item = written("Written before the pause.")
    assert batch(amina, item)[0]["outcome"] == "later"
    client_of("ada").post(f"/admin/people/{house.cast['amina']}/reopening", headers=APP)
    assert batch(client_of("amina"), item)[0]["outcome"] == "received" and len(house.recordings()) == 1


def test_whom_it_is_about_is_not_told_to_who_is_paused(amina, house, written, cast) -> None:
    """S2: a child that was never theirs, one that does not exist and no child at all get the same answer."""
    strangers = [written(child="leo"), written(child="x" * 26), written(path="/admin/people/")]
    receipts = batch(amina, *strangers)
    assert {(one["outcome"], one["status"], str(one["errors"])) for one in receipts} == {
        ("later", 503, str(receipts[0]["errors"]))
    }
    assert house.kept() == house.rows(Receipt) == []


def test_a_saved_file_of_somebody_paused_goes_to_their_manager(amina, client_of, house, written, key) -> None:
    """R8, S3: they are told on that page who has it. In a plain browser, with the form's own token, as on a phone."""
    mine = {"person": house.cast["amina"]}
    file = file_of(
        *(sealed(key, written(f"Evening {n}.") | mine) for n in range(2)), sealed(key, written() | {"person": "x"})
    )
    page = amina.get("/sync/copies")
    assert page.status_code == 200 and "Your account is paused" in page.text and "ring Della" in page.text
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "file": (io.BytesIO(file.encode()), "lantern-sealed.lantern")}
    answers = [amina.post("/sync/copies", data=form).text, hand_in(amina, file).text]
    for text in answers:
        assert "2 things that you wrote are kept. Your account is paused. Della, your" in text
        assert "Somebody else wrote it" in text and "Evening 1" not in text
    assert [kept.why for kept in house.kept()] == ["paused", "paused"] and house.recordings() == []


def test_the_page_of_saved_files_shows_nothing_else_to_who_is_paused(amina, client_of, house, written, key) -> None:
    """S3: no child, no recording, no place to go; and no file of somebody else's."""
    for text in (amina.get("/sync/copies").text, amina.get("/sync/copies", headers=APP | {"HX-Request": "true"}).text):
        assert "Jay" not in text and "Amina" not in text and 'class="bar"' not in text and "/recordings/" not in text
    hers = sealed(key, written("Ben wrote this.") | {"person": house.cast["ben"]})
    assert "Ben wrote" not in hand_in(amina, file_of(hers)).text and house.kept() == []
    others = {"X-Vault-User": house.cast["ben"]}
    assert amina.get("/sync/copies", headers=APP | others).json == {"held": "signed-out"}
    ended = SignIn.person_id == house.cast["amina"]
    house.change(SignIn, ended, ended_at=clock.now(), ended_because="signed-out")
    assert amina.get("/sync/copies").status_code == 302 and hand_in(amina, file_of(hers)).status_code == 401


def test_when_nobody_could_decide_the_file_is_to_be_kept(amina, house, written, key) -> None:
    """R8: told on the page, with what to do next."""
    house.managers(suspended_at=clock.now())
    page = hand_in(amina, file_of(sealed(key, written("One evening.") | {"person": house.cast["amina"]})))
    assert "One thing in this file was not taken" in page.text and "keep it where it is" in page.text
    assert "One evening" not in page.text and house.kept() == []


@pytest.mark.parametrize("cause", ["moved", "left", "paused"])
def test_what_was_taken_once_and_is_offered_again_is_kept(client_of, house, written, key, cause) -> None:
    """R22, S3: the server was put back to an earlier day, and meanwhile its author's access has ended."""
    amina = client_of("amina")
    copy = sealed(key, written("It was here before.") | {"person": house.cast["amina"]})
    house.ends(cause)
    for _ in range(2):
        again = {"X-Offered-Again": "1"}
        (receipt,) = amina.post("/sync/sealed", json={"items": [copy]}, headers=APP | again).json["receipts"]
        assert (receipt["outcome"], receipt.get("with")) == ("refused", "Della")
    (kept,) = house.kept()
    assert kept.fields["saw"] == ["It was here before."] and kept.before_end and house.recordings() == []


@pytest.mark.parametrize("because", ["signed-out", "cut-off", "replaced"])
def test_a_session_that_ended_otherwise_hands_in_nothing(client_of, house, written, because) -> None:
    amina = client_of("amina")
    house.change(SignIn, SignIn.person_id == house.cast["amina"], ended_at=clock.now(), ended_because=because)
    house.ends("paused")
    answer = amina.post("/sync/items", json={"items": [written()]}, headers=APP)
    assert answer.status_code == 401 and answer.json["held"] != "paused" and house.kept() == []


@pytest.mark.parametrize(
    ("quiet_before", "age", "hands_in"),
    [(0, 0, True), (0, 29, True), (0, 31, False), (1, 20, False)],
)
def test_quiet_since_the_pause_ends_nothing_and_age_does(
    client_of, house, written, quiet_before, age, hands_in
) -> None:
    """S9: a phone may be without signal for days; thirty days after signing in, or once lapsed before, it is over."""
    amina, now = client_of("amina"), clock.now()
    paused = now - timedelta(days=age)
    house.change(
        SignIn,
        SignIn.person_id == house.cast["amina"],
        created_at=paused - timedelta(days=quiet_before),
        last_seen_at=paused - timedelta(days=quiet_before),
        ended_at=paused,
        ended_because="suspended",
    )
    house.change(Person, Person.id == house.cast["amina"], suspended_at=paused)
    answer = amina.post("/sync/items", json={"items": [written()]}, headers=APP)
    assert answer.status_code == (200 if hands_in else 401) and len(house.kept()) == int(hands_in)


def test_opened_again_the_old_session_stays_over(amina, client_of, house, written) -> None:
    """Reopening is no way round signing in: the old cookie is an ended one, and nothing is handed in with it."""
    client_of("ada").post(f"/admin/people/{house.cast['amina']}/reopening", headers=APP)
    assert amina.get("/", headers=APP).json == {"held": "signed-out"}
    answer = amina.post("/sync/items", json={"items": [written()]}, headers=APP)
    assert answer.status_code == 401 and house.kept() == house.recordings() == []


def test_somebody_else_can_sign_in_on_the_same_browser(amina) -> None:
    assert "Sign in" in amina.get("/sign-in").get_data(as_text=True)
    amina.post("/demo/sign-in", data={"person": "ben"}, headers=APP)
    assert "Today" in amina.get("/").get_data(as_text=True)


def test_a_locked_phone_hands_in_its_sealed_copies_too(amina, house, written, key) -> None:
    """S3: the worker of a paused account's phone sends copies; they go the same way."""
    item = written("Sent behind the lock.") | {"person": house.cast["amina"]}
    copy = sealed(key, item)
    (receipt,) = amina.post("/sync/sealed", json={"items": [copy]}, headers=APP).json["receipts"]
    assert receipt["kept"] and house.kept()[0].fields["saw"] == ["Sent behind the lock."] and house.recordings() == []
