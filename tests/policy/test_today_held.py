"""What today held: kind words, as many good things as hard ones, and codes that are never used again."""

from pathlib import Path

import pytest

from carerapp.policy.words import hints
from carerapp.recordings.today_held import FILE, HeldItem, TodayHeld, load
from tests.policy.world import KEYS, authorities

# Every code that was ever on the list. It only grows: a recording may hold any of them.
EVER = {
    1: "laughed kind proud talked asked_for_help calmed tried_new played meal slept_well school_well friends upset "
    "frightened withdrew angry_words said_no hurt_someone broke_things hurt_self away ate_differently hard_night "
    "school_hard",
}


def test_there_are_as_many_good_things_as_hard_ones() -> None:
    held = load()
    for version in range(1, held.version + 1):
        assert len(held.offered("positive", version)) == len(held.offered("hard", version)) == 12


def test_code_once_given_is_there_for_ever_and_never_means_something_new() -> None:
    held = load()
    assert set(EVER) == set(range(1, held.version + 1))
    for version, codes in EVER.items():
        assert [item.code for item in held.items if item.since == version] == codes.split()


def test_list_says_that_it_is_ours_and_no_measure() -> None:
    """domain.md D: the PDR belongs to others, so ours is short, own and says so."""
    disclaimer = load().disclaimer
    assert "our own short list" in disclaimer
    assert "not the Parent Daily Report (PDR)" in disclaimer


@pytest.mark.parametrize("key", KEYS)
def test_labels_are_kind_and_plain(key: str) -> None:
    """S2-3.8-01"""
    for item in load().items:
        assert hints(item.label, authorities()[key]) == []
        assert item.label[0].isupper()
        assert len(item.label) <= 50
        assert not item.label.endswith(".")


def test_quiet_signs_can_be_ticked_too() -> None:
    """S1-2-03"""
    assert load().item("withdrew").kind == "hard"


def test_what_is_no_longer_offered_can_still_be_read() -> None:
    old = HeldItem("sulked", "An old word", "hard", since=1, until=1)
    held = TodayHeld(2, "ours", (old, HeldItem("withdrew", "A new one", "hard", since=2)))
    assert [item.code for item in held.offered()] == ["withdrew"]
    assert [item.code for item in held.offered(version=1)] == ["sulked"]
    assert held.item("sulked") is old
    with pytest.raises(KeyError):
        held.item("never")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('code = "kind"', 'code = "laughed"', "stands twice"),
        ('code = "kind"', 'code = "Kind!"', "plain code"),
        ('code = "kind"\nkind = "positive"', 'code = "kind"\nkind = "good"', "positive or hard"),
        ('code = "kind"', 'code = "kind"\nsince = 2', "still to come"),
        ('code = "kind"', 'code = "kind"\nscore = 3', "score"),
        ('code = "kind"\n', "", "code"),
    ],
)
def test_list_that_would_mislead_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    file = tmp_path / "today_held.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        load(file)
