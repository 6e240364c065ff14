"""Addresses of recordings: write, add, look back, take away."""

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access.actor import Actor
from ..access.gate import actor_now, needs, queueable
from ..access.permissions import Permission
from ..people import queries as people
from ..policy.registry import policy_of
from ..pwa.holding import may_hold
from ..shell import clock
from ..shell.errors import Denied, Refused
from ..shell.fields import Form
from ..shell.posted import look_at, receiving, written
from ..shell.samesite import keeps_text
from . import files, present, queries, rules, service
from .forms import AdditionForm, RecordingForm
from .sections import SECTIONS

bp = Blueprint("recordings", __name__)
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\.([0-9A-Za-z_-]{1,26})")


@bp.get("/recordings/")
@needs(Permission.RECORDING_SEE)
def entries() -> ResponseReturnValue:
    """What I and my home wrote, or the recordings of my work, newest first."""
    actor = actor_now()
    wanted, phone = request.args, policy_of(actor.authority_id).phone
    short = not wanted and queries.opened_by_pin(actor, request.headers.get("X-Device", ""))
    page = queries.page(
        actor,
        child=_id(wanted.get("child")),
        day=_day(wanted.get("day")),
        mine_since=clock.today() - timedelta(days=phone.pin_recordings_days - 1) if short else None,
        before=_before(wanted.get("before")),
    )
    shown = render_template(
        "recordings/list.html",
        rows=present.rows(page.lines, queries.steps_of(line.id for line in page.lines), _now()),
        older=_older(page) if page.more else "",
        children=queries.children_known(actor),
        child=_id(wanted.get("child")),
        day=_day(wanted.get("day")),
        short_days=phone.pin_recordings_days if short else 0,
        can_write=actor.role == "carer",
    )
    if actor.role != "carer" or wanted:
        return shown
    days = min(phone.lease_days, phone.pin_recordings_days) if short else phone.lease_days
    return may_hold(shown, phone, "own_recordings", days=days, passkey_only=not short)


def _now() -> Any:
    return clock.now().astimezone(clock.LONDON)


def _id(text: str | None) -> str | None:
    return text if text and rules.valid_id(text) else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _before(text: str | None) -> tuple[date, str] | None:
    found = _LINE.fullmatch(text or "")
    day = _day(found[1]) if found else None
    return (day, found[2]) if found and day else None


def _older(page: queries.Page) -> str:
    last = page.lines[-1]
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name in ("child", "day", "all")}
    return url_for("recordings.entries", **kept, before=f"{last.about_on.isoformat()}.{last.id}")


@bp.get("/recordings/calendar")
@needs(Permission.RECORDING_SEE)
def calendar() -> ResponseReturnValue:
    """A month of days about one child. A day without words is an empty place and nothing more."""
    actor = actor_now()
    children = queries.children_known(actor)
    child = _id(request.args.get("child")) or next(iter(children), None)
    if child is not None and child not in children:
        raise Denied()
    first = rules.month_of(request.args.get("month", ""), clock.today())
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    counts = queries.counts(actor, child, first, last) if child else {}
    after = last + timedelta(days=1)
    return render_template(
        "recordings/calendar.html",
        children=children,
        child=child,
        title=f"{first:%B} {first.year}",
        weeks=[[_cell(day, child, counts) for day in week] for week in rules.weeks_of(first)],
        before=_month(child, first - timedelta(days=1)),
        after=_month(child, after) if after <= clock.today() else "",
        can_write=child in actor.home_children,
    )


def _cell(day: date | None, child: str | None, counts: dict[date, int]) -> dict[str, Any] | None:
    if day is None:
        return None
    count = counts.get(day, 0)
    return {
        "day": day.day,
        "label": present.when(day, "", clock.today()),
        "href": url_for("recordings.entries", child=child, day=day.isoformat()) if count else "",
        "count": count,
        "today": day == clock.today(),
        "away": "",
    }


def _month(child: str | None, day: date) -> str:
    return url_for("recordings.calendar", child=child, month=f"{day:%Y-%m}")


@bp.get("/recordings/new")
@needs(Permission.RECORDING_WRITE)
def new_entry() -> ResponseReturnValue:
    """The form for a child's day. It says nothing that a week later would be untrue, so a phone may keep it."""
    actor = actor_now()
    child = request.args.get("child", "")
    service.may_write(actor, child)
    page = render_template("recordings/new.html", form=RecordingForm(), **_around_form(actor, child))
    return may_hold(page, policy_of(actor.authority_id).phone, "writing", f"child:{child}")


