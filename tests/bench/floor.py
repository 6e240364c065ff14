"""The floor: as little as can stand between a browser and a disk. One POST, one transaction, no rules at all.

gunicorn runs it as it runs Lantern. The page in it keeps its records in IndexedDB in clear, reads them, sends them,
and drops them. What Lantern takes beyond this is the price of sealing, rights, forms, receipts, audit and queues.
"""

import os
import sqlite3
import threading
from pathlib import Path

from flask import Flask, request

app = Flask(__name__)
PAGE = Path(__file__).with_name("floor.html")
of_thread = threading.local()


def _rows() -> sqlite3.Connection:
    if not hasattr(of_thread, "rows"):
        rows = of_thread.rows = sqlite3.connect(os.environ["FLOOR_DATA"], timeout=10, isolation_level=None)
        rows.execute("pragma journal_mode=wal")
        rows.execute("pragma synchronous=full")
        rows.execute("create table if not exists kept (id text primary key, child text, at text, body text)")
    return of_thread.rows


@app.get("/")
def page() -> str:
    """The smallest phone."""
    return PAGE.read_text()


@app.post("/batch")
def batch() -> dict[str, int]:
    """Keep them all."""
    items = request.get_json()
    rows = _rows()
    rows.execute("begin immediate")
    kept = [(item["id"], item["fields"]["child"][0], item["made_at"], str(item["fields"])) for item in items]
    rows.executemany("insert into kept values (?, ?, ?, ?) on conflict (id) do nothing", kept)
    rows.execute("commit")
    return {"kept": len(items)}
