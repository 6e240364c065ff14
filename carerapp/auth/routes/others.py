"""Addresses about other people's way in: lost phones of those I support or manage, and who asks to get back in."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import actor_now, needs
from ...access.permissions import Permission
from ...policy.registry import policy_of
from .. import queries
from ..forms import CutOffForm
from ..link import picture
from ..service import phones, recovery
from . import bp


@bp.get("/people/phones")
@needs(Permission.PHONE_CUT_OFF)
def people_phones() -> ResponseReturnValue:
    """Phones and sign-ins of everybody I support or manage, and who of them waits to get back in."""
    actor = actor_now()
    return render_template(
        "auth/people_phones.html",
        people=queries.others_devices(actor),
        waiting=queries.waiting_recoveries(actor),
    )


@bp.get("/auth/phones/<phone_id>/cut-off")
@needs(Permission.PHONE_CUT_OFF)
def phone_cut_off(phone_id: str) -> ResponseReturnValue:
    """Ask before cutting off one phone, and say what it protects and what it does not."""
    phone, person = phones.show_phone(actor_now(), phone_id)
    return _ask([phone], person, url_for("auth.cut_off_phone", phone_id=phone_id), phone)


@bp.post("/auth/phones/<phone_id>/cut-off")
@needs(Permission.PHONE_CUT_OFF)
def cut_off_phone(phone_id: str) -> ResponseReturnValue:
    """Cut off one phone."""
    form, lost = CutOffForm(), queries.phone(phone_id)
    person = phones.cut_off(actor_now(), phone_id, bool(form.passkeys.data))
    return _done(person, "That phone is cut off.", [lost[0]] if lost else [])


@bp.get("/auth/people/<person_id>/cut-off")
@needs(Permission.PHONE_CUT_OFF)
def person_cut_off(person_id: str) -> ResponseReturnValue:
    """Ask before cutting off every phone of one person."""
    person = phones.show_person(actor_now(), person_id)
    return _ask(queries.phones_of(person.id), person, url_for("auth.cut_off_person", person_id=person_id))


@bp.post("/auth/people/<person_id>/cut-off")
@needs(Permission.PHONE_CUT_OFF)
def cut_off_person(person_id: str) -> ResponseReturnValue:
    """Cut off every phone of one person and sign them out everywhere."""
    form, lost = CutOffForm(), queries.phones_of(person_id)
    person = phones.cut_off_all(actor_now(), person_id, bool(form.passkeys.data))
    return _done(person, "Every phone is cut off, and they are signed out everywhere.", lost)


def _ask(them: list[Any], person: Any, action: str, one: Any = None) -> ResponseReturnValue:
    mine = person.id == actor_now().person_id
    return render_template(
        "auth/cut_off.html",
        person=person,
        lost=one,
        loss=phones.loss_of(them),
        last_heard=max((p.last_seen_at for p in them), default=None),
        by_pin=any(p.kind == "pin" for p in them),
        pin_days=policy_of(person.authority_id).phone.pin_recordings_days,
        mine=mine,
        form=CutOffForm(),
        action=action,
        back=url_for("auth.own_account" if mine else "auth.people_phones"),
    )


def _done(person: Any, words: str, lost: list[Any]) -> ResponseReturnValue:
    by_pin = any(phone.kind == "pin" for phone in lost)
    until = "Until then a PIN protects it, and not for long." if by_pin else "Until then a passkey protects it."
    flash(f"{words} What was kept on it is wiped when it next reaches Lantern. {until if lost else ''}".strip(), "good")
    mine = person.id == actor_now().person_id
    return redirect(url_for("auth.own_account" if mine else "auth.people_phones"), 303)


@bp.get("/people/recoveries/<recovery_id>")
@needs(Permission.RECOVERY_CONFIRM)
def person_recovery(recovery_id: str) -> ResponseReturnValue:
    """Somebody asks to get back in: is it really them?"""
    asked, person = recovery.show(actor_now(), recovery_id)
    return render_template("auth/recovery.html", recovery=asked, person=person, link=None)


@bp.post("/people/recoveries/<recovery_id>/confirmation")
@needs(Permission.RECOVERY_CONFIRM)
def recovery_confirmation(recovery_id: str) -> ResponseReturnValue:
    """It is really them: here is the link to hand over, shown this once."""
    actor = actor_now()
    link = recovery.confirm(actor, recovery_id)
    asked, person = recovery.show(actor, recovery_id)
    return render_template("auth/recovery.html", recovery=asked, person=person, link=link, picture=picture(link))


@bp.post("/people/recoveries/<recovery_id>/refusal")
@needs(Permission.RECOVERY_CONFIRM)
def recovery_refusal(recovery_id: str) -> ResponseReturnValue:
    """It was somebody else."""
    recovery.refuse(actor_now(), recovery_id)
    flash("Refused. That code no longer works. Tell the person that somebody has their codes.", "warn")
    return redirect(url_for("auth.people_phones"), 303)
