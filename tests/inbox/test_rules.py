"""How far a handover is, and the pack that goes to the case system."""

import json
from datetime import UTC, datetime

import pytest

from carerapp.inbox import rules
from carerapp.inbox.rules import Facts

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("read", "filed", "followed_up", "state"),
    [
        (None, None, None, "passed on"),
        (AT, None, None, "read"),
        (AT, AT, None, "filed"),
        (AT, None, AT, "read"),
        (AT, AT, AT, "done"),
    ],
)
def test_states(read, filed, followed_up, state) -> None:
    assert rules.state(Facts(read, filed, followed_up)) == state
    assert rules.is_done(filed, followed_up) == (state == "done")


@pytest.mark.parametrize(
    ("authority", "reference"),
    [
        ("south-gloucestershire", "SG-2026-ABCD-2345"),
        ("placement-support", "PS-2026-ABCD-2345"),
        ("kent", "K-2026-ABCD-2345"),
    ],
)
def test_a_reference_names_authority_and_year(authority, reference) -> None:
    assert rules.reference(authority, 2026, "ABCD2345") == reference
    assert len(reference) <= 24


def test_letters_of_a_reference_can_not_be_mistaken() -> None:
    assert not set(rules.LETTERS) & set("01IO") and len(set(rules.LETTERS)) == len(rules.LETTERS) == 32


def test_the_same_pack_is_the_same_text_and_checksum() -> None:
    one, other = {"b": 1, "a": {"d": "ü😀\n", "c": None}}, {"a": {"c": None, "d": "ü😀\n"}, "b": 1}
    assert rules.canonical(one) == rules.canonical(other) == '{"a":{"c":null,"d":"ü😀\\n"},"b":1}'
    assert json.loads(rules.canonical(one)) == one
    assert rules.checksum("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("before", "after", "both"), [("", "", ""), ("a", "", "a"), ("", "b", "b"), ("a", "b", "a\n\nb")]
)
def test_notes_are_added_and_never_replaced(before, after, both) -> None:
    assert rules.merged_note(before, after) == both
