"""make simulate SEEDS=FROM:TO: play the histories of these seeds. Exit status 1 at the first violation."""

import json
import os
import sys

from tests.simulator.run import Played, play


def main(seeds: str) -> int:
    """Play a range such as 0:10000, or one seed such as 17, and tell what was played."""
    first, _, last = seeds.partition(":")
    begin, end = int(first), int(last or int(first) + 1)
    jobs = min(len(os.sched_getaffinity(0)), end - begin)
    played = play(begin, end, shards=range(jobs), of=jobs, shrink=True, progress=_show)
    print(f"\r{_line(played)}")
    for kind, count in sorted(played.kinds.items(), key=lambda pair: -pair[1]):
        print(f"  {count:>9,}  {kind}")
    if played.violation is None:
        print(f"{played.histories:,} histories, no violation")
        return 0
    _tell(played.violation)
    return 1


def _line(played: Played) -> str:
    speed = played.histories / max(played.seconds, 0.001)
    return (
        f"{played.histories:,} histories, {played.steps:,} steps, {played.requests:,} requests to the server, "
        f"{speed:.1f} histories a second"
    )


def _show(played: Played) -> None:
    if sys.stdout.isatty():
        print(f"\r{_line(played)}", end="", flush=True)
    elif played.histories // 500 > _show.told:  # type: ignore[attr-defined]
        _show.told = played.histories // 500  # type: ignore[attr-defined]
        print(_line(played), flush=True)


_show.told = 0  # type: ignore[attr-defined]


def _tell(found: dict) -> None:
    print(f"\nVIOLATION in history {found['seed']}: {found['why']}")
    print(f"The shortest way there that was found ({found.get('kept', '?')} of {found.get('steps', '?')} steps):\n")
    print("\n".join(found["story"]))
    print(f"\nPlay it again: make simulate SEEDS={found['seed']}")
    if "plan" in found:
        print(f"Keep it for ever: add this line to tests/simulator/kept.jsonl\n{json.dumps(found['plan'])}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "0:10000"))
