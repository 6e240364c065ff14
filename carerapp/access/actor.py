"""Who somebody is at this moment: built once a request from dated placements and allocations (design.md section 2)."""

from dataclasses import dataclass, field
from typing import Protocol

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person and the households and children that are their business today."""

    person_id: str
    authority_id: str
    name: str
    role: str
    home: str | None = None
    """The household a carer belongs to today."""
    home_children: frozenset[str] = NOBODY
    """Children who live in that household today."""
    supervised: frozenset[str] = NOBODY
    """Households a supervising social worker is allocated to today."""
    supervised_children: frozenset[str] = NOBODY
    own_children: frozenset[str] = NOBODY
    """Children a child's social worker is allocated to today."""
    reviewed_children: frozenset[str] = NOBODY
    """Children an independent reviewing officer is allocated to today."""
    team_households: frozenset[str] = NOBODY
    team_children: frozenset[str] = NOBODY
    team_people: frozenset[str] = NOBODY
    self_child: str | None = None
    """The child that a young person's account is."""
    sign_in_id: str = field(default="", compare=False)

    @property
    def children(self) -> frozenset[str]:
        """Every child whose page this person may open today."""
        own = frozenset({self.self_child}) if self.self_child else NOBODY
        return (
            self.home_children
            | self.supervised_children
            | self.own_children
            | self.reviewed_children
            | self.team_children
            | own
        )


class Thing(Protocol):
    """Anything permission can be asked about. What a thing does not have is None."""

    authority_id: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about a thing that decide who may see it."""

    authority_id: str
    child_id: str | None = None
    household_id: str | None = None
    author_id: str | None = None
    reader_id: str | None = None
    person_id: str | None = None
