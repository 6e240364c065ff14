"""The page of promises: what I owe, what others owe me, what my team has missed."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..policy.registry import policy_of
from ..shell import clock
from . import present, queries

bp = Blueprint("clocks", __name__)


@bp.get("/clocks/")
@needs(Permission.CLOCKS_SEE)
def promises() -> ResponseReturnValue:
    """Every running promise that is this person's business, first due first (design.md section 4)."""
    actor, now = actor_now(), clock.now()
    found = queries.promises(actor, now)
    kept = [] if actor.role == "carer" else queries.kept_on_time(actor, now)
    page = present.page(actor, found, kept, policy_of(actor.authority_id), now)
    return render_template("clocks/promises.html", page=page, more=len(found) == queries.MOST)
