"""A room has the same name in every tree, so that finding one part of it finds all of it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {p.parent.name for p in (ROOT / "carerapp").glob("*/__init__.py")}
NOT_ROOMS = {
    "templates": {"layout", "parts", "errors", "pdf", "mail"},
    "tests": {"house", "js", "journeys", "bars", "bench", "fixtures", "makers", "simulator", "browsers"},
}


def _folders(tree: str) -> set[str]:
    return {p.name for p in (ROOT / tree).iterdir() if p.is_dir() and not p.name.startswith(("_", "."))}


def test_every_folder_of_pages_and_tests_is_a_room() -> None:
    for tree, others in NOT_ROOMS.items():
        strangers = _folders(tree) - ROOMS - others
        assert not strangers, f"{tree}/ has folders that are no room: {strangers}"


def test_every_room_says_what_it_is() -> None:
    for room in ROOMS:
        card = (ROOT / "carerapp" / room / "__init__.py").read_text()
        assert card.startswith('"""') and len(card) > 60, f"carerapp/{room} has no room card"


def test_every_room_with_verbs_has_tests() -> None:
    with_verbs = {p.parent.name for p in (ROOT / "carerapp").glob("*/service.py")}
    missing = with_verbs - _folders("tests")
    assert not missing, f"rooms with verbs and no tests: {missing}"
