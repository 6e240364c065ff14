"""R24: how fast what waited arrives, and how small the code is that brings it. `make bench` measures, this reads it."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

from tests.bars.figures import reached, told
from tests.serving import ROOT

PARTS = "sync batch"
# What seals, keeps and sends, open and locked, with what that imports; the rest of the script is what people see.
SENDING = ("courier", "box", "store", "vault", "copies", "connection", "hints", "forgotten", "behind")
DIST = ROOT / "static/dist"
HTMX = ROOT / "static/vendor/htmx"


def packed(script: bytes) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(script, 9, mtime=0))


def joined(names: tuple[str, ...]) -> bytes:
    """These modules of static/js/offline and what they import, as phones get them: joined with no list of exports."""
    esbuild = next((ROOT / "node_modules/@esbuild").glob("*/bin/esbuild"))
    source = "".join(f'export * from "./{name}.js";' for name in names)
    how = ["--bundle", "--minify", "--format=esm", "--external:../../vendor/*", "--log-level=error"]
    ask = subprocess.run([esbuild, *how], input=source.encode(), cwd=ROOT / "static/js/offline", stdout=subprocess.PIPE)
    assert ask.returncode == 0
    return re.sub(rb"export\{[^}]*\};\s*$", b"", ask.stdout)


def sizes() -> None:
    """The two budgets of code."""
    reached("R24", "code that seals and sends, gzip", packed(joined(SENDING)), most=10 * 1024, unit="bytes")
    scripts: list[Path] = [*DIST.rglob("*.js"), *HTMX.rglob("*.js")]
    whole = sum(packed(path.read_bytes()) for path in scripts)
    reached("R24", "all of the app's own script with htmx, gzip", whole, most=60 * 1024, unit="bytes")


def main() -> int:
    """Measure, and report each figure that has a goal."""
    sizes()
    if subprocess.run(["make", "-s", "bench", f"ARGS={PARTS}"], cwd=ROOT).returncode:
        return 1
    parts = json.loads((ROOT / ".build/bench.json").read_text())["parts"]
    for row in (row for rows in parts.values() for row in rows if row["goal"] or "not measured" in row["figure"]):
        told("R24", row["what"].strip(), row["figure"], row["goal"] or "a figure", row["met"] not in ("MISSED", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
