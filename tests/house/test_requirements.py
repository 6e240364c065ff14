"""The table of requirements is what a reviewer reads first: it may not be stale."""

from tests.house.requirements import TABLE, text


def test_the_table_of_requirements_is_fresh() -> None:
    assert TABLE.read_text() == text(), "run: python -m tests.house.requirements"
