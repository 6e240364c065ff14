"""A saved file of sealed copies is handed in by who wrote it: once, and what can't be taken is given back to read."""

import json

import pytest

from carerapp.shell import seal_keys
from carerapp.sync.rules import MAX_BYTES
from tests.serving import recording_item
from tests.sync.test_sealed import outcomes, sealed, send, stored


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
    assert "written by somebody else" in page.text and "hers alone" not in page.text
    assert hand_in(client_of(None), file_of(sealed(key, item("hers alone")))).status_code in (302, 401)
    assert stored(app) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"no json", 400), (b"{}", 400), (b'{"items": 1}', 400), (b"x" * (MAX_BYTES + 1), 413)],
)
def test_what_is_no_saved_file_is_refused_with_what_to_do(amina, body: bytes, status: int) -> None:
    page = hand_in(amina, body)
    assert page.status_code == status and 'role="alert"' in page.text and "Hand it in" in page.text


def test_more_than_one_call_of_a_phone_may_come_in_one_file(app, key, amina, item) -> None:
    """R8: whatever waited fits, as long as the file does."""
    copies = [sealed(key, item(f"evening {n}")) for n in range(510)]
    assert "510 things" in hand_in(amina, file_of(*copies)).text
    assert len(stored(app)) == 510


def test_another_site_cannot_hand_in_a_file(key, amina, item) -> None:
    """S12."""
    assert hand_in(amina, file_of(sealed(key, item("x y"))), token=False).status_code == 403
