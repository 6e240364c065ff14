"""R5: is what a phone was told really on the disk? Count the server's flushes from outside, with strace.

`make bars ROW=R5` runs this, and installs strace. It looks into another process, which not every machine allows, so
`make test` does not.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bars.figures import figure, reached
from tests.serving import ROOT, Client, Server, recording_item, serving

BATCHES = figure("R5_FLUSHES", quick=20, full=200)
FLUSH = re.compile(r"\bf(?:data)?sync\(\d+<(.+?)>\)\s+= 0")


@contextmanager
def watched(server: Server, seen: Path) -> Iterator[None]:
    """Write down each flush of the server's processes and threads, with the file that it was of."""
    assert server.process
    pids = [server.process.pid, *_children(server.process.pid)]
    command = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", str(seen)]
    strace = subprocess.Popen([*command, *(part for pid in pids for part in ("-p", str(pid)))], stderr=subprocess.PIPE)
    assert strace.stderr
    for _ in pids:
        line = strace.stderr.readline().decode()
        assert "attached" in line, f"strace may not look into the server here: {line}"
    try:
        yield
        time.sleep(0.5)
    finally:
        strace.terminate()
        strace.wait()


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def main() -> int:
    """Send batches one after the other, each answered before the next, and count. 1 when one was not flushed."""
    if subprocess.run([ROOT / "requirements/tracer"]).returncode:
        return 1
    with tempfile.TemporaryDirectory(prefix="lantern-flushes-") as name, serving(Path(name)) as server:
        data, seen = Path(name), Path(name) / "flushes"
        with sqlite3.connect(data / "lantern.sqlite") as rows:
            child = rows.execute("select id from children where name = 'Jay'").fetchone()[0]
        client = Client(server.port).sign_in("amina")
        client.send([recording_item(child, "the first of this session, with a note of its own")])
        with watched(server, seen):
            taken = [client.send([recording_item(child, f"batch {n}, {m}") for m in range(3)]) for n in range(BATCHES)]
        files = [os.path.basename(file) for file in FLUSH.findall(seen.read_text())]
    assert {receipt["outcome"] for receipts in taken for receipt in receipts} == {"received"}
    of_log = sum(file == "lantern.sqlite-wal" for file in files)
    reached("R5", "batches acknowledged, one transaction each", len(taken))
    met = reached("R5", "flushes of the write-ahead log for each of them", of_log / len(taken), least=1)
    print({"acknowledged": len(taken), "flushes": {file: files.count(file) for file in sorted(set(files))}})
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
