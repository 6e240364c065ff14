"""What machine this is, and how quiet: without it no millisecond below can be read."""

import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def facts(folder: Path, browser: str) -> list[str]:
    """Lines for the top of the table. `folder` is on the disk that the measured databases are on."""
    return [
        f"{os.cpu_count()} cores ({_processor()}), {_memory()}, load {_load()} when it began",
        f"Python {platform.python_version()}, {browser}, SQLite {_sqlite()}, fdatasync of 4 KB {_flush(folder):.2f} ms",
        f"Lantern at {_version()}",
    ]


def others() -> str:
    """How busy everybody else keeps the processors, looked at for a second in which we do nothing."""
    before = _ticks()
    time.sleep(1)
    idle, every = (after - was for after, was in zip(_ticks(), before, strict=True))
    return f"others kept the processors {100 * (1 - idle / every):.0f} % busy when this began" if every else ""


def _ticks() -> tuple[int, int]:
    """Idle ticks, and all ticks, since the machine started."""
    try:
        found = [int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except (OSError, ValueError):
        return 0, 0
    return found[3] + found[4], sum(found)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def _memory() -> str:
    try:
        kilobytes = int(Path("/proc/meminfo").read_text().split()[1])
        return f"{kilobytes / 1_048_576:.0f} GB"
    except (OSError, ValueError):
        return "memory unknown"


def _load() -> str:
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except OSError:
        return "unknown"


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version


def _flush(folder: Path) -> float:
    """Median ms to put 4 KB on the disk for good."""
    path = folder / "flush"
    taken = []
    with path.open("wb") as file:
        for _ in range(40):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    path.unlink()
    return statistics.median(taken) * 1000


def _version() -> str:
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return asked.stdout.strip() or "an unknown version"
