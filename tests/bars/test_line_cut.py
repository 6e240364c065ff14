"""R3: the line is cut at any byte, before or after the commit; nothing is lost, nothing doubled, nobody has to act."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.bars.figures import figure, reached
from tests.node import node
from tests.serving import Client, serving

CUTS = figure("R3_CUTS", quick=60, full=720)


@pytest.mark.slow
def test_a_line_cut_at_any_byte_costs_nothing(tmp_path: Path) -> None:
    """R3."""
    with serving(tmp_path) as server:
        phone = Client(server.port).sign_in("amina")
        who = phone.get("/pwa/who").json["person"]
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            child = rows.execute("select id from children where name = 'Jay'").fetchone()[0]
        done = subprocess.run(
            [*node(), str(Path(__file__).with_name("cuts.mjs")), str(server.port), phone.cookie, child, str(CUTS), "7"],
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        result = json.loads(done.stdout)
        with sqlite3.connect(tmp_path / "lantern.sqlite") as rows:
            stored = rows.execute("select count(*), count(distinct saw) from recordings").fetchone()
            receipts = rows.execute("select count(*) from receipts where person_id = ?", [who]).fetchone()[0]
            traces = rows.execute("select count(*) from audit where kind = 'wrote' and what = 'recording:submitted'")
            assert traces.fetchone()[0] == result["items"]
    reached("R3", "cuts at a seeded byte", result["cuts"], least=500)
    assert reached("R3", "items lost", result["items"] - min(stored[1], result["received"]), most=0)
    assert reached("R3", "items doubled", stored[0] - stored[1], most=0)
    assert reached("R3", "items that asked anything of a person", result["needsYou"], most=0)
    again = (result["sentItems"] - result["items"]) / result["cuts"] / result["chunk"]
    assert reached("R3", "chunks sent again for each cut", again, most=1)
    assert receipts == result["items"] and result["places"] == result["items"]
    assert result["cuts"] >= CUTS * 0.5, "the cuts did not happen: this test would prove nothing"
