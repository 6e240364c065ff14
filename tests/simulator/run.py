"""Play a range of histories on some cores, and add up what was played."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Played:
    """What came of a range of histories."""

    histories: int = 0
    steps: int = 0
    requests: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    hashes: dict[int, str] = field(default_factory=dict)
    violation: dict[str, Any] | None = None
    seconds: float = 0


def play(
    first: int,
    last: int,
    *,
    shards: range = range(1),
    of: int = 1,
    root: Path = ROOT,
    progress: Callable[[Played], None] = lambda played: None,
    **asked: Any,
) -> Played:
    """Play the seeds from `first` up to, not including, `last`; stop everything at the first violation.

    `of` shards share the seeds between them, and `shards` says which of them run here, each on a core of its own.
    `root` is the checkout whose code is played: this one, or one in which something was broken on purpose.
    """
    began = time.monotonic()
    played = Played()
    children = [_start(root, {"first": first + shard, "last": last, "step": of} | asked) for shard in shards]
    told = threading.Lock()

    def listen(child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        for line in child.stdout:
            with told:
                _add(played, json.loads(line))
                played.seconds = time.monotonic() - began
                progress(played)
                if played.violation and not asked.get("shrink"):
                    break
        if child.wait() and not played.violation:
            played.violation = {"seed": None, "why": f"A shard ended with {child.returncode}", "story": []}

    listeners = [threading.Thread(target=listen, args=[child]) for child in children]
    for listener in listeners:
        listener.start()
    while any(listener.is_alive() for listener in listeners):
        if played.violation:
            for child in children:
                child.terminate()
        time.sleep(0.05)
    for child in children:
        child.stdout.close()  # type: ignore[union-attr]
    played.seconds = time.monotonic() - began
    return played


def _start(root: Path, asked: dict[str, Any]) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(root)}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.simulator.shard", json.dumps(asked), str(root)]
    return subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, text=True)


def _add(played: Played, said: dict[str, Any]) -> None:
    if "why" in said:
        played.violation = played.violation or said
        return
    played.histories += said["histories"]
    played.steps += said["steps"]
    played.requests += said["requests"]
    played.kinds.update(said["kinds"])
    played.hashes.update({int(seed): made for seed, made in said["hashes"].items()})
