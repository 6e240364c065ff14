"""Only carerapp/shell/clock.py reads the clock: rules take the time as a fact, and tests can set it."""

import re
from pathlib import Path

CODE = Path(__file__).parents[2] / "carerapp"
READS_THE_CLOCK = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time|time\.localtime)\(")
MAY = {"shell/clock.py", "shell/ids.py"}  # ids begin with the time so that rows sort as they were made


def test_nobody_else_reads_the_clock() -> None:
    guilty = [
        f"{path.relative_to(CODE)}:{number}"
        for path in CODE.rglob("*.py")
        if path.relative_to(CODE).as_posix() not in MAY
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if READS_THE_CLOCK.search(line)
    ]
    assert not guilty, f"ask carerapp.shell.clock instead: {guilty}"
