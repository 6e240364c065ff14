"""Addresses of triage: the queue, one entry, reading it, deciding on it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access.actor import Actor
from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..policy.registry import policy_of
from ..recordings import queries as recordings
from ..shell import clock
from ..shell.errors import Refused
from ..shell.samesite import keeps_text
from . import present, queries, service
from .forms import DecisionForm

bp = Blueprint("triage", __name__)


@bp.get("/triage/")
@needs(Permission.TRIAGE_SEE)
def queue() -> ResponseReturnValue:
    """What waits across all households, oldest promise first, with the first entry in view (S1-4.3-10)."""
    actor = actor_now()
    page = queries.page(actor, request.args.get("after", ""))
    found = queries.entry(actor, page.lines[0].id) if page.lines else None
    return _render(actor, page, found, opened=False)


@bp.get("/triage/<recording_id>")
@needs(Permission.TRIAGE_DECIDE)
def entry(recording_id: str) -> ResponseReturnValue:
    """One entry with the decision form beside the queue; also once it was decided, to decide something more."""
    actor = actor_now()
    found = queries.entry(actor, recording_id)
    return _render(actor, queries.page(actor, request.args.get("after", "")), found)


@bp.post("/triage/<recording_id>/readings")
@needs(Permission.TRIAGE_DECIDE)
def readings(recording_id: str) -> ResponseReturnValue:
    """It was read: its author sees by whom and when. It stays in the queue until somebody decides."""
    service.mark_read(actor_now(), recording_id)
    return redirect(url_for("triage.entry", recording_id=recording_id, after=_after() or None), 303)


@bp.post("/triage/<recording_id>/decisions")
@needs(Permission.TRIAGE_DECIDE)
@keeps_text
def decisions(recording_id: str) -> ResponseReturnValue:
    """A decision, and then the next entry."""
    actor = actor_now()
    found = queries.entry_for(actor, recording_id)
    before = queries.decisions_of(recording_id)
    form = _form(actor, found, before)
    following = queries.following(actor, found.waiting) if found.waiting else None
    if not form.validate():
        return _again(actor, found, form)
    try:
        service.decide(actor, recording_id, form.choice, form.based_on.data or "")
    except service.DecidedMeanwhile as newer:
        return _again(actor, newer.entry, form, 409)
    except Refused as refused:
        if refused.field not in form:
            raise
        form[refused.field].errors = [refused.reason]
        return _again(actor, found, form)
    flash(f"Saved. What you decided about {found.child}'s day is on its way.", "good")
    return redirect(url_for("triage.entry", recording_id=following) if following else url_for("triage.queue"), 303)


def _again(actor: Actor, found: queries.Entry, form: DecisionForm, status: int = 422) -> ResponseReturnValue:
    """The same entry with everything that was written, and what is lacking or what somebody else decided meanwhile."""
    page = queries.page(actor, _after())
    return _render(actor, page, found, form=form, meanwhile=status == 409), status


def _form(actor: Actor, found: queries.Entry, before: list[queries.Made]) -> DecisionForm:
    policy = policy_of(actor.authority_id)
    words = present.words_for(found, actor, policy)
    form = DecisionForm(policy, words.choices, already_passed=service.passed(before))
    if request.method == "GET":
        form.based_on.data = before[-1].id if before else ""
    return form


def _render(
    actor: Actor,
    page: queries.Page,
    found: queries.Entry | None,
    *,
    form: DecisionForm | None = None,
    meanwhile: bool = False,
    opened: bool = True,
) -> str:
    policy, now = policy_of(actor.authority_id), clock.now()
    shown = None
    if found is not None:
        # What is unread has no step yet, and what waits has no decision: then nothing is asked.
        fresh = found.waiting is not None and found.waiting.read_at is None
        steps = [] if fresh else recordings.steps_of([found.recording.id]).get(found.recording.id, [])
        before = [] if found.waiting is not None else queries.decisions_of(found.recording.id)
        form = form or _form(actor, found, before)
        if meanwhile:
            form.based_on.data = before[-1].id if before else ""
        shown = present.page(found, steps, before, actor, policy, now)
    at = next((place for place, line in enumerate(page.lines) if found and line.id == found.recording.id), None)
    return render_template(
        "triage/queue.html",
        rows=present.rows(page.lines, actor, policy, now),
        more=page.lines[-1].cursor if page.more else "",
        after=_after(),
        shown=shown,
        form=form,
        meanwhile=meanwhile,
        opened=opened,
        previous=page.lines[at - 1].id if at else "",
        following=page.lines[at + 1].id if at is not None and at + 1 < len(page.lines) else "",
    )


def _after() -> str:
    """The page of the queue somebody came from: only what is a cursor of ours goes back into an address."""
    given = request.args.get("after", "")
    return given if queries.is_cursor(given) else ""
