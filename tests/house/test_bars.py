"""The table that `make bars` makes is whole: its rows exist, their tests exist, and each reports what it reached."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bars import __main__ as bars
from tests.bars.figures import reached
from tests.bars.rows import ROWS, Row
from tests.bars.table import table

ROOT = Path(__file__).parents[2]
REPORTS = re.compile(r"\b(?:reached|told)\(\s*[\"']([A-Z]\d+)[\"']")


def test_every_test_of_a_row_is_there() -> None:
    named = sorted({test for row in ROWS for test in row.tests})
    ask = [sys.executable, "-m", "pytest", "--collect-only", "-q", *named]
    done = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


def test_each_row_can_be_run() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row.tests or row.scripts or row.command, row.id
        assert all((ROOT / script).is_file() for script in row.scripts), row.id


def test_no_test_reports_to_a_row_that_is_not_there() -> None:
    here = Path(__file__)
    sources = [path for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".js", ".mjs") and path != here]
    named = {row for path in sources for row in REPORTS.findall(path.read_text())}
    assert named <= {row.id for row in ROWS}


def test_the_table_says_what_fell_short_what_failed_and_what_was_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure is never typed in: it comes from the test that ran."""
    monkeypatch.setenv("BARS_REACHED", str(tmp_path / "reached"))
    (tmp_path / "test_it.py").write_text(
        "from tests.bars.figures import reached\n"
        "def test_short(): reached('X1', 'kills', 3, least=20)\n"
        "def test_bad(): assert reached('X2', 'lost', 1, most=0)\n"
        "def test_silent(): pass\n"
        "def test_good(): assert reached('X4', 'waited', 1.5, most=2, unit='s')\n"
    )
    names = {"X1": "test_short", "X2": "test_bad", "X3": "test_silent", "X4": "test_good"}
    rows = [Row(id, "It rains.", "It dries.", (f"{tmp_path}/test_it.py::{name}",)) for id, name in names.items()]
    results = {row.id: bars.run(row) for row in rows}
    assert [result.verdict for result in results.values()] == ["FALLS SHORT", "FAILED", "met", "met"]
    shown = table([*rows, Row("X5", "It snows.", "It melts.")], results)
    lines = [re.sub(r" {2,}", " | ", line.strip()) for line in shown.splitlines()]
    for line in (
        "X1 | It rains. It dries. | FALLS SHORT",
        "kills | 3 | at least 20 | FALLS SHORT",
        "lost | 1 | none | FALLS SHORT",
        "test_bad | FAILED",
        "tests that passed | 0 of 1 | all | FALLS SHORT",
        "tests that passed | 1 of 1 | all | met",
        "waited | 1.5 s | at most 2 s | met",
        "make bars ROW=X4",
        "X5 | It snows. It melts. | not run",
    ):
        assert line in lines, shown


def test_a_row_that_is_not_there_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert bars.main(["R999"]) == 2
    assert "R3" in capsys.readouterr().out


def test_outside_of_the_bars_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BARS_REACHED", raising=False)
    assert reached("R3", "items lost", 0, most=0)
    assert not reached("R3", "items lost", 1, most=0)


def test_a_bare_machine_is_given_what_the_rows_need() -> None:
    """R24 joins scripts before it measures anything: on a machine that had never built them its row failed."""
    makefile = (ROOT / "Makefile").read_text()
    needed = re.search(r"^bars: (.+)$", makefile, re.MULTILINE)
    assert needed and set(needed[1].split()) >= {"dev-packages", "node-packages", "browser"}
