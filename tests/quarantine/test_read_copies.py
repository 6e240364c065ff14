"""S3: whatever ends access, the next request is denied, and the pack names the child no more, so copies go."""

from datetime import timedelta

import pytest
import time_machine

from carerapp.demo.cast import BY_SLUG
from carerapp.policy.registry import policy_of
from carerapp.shell import clock
from tests.bars.figures import reached
from tests.quarantine.conftest import APP, batch


@pytest.fixture
def about_jay(client_of, written, cast):
    """Addresses that show or ask for something about Jay, and one that only he is on."""
    place = batch(client_of("ben"), written())[0]["location"]
    return [place, f"/recordings/new?child={cast['child:jay']}", f"/children/{cast['child:jay']}"]


@pytest.mark.parametrize("cause", ["moved", "left", "role", "paused"])
def test_the_next_request_is_denied_and_the_pack_names_the_child_no_more(client_of, house, about_jay, cause) -> None:
    """S3: 0 seconds on the server; on the phone at its next contact, which an open phone makes every minute."""
    amina = client_of("amina")
    jay = f"child:{house.cast['child:jay']}"
    assert all(amina.get(path, headers=APP).status_code == 200 for path in about_jay)
    assert jay in amina.get("/sync/pack", headers=APP).json["scopes"]
    house.ends(cause)
    still = [path for path in about_jay if amina.get(path, headers=APP).status_code < 400]
    assert reached("S3", f"pages still shown at the next request ({cause})", len(still), most=0), still
    pack = amina.get("/sync/pack", headers=APP)
    if cause == "paused":
        assert pack.status_code == 401 and pack.json["held"] == "paused"
    else:
        assert jay not in pack.json["scopes"] and not any(jay[6:] in path for path in pack.json["pages"])


@pytest.mark.parametrize("authority", sorted({part.authority for part in BY_SLUG.values()}))
def test_no_authority_lets_a_phone_keep_anything_longer_than_a_week(app, authority) -> None:
    """S3: the policy file itself is refused above seven days (tests/policy/test_load.py)."""
    assert policy_of(authority).phone.lease_days <= 7


@pytest.mark.parametrize("slug", ["amina", "nia", "zed", "jay"])
def test_no_page_says_that_it_may_be_kept_longer_than_a_week(client_of, written, slug, cast) -> None:
    """S3: every page of somebody's pack, and what they wrote over two weeks."""
    somebody = client_of(slug)
    if slug == "amina":
        with time_machine.travel(clock.now() - timedelta(days=13)):
            early = client_of(slug)
            batch(early, written("two weeks ago", days_ago=0))
        batch(somebody, written("today", days_ago=0))
    held = []
    for kind in ("pin", "passkey"):
        for path in somebody.get(f"/sync/pack?kind={kind}", headers=APP).json["pages"]:
            held.append(int(somebody.get(path, headers=APP).headers.get("X-Hold-Days", 0)))
    assert max(held) <= 7 and any(held)
