"""One pair of processes, for one core: this one is Lantern, its child plays the phones, the lines and the clock."""

import os
import subprocess
import sys
from pathlib import Path

from tests.node import node
from tests.simulator.lantern import serve


def main() -> int:
    """Play what the first argument asks for (JSON, see play.mjs), in the checkout that the second one names."""
    asking, asked = os.pipe()
    answered, answering = os.pipe()
    script = Path(__file__).with_name("play.mjs")
    child = subprocess.Popen(
        [
            "/bin/sh",
            "-c",
            f'exec "$@" 3>&{asked} 4<&{answered}',
            "sh",
            *node(),
            "--max-semi-space-size=32",
            str(script),
            *sys.argv[1:],
        ],
        pass_fds=(asked, answered),
    )
    os.close(asked)
    os.close(answered)
    with os.fdopen(asking, "rb") as lines, os.fdopen(answering, "wb") as answers:
        serve(lines, answers)
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
