"""Make the table of requirements: which tests and which lines of policy stand for which requirement ID.

`python -m tests.house.requirements` writes tests/house/requirements.txt; test_requirements.py fails when it is stale.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).parent / "requirements.txt"
ID = re.compile(
    r"\b(?:S[12]-(?:A\d(?:\.\d)?|[\d.]+)-\d+|X-\d\d|NMS \d+|M-\d|[RSP]\d{1,2}(?= |,|\)|\.|;|$)|ASVS [\d.]+)"
)


def _ids(text: str) -> set[str]:
    return set(ID.findall(text))


def collect() -> dict[str, set[str]]:
    """Requirement ID -> names of the tests that cite it: in their own docstring, or in their file's."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        where = path.relative_to(ROOT).as_posix()
        for one in _ids(ast.get_docstring(tree) or ""):
            found[one].add(where)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for one in _ids(ast.get_docstring(node) or ""):
                    found[one].add(f"{where}::{node.name}")
    for path in sorted((ROOT / "tests" / "js").glob("*.test.js")):
        for one in _ids(path.read_text()):
            found[one].add(path.relative_to(ROOT).as_posix())
    return found


def text() -> str:
    """The table, one requirement a paragraph."""
    lines = []
    for one, tests in sorted(collect().items()):
        lines.append(one)
        lines += [f"    {test}" for test in sorted(tests)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text())
