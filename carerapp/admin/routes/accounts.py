"""Accounts: who has one, inviting, suspending, and who waits to get back in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import actor_now, needs
from ...access.permissions import Permission
from ...auth.link import picture
from ...auth.queries import waiting_recoveries
from ...auth.service import invitations
from ...policy.registry import policy_of
from ...policy.roles import ROLES
from ...shell.errors import Denied
from .. import queries, service
from ..forms import PersonForm
from . import bp


@bp.get("/admin/people/")
@needs(Permission.ACCOUNTS_MANAGE)
def people() -> ResponseReturnValue:
    """Every account of the authority."""
    actor = actor_now()
    return render_template(
        "admin/people.html",
        accounts=queries.accounts(actor),
        waiting=waiting_recoveries(actor),
        words=_words(actor.authority_id),
    )


def _words(authority_id: str) -> dict[str, str]:
    return ROLES | dict(policy_of(authority_id).roles)


@bp.get("/admin/people/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new_person() -> ResponseReturnValue:
    """The form for a new account."""
    return render_template("admin/new_person.html", form=_person_form())


def _person_form() -> PersonForm:
    return PersonForm().offer(_words(actor_now().authority_id), queries.teams())


@bp.post("/admin/people/")
@needs(Permission.ACCOUNTS_MANAGE)
def added_person() -> ResponseReturnValue:
    """Make an account."""
    form = _person_form()
    if not form.validate():
        return form.refused("admin/new_person.html")
    person = service.add_person(
        actor_now(),
        (form.name.data or "").strip(),
        (form.full_name.data or "").strip(),
        form.role.data,
        form.team.data or None,
    )
    flash("The account is made. Nobody can get in with it before you make a link.", "good")
    return redirect(url_for("admin.person", person_id=person.id), 303)


@bp.get("/admin/people/<person_id>")
@needs(Permission.ACCOUNTS_MANAGE)
def person(person_id: str) -> ResponseReturnValue:
    """One account."""
    return _show(person_id)


def _show(person_id: str, link: str | None = None) -> ResponseReturnValue:
    actor = actor_now()
    account = queries.account(actor, person_id)
    if account is None:
        raise Denied()
    return render_template(
        "admin/person.html",
        account=account,
        person=account.person,
        home=queries.home_of_carer(person_id) if account.person.role == "carer" else None,
        words=_words(actor.authority_id),
        me=account.person.id == actor.person_id,
        link=link,
        picture=picture(link) if link else None,
    )


@bp.post("/admin/people/<person_id>/invitation")
@needs(Permission.ACCOUNTS_MANAGE)
def person_invitation(person_id: str) -> ResponseReturnValue:
    """A link to hand over, shown this once."""
    link = invitations.invite_person(actor_now(), person_id)
    return _show(person_id, link)


@bp.post("/admin/people/<person_id>/suspension")
@needs(Permission.ACCOUNTS_MANAGE)
def suspension(person_id: str) -> ResponseReturnValue:
    """Close an account at once."""
    service.suspend(actor_now(), person_id)
    flash("Suspended. They are signed out everywhere.", "good")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@bp.post("/admin/people/<person_id>/reopening")
@needs(Permission.ACCOUNTS_MANAGE)
def reopening(person_id: str) -> ResponseReturnValue:
    """Open a suspended account again."""
    service.reopen(actor_now(), person_id)
    flash("Open again. They can sign in with the passkeys they had.", "good")
    return redirect(url_for("admin.person", person_id=person_id), 303)
