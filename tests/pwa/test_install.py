"""How Lantern comes onto a home screen: the right kind of phone first, with pictures that are small and described."""

import re

import pytest

from carerapp.shell.html import STATIC, static_files

ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"
MOST = 30_000  # bytes


@pytest.mark.parametrize(("phone", "first"), [(ANDROID, "Android"), (IPHONE, "iPhone"), ("curl", "Android")])
def test_your_own_kind_of_phone_comes_first(client_of, phone: str, first: str) -> None:
    """R8: on an iPhone outside the home screen, words that wait are least safe."""
    page = client_of(None).get("/help/install", headers={"User-Agent": phone}).text
    assert re.findall(r"On an (Android|iPhone)", page)[0] == first
    assert len(re.findall(r"<h2[^>]*>On an ", page)) == 2, "the other kind stands below"
    assert ("For your phone:" in page) == (phone != "curl")


def test_an_iphones_home_screen_begins_empty_and_the_page_says_so(client_of) -> None:
    """R8: words that wait in Safari do not come along."""
    page = client_of("amina").get("/help/install").text
    assert "Wait until the line at the top says" in page and "begins empty" in page


def test_pictures_are_small_described_and_not_fetched_by_the_worker(client_of) -> None:
    """They are for when there is signal: no phone keeps them."""
    client = client_of(None)
    pictures = re.findall(r'<img[^>]*src="([^"]+)" alt="([^"]*)"', client.get("/help/install").text)
    assert len(pictures) == 3 and all(len(alt) > 10 for _, alt in pictures)
    for address, _ in pictures:
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200 and answer.mimetype in ("image/webp", "image/png"), address
    shown = {address.split("/", 3)[3] for address, _ in pictures}
    taken = [path for path in static_files() if path.startswith("help/")]
    assert taken and set(taken) <= shown, "a picture that no page shows"
    assert all((STATIC / path).stat().st_size <= MOST for path in taken)
    assert "/help/" not in client.get("/sw.js").text
