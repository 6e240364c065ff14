"""Who may ask for a meeting, and who has which part in it, by each authority's policy."""

import pytest

from carerapp.meetings import rules
from carerapp.policy import load_all

SOUTH, SUPPORT = (load_all()[key].meetings for key in ("south-gloucestershire", "placement-support"))


@pytest.mark.parametrize(
    ("role", "south", "support"),
    [
        ("carer", True, True),
        ("ssw", True, True),
        ("csw", True, True),
        ("iro", True, True),
        ("fostering_manager", True, True),
        ("childcare_manager", True, True),
        ("psychologist", False, True),
        ("young_person", False, False),
        ("partner", False, True),
        ("panel_admin", False, False),
        ("admin", False, False),
    ],
)
def test_who_may_ask(role, south, support) -> None:
    """S1-5-03 (and S1-5-07: managers have the last word); S2-4-01: any professional with an interest."""
    assert (rules.may_ask(role, SOUTH), rules.may_ask(role, SUPPORT)) == (south, support)


def test_parts_are_the_policys() -> None:
    """S1-A1-05, -06, -08; S2-4-02, -03."""
    assert rules.roles_by_part(SOUTH) == [
        ("must_attend", "carer"),
        ("must_attend", "ssw"),
        ("must_attend", "csw"),
        ("arranges", "csw"),
        ("may_chair", "childcare_manager"),
        ("may_chair", "fostering_manager"),
    ]
    assert ("must_attend", "chair") in rules.roles_by_part(SUPPORT)
