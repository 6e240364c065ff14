"""Addresses of quarantine: what waits for a manager, the decision, and what of mine is there."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..access.actor import Actor
from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..policy.registry import policy_of
from ..shell import clock
from ..shell.errors import Denied, Refused
from ..shell.samesite import keeps_text
from . import present, queries, rules, service
from .forms import DecisionForm

bp = Blueprint("quarantine", __name__)


@bp.get("/quarantine/")
@needs(Permission.QUARANTINE_DECIDE)
def kept_back() -> ResponseReturnValue:
    """What waits for this manager, longest kept first, and what was decided."""
    actor, now = actor_now(), clock.now()
    return render_template(
        "quarantine/list.html",
        waiting=[present.shown(line, now) for line in queries.waiting(actor)],
        decided=[present.shown(line, now) for line in queries.decided(actor)],
    )


@bp.get("/quarantine/mine")
@needs(Permission.QUARANTINE_OWN)
def mine() -> ResponseReturnValue:
    """What of mine is with my manager, and what was decided, with the reason."""
    actor, now = actor_now(), clock.now()
    return render_template(
        "quarantine/mine.html",
        lines=[present.shown(line, now) for line in queries.mine(actor)],
        manager=policy_of(actor.authority_id).words["team_manager"],
    )


@bp.get("/quarantine/<kept_id>")
@needs(Permission.QUARANTINE_DECIDE)
def entry(kept_id: str) -> ResponseReturnValue:
    """One item: the words, why they are here, and the decision form until it is decided."""
    actor = actor_now()
    return _page(queries.one(actor, kept_id))


@bp.post("/quarantine/<kept_id>/decisions")
@needs(Permission.QUARANTINE_DECIDE)
@keeps_text
def decisions(kept_id: str) -> ResponseReturnValue:
    """Let it in, or keep it out with a reason."""
    actor = actor_now()
    line = queries.for_decision(actor, kept_id)
    form = DecisionForm(line.author, line.child)
    if not form.validate():
        return _page(line, form), 422
    try:
        _decide(actor, kept_id, form)
    except Denied:
        raise
    except Refused as refused:
        form.form_errors = [*form.form_errors, refused.reason]
        return _page(queries.for_decision(actor, kept_id), form), refused.status
    let_in = form.outcome.data == rules.LET_IN
    outcome = f"It is in {line.child}'s record now" if let_in else f"It stays out of {line.child}'s record"
    flash(f"{outcome}, and {line.author} is told.", "good")
    return redirect(url_for("quarantine.kept_back"), 303)


def _decide(actor: Actor, kept_id: str, form: DecisionForm) -> None:
    verb = service.let_in if form.outcome.data == rules.LET_IN else service.keep_out
    verb(actor, kept_id, form.words.data or "")


def _page(line: queries.Line, form: DecisionForm | None = None) -> str:
    return render_template(
        "quarantine/show.html",
        kept=present.shown(line, clock.now()),
        form=form or DecisionForm(line.author, line.child),
    )
