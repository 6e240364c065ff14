"""Files stay short enough to read in one sitting. Over budget? Split by what people do, not by kind of code."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Where, which files, and how many lines at most. A file is held to each budget that names it.
BUDGETS = [
    ("carerapp", "*.py", 400),
    ("tests", "*.py", 400),
    ("carerapp", "routes.py", 300),
    ("tests", "conftest.py", 150),
    ("templates", "*.html", 150),
    ("static/js", "*.js", 400),
    ("static/js/behaviours", "*.js", 150),
]


@pytest.mark.parametrize(("folder", "names", "most"), BUDGETS)
def test_files_keep_to_their_budget(folder: str, names: str, most: int) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / folder).rglob(names))
        if (lines := len(path.read_text().splitlines())) > most
    }
    assert not long, f"over {most} lines: {long}"
