"""What was asked once and has not changed since: kept for one transaction of one session, and never longer."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from .db import db

_ANSWERS = "answers"
T = TypeVar("T")


def once(ask: Callable[..., T], *about: Any) -> T:
    """What `ask(*about)` answers. It is asked again after any change, commit or roll-back, and for another authority.

    Rows that are only added (see `rows`) are no change: who counts those must add them to what was answered.
    """
    info = db.session.info
    answers: dict[Any, Any] = info.setdefault(_ANSWERS, {})
    key = (ask, about, info.get("authority"))
    if key not in answers:
        answers[key] = ask(*about)
    answer: T = answers[key]
    return answer


def forget(session: Session, *rest: Any) -> None:
    """Ask everything again."""
    session.info.pop(_ANSWERS, None)


for change in ("after_flush", "after_commit", "after_soft_rollback"):
    event.listen(Session, change, forget)


@event.listens_for(Session, "do_orm_execute")
def _unless_it_asks(state: ORMExecuteState) -> None:
    if not state.is_select:
        forget(state.session)
