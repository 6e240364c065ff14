"""What a phone may hold: which pages, about whom, and for whom (design.md section 7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ..access.actor import Actor
from ..auth import queries as auth
from ..meetings import queries as meetings
from ..policy.model import PhoneRules
from ..policy.registry import policy_of
from ..quarantine import queries as quarantine
from ..recordings import queries as recordings
from ..shell import clock


def for_actor(actor: Actor, kind: str, asked: list[str]) -> dict[str, Any]:
    """The pages to keep sealed on this person's phone. `kind` is what opens the vault: passkey, or the weaker pin.

    Scopes name whom the pages are about, and `holds` what they are, by the policy's own lists; the phone drops every
    page whose scope or kind is not listed any more, so that a move, or an authority that changes its mind, ends what
    a phone holds at its next contact. `lock_minutes` is after how long without a touch it locks by itself, and
    `passkeys` names those that still open this account: what opens a vault goes when the account no longer knows it.
    `decided` says what a manager decided about those of the `asked` items that were kept back.
    """
    phone = policy_of(actor.authority_id).phone
    kind = kind if kind == "passkey" else "pin"
    holds = phone.passkey_may_hold if kind == "passkey" else phone.pin_may_hold
    pages = [path for what in holds for path in PAGES[what](actor, phone, kind)]
    return {
        "pages": list(dict.fromkeys([*pages, "/me/", "/me/phone"])),
        "scopes": ["self", *[f"child:{child}" for child in sorted(actor.home_children)]],
        "holds": list(holds),
        "lock_minutes": phone.draft_lock_minutes,
        "unsent_hours": phone.unsent_hours,
        "passkeys": auth.credentials_of(actor.person_id),
        "decided": quarantine.told_to_phone(actor, asked) if asked else [],
        "sign_in": actor.sign_in_id,
        "kind": kind,
        "now": clock.now().isoformat(),
    }


def _writing(actor: Actor, _phone: PhoneRules, _kind: str) -> list[str]:
    if actor.role != "carer":
        return []
    return ["/", *[f"/recordings/new?child={child}" for child in sorted(actor.home_children)]]


def _own_recordings(actor: Actor, phone: PhoneRules, kind: str) -> list[str]:
    """The list, and what this carer wrote in the days that the policy lets such a phone hold, newest first."""
    if actor.role != "carer":
        return []
    days = phone.passkey_recordings_days if kind == "passkey" else phone.pin_recordings_days
    since = clock.today() - timedelta(days=days - 1)
    lately = recordings.page(actor, mine_since=since).lines
    return ["/recordings/", *[f"/recordings/{line.id}" for line in lately]]


def _who_to_ring(actor: Actor, _phone: PhoneRules, _kind: str) -> list[str]:
    return ["/help"] if actor.role == "carer" else ["/", "/help"]


def _household(actor: Actor, _phone: PhoneRules, _kind: str) -> list[str]:
    return [f"/children/{child}" for child in sorted(actor.home_children)] if actor.role == "carer" else []


def _meetings(actor: Actor, _phone: PhoneRules, _kind: str) -> list[str]:
    if actor.role != "carer":
        return []
    return ["/meetings/", *[f"/meetings/{line.id}" for line in meetings.page(actor).lines]]


PAGES: dict[str, Callable[[Actor, PhoneRules, str], list[str]]] = {
    "writing": _writing,
    "own_recordings": _own_recordings,
    "who_to_ring": _who_to_ring,
    "household": _household,
    "meetings": _meetings,
    "plan_measures": lambda *_: [],  # no page of this release shows them
}
"""The pages of each of the policy's HOLDINGS."""
