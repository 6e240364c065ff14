"""Only our own page can change anything (bars S12)."""

import pytest

REFUSED = [
    {},
    {"X-App": "1", "Sec-Fetch-Site": "cross-site"},
    {"X-App": "1", "Sec-Fetch-Site": "same-site"},
    {"X-App": "1", "Sec-Fetch-Site": "none"},
    {"X-App": "1", "Origin": "https://evil.example"},
    {"X-App": "1", "Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"X-App": "yes"},
    {"Content-Type": "text/plain"},
]


@pytest.mark.parametrize("headers", REFUSED)
def test_a_change_from_elsewhere_is_refused(client_of, headers) -> None:
    client = client_of("amina")
    assert client.post("/demo/sign-in", data={"person": "ben"}, headers=headers).status_code == 403
    assert client.get("/pwa/who").json["name"] == "Amina"


def test_json_as_plain_text_is_refused(client_of) -> None:
    answer = client_of("amina").post("/sync/items", data='{"items": []}', content_type="text/plain")
    assert answer.status_code == 403


def test_another_sessions_token_is_refused(client_of) -> None:
    other = client_of("ben").get("/demo").text.split('name="csrf_token" value="')[1].split('"')[0]
    mine = client_of("amina")
    answer = mine.post("/demo/sign-in", data={"person": "zed", "csrf_token": other})
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}])
def test_a_plain_form_of_our_own_works_without_script(client_of, headers) -> None:
    """A page that sends no referrer makes the browser send `Origin: null` with its own forms."""
    client = client_of(None)
    token = client.get("/demo").text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/demo/sign-in", data={"person": "zed", "csrf_token": token}, headers=headers)
    assert answer.status_code == 303
    assert client.get("/pwa/who").json["name"] == "Zed"
