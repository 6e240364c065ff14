"""Addresses for somebody who is not in yet: sign in, join, recover; and the way out."""

from typing import Any

from flask import g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import open_to_all
from ...shell.posted import posted
from ..forms import CodeForm
from ..rules import read_code
from ..service import invitations, phones, recovery, registering, sign_ins
from ..session import WIPE
from . import bp, read_json


@bp.get("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    """The page with the one button. Shown to somebody signed in as well: showing a passkey again is how to prove it."""
    return render_template("auth/sign_in.html")


@bp.post("/auth/sign-in/options")
@open_to_all
def sign_in_options() -> ResponseReturnValue:
    """What the browser needs to ask for a passkey. It names no account."""
    return jsonify(sign_ins.begin())


@bp.post("/auth/sign-in")
@open_to_all
def sign_in_answer() -> ResponseReturnValue:
    """The passkey's answer: a new session, or one and the same refusal."""
    opened = sign_ins.sign_in(read_json())
    return jsonify(ok=True, person=opened.person_id, next="/")


@bp.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """Leave. Pages kept by the browser go; the sealed vault stays, with whatever waits in it.

    A phone that had no signal when its person signed out names the sign-in that it meant: a newer one is not ended.
    """
    meant = posted().get("sign_in")
    if not meant or (g.actor is not None and g.actor.sign_in_id == meant):
        sign_ins.sign_out()
    answer = redirect(url_for("auth.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.post("/auth/devices/forgotten")
@open_to_all
def device_forgotten() -> ResponseReturnValue:
    """A phone says that it has forgotten what was kept on it: its person wished it, or it was cut off."""
    phones.forgotten(g.actor, posted().get("vault", ""))
    answer = jsonify(ok=True)
    if "cut_off_person" in g:  # the last of their sign-in goes as well
        answer.headers["Clear-Site-Data"] = WIPE
    return answer


@bp.get("/join/<token>")
@open_to_all
def invitation(token: str) -> ResponseReturnValue:
    """Where an invitation leads. Looking does not use it up, and it says nothing about whom it is for."""
    if invitations.find(token) is None:
        return render_template("auth/no_invitation.html"), 404
    return render_template("auth/join.html", token=token)


@bp.post("/auth/passkeys/options")
@open_to_all
def passkey_options() -> ResponseReturnValue:
    """What the browser needs to make a passkey: for an invitation, or beside those somebody has."""
    return jsonify(registering.begin(g.actor, _token(read_json())))


@bp.post("/auth/passkeys")
@open_to_all
def passkeys() -> ResponseReturnValue:
    """The new passkey. An invitation is used up by it and signs its person in."""
    body = read_json()
    token = _token(body)
    label = body.get("label")
    made = registering.register(g.actor, token, body, label if isinstance(label, str) else "")
    after = "auth.recovery_codes" if token is not None else "auth.own_account"
    return jsonify(ok=True, person=made.person_id, next=url_for(after))


def _token(body: dict[str, Any]) -> str | None:
    token = body.get("invitation")
    return token if isinstance(token, str) else None


@bp.get("/recover")
@open_to_all
def recovery_form() -> ResponseReturnValue:
    """Where somebody goes who has lost every passkey."""
    return render_template("auth/recover.html", form=CodeForm())


@bp.post("/recover")
@open_to_all
def recoveries() -> ResponseReturnValue:
    """A code was typed. The answer is the same whether it is good or not; a person decides, not the code."""
    form = CodeForm()
    if not form.validate():
        return form.refused("auth/recover.html")
    recovery.ask(read_code(form.code.data or "") or "")
    return redirect(url_for("auth.recovery_asked"), 303)


@bp.get("/recover/asked")
@open_to_all
def recovery_asked() -> ResponseReturnValue:
    """What happens next, for everybody who typed a code."""
    return render_template("auth/recovery_asked.html")
