"""The watcher: looks for missed promises in every authority. Any number may run, and any of them may be stopped."""

import logging
from collections.abc import Callable
from datetime import datetime

from ..policy.registry import all_policies
from ..shell.db import db, fence, reading
from . import service

log = logging.getLogger("lantern")
Look = Callable[[datetime, str], bool]
Act = Callable[[datetime, str], int]
_jobs: list[tuple[Look, Act]] = [(service.anything_to_hand_up, service.hand_up)]


def also(look: Look, act: Act) -> None:
    """Let every round do this as well: `look` asks as a reader whether there is work, `act` does some of it.

    Called by wiring.py alone.
    """
    if (look, act) not in _jobs:
        _jobs.append((look, act))


def run_once(now: datetime) -> int:
    """Do what is due by `now` in every authority. Returns how many things were done, and commits them.

    Each round of work is a transaction of its own, fenced to one authority: what goes wrong in one undoes nothing in
    another, and nobody who writes waits for long.
    """
    before = db.session.info.get("authority")
    done = 0
    try:
        for authority in all_policies():
            fence(authority)
            for look, act in _jobs:
                done += _work_alone(look, act, now, authority)
    finally:
        db.session.rollback()
        fence(before)
    return done


def _work_alone(look: Look, act: Act, now: datetime, authority: str) -> int:
    """One authority's fault never starves the others of their hand-ups; the next round tries it again."""
    try:
        return _work(look, act, now, authority)
    except Exception as error:
        db.session.rollback()
        log.warning("watcher: %s in one authority", type(error).__name__)
        return 0


def _work(look: Look, act: Act, now: datetime, authority: str) -> int:
    done = 0
    while _wanted(look, now, authority):
        count = act(now, authority)
        db.session.commit()
        if not count:
            break
        done += count
    return done


def _wanted(look: Look, now: datetime, authority: str) -> bool:
    with reading():
        wanted = look(now, authority)
        db.session.rollback()
    return wanted
