"""Addresses of the inbox: what was passed on, reading it, the pack, filing it, following it up."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access.actor import Actor
from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..policy.registry import policy_of
from ..recordings import queries as recordings
from ..shell import clock, paper
from ..shell.errors import Denied, Refused
from ..shell.fields import Form
from ..shell.samesite import keeps_text
from . import present, queries, rules, service
from .forms import FilingForm, FollowUpForm

bp = Blueprint("inbox", __name__)


@bp.get("/inbox/")
@needs(Permission.INBOX_SEE)
def inbox() -> ResponseReturnValue:
    """What is with me: alerts first, then what was passed on longest ago; or what is done."""
    actor, done = actor_now(), request.args.get("done") == "1"
    policy = policy_of(actor.authority_id)
    page = queries.page(actor, done=done, after=request.args.get("after", ""))
    more = url_for("inbox.inbox", done="1" if done else None, after=page.lines[-1].cursor) if page.more else ""
    rows = present.rows(page.lines, actor.role, policy, clock.now())
    return render_template("inbox/list.html", rows=rows, more=more, done=done, case_system=policy.words["case_system"])


@bp.get("/inbox/<handover_id>")
@needs(Permission.INBOX_ACT)
def handover(handover_id: str) -> ResponseReturnValue:
    """One recording that was passed on. Looking at it marks nothing."""
    actor = actor_now()
    return _render(actor, queries.one(actor, handover_id))


def _render(
    actor: Actor, shown: queries.Shown, *, filing: FilingForm | None = None, follow_up: FollowUpForm | None = None
) -> str:
    steps = recordings.steps_of([shown.recording.id]).get(shown.recording.id, [])
    page = present.page(shown, steps, policy_of(actor.authority_id), clock.now())
    return render_template(
        "inbox/show.html", page=page, filing=filing or FilingForm(), follow_up=follow_up or FollowUpForm()
    )


@bp.post("/inbox/<handover_id>/readings")
@needs(Permission.INBOX_ACT)
def readings(handover_id: str) -> ResponseReturnValue:
    """The child's social worker has read it (S1-4.3-12)."""
    service.mark_read(actor_now(), handover_id)
    return _back(handover_id)


@bp.post("/inbox/<handover_id>/filings")
@needs(Permission.INBOX_ACT)
@keeps_text
def filings(handover_id: str) -> ResponseReturnValue:
    """It is on the case system now (S1-4.3-13)."""
    actor, form = actor_now(), FilingForm()
    return _do(actor, handover_id, form, "filing", lambda: service.file(actor, handover_id, form.filed_as.data))


@bp.post("/inbox/<handover_id>/follow-ups")
@needs(Permission.INBOX_ACT)
@keeps_text
def follow_ups(handover_id: str) -> ResponseReturnValue:
    """It was followed up (S1-4.3-14)."""
    actor, form = actor_now(), FollowUpForm()

    def act() -> None:
        service.follow_up(actor, handover_id, form.needed.data == "yes", form.words.data)

    return _do(actor, handover_id, form, "follow_up", act)


def _do(actor: Actor, handover_id: str, form: Form, name: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Check the form and act; what can't be done comes back with every character that was written."""
    shown = queries.one_for(actor, handover_id)
    if not form.validate():
        return _render(actor, shown, **{name: form}), 422
    try:
        act()
    except Refused as refused:
        if refused.field not in form:
            raise
        form[refused.field].errors = [refused.reason]
        return _render(actor, shown, **{name: form}), refused.status
    flash("Saved. Whoever wrote it sees that.", "good")
    return _back(handover_id)


def _back(handover_id: str) -> ResponseReturnValue:
    return redirect(url_for("inbox.handover", handover_id=handover_id), 303)


@bp.get("/files/handovers/<handover_id>.json")
@needs(Permission.INBOX_ACT)
def pack_for_computers(handover_id: str) -> ResponseReturnValue:
    """The pack in canonical JSON: the very bytes its checksum is of, today and in ten years."""
    shown = _packed(handover_id)
    return _file(shown, (shown.handover.pack or "").encode(), "application/json", "json")


@bp.get("/files/handovers/<handover_id>.pdf")
@needs(Permission.INBOX_ACT)
def pack_on_paper(handover_id: str) -> ResponseReturnValue:
    """The same on paper, with the reference and the checksum printed on it."""
    shown = _packed(handover_id)
    case_system = policy_of(shown.handover.authority_id).words["case_system"]
    pdf = paper.make("handover", present.on_paper(shown, case_system), shown.handover.passed_at)
    return _file(shown, pdf, "application/pdf", "pdf")


def _packed(handover_id: str) -> queries.Shown:
    """A handover whose pack is whole. A pack that no longer fits its checksum is never handed out."""
    shown = queries.one(actor_now(), handover_id, pack=True)
    pack = shown.handover.pack
    if pack is None:
        raise Denied()
    if rules.checksum(pack) != shown.handover.pack_hash:
        raise Refused(409, "This pack no longer fits its checksum, so it is not handed out. Tell your administrator.")
    return shown


def _file(shown: queries.Shown, body: bytes, mimetype: str, ending: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{shown.handover.reference}.{ending}"'
    return response
