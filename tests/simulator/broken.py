"""A checkout in which one safeguard is missing: every file is this one's, except for one line of one of them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulator.run import ROOT
from tests.simulator.safeguards import Safeguard


@contextmanager
def without(safeguard: Safeguard) -> Iterator[Path]:
    """The root of such a checkout. Raises AssertionError when the safeguard's text is not in the product any more."""
    with TemporaryDirectory(prefix="lantern-broken-") as name:
        root = Path(name)
        for path in ROOT.iterdir():
            if path.name not in ("carerapp", "static", ".git", ".build"):
                (root / path.name).symlink_to(path)
        shutil.copytree(ROOT / "carerapp", root / "carerapp")  # with what is compiled, for times are kept
        (root / "static").mkdir()
        for path in (ROOT / "static").iterdir():
            if path.name != "js":
                (root / "static" / path.name).symlink_to(path)
        # Real copies: Node follows a link to where it leads, and would import the unbroken neighbours there.
        shutil.copytree(ROOT / "static" / "js", root / "static" / "js")
        for path, old, new in safeguard.changes:
            file = root / path
            text = file.read_text()
            assert text.count(old) == 1, f"{path} has this {text.count(old)} times, so nothing was broken: {old}"
            file.write_text(text.replace(old, new))
        yield root
