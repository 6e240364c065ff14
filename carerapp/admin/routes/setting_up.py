"""What an authority begins with: its teams, its homes and its children. Who is with whom comes after, by date."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import actor_now, needs
from ...access.permissions import Permission
from ...people import service as people
from .. import queries
from ..forms import ChildForm, HomeForm, TeamForm, tried
from . import bp


@bp.get("/admin/")
@needs(Permission.ACCOUNTS_MANAGE)
def overview() -> ResponseReturnValue:
    """Everything an administrator looks after, in the order in which an authority is set up."""
    return render_template("admin/overview.html", sizes=queries.sizes(actor_now()))


@bp.get("/admin/teams/")
@needs(Permission.ACCOUNTS_MANAGE)
def teams() -> ResponseReturnValue:
    """Every team, who manages it and who is in it."""
    return render_template("admin/teams.html", teams=queries.team_lines())


@bp.get("/admin/teams/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new_team() -> ResponseReturnValue:
    """The form for a new team."""
    return render_template("admin/new_team.html", form=TeamForm())


@bp.post("/admin/teams/")
@needs(Permission.ACCOUNTS_MANAGE)
def added_team() -> ResponseReturnValue:
    """Add a team."""
    actor, form = actor_now(), TeamForm()
    if not tried(form, lambda: people.add_team(actor, form.name.data)):
        return form.refused("admin/new_team.html")
    flash("The team is added. Choose it when you add the people who are in it.", "good")
    return redirect(url_for("admin.teams"), 303)


@bp.get("/admin/homes/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new_home() -> ResponseReturnValue:
    """The form for a new home."""
    return render_template("admin/new_home.html", form=HomeForm())


@bp.post("/admin/homes/")
@needs(Permission.ACCOUNTS_MANAGE)
def added_home() -> ResponseReturnValue:
    """Add a home."""
    actor, form = actor_now(), HomeForm()
    made: list[Any] = []
    if not tried(form, lambda: made.append(people.add_home(actor, form.name.data, form.approved_on.data))):
        return form.refused("admin/new_home.html")
    flash("The home is added. Say now which carers belong to it, and who supervises it.", "good")
    return redirect(url_for("admin.home", home_id=made[0].id), 303)


@bp.get("/admin/children/new")
@needs(Permission.ACCOUNTS_MANAGE)
def new_child() -> ResponseReturnValue:
    """The form for a new child."""
    return render_template("admin/new_child.html", form=ChildForm())


@bp.post("/admin/children/")
@needs(Permission.ACCOUNTS_MANAGE)
def added_child() -> ResponseReturnValue:
    """Add a child."""
    actor, form = actor_now(), ChildForm()
    made: list[Any] = []
    typed = form.name, form.full_name, form.born_on
    if not tried(form, lambda: made.append(people.add_child(actor, *(field.data for field in typed)))):
        return form.refused("admin/new_child.html")
    flash("The child is added. Say now where they live and who works with them.", "good")
    return redirect(url_for("admin.child", child_id=made[0].id), 303)
