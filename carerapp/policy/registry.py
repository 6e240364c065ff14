"""The policies of the authorities this server runs, put here once at start."""

from .model import Authority

_policies: dict[str, Authority] = {}


def install(policies: dict[str, Authority]) -> None:
    """Put the checked policies in place. Called by create_app."""
    _policies.clear()
    _policies.update(policies)


def policy_of(authority_id: str) -> Authority:
    """The policy of one authority. Raises KeyError for one that this server does not run."""
    return _policies[authority_id]


def all_policies() -> dict[str, Authority]:
    """Every policy by its authority's key."""
    return dict(_policies)
