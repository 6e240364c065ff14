"""Pure questions about an actor and a thing. No database, no request, no clock.

A predicate marked `@about_role` looks at the actor alone: the gate can ask it before any thing is loaded.
"""

from collections.abc import Callable

from .actor import Actor, Facts

Predicate = Callable[[Actor, Facts], bool]


def about_role(predicate: Predicate) -> Predicate:
    """Mark a predicate that needs no thing."""
    predicate.about_role = True  # type: ignore[attr-defined]
    return predicate


def role(*names: str) -> Predicate:
    """The actor has one of these roles."""

    @about_role
    def has_role(actor: Actor, thing: Facts) -> bool:
        return actor.role in names

    return has_role


@about_role
def anybody(actor: Actor, thing: Facts) -> bool:
    """Everybody who is signed in."""
    return True


def wrote_it(actor: Actor, thing: Facts) -> bool:
    """What somebody wrote stays theirs to read for ever, also after a move (design.md section 2)."""
    return thing.author_id == actor.person_id


def did_not_write_it(actor: Actor, thing: Facts) -> bool:
    """Nobody decides about their own words."""
    return thing.author_id is not None and thing.author_id != actor.person_id


def written_in_my_home(actor: Actor, thing: Facts) -> bool:
    """Written in the household I belong to today."""
    return thing.household_id is not None and thing.household_id == actor.home


def lives_with_me(actor: Actor, thing: Facts) -> bool:
    """The child lives in my household today."""
    return thing.child_id in actor.home_children


def in_my_households(actor: Actor, thing: Facts) -> bool:
    """Of a household I supervise today."""
    return thing.household_id in actor.supervised


def child_in_my_households(actor: Actor, thing: Facts) -> bool:
    """The child lives today in a household I supervise."""
    return thing.child_id in actor.supervised_children


def my_child(actor: Actor, thing: Facts) -> bool:
    """I am the child's social worker today."""
    return thing.child_id in actor.own_children


def child_i_review(actor: Actor, thing: Facts) -> bool:
    """I am the child's independent reviewing officer today."""
    return thing.child_id in actor.reviewed_children


def household_of_my_team(actor: Actor, thing: Facts) -> bool:
    """Somebody in my team supervises the household today."""
    return thing.household_id in actor.team_households


def child_of_my_team(actor: Actor, thing: Facts) -> bool:
    """Somebody in my team works with the child, or with the home where the child lives, today."""
    return thing.child_id in actor.team_children


def addressed_to_me(actor: Actor, thing: Facts) -> bool:
    """It was put in front of me by name."""
    return thing.reader_id == actor.person_id


def addressed_to_my_team(actor: Actor, thing: Facts) -> bool:
    """It was put in front of somebody in the team I manage."""
    return thing.reader_id in actor.team_people


def is_me(actor: Actor, thing: Facts) -> bool:
    """It is about my own account."""
    return thing.person_id == actor.person_id


def somebody_else(actor: Actor, thing: Facts) -> bool:
    """It is not about my own account: a second person is needed, and nobody is their own."""
    return thing.person_id is not None and thing.person_id != actor.person_id


def person_of_my_team(actor: Actor, thing: Facts) -> bool:
    """It is about the account of somebody in the team I manage."""
    return thing.person_id in actor.team_people


def is_my_own_page(actor: Actor, thing: Facts) -> bool:
    """A young person's own page."""
    return actor.self_child is not None and thing.child_id == actor.self_child
