"""R25: a simulator that finds nothing proves nothing, so each safeguard is taken away once, and it must notice."""

from typing import Any

import pytest

from tests.simulator.broken import without
from tests.simulator.run import play
from tests.simulator.safeguards import SAFEGUARDS, Safeguard

SEEDS = 400
"""Histories within which the loss of a safeguard must be noticed."""


def plan(kinds: tuple[str, ...], fault: str, seed: int) -> dict[str, Any]:
    """A history of these steps on one phone, and nothing else that goes wrong."""
    steps = [{"kind": kind, "seed": seed * 100 + at} for at, kind in enumerate(kinds)]
    return {"seed": seed, "steps": steps, "faults": {fault: 1}, "weather": 0, "ben": False}


@pytest.mark.slow
@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda safeguard: safeguard.name)
def test_the_simulator_notices_a_missing_safeguard(safeguard: Safeguard) -> None:
    """R25."""
    near = safeguard.near
    with without(safeguard) as root:
        if safeguard.steps:
            played = play(0, 0, plans=[plan(safeguard.steps, safeguard.fault, seed) for seed in range(40)], root=root)
        else:
            played = play(near, near + SEEDS, root=root)
    assert played.violation is not None, f"{SEEDS} histories, and nobody noticed: {safeguard.against}"
    assert "stumbles" not in played.violation["why"], played.violation["why"]
    print(f"{safeguard.name}: history {played.violation['seed']}: {played.violation['why']}")
