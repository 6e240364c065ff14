"""R25: histories in which everything goes wrong at once, and what must be true at the end of each of them."""

import json
from pathlib import Path

import pytest

from tests.bars.figures import figure, reached
from tests.simulator.run import Played, play

HISTORIES = figure("R25_HISTORIES", quick=2_000, full=40_000)
SHARDS = 2
KEPT = [json.loads(line) for line in Path(__file__).with_name("kept.jsonl").read_text().splitlines()]


def story(played: Played) -> str:
    """What a person reads when it went wrong."""
    found = played.violation
    return "" if found is None else "\n".join([f"history {found['seed']}: {found['why']}", *found["story"]])


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_history_loses_doubles_or_shows_anything(shard: int) -> None:
    """R25 R1 R3 R4 R5 R9 R11 R12 R14 R15 R20."""
    played = play(0, HISTORIES, shards=range(shard, shard + 1), of=SHARDS, shrink=True)
    assert played.violation is None, story(played)
    assert played.histories == HISTORIES / SHARDS and played.steps >= 50 * played.histories
    assert reached(
        "R25", f"histories of at least 50 steps, shard {shard + 1} of {SHARDS}", played.histories, least=1000
    )
    print(f"{played.histories} histories in {played.seconds:.0f} s, {played.requests} requests: {dict(played.kinds)}")


def test_a_history_can_be_played_again_exactly() -> None:
    """R25."""
    first, second = (play(0, 30, hashes=True) for _ in range(2))
    assert len(first.hashes) == 30
    assert first.hashes == second.hashes