def _around_form(actor: Actor, child_id: str) -> dict[str, Any]:
    child = people.child(child_id)
    if child is None:
        raise Denied()
    worker = people.supervising_worker(actor.home) if actor.home else None
    return {"child": child, "worker": worker.name if worker else "", "sections": SECTIONS}


@bp.post("/recordings/")
@needs(Permission.RECORDING_WRITE)
@queueable
@keeps_text
def submission() -> ResponseReturnValue:
    """Take what a carer wrote about a child's day."""
    actor, form = actor_now(), RecordingForm()
    child = form.child.data or ""
    try:
        service.may_write(actor, child)
        if form.validate():
            recording = service.submit(actor, child, form.entry, written())
            return look_at(url_for("recordings.entry", recording_id=recording.id))
    except Denied:
        raise
    except Refused as no:
        return _given_back(form, no, "recordings/new.html", **_around_form(actor, child))
    return form.refused("recordings/new.html", **_around_form(actor, child))


def _given_back(form: Form, no: Refused, template: str, **context: Any) -> ResponseReturnValue:
    """The form with every character in it and the reason; for an item that waited, only the reason."""
    if receiving():
        raise no
    if no.field in form:
        form[no.field].errors = [no.reason]
    else:
        form.form_errors = [*form.form_errors, no.reason]
    return render_template(template, form=form, **context), no.status


@bp.get("/recordings/<recording_id>")
@needs(Permission.RECORDING_SEE)
def entry(recording_id: str) -> ResponseReturnValue:
    """One recording: the words, where it is, what came of it, and what was added."""
    actor, now = actor_now(), _now()
    shown = queries.one(actor, recording_id)
    recording = shown.recording
    additions = queries.additions_to(actor, recording.id)
    steps = queries.steps_of([recording.id, *(added.recording.id for added in additions)])
    policy = policy_of(actor.authority_id)
    page = render_template(
        "recordings/show.html",
        entry=present.entry(shown, now),
        trail=present.trail(recording.sent_at, steps[recording.id], now),
        happened=present.came_of_it(steps[recording.id], policy, now),
        additions=[
            (present.entry(added, now), present.came_of_it(steps[added.recording.id], policy, now))
            for added in additions
        ],
        mine=recording.author_id == actor.person_id,
        can_write=recording.child_id in actor.home_children and actor.role == "carer",
    )
    return _held(page, actor, recording)


def _held(page: str, actor: Actor, recording: Any) -> ResponseReturnValue:
    """Let a phone keep a page with a recording on it, as long as the policy says."""
    mine, age = recording.author_id == actor.person_id, (clock.today() - recording.about_on).days
    phone = policy_of(actor.authority_id).phone
    hold = rules.hold(mine, age, phone) if actor.role == "carer" else None
    if hold is None:
        return page
    return may_hold(page, phone, hold.what, f"child:{recording.child_id}", hold.days, hold.passkey_only)


@bp.get("/recordings/<recording_id>/amendments")
@needs(Permission.RECORDING_AMEND)
def new_addition(recording_id: str) -> ResponseReturnValue:
    """The form to add to, or put right, what one wrote."""
    actor = actor_now()
    shown = queries.mine_to_add_to(actor, recording_id)
    page = render_template("recordings/add.html", form=AdditionForm(), entry=present.entry(shown, _now()))
    return _held(page, actor, shown.recording)


@bp.post("/recordings/<recording_id>/amendments")
@needs(Permission.RECORDING_AMEND)
@queueable
@keeps_text
def addition(recording_id: str) -> ResponseReturnValue:
    """Take what a carer adds to their own words. What stood there stays as it was."""
    actor, form = actor_now(), AdditionForm()
    shown = queries.mine_to_add_to(actor, recording_id)
    if not form.validate():
        return form.refused("recordings/add.html", entry=present.entry(shown, _now()))
    added = service.amend(actor, recording_id, form.entry, written())
    return look_at(url_for("recordings.entry", recording_id=added.amends_id))


@bp.get("/files/recordings.json")
@needs(Permission.RECORDING_EXPORT)
def as_json() -> Response:
    """Everything I ever wrote, for a computer to read."""
    return _file(files.as_json(actor_now(), clock.now()), "application/json", "json")


@bp.get("/files/recordings.pdf")
@needs(Permission.RECORDING_EXPORT)
def as_pdf() -> Response:
    """Everything I ever wrote, on paper."""
    return _file(files.as_pdf(actor_now(), clock.now()), "application/pdf", "pdf")


def _file(body: bytes, mimetype: str, ending: str) -> Response:
    """A file to keep. Its name says nothing about anybody: names of files outlive them in lists of downloads."""
    response = Response(body, mimetype=mimetype)
    name = f"lantern-{clock.today().isoformat()}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
