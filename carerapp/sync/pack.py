"""What a phone may hold: which pages, about whom, and for whom (design.md section 7)."""

from typing import Any

from ..access.actor import Actor
from ..shell import clock


def for_actor(actor: Actor, kind: str) -> dict[str, Any]:
    """The pages to keep sealed on this person's phone. `kind` is what opens the vault: passkey, or the weaker pin.

    Scopes name whom the pages are about; the phone drops pages whose scope is not listed any more, so that a move
    ends what the old home's phone holds at its next contact.
    """
    children = sorted(actor.home_children)
    pages = ["/", "/me/"]
    if actor.role == "carer":
        pages += ["/recordings/", *[f"/recordings/new?child={child}" for child in children]]
        pages += [f"/children/{child}" for child in children]
    return {
        "pages": pages,
        "scopes": ["self", *[f"child:{child}" for child in children]],
        "kind": kind if kind == "passkey" else "pin",
        "now": clock.now().isoformat(),
    }
