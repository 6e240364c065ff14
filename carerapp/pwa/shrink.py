"""Make the copy of static/ that is served: styles without comments, every text with compressed twins beside it.

`python -m carerapp.pwa.shrink FROM TO`. A copy, because a compressed file left beside its source would be served in
its place after the source has changed. What is vendored goes out byte for byte.
"""

import shutil
import sys
from pathlib import Path

import rcssmin
from whitenoise.compress import Compressor


def shrink(source: Path, target: Path) -> None:
    """Copy, take comments and spaces out of our own styles, and compress."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for path in target.rglob("*"):
        if path.suffix == ".css" and "vendor" not in path.relative_to(target).parts:
            path.write_text(rcssmin.cssmin(path.read_text()))
    compressor = Compressor(quiet=True)
    for path in list(target.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))


if __name__ == "__main__":
    shrink(Path(sys.argv[1]), Path(sys.argv[2]))
