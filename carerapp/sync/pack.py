"""What a phone may hold: which pages, about whom, and for whom (design.md section 7)."""

from datetime import timedelta
from typing import Any

from ..access.actor import Actor
from ..policy.registry import policy_of
from ..recordings import queries as recordings
from ..shell import clock


def for_actor(actor: Actor, kind: str) -> dict[str, Any]:
    """The pages to keep sealed on this person's phone. `kind` is what opens the vault: passkey, or the weaker pin.

    Scopes name whom the pages are about; the phone drops pages whose scope is not listed any more, so that a move
    ends what the old home's phone holds at its next contact.
    """
    kind = kind if kind == "passkey" else "pin"
    children = sorted(actor.home_children)
    pages = ["/", "/me/", "/help"]
    if actor.role == "carer":
        pages += ["/recordings/", *[f"/recordings/new?child={child}" for child in children]]
        if kind == "passkey":
            pages += [f"/children/{child}" for child in children]
        pages += [f"/recordings/{recording}" for recording in _lately(actor, kind)]
    return {
        "pages": pages,
        "scopes": ["self", *[f"child:{child}" for child in children]],
        "kind": kind,
        "now": clock.now().isoformat(),
    }


def _lately(actor: Actor, kind: str) -> list[str]:
    """What this carer wrote in the days that the policy lets such a phone hold, newest first."""
    phone = policy_of(actor.authority_id).phone
    days = phone.passkey_recordings_days if kind == "passkey" else phone.pin_recordings_days
    since = clock.today() - timedelta(days=days - 1)
    return [line.id for line in recordings.page(actor, mine_since=since).lines]
