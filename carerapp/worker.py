"""Work in the background: the watcher of clocks, as a process of its own or inside the demo's server."""

import logging
import threading
import time
from datetime import datetime

from flask import Flask

from .clocks import watcher
from .shell import clock
from .shell.db import db

log = logging.getLogger("lantern")
EVERY = 30
"""Seconds between two looks: the shortest promise is hours long, and a look costs one indexed statement."""


def init_app(app: Flask) -> None:
    if app.config["EMBEDDED_WORKER"]:
        threading.Thread(target=run_for_ever, args=(app,), daemon=True, name="watcher").start()


def look_once(now: datetime) -> int:
    """Hand up what was missed by `now`. Returns how many steps were recorded."""
    handed_up = watcher.run_once(now)
    db.session.commit()
    return handed_up


def run_for_ever(app: Flask) -> None:
    """Look every half minute. A failure is logged and the next look tries again: nothing depends on any single look."""
    while True:
        try:
            with app.app_context():
                look_once(clock.now())
        except Exception as error:
            log.warning("watcher: %s", type(error).__name__)
        time.sleep(EVERY)
