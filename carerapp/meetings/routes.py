"""Pages of meetings that were asked for."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..policy.registry import policy_of
from ..pwa.holding import may_hold
from ..shell import clock
from . import present, queries

bp = Blueprint("meetings", __name__)


@bp.get("/meetings/")
@needs(Permission.MEETING_SEE)
def meetings() -> ResponseReturnValue:
    """Every meeting that is this person's business, newest first."""
    actor = actor_now()
    policy = policy_of(actor.authority_id)
    page = queries.page(actor, before=request.args.get("before", ""))
    rows = present.rows(page.lines, policy, clock.now())
    older = f"/meetings/?before={page.lines[-1].id}" if page.more else ""
    shown = render_template("meetings/list.html", rows=rows, older=older, words=policy.words)
    return may_hold(shown, policy.phone, "meetings") if actor.role == "carer" and not request.args else shown


@bp.get("/meetings/<meeting_id>")
@needs(Permission.MEETING_SEE)
def meeting(meeting_id: str) -> ResponseReturnValue:
    """One meeting: why, by when, and who must be there."""
    actor = actor_now()
    shown = queries.one(actor, meeting_id)
    policy = policy_of(actor.authority_id)
    page = render_template("meetings/show.html", page=present.page(shown, actor, policy, clock.now()))
    if actor.role != "carer":
        return page
    return may_hold(page, policy.phone, "meetings", scope=f"child:{shown.meeting.child_id}")
