"""A hint points at a word and never touches it (S2-3.8-01 to S2-3.8-03)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carerapp.policy.words import hints
from tests.policy.world import KEYS, authorities

TEAM = "placement-support"


def found(text: str, key: str = TEAM) -> list[tuple[str, str]]:
    """Word and suggestion of every hint."""
    return [(hint.word, hint.suggestion) for hint in hints(text, authorities()[key])]


def test_placement_and_respite_are_hinted_at_in_both_authorities() -> None:
    """S2-3.8-02"""
    for key in KEYS:
        assert found("This placement needs respite.", key) == [("placement", "home"), ("respite", "a break")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PLACEMENTS", [("PLACEMENTS", "home")]),
        ("placement-", [("placement", "home")]),
        ("“placement”", [("placement", "home")]),
        ("displacement, placemental, placement_id", []),
        ("The placement breakdown.", [("placement breakdown", "change of home")]),
        ("a placement  \n breakdown", [("placement  \n breakdown", "change of home")]),
        ("contact with Dad, and contact with the school", [("contact with Dad", "family time")]),
        ("We contacted the school", []),
        ("LAC review and a lac", [("LAC review", "my review"), ("lac", "child")]),
        ("", []),
    ],
)
def test_whole_words_are_found_in_any_case_and_the_longest_wins(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@given(st.text(alphabet=st.sampled_from("placement sibling LACİıſKé\n-😀"), max_size=60))
def test_hints_stand_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for hint in hints(text, authorities()[TEAM]):
        assert end <= hint.start < hint.end <= len(text)
        assert text[hint.start : hint.end] == hint.word
        end = hint.end


def test_every_suggestion_is_itself_kind() -> None:
    """S2-3.8-03: a suggestion that is hinted at in turn would send people in circles."""
    for key in KEYS:
        for word in authorities()[key].kinder:
            assert found(word.say, key) == []


@pytest.mark.parametrize("key", KEYS)
def test_every_spelling_is_found_whole(key: str) -> None:
    for word in authorities()[key].kinder:
        for form in word.forms:
            assert found(f"x {form} y", key) == [(form, word.say)]
