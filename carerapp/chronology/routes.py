"""A child's page and chronology."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access.actor import Actor, Facts
from ..access.gate import actor_now, needs, permitted
from ..access.permissions import Permission
from ..meetings import present as meetings_present
from ..meetings import queries as meetings
from ..people.rules import age_on
from ..policy.registry import policy_of
from ..pwa.holding import may_hold
from ..recordings import present as recordings_present
from ..recordings import queries as recordings
from ..shell import clock
from . import present, queries

bp = Blueprint("chronology", __name__)
AROUND = ("carer", "ssw", "csw", "iro")
"""Who is around a child, in the order they are named."""


@bp.get("/children/<child_id>")
@needs(Permission.CHILD_SEE)
def child(child_id: str) -> ResponseReturnValue:
    """A child's page: who is around them, what was written, and what is planned."""
    actor = actor_now()
    policy, now = policy_of(actor.authority_id), clock.now()
    found = queries.child_page(actor, child_id)
    written = recordings.page(actor, child=child_id)
    asked = meetings.page(actor, child=child_id)
    page = render_template(
        "chronology/child.html",
        child=found.child,
        age=age_on(clock.today(), found.child.born_on),
        home=found.home,
        around=[(policy.role(role), found.people[role]) for role in AROUND if role in found.people],
        missing=[policy.role(role) for role in ("ssw", "csw") if role not in found.people],
        rows=recordings_present.rows(written.lines, {}, now.astimezone(clock.LONDON)),
        more=written.more,
        meetings=meetings_present.rows(asked.lines, policy, now),
        words=policy.words,
        can_write=_may(actor, Permission.RECORDING_WRITE, child_id),
        can_read_on=_may(actor, Permission.CHRONOLOGY_SEE, child_id),
    )
    if actor.role != "carer":
        return page
    return may_hold(page, policy.phone, "household", scope=f"child:{child_id}")


def _may(actor: Actor, permission: Permission, child_id: str) -> bool:
    return permitted(actor, permission, Facts(actor.authority_id, child_id=child_id))


@bp.get("/children/<child_id>/chronology")
@needs(Permission.CHRONOLOGY_SEE)
def chronology(child_id: str) -> ResponseReturnValue:
    """What happened around a child, newest first, each thing with what caused it (S1-A1-30, S2-5-15)."""
    actor = actor_now()
    kind, before = request.args.get("kind", ""), request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
    page = queries.chronology(actor, child_id, kind, number)
    older = ""
    if page.more:
        older = url_for("chronology.chronology", child_id=child_id, kind=kind or None, before=page.lines[-1].id)
    return render_template(
        "chronology/chronology.html",
        child_id=child_id,
        child=page.child,
        lines=present.lines(page, policy_of(actor.authority_id), clock.now()),
        kind=kind if kind in queries.KINDS else "",
        kinds=present.KIND_WORDS,
        older=older,
    )
