"""A saved file of sealed copies is handed in by who wrote it: once, and what can't be taken is given back to read."""

import json
import subprocess
from pathlib import Path

import pytest

from carerapp.shell import commit, seal_keys
from carerapp.sync import saved_file, service
from carerapp.sync.rules import MAX_BYTES
from tests.node import node
from tests.serving import recording_item
from tests.sync.test_sealed import outcomes, sealed, send, stored

ROOT = Path(__file__).parents[2]


@pytest.fixture
def key(app, tmp_path) -> str:
    app.config["SEAL_KEYS"] = tmp_path / "seal_keys.json"
    return seal_keys.announced(app.config["SEAL_KEYS"])


@pytest.fixture
def amina(client_of):
    return client_of("amina")


@pytest.fixture
def item(cast):
    return lambda text: recording_item(cast["child:jay"], text) | {"person": cast["amina"]}


def hand_in(client, body: bytes | str, token: bool = True):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="lantern-sealed.lantern"\r\n\r\n'
    form = head + (body if isinstance(body, bytes) else body.encode()) + b"\r\n--x--\r\n"
    headers = {"X-App": "1", "HX-Request": "true"} if token else {}
    return client.post("/sync/copies", data=form, content_type="multipart/form-data; boundary=x", headers=headers)


def file_of(*copies) -> str:
    return json.dumps({"about": "words for people", "items": list(copies)})


def test_a_saved_file_is_taken_once_whoever_sends_it_first(app, key, amina, item) -> None:
    """R8, R4: the file and the phone bring the same items, and each comes once."""
    one, two = item("in the file only"), item("sent by the phone as well")
    assert outcomes(send(amina, sealed(key, two))) == ["received"]
    page = hand_in(amina, file_of(sealed(key, one), sealed(key, two)))
    assert page.status_code == 200 and "2 things that you wrote are with Lantern now" in page.text
    assert "2 things" in hand_in(amina, file_of(sealed(key, one), sealed(key, two))).text
    assert stored(app) == ["in the file only", "sent by the phone as well"]


def test_words_that_cannot_be_taken_are_given_back_to_their_author(app, key, amina, item) -> None:
    """R14: the phone may be gone by then, so the page shows them."""
    bad = item("Words <about> somebody I have never met")
    bad["fields"]["child"] = ["x"]
    page = hand_in(amina, file_of(sealed(key, bad), sealed(key, item("good words"))))
    assert "One thing that you wrote is with Lantern now" in page.text
    assert "This could not be taken" in page.text and "Words &lt;about&gt; somebody I have never met" in page.text
    assert stored(app) == ["good words"]


@pytest.mark.parametrize("words", ["Bedwetting", "他今天说爸爸打了他"])
def test_a_single_word_is_given_back_as_well(app, key, amina, item, words: str) -> None:
    """R14: one word may be all that was said, and not every script puts spaces between them."""
    bad = item(words)
    bad["fields"]["child"] = ["x"]
    assert words in hand_in(amina, file_of(sealed(key, bad))).text


def test_a_file_hands_nobody_elses_words_in_and_shows_them_to_nobody(app, key, client_of, item) -> None:
    """R15: who found the file can neither send nor read it."""
    page = hand_in(client_of("ben"), file_of(sealed(key, item("hers alone"))))
    assert "Somebody else wrote it" in page.text and "hers alone" not in page.text
    assert hand_in(client_of(None), file_of(sealed(key, item("hers alone")))).status_code in (302, 401)
    assert stored(app) == []


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 422, "lantern-sealed"),
        (b"no json", 400, "did not save this file"),
        (b"{}", 400, "did not save this file"),
        (b'{"items": 1}', 400, "did not save this file"),
        (b'{"items": []}', 422, "nothing in this file"),
        (b'{"items": [' + b"{}}," * 2000 + b"]}", 400, "did not save this file"),
        (b'{"items": [' + b"[" * 5_000_000 + b"}}]}", 200, "damaged"),
        (b"\xff\x00" * 5000, 400, "did not save this file"),
        (b" " * (saved_file.MAX_FILE + 1), 413, "saves several smaller files"),
    ],
)
def test_what_is_no_saved_file_is_refused_with_what_to_do(amina, body: bytes, status: int, words: str) -> None:
    page = hand_in(amina, body)
    assert page.status_code == status and 'role="alert"' in page.text and "Hand it in" in page.text
    assert words in page.text


@pytest.mark.parametrize("inside", ["0, " + '"a": 0,' * 100, "[],", '{"a": ' * 100_000])
def test_what_is_not_as_flat_as_a_copy_is_not_even_parsed(inside: str) -> None:
    """R17: eight million letters of nothing would become a hundred times as much in memory."""
    body = '{"items": [{"id": "x", "copy": {"a": ' + inside + '"z": 0}}]}'
    assert list(saved_file.parts_of(body.encode())) == [[None]]


def test_more_than_is_received_at_all_is_refused(amina) -> None:
    """R17: a limit on what one request can cost, for who is signed in and for who is not."""
    for client in (amina, amina.application.test_client()):
        assert hand_in(client, b" " * saved_file.MAX_POST).status_code in (403, 413)


def test_five_thousand_evenings_come_in_one_file(app, key, amina, item) -> None:
    """R8: 1.5 KB each, as a phone saved them that had no signal for a year."""
    copies = [sealed(key, item(f"evening {n} " + "x" * 700)) for n in range(5000)]
    file = file_of(*copies)
    assert 7_000_000 < len(file) < saved_file.MAX_FILE
    assert "5000 things" in hand_in(amina, file).text
    assert len(stored(app)) == 5000


