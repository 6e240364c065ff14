"""R25: histories in which everything goes wrong at once, and what must be true at the end of each of them."""

import json
from pathlib import Path

import pytest

from tests.bars.figures import figure, reached
from tests.simulator.run import Played, play

HISTORIES = figure("R25_HISTORIES", quick=2_000, full=40_000)
SHARDS = 2
# Each of these must really have happened, again and again.
FAULTS = (
    *("lost on the way", "cut on the way up", "cut on the way down", "torn but looking whole", "sent twice"),
    *("shortened and framed anew", "much too late", "no answer ever", "another's answer", "not Lantern's answer"),
    *("server killed", "database locked", "disk of the server full", "a bug of the server", "storage full"),
    *("killed while writing", "vault wiped", "decided: let_in", "decided: keep_out"),
)
STEPS = (
    *("kill a phone", "kill a phone while it saves", "kill the server", "a session ends", "somebody signs in"),
    *("a clock is wrong", "the server's clock is wrong", "a child moves", "an account is suspended"),
    *("a phone is cut off", "the database is put back", "a phone is copied", "a record rots", "an app update"),
    *("a second window", "add to a day", "save what is refused", "mend what was refused", "the worker sends"),
)
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
    seldom = [kind for kind in (*FAULTS, *STEPS) if played.kinds[kind] < HISTORIES // 400]
    assert not seldom, f"hardly ever played, so nothing is proved about it: {seldom}"
    print(f"{played.histories} histories in {played.seconds:.0f} s, {played.requests} requests: {dict(played.kinds)}")


def test_what_once_went_wrong_does_not_again() -> None:
    """R25."""
    played = play(0, 0, plans=KEPT)
    assert played.violation is None, story(played)
    assert played.histories == len(KEPT) > 0


def test_a_history_can_be_played_again_exactly() -> None:
    """R25."""
    first, second = (play(0, 30, hashes=True) for _ in range(2))
    assert len(first.hashes) == 30
    assert first.hashes == second.hashes
