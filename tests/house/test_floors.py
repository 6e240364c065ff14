"""The floors hold: each kind of import that the house forbids is planted in an empty house, and must be found."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS, PURE, TABLES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = [room.strip() for floor in FLOORS["layers"] for room in floor.split("|")]
NAMED = [module for module in [*PURE["source_modules"], *TABLES["allowed_importers"]] if "*" not in module]

# Where, what is written there, and the contract that must break (none: it is allowed).
PLANTED = [
    ("carerapp/meetings/queries.py", "import carerapp.people.models", None),
    ("carerapp/meetings/rules.py", "import datetime, carerapp.policy, carerapp.access.predicates", None),
    ("carerapp/wiring.py", "import carerapp.triage.service, carerapp.recordings.service", None),
    ("carerapp/recordings/service.py", "import carerapp.triage.service", "Floors"),
    ("carerapp/home/queries.py", "import carerapp.chronology.queries", "Floors"),
    ("carerapp/shell/clock.py", "import carerapp.people", "Floors"),
    ("carerapp/events/service.py", "import carerapp.wiring", "Floors"),
    ("carerapp/new_room/__init__.py", "", "Floors"),
    ("carerapp/meetings/rules.py", "from sqlalchemy.orm import Session", "Rules"),
    ("carerapp/meetings/rules.py", "import carerapp.shell.db", "Rules"),
    ("carerapp/access/predicates.py", "def late():\n    import flask", "Rules"),
    ("carerapp/policy/calendars.py", "import flask", "Rules"),
    ("carerapp/meetings/routes.py", "from .models import Meeting", "Tables"),
    ("carerapp/meetings/rules.py", "from .models import Meeting", "Tables"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with every room and nothing in it, under the contracts of this one."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    files = {f"{room}/{name}.py" for room in ROOMS for name in ("__init__", "models", "queries", "rules", "service")}
    files |= {"__init__.py", "wiring.py"}
    # A contract may name one module; it has to be there.
    files |= {
        "/".join(module.split(".")[1:]) + ("/__init__.py" if module.count(".") == 1 else ".py") for module in NAMED
    }
    for name in files:
        path = tmp_path / "carerapp" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "carerapp/wiring.py").write_text("import carerapp.recordings.service\n")
    (tmp_path / "carerapp/shell/db.py").write_text("import flask_sqlalchemy\n")
    return tmp_path


@pytest.mark.parametrize(("where", "what", "broken"), PLANTED)
def test_planted_import(house: Path, where: str, what: str, broken: str | None) -> None:
    path = house / where
    path.parent.mkdir(exist_ok=True)
    path.write_text(what + "\n")
    lint = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    said = subprocess.run(lint, cwd=house, capture_output=True, text=True)
    verdicts = [line.split(":")[0] for line in said.stdout.splitlines() if line.endswith(" BROKEN")]
    assert (said.returncode != 0) == bool(broken), said.stdout + said.stderr
    assert [verdict.split()[0] for verdict in verdicts] == [broken] * bool(broken), said.stdout + said.stderr
