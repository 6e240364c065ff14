"""R14: one item of a hundred is bad. The others go in the same drain; the bad one stays, with its reason, for ever."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.bars.figures import figure, reached
from tests.node import node
from tests.serving import Client, serving

POSITIONS = figure("R14_POSITIONS", quick=2, full=20)
REFUSED = {"400", "403", "404", "409", "413", "422"}
"""What Lantern decides about the item: it needs its author. Everything else may pass, and is tried again for ever."""


@pytest.mark.slow
def test_one_bad_item_of_a_hundred_holds_nobody_up_and_is_never_dropped(tmp_path: Path) -> None:
    """R14: each class of answer, at each place in the queue, with the phone's real courier and a real server."""
    with serving(tmp_path) as server:
        phone = Client(server.port).sign_in("amina")
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            children = [
                rows.execute("select id from children where name = ?", [name]).fetchone()[0] for name in ("Jay", "Leo")
            ]
        command = [*node(), str(Path(__file__).with_name("poison.mjs")), str(server.port), phone.cookie, *children]
        done = subprocess.run([*command, str(POSITIONS)], capture_output=True, text=True, timeout=1800)
        assert done.returncode == 0, done.stderr[-2000:]
        played = [json.loads(line) for line in done.stdout.splitlines()]
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            stored, different = rows.execute("select count(*), count(distinct saw) from recordings").fetchone()
    classes = {one["name"] for one in played}
    assert len(played) == len(classes) * POSITIONS and {*REFUSED, "429", "500", "503"} <= classes
    reached("R14", "classes of answer times places in the queue", len(played), least=27)
    held_up = sum(99 - one["others"] for one in played)
    assert reached("R14", "good items of 99 that did not go in the same drain", held_up, most=0), played
    gone = [one for one in played if not one["readable"] or one["end"] is None]
    assert reached("R14", "bad items dropped or unreadable after 25 more tries", len(gone), most=0), gone
    for one in played:
        refused = one["name"] in REFUSED
        assert one["state"] == ("needs-you" if refused else "waiting"), one
        assert one["end"] == ("needs-you" if refused else "received"), one
        assert (one["reasons"] > 0 and one["sentAgain"] == 0) if refused else one["sentAgain"] >= 25, one
    assert stored == different, "something was doubled"
