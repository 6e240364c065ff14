"""Today, for each role, and who to ring."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..access.actor import Actor
from ..access.gate import actor_now, needs
from ..access.permissions import Permission
from ..auth.queries import unheard_of
from ..people import queries as people
from ..policy.model import PhoneRules
from ..policy.registry import policy_of
from ..pwa.holding import may_hold
from . import queries

bp = Blueprint("home", __name__)
SUPPORTERS = frozenset({"ssw", "fostering_manager"})
WORKERS = frozenset({"ssw", "csw", "iro", "fostering_manager", "childcare_manager"})


@bp.get("/")
@needs(Permission.TODAY)
def today() -> ResponseReturnValue:
    """What matters to me today, in the words of my role."""
    actor = actor_now()
    if actor.role == "carer":
        page = render_template(
            "home/carer.html",
            today=queries.carer_day(actor),
            lines=queries.who_to_ring(actor),
            fetched=queries.fetched(),
        )
        return may_hold(page, _phone(actor), "writing")
    if actor.role == "young_person":
        page = render_template("home/young.html", today=queries.young_day(actor))
        return may_hold(page, _phone(actor), "who_to_ring")
    if actor.role in WORKERS:
        return render_template(
            "home/worker.html",
            counts=queries.counts(actor),
            children=queries.children_of(actor),
            phones=actor.role in SUPPORTERS,
            unheard=unheard_of(actor) if actor.role in SUPPORTERS else [],
            kept_back=queries.kept_back(actor),
        )
    role = policy_of(actor.authority_id).roles.get(actor.role, actor.role)
    return render_template("home/other.html", role=role, admin=actor.role == "admin")


def _phone(actor: Actor) -> PhoneRules:
    return policy_of(actor.authority_id).phone


@bp.get("/help")
@needs(Permission.TODAY)
def help_page() -> ResponseReturnValue:
    """Who to ring, and when; and that writing "I'd like help with this" reaches somebody by name."""
    actor = actor_now()
    worker = people.supervising_worker(actor.home) if actor.home else None
    page = render_template(
        "home/help.html",
        lines=queries.who_to_ring(actor),
        worker=worker.name if worker else "",
        children=people.children_at(actor.home) if actor.home else [],
        young=actor.role == "young_person",
    )
    return may_hold(page, _phone(actor), "who_to_ring")
