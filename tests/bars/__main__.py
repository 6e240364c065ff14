"""Run the bars and make their table: `make bars`, or one of them, `make bars ROW=R3`. `BARS=quick` plays fewer faults.

Each row is kept in .build/bars when it is done, so that the table can be made in several sittings; it says for each row
when that was and at which commit. The exit status is 1 when a row of this run is not met.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as Xml
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from tests.bars.figures import FULL
from tests.bars.rows import ROWS, Row
from tests.bars.table import MET, Result, table
from tests.node import node
from tests.serving import ROOT

KEPT = ROOT / ".build" / "bars"


def main(names: list[str]) -> int:
    """Run the rows of these names, or all, and print the table of what was last reached in each."""
    rows = [row for row in ROWS if row.id in names] if names else list(ROWS)
    if len(rows) < len(set(names)):
        print(f"There are these rows: {' '.join(row.id for row in ROWS)}")
        return 2
    KEPT.mkdir(parents=True, exist_ok=True)
    print(f"== {len(rows)} rows" + (f", about {sum(row.minutes for row in rows)} minutes" if FULL else ""))
    done = [_run_and_keep(row) for row in rows]
    shown = table(rows, {path.stem: Result(**json.loads(path.read_text())) for path in KEPT.glob("*.json")})
    if not names:
        (KEPT / "table.txt").write_text(shown)
    print(f"\n{shown}")
    return 0 if all(result.verdict == MET for result in done) else 1


def _run_and_keep(row: Row) -> Result:
    print(f"== {row.id}: {row.fault}" + (f" (about {row.minutes} min)" if FULL else ""), flush=True)
    result = run(row)
    (KEPT / f"{row.id}.json").write_text(json.dumps(asdict(result), indent=1))
    print(f"== {row.id}: {result.verdict} after {result.seconds:,.0f} s", flush=True)
    return result


def run(row: Row) -> Result:
    """Play one row in processes of its own, and read what it reported."""
    began, now = time.monotonic(), datetime.now().strftime("%Y-%m-%d %H:%M")
    with tempfile.TemporaryDirectory(prefix="lantern-bars-") as name:
        reached, report = Path(name) / "reached", Path(name) / "tests.xml"
        reached.touch()
        env = os.environ | {"BARS_REACHED": str(reached)}
        failed, passed = _python_tests(row.tests, report, env) if row.tests else ([], 0)
        for command in ([*node(), "--test", *row.scripts] if row.scripts else [], list(row.command)):
            if command and subprocess.run(command, cwd=ROOT, env=env).returncode:
                failed.append(" ".join(command[-3:]))
        lines = [json.loads(line) for line in reached.read_text().splitlines()]
    figures = [line for line in lines if line.pop("row") == row.id]
    if row.tests:
        said = f"{passed} of {passed + len(failed)}"
        figures.append({"what": "tests that passed", "figure": said, "wanted": "all", "met": passed and not failed})
    return Result(row.id, now, _commit(), FULL, time.monotonic() - began, failed, figures)


def _python_tests(tests: tuple[str, ...], report: Path, env: dict[str, str]) -> tuple[list[str], int]:
    """The names of those that did not pass, and how many did."""
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *tests]
    status = subprocess.run(command, cwd=ROOT, env=env).returncode
    cases = list(Xml.parse(report).iter("testcase")) if report.exists() else []
    bad = ("failure", "error", "skipped")
    failed = [case.get("name", "") for case in cases if any(child.tag in bad for child in case)]
    return failed or ([f"pytest ended with {status}"] if status else []), len(cases) - len(failed)


def _commit() -> str:
    """The commit that was run, and whether anything was changed since."""
    ask = ["git", "describe", "--always", "--dirty=, edited", "--abbrev=8", "--exclude=*"]
    return subprocess.run(ask, cwd=ROOT, capture_output=True, text=True).stdout.strip() or "no commit"


if __name__ == "__main__":
    sys.exit(main([name.upper() for name in sys.argv[1:]]))