def test_one_thing_of_four_million_letters_comes_in(key, amina, item) -> None:
    """R14: no form takes it, but its words are given back; they go nowhere for being long."""
    words = "ä" * 100 + "long " * 800_000
    page = hand_in(amina, file_of(sealed(key, item(words)), sealed(key, item("what stands behind it"))))
    assert "One thing that you wrote is with Lantern now" in page.text and words.strip() in page.text


def test_nobody_waits_for_all_of_a_long_file(app, key, amina, item, monkeypatch) -> None:
    """R17: each part is a transaction of its own, so a fault in a later one takes nothing back."""
    ends, receive = [], service.receive_all
    monkeypatch.setattr("carerapp.sync.handed_in.commit_so_far", lambda: ends.append(commit.commit_so_far()))

    def fail_at_last(author, items, *rest):
        if items[0].fields["saw"] == ["evening 500"]:
            raise RuntimeError
        return receive(author, items, *rest)

    copies = [sealed(key, item(f"evening {n}")) for n in range(501)]
    monkeypatch.setattr(service, "receive_all", fail_at_last)
    assert hand_in(amina, file_of(*copies)).status_code == 500
    assert len(ends) == 2 and len(stored(app)) == 500
    monkeypatch.setattr(service, "receive_all", receive)
    assert "501 things" in hand_in(amina, file_of(*copies)).text and len(stored(app)) == 501


def test_long_copies_go_on_in_smaller_parts() -> None:
    """R17: of what is longer than an evening fewer are in memory at once."""
    copy = '{"id": "x", "copy": {"ct": "%s"}}' % ("A" * 1_000_000)
    file = '{"items": [' + ",".join([copy] * 7) + "]}"
    assert len(file) > 3 * MAX_BYTES and [len(part) for part in saved_file.parts_of(file.encode())] == [3, 3, 1]


@pytest.mark.parametrize("gone", [1, 2, 60, 300])
def test_what_stands_before_the_missing_end_of_a_file_is_taken(app, key, amina, item, gone: int) -> None:
    """R8, R20: a phone with no room left saves half a file, and is given away."""
    file = file_of(sealed(key, item("first")), sealed(key, item("second")))[:-gone]
    page = hand_in(amina, file)
    if gone == 1:  # nothing of anybody's
        assert page.status_code == 200 and stored(app) == ["first", "second"]
        return
    assert page.status_code == 400 and "The end of this file is missing" in page.text
    assert stored(app) == (["first"] if gone > 3 else ["first", "second"])


def test_a_damaged_place_costs_only_what_stood_there(app, key, amina, item) -> None:
    """R14."""
    one, two, three = (json.dumps(sealed(key, item(text))) for text in ("one", "two", "three"))
    for damaged in (two.replace('"', "", 1), two.replace('"ct": "', '"ct": "AAAA'), two.replace("copy", "cöpy")):
        page = hand_in(amina, '{"items": [' + ", ".join((one, damaged, three)) + "]}")
        assert "2 things that you wrote are with Lantern now" in page.text and stored(app) == ["one", "three"]
        assert "One thing in this file was not taken. It is damaged" in page.text


def test_the_files_that_a_phone_saves_are_taken_as_they_are(app, key, amina, item) -> None:
    """R8: however much waits, in as many files as Lantern takes one of."""
    copies = [sealed(key, item(f"evening {n} " + "x" * 3000)) for n in range(30)]
    asked = json.dumps({"items": [*copies, {"id": "no copy"}], "most": 50_000})
    script = """
        import { filesOf } from "./static/js/later/copies.js";
        const { items, most } = JSON.parse(await new Response(process.stdin).text());
        console.log(JSON.stringify(filesOf(items, "about", most)));
    """
    command = [*node(), "--input-type=module", "-e", script]
    done = subprocess.run(command, input=asked, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)
    assert len(files) > 1 and all(len(file) <= 50_000 for file in files)
    for file in files:
        assert hand_in(amina, file).status_code == 200
    assert len(stored(app)) == 30


@pytest.mark.parametrize("fault", ["child", "path", "conflict", "key", "damaged", "person", "busy"])
def test_the_page_never_says_that_the_words_are_on_a_phone(app, key, amina, item, monkeypatch, fault: str) -> None:
    """R8: the phone may be at the bottom of a lake. What can be done from here is said instead."""
    bad, copies = item("Words that were not taken"), []
    if fault == "child":
        bad["fields"]["child"] = ["x"]
    elif fault == "path":
        bad["path"] = "/sign-out"
    elif fault == "conflict":
        copies.append(sealed(key, item("Other words") | {"id": bad["id"]}))
    elif fault == "person":
        bad["person"] = "x"
    elif fault == "busy":
        monkeypatch.setattr("carerapp.recordings.service.submit", lambda *_, **__: 1 / 0)
    copy = sealed(key, bad)
    if fault == "key":
        copy["copy"]["kid"] = "gone"
    elif fault == "damaged":
        copy["copy"]["iv"] = "A"
    page = hand_in(amina, file_of(*copies, copy)).text
    assert "not taken" in page or "could not be taken" in page
    for wrong in ("still on your phone", "on this phone", "be sent again", "will be sent"):
        assert wrong not in page
    given_back = fault in ("child", "path", "conflict")
    assert ("Words that were not taken" in page) is given_back is ("Copy it from this page" in page)


def test_another_site_cannot_hand_in_a_file(key, amina, item) -> None:
    """S12."""
    assert hand_in(amina, file_of(sealed(key, item("x y"))), token=False).status_code == 403
