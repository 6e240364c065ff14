"""Addresses of one's own account: where I am signed in, my phones, passkeys and recovery codes."""

from flask import Response, flash, jsonify, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import actor_now, needs
from ...access.permissions import Permission
from ...policy.registry import policy_of
from ...shell import clock
from ...shell.errors import Refused
from .. import queries, rules
from ..forms import PhoneForm
from ..link import picture
from ..service import invitations, phones, recovery, registering, sign_ins
from . import bp


@bp.get("/me/")
@needs(Permission.OWN_ACCOUNT)
def own_account() -> ResponseReturnValue:
    """Everything about how I get in, and from where. A phone may keep it: it says what to do when a phone is lost."""
    account = queries.own_account(actor_now())
    return _held(render_template("auth/me.html", account=account, new_since=clock.now() - rules.NEWS_LASTS))


def _held(html: str) -> Response:
    days = policy_of(actor_now().authority_id).phone.lease_days
    page = make_response(html)
    page.headers["X-Hold"], page.headers["X-Hold-Scope"], page.headers["X-Hold-Days"] = "always", "self", str(days)
    return page


@bp.get("/me/phone")
@needs(Permission.PHONE_KEEP)
def own_phone() -> ResponseReturnValue:
    """What is on this phone, why, and what to do before it goes out of my hands. The phone itself fills it in."""
    return _held(render_template("auth/phone.html"))


@bp.post("/me/sign-ins/<sign_in_id>/ending")
@needs(Permission.OWN_ACCOUNT)
def sign_in_ending(sign_in_id: str) -> ResponseReturnValue:
    """Sign out one other place."""
    sign_ins.end_one(actor_now(), sign_in_id)
    flash("Signed out there.", "good")
    return redirect(url_for("auth.own_account"), 303)


@bp.post("/me/sign-ins/ending")
@needs(Permission.OWN_ACCOUNT)
def sign_ins_ending() -> ResponseReturnValue:
    """Sign out everywhere, here as well."""
    sign_ins.end_everywhere(actor_now())
    answer = redirect(url_for("auth.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.get("/me/passkeys/new")
@needs(Permission.OWN_ACCOUNT)
def new_passkey() -> ResponseReturnValue:
    """Add a passkey: on this device, or by a link for my other phone. Asks to see a passkey first."""
    return render_template("auth/new_passkey.html", fresh=queries.is_fresh(actor_now()), link=None)


@bp.post("/me/passkeys/invitation")
@needs(Permission.OWN_ACCOUNT)
def own_invitation() -> ResponseReturnValue:
    """A link for my own other phone, shown this once."""
    link = invitations.invite_own_other_phone(actor_now())
    return render_template("auth/new_passkey.html", fresh=True, link=link, picture=picture(link))


@bp.get("/me/passkeys/<passkey_id>/removal")
@needs(Permission.OWN_ACCOUNT)
def passkey_removal(passkey_id: str) -> ResponseReturnValue:
    """Ask before a passkey stops working."""
    actor = actor_now()
    mine = next((p for p in queries.passkeys_of(actor.person_id) if p.id == passkey_id), None)
    if mine is None:
        raise Refused(404, "We can't find that page.")
    return render_template("auth/remove_passkey.html", passkey=mine, fresh=queries.is_fresh(actor))


@bp.post("/me/passkeys/<passkey_id>/removal")
@needs(Permission.OWN_ACCOUNT)
def removed_passkey(passkey_id: str) -> ResponseReturnValue:
    """Stop a passkey from working."""
    registering.remove(actor_now(), passkey_id)
    flash("That passkey no longer works, and you are signed out everywhere but here.", "good")
    return redirect(url_for("auth.own_account"), 303)


@bp.get("/me/recovery-codes")
@needs(Permission.OWN_ACCOUNT)
def recovery_codes() -> ResponseReturnValue:
    """What recovery codes are for, how many are left, and a button that makes ten new ones."""
    actor = actor_now()
    left, fresh = queries.codes_left(actor.person_id), queries.is_fresh(actor)
    return render_template("auth/recovery_codes.html", codes=None, left=left, fresh=fresh)


@bp.post("/me/recovery-codes")
@needs(Permission.OWN_ACCOUNT)
def new_recovery_codes() -> ResponseReturnValue:
    """Ten new codes, shown this once: afterwards nobody can read them any more, we neither."""
    codes = registering.new_codes(actor_now())
    return render_template("auth/recovery_codes.html", codes=codes, left=len(codes), fresh=True)


@bp.post("/me/recoveries/<recovery_id>/refusal")
@needs(Permission.OWN_ACCOUNT)
def own_recovery_refusal(recovery_id: str) -> ResponseReturnValue:
    """It was not me who asked to get back in."""
    recovery.stop_own(actor_now(), recovery_id)
    flash("Stopped. Make new recovery codes now: somebody has seen one of yours.", "warn")
    return redirect(url_for("auth.recovery_codes"), 303)


@bp.post("/auth/devices")
@needs(Permission.PHONE_KEEP)
def devices() -> ResponseReturnValue:
    """This phone tells its vault's name, so that it can be cut off when it is lost."""
    form = PhoneForm()
    if not form.validate():
        reasons = [str(reason) for errors in form.errors.values() for reason in errors]
        raise Refused(422, " ".join(reasons))
    phone = phones.name_phone(
        actor_now(), form.vault.data or "", form.kind.data, form.label.data or "", form.waiting.data
    )
    return jsonify(ok=True, phone=phone.id)
