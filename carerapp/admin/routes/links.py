"""Who lives where and who works with whom, from which day. A change here changes who may see from that day on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...access.gate import actor_now, needs
from ...access.permissions import Permission
from ...people import service as people
from ...shell import clock
from ...shell.errors import Denied
from ...shell.fields import Form
from .. import queries, service
from ..forms import EndForm, StartForm, StayEndForm, tried
from . import bp


@bp.get("/admin/homes/")
@needs(Permission.ACCOUNTS_MANAGE)
def homes() -> ResponseReturnValue:
    """Every home, who supervises it and who lives there."""
    return render_template("admin/homes.html", homes=queries.home_lines(), others=queries.children_without_home())


@bp.get("/admin/homes/<home_id>")
@needs(Permission.ACCOUNTS_MANAGE)
def home(home_id: str) -> ResponseReturnValue:
    """One home: its carers and its supervising social worker, by date."""
    return _home(home_id)


def _home(home_id: str, status: int = 200, ending: str = "", **refused: Form) -> tuple[str, int]:
    home = service.find_home(actor_now(), home_id)
    page = render_template(
        "admin/home.html",
        home=home,
        today=clock.today(),
        members=queries.members(home_id),
        workers=queries.allocations(household_id=home_id),
        carer=refused.get("carer") or _carers(),
        worker=refused.get("worker") or _workers("ssw"),
        end=refused.get("end") or EndForm(prefix="end"),
        ending=ending or request.args.get("end"),
    )
    return page, status


def _carers() -> StartForm:
    return StartForm(prefix="carer").offer("Foster carer", queries.workers("carer"))


def _workers(role: str) -> StartForm:
    label = {"ssw": "Supervising social worker", "csw": "Child's social worker", "iro": "Reviewing officer"}[role]
    return StartForm(prefix=role).offer(label, queries.workers(role))


@bp.post("/admin/homes/<home_id>/carers")
@needs(Permission.ACCOUNTS_MANAGE)
def home_carers(home_id: str) -> ResponseReturnValue:
    """A carer belongs to this home from a day."""
    actor, form = actor_now(), _carers()
    if not tried(form, lambda: service.join_home(actor, form.who.data, home_id, form.starts_on.data)):
        return _home(home_id, 422, carer=form)
    return _back_home(home_id)


@bp.post("/admin/homes/<home_id>/workers")
@needs(Permission.ACCOUNTS_MANAGE)
def home_workers(home_id: str) -> ResponseReturnValue:
    """A supervising social worker takes on this home from a day; whoever had it hands over on that day."""
    actor, form = actor_now(), _workers("ssw")
    service.find_home(actor, home_id)
    if not tried(form, lambda: people.allocate(actor, form.who.data, "ssw", form.starts_on.data, household_id=home_id)):
        return _home(home_id, 422, worker=form)
    return _back_home(home_id)


@bp.post("/admin/memberships/<membership_id>/ending")
@needs(Permission.ACCOUNTS_MANAGE)
def membership_ending(membership_id: str) -> ResponseReturnValue:
    """A carer no longer belongs to a home from a day."""
    actor, form = actor_now(), EndForm(prefix="end")
    membership = queries.membership(membership_id)
    if membership is None:
        raise Denied()
    if not tried(form, lambda: service.leave_home(actor, membership, form.ends_on.data)):
        return _home(membership.household_id, 422, membership_id, end=form)
    return _back_home(membership.household_id)


def _back_home(home_id: str) -> ResponseReturnValue:
    flash("Changed. It counts from that day.", "good")
    return redirect(url_for("admin.home", home_id=home_id), 303)


@bp.get("/admin/children/<child_id>")
@needs(Permission.ACCOUNTS_MANAGE)
def child(child_id: str) -> ResponseReturnValue:
    """One child: where they live and who works with them, by date."""
    return _child(child_id)


def _child(child_id: str, status: int = 200, ending: str = "", **refused: Form) -> tuple[str, int]:
    child = service.find_child(actor_now(), child_id)
    page = render_template(
        "admin/child.html",
        child=child,
        today=clock.today(),
        account=queries.account_of_child(child_id),
        stays=queries.stays(child_id),
        workers=queries.allocations(child_id=child_id),
        move=refused.get("move") or _move(),
        csw=refused.get("csw") or _workers("csw"),
        iro=refused.get("iro") or _workers("iro"),
        end=refused.get("end") or EndForm(prefix="end"),
        stay_end=refused.get("stay_end") or StayEndForm(prefix="end"),
        ending=ending or request.args.get("end"),
    )
    return page, status


def _move() -> StartForm:
    return StartForm(prefix="move").offer("Home", queries.homes())


@bp.post("/admin/children/<child_id>/stays")
@needs(Permission.ACCOUNTS_MANAGE)
def child_stays(child_id: str) -> ResponseReturnValue:
    """A child comes to live in a home from a day."""
    actor, form = actor_now(), _move()
    service.find_child(actor, child_id)
    if not tried(form, lambda: people.start_placement(actor, child_id, form.who.data, form.starts_on.data)):
        return _child(child_id, 422, move=form)
    return _back_to_child(child_id)


@bp.post("/admin/stays/<stay_id>/ending")
@needs(Permission.ACCOUNTS_MANAGE)
def stay_ending(stay_id: str) -> ResponseReturnValue:
    """A child no longer lives in a home from a day."""
    actor, form = actor_now(), StayEndForm(prefix="end")
    stay = queries.placement(stay_id)
    if stay is None:
        raise Denied()
    planned = form.planned.data == "yes"
    if not tried(form, lambda: people.end_placement(actor, stay, form.ends_on.data, planned)):
        return _child(stay.child_id, 422, stay_id, stay_end=form)
    return _back_to_child(stay.child_id)


@bp.post("/admin/children/<child_id>/workers/<any(csw, iro):role>")
@needs(Permission.ACCOUNTS_MANAGE)
def child_workers(child_id: str, role: str) -> ResponseReturnValue:
    """A social worker or reviewing officer takes on a child from a day; whoever had it hands over on that day."""
    actor, form = actor_now(), _workers(role)
    service.find_child(actor, child_id)
    if not tried(form, lambda: people.allocate(actor, form.who.data, role, form.starts_on.data, child_id=child_id)):
        return _child(child_id, 422, **{role: form})
    return _back_to_child(child_id)


@bp.post("/admin/children/<child_id>/account")
@needs(Permission.ACCOUNTS_MANAGE)
def child_account(child_id: str) -> ResponseReturnValue:
    """Make a young person's own account."""
    person = service.add_young_person(actor_now(), child_id)
    return redirect(url_for("admin.person", person_id=person.id), 303)


@bp.post("/admin/allocations/<allocation_id>/ending")
@needs(Permission.ACCOUNTS_MANAGE)
def allocation_ending(allocation_id: str) -> ResponseReturnValue:
    """A worker no longer works with a child or a home from a day."""
    actor, form = actor_now(), EndForm(prefix="end")
    allocation = queries.allocation(allocation_id)
    if allocation is None:
        raise Denied()
    child_id, home_id = allocation.child_id, allocation.household_id or ""
    if not tried(form, lambda: service.end_allocation(actor, allocation, form.ends_on.data)):
        if child_id:
            return _child(child_id, 422, allocation_id, end=form)
        return _home(home_id, 422, allocation_id, end=form)
    return _back_to_child(child_id) if child_id else _back_home(home_id)


def _back_to_child(child_id: str) -> ResponseReturnValue:
    flash("Changed. It counts from that day.", "good")
    return redirect(url_for("admin.child", child_id=child_id), 303)
