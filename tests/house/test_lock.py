"""What is installed is what was tried: exact, checked by hash, and from whichever registry a machine is set to."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(r"[a-z+]+://|index-url|find-links|^\s*registry\s*=", re.IGNORECASE | re.MULTILINE)


def pins(path: Path) -> dict[str, list[str]]:
    """Each requirement of a lock, such as "flask==3.1.3", with its hashes."""
    found: dict[str, list[str]] = {}
    text = re.sub(r"^\s*#.*$", "", path.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        pin, *hashes = re.split(r"\s+--hash=", line)
        found[pin] = hashes
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_requirement_is_exact_and_has_hashes(path: Path) -> None:
    for pin, hashes in pins(path).items():
        assert re.fullmatch(r"[a-z0-9.-]+==[^ ]+( ;.*)?", pin), pin
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", it) for it in hashes), pin


def test_development_lock_holds_the_running_one() -> None:
    """Tests must run what people run; and one installed environment serves both."""
    run, dev = pins(ROOT / "requirements/run.txt"), pins(ROOT / "requirements/dev.txt")
    assert run.items() <= dev.items()


def test_every_wanted_package_is_in_its_lock() -> None:
    """An .in file was edited and `make lock` forgotten."""
    for name in ("tool", "run", "dev"):
        names = {pin.split("==")[0] for pin in pins(ROOT / f"requirements/{name}.txt")}
        text = (ROOT / f"requirements/{name}.in").read_text()
        wanted = set(re.findall(r"^([a-z][a-z0-9-]*)", text, flags=re.MULTILINE))
        assert wanted <= names


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "requirements").iterdir(), ROOT / ".npmrc", ROOT / "pyproject.toml", ROOT / ".ci/run"]),
    ids=lambda path: path.name,
)
def test_no_registry_address_is_written_down(path: Path) -> None:
    assert not ADDRESS.search(path.read_text())


def test_javascript_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
