"""A phone that was silent for long is named to who supports its owner: kindly, by our own clock, to nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from carerapp.auth import queries, rules
from carerapp.auth.models import Phone
from carerapp.policy.registry import policy_of
from carerapp.shell import clock
from carerapp.shell.db import every_authority
from tests.auth.conftest import APP
from tests.auth.test_phones import name
from tests.cast import BY_SLUG, CAST, SUPPORT

NOW = datetime(2026, 5, 3, 17, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def silent(client_of, db):
    """A phone of somebody's that was last heard of so long ago; and what waited on it, since when."""

    def make(slug: str, ago: timedelta, waiting: int = 0, since: timedelta | None = None) -> str:
        vault = name(client_of(slug), waiting=str(waiting))
        heard = clock.now() - ago
        values = {"last_seen_at": heard, "waiting_since": heard - since if since is not None else None}
        db.session.execute(update(Phone).where(Phone.id == vault).values(**values))
        db.session.commit()
        return vault

    return make


def page_of(client_of, slug: str, path: str = "/") -> str:
    return client_of(slug).get(path).get_data(as_text=True)


def test_her_worker_is_told_and_nobody_is_blamed(client_of, silent, monkeypatch):
    """R8: "Amina's phone: last heard of Tuesday 3 May, 6:42pm; 3 things were waiting then"."""
    silent("amina", 72 * HOUR, waiting=3, since=2 * HOUR)
    page = page_of(client_of, "sam")
    heard = clock.now() - 72 * HOUR
    assert "Amina&#39;s phone: last heard of " in page and "; 3 things were waiting then<" in page
    assert heard.astimezone(clock.LONDON).strftime("%A") in page
    assert "Phones not heard of lately" in page and "A call is the quickest way to find out." in page
    assert "Not heard of lately" in page_of(client_of, "sam", "/people/phones")


@pytest.mark.parametrize("slug", [part.slug for part in CAST])
def test_only_who_may_cut_it_off_sees_it(client_of, silent, slug):
    """The same people as for cutting it off; for everybody else Today says nothing of phones."""
    silent("amina", 100 * HOUR, waiting=3)
    silent("zed", 100 * HOUR)
    page = page_of(client_of, slug)
    assert ("Amina&#39;s phone" in page) == (slug in ("sam", "della"))
    assert ("Zed&#39;s phone" in page) == (slug in ("zoe", "max"))


def test_an_hour_less_is_no_news(client_of, silent):
    silent("amina", 71 * HOUR, waiting=3, since=timedelta(0))
    assert "Phones not heard of" not in page_of(client_of, "sam")


def test_words_that_had_waited_for_long_already(client_of, silent):
    """R8: heard of an hour ago, with words that had not gone for three days: signed out, or refused."""
    silent("amina", HOUR, waiting=1, since=73 * HOUR)
    page = page_of(client_of, "sam")
    assert "1 thing was waiting then, the oldest since " in page


def test_an_old_phone_whose_owner_uses_another(client_of, silent):
    """A drawer full of old phones is no news; one with words on it is."""
    silent("amina", 500 * HOUR)
    silent("amina", HOUR)
    assert "Amina" not in page_of(client_of, "sam").partition("<main")[2].partition("Children")[0]
    silent("amina", 400 * HOUR, waiting=2)
    page = page_of(client_of, "sam")
    assert page.count("Amina&#39;s phone") == 1 and "2 things were waiting" in page


def test_a_phone_that_was_cut_off_is_no_news(client_of, silent):
    vault = silent("amina", 100 * HOUR, waiting=3)
    client_of("sam").post(f"/auth/phones/{vault}/cut-off", headers=APP)
    assert "Amina&#39;s phone" not in page_of(client_of, "sam")


def test_a_phone_that_its_person_made_forget_is_no_news(client_of, silent, rows):
    """R8: nothing is kept on it, so nobody waits for it; and cutting off all of hers says nothing of it."""
    vault = silent("amina", 100 * HOUR)
    assert "Amina&#39;s phone" in page_of(client_of, "sam")
    assert client_of("amina").post("/auth/devices/forgotten", data={"vault": vault}, headers=APP).status_code == 200
    assert "Amina&#39;s phone" not in page_of(client_of, "sam")
    assert vault not in page_of(client_of, "sam", "/people/phones")
    assert queries.phones_of(rows(Phone)[0].person_id) == []


def test_the_authority_decides_how_long(client_of, silent, as_person, monkeypatch):
    """The figure is the policy's: 72 hours in both files that come with it."""
    silent("zed", 50 * HOUR)
    zoe = as_person("zoe")
    assert queries.unheard_of(zoe) == []
    mine = policy_of(SUPPORT)
    other = replace(mine, phone=replace(mine.phone, silent_hours=48))
    monkeypatch.setattr(queries, "policy_of", lambda key: other)
    assert [one.name for one in queries.unheard_of(zoe)] == ["Zed"]


def test_what_a_phone_says_of_its_words(client_of, rows):
    """At each contact: how many wait and since when, its clock put right; at once when that changes."""
    client = client_of("amina")
    vault = name(client, waiting="0")
    ahead = timedelta(hours=5)
    written = clock.now() - 30 * HOUR

    def says(waiting: int, **more: str) -> Phone:
        client.get("/help", headers=APP | {"X-Device": vault, "X-Waiting": str(waiting)} | more)
        return rows(Phone)[0]

    sent_at = (clock.now() + ahead).isoformat()
    phone = says(3, **{"X-Oldest": (written + ahead).isoformat(), "X-Sent-At": sent_at})
    assert phone.waiting == 3 and abs(phone.waiting_since - written) < timedelta(seconds=5)
    phone = says(0)
    assert (phone.waiting, phone.waiting_since) == (0, None)
    for odd in ("yesterday", "2026-05-03", "", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"):
        phone = says(2, **{"X-Oldest": odd})
        assert phone.waiting == 2 and (phone.waiting_since is None or phone.waiting_since <= clock.now()), odd
        says(0)


@pytest.mark.parametrize(
    ("said", "skew", "since"),
    [
        ("2026-05-01T18:42:00+01:00", None, NOW - 48 * HOUR),
        ("2026-05-01T18:42:00+01:00", 3600, NOW - 49 * HOUR),
        ("2031-05-01T18:42:00+01:00", 0, NOW),
        ("2021-05-01T18:42:00+01:00", -5 * 365 * 86_400, NOW - 25 * HOUR),
        ("2026-05-01T18:42:00", 0, None),
        ("", 0, None),
    ],
)
def test_a_phones_word_is_put_right(said, skew, since):
    """R11: five years wrong, or with no zone at all."""
    found = rules.waiting_since(said, skew, NOW)
    assert found == since or (found and since and abs(found - since) < timedelta(days=3))


def test_nothing_of_this_crosses_an_authority(as_person, silent, db):
    silent("amina", 100 * HOUR)
    for slug, part in BY_SLUG.items():
        if part.authority == SUPPORT:
            with every_authority():
                assert not [one for one in queries.unheard_of(as_person(slug)) if one.name == "Amina"]
