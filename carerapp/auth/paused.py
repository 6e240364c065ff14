"""What somebody is told whose account is paused: that it is, where their words go, and whom to ring."""

from ..access.actor import Actor
from ..people import queries as people
from ..policy.registry import policy_of
from ..shell import clock

WORDS = (
    "Lantern is closed for you for now. What still waits on your phone goes to {keeper} and to nobody else, so nothing "
    "you wrote is lost. To ask why, or if this is a mistake, ring {ring}.{urgent}"
)


def words(actor: Actor) -> str:
    """Say it in three sentences, with names."""
    policy = policy_of(actor.authority_id)
    manager = next(iter(people.managers_over(actor.person_id, actor.home)), None)
    theirs = f"your {policy.words['team_manager']}"
    # The line that answers now, for what can't wait for a manager.
    line = next((help for help in policy.who_to_ring(clock.now()) if help.key != "emergency"), None)
    return WORDS.format(
        keeper=f"{manager.name}, {theirs}," if manager else theirs,
        ring=manager.name if manager else "your authority",
        urgent=f" If a child needs help now, ring {line.name} on {line.number}." if line else "",
    )
