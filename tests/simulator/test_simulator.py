"""R25: histories in which everything goes wrong at once, and what must be true at the end of each of them."""

import json
import os
from pathlib import Path

import pytest

from tests.bars.figures import FULL, figure, reached
from tests.simulator.run import Played, play

HISTORIES = figure("R25_HISTORIES", quick=10_000, full=40_000)
GIVEN_UP = figure("R25_GIVEN_UP", quick=200, full=4_000)
# `make test` gives the parts to its workers, small enough that none is left alone with one at the end; `make bars` has
# one part, which plays everything on all cores.
PARTS, CORES = (1, len(os.sched_getaffinity(0))) if FULL else (10, 1)
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


done: list[int] = []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_loses_doubles_or_shows_anything(part: int) -> None:
    """R25 R1 R3 R4 R5 R9 R11 R12 R14 R15 R20."""
    shards = range(part * CORES, (part + 1) * CORES)
    played = play(0, HISTORIES, shards=shards, of=PARTS * CORES, shrink=True)
    assert played.violation is None, story(played)
    assert played.histories == HISTORIES / PARTS and played.steps >= 50 * played.histories
    seldom = [kind for kind in (*FAULTS, *STEPS) if played.kinds[kind] < HISTORIES // (100 * PARTS)]
    assert not seldom, f"hardly ever played, so nothing is proved about it: {seldom}"
    print(f"{played.histories} histories in {played.seconds:.0f} s, {played.requests} requests: {dict(played.kinds)}")
    done.append(played.histories)
    if part == PARTS - 1:
        reached("R25", "histories of at least 50 steps, with no violation", sum(done), least=10_000)


@pytest.mark.slow
def test_a_browser_that_gives_up_its_database_loses_nothing() -> None:
    """R1 R25."""
    played = play(0, GIVEN_UP, also="a browser gives up its database", shards=range(CORES), of=CORES, shrink=True)
    assert played.violation is None, story(played)
    assert played.histories == GIVEN_UP and played.kinds["database given up"] > GIVEN_UP
    reached("R25", "of them in which a browser gives up its whole database, with nothing lost", played.histories)


def test_what_once_went_wrong_does_not_again() -> None:
    """R25."""
    played = play(0, 0, plans=KEPT)
    assert played.violation is None, story(played)
    assert played.histories == len(KEPT) > 0


def test_a_history_is_the_same_again_alone_and_among_others() -> None:
    """R25: a seed that failed in the middle of a range must fail when it is played by itself."""
    among_all = play(0, 24, hashes=True).hashes
    assert len(among_all) == 24
    among_some = play(7, 24, shards=range(2), of=2, hashes=True).hashes
    assert among_some == {seed: among_all[seed] for seed in range(7, 24)}
    for seed in (13, 23):
        assert play(seed, seed + 1, hashes=True).hashes == {seed: among_all[seed]}
