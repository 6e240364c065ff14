"""Leave a trace: `wrote` inside the change's own transaction, `saw` and refusals just before the answer leaves."""

from typing import Any

from flask import Flask, Response, g

from ..access.actor import Actor
from ..shell import clock, rows
from ..shell.db import db, set_reading
from .models import AuditRow


def wrote(actor: Actor, what: str, thing: str, child_id: str | None = None) -> None:
    """Trace a change in the transaction that makes it: no trace, no change (bars R18)."""
    rows.keep(AuditRow, **_trace(actor, "wrote", what, thing, child_id))


def saw(actor: Actor, what: str, thing: str, child_id: str | None = None) -> None:
    """Trace a look. It is written before the page leaves; if it can't be, the page does not leave."""
    g.setdefault("looks", []).append(_trace(actor, "saw", what, thing, child_id))


def _trace(actor: Actor | None, kind: str, what: str, thing: str | None, child_id: str | None) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "authority_id": actor.authority_id if actor else "",
        "actor_id": actor.person_id if actor else None,
        "role": actor.role if actor else None,
        "sign_in_id": actor.sign_in_id if actor else None,
        "kind": kind,
        "what": what,
        "thing": thing,
        "child_id": child_id,
    }


def init_app(app: Flask) -> None:
    app.after_request(_leave_traces)


def _leave_traces(response: Response) -> Response:
    """Runs after the edge's commit or roll-back, so that a refusal's trace survives the refusal."""
    looks = g.pop("looks", [])
    # A form that comes back with its faults shows the entry as well: that is a look like any other.
    traces = looks if response.status_code < 400 or response.status_code in (409, 422) else []
    actor = g.get("actor")
    for permission, thing in g.pop("denials", []):
        traces.append(_trace(actor, "refused", permission.name.lower(), thing.author_id, thing.child_id))
    if traces:
        set_reading(False)
        db.session.rollback()
        for trace in traces:
            rows.keep(AuditRow, **trace)
        db.session.commit()
    return response
