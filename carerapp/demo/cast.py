"""The cast: everybody in the demo and in the tests. All of them are invented."""

from dataclasses import dataclass
from datetime import date, timedelta

from ..people.models import Allocation, Child, Household, Membership, Person, Placement, Team
from ..shell.db import db, every_authority

SOUTH, SUPPORT = "south-gloucestershire", "placement-support"


@dataclass(frozen=True)
class Part:
    """One person of the cast."""

    slug: str
    name: str
    full_name: str
    role: str
    authority: str = SOUTH
    team: str | None = None
    child: str | None = None
    says: str = ""


CAST = [
    Part("amina", "Amina", "Amina Rahman", "carer", says="Foster carer of Jay and Mia"),
    Part("ben", "Ben", "Ben Okafor", "carer", says="Foster carer, Amina's partner"),
    Part("nia", "Nia", "Nia Prosser", "carer", says="Foster carer next door, of Leo"),
    Part("sam", "Sam", "Sam Whitlock", "ssw", team="Fostering team", says="Supervising social worker of both homes"),
    Part("sue", "Sue", "Sue Amory", "ssw", team="Fostering team", says="Supervising social worker of nobody here"),
    Part("cora", "Cora", "Cora Bellingham", "csw", team="Child care team", says="Jay's and Mia's social worker"),
    Part("carl", "Carl", "Carl Denby", "csw", team="Child care team", says="Leo's social worker"),
    Part("della", "Della", "Della Marsh", "fostering_manager", team="Fostering team", says="Fostering team manager"),
    Part("tom", "Tom", "Tom Achebe", "childcare_manager", team="Child care team", says="Child care team manager"),
    Part("ivo", "Ivo", "Ivo Lindqvist", "iro", says="Independent reviewing officer"),
    Part("pat", "Pat", "Pat Hollis", "panel_admin", says="Panel administrator"),
    Part("quinn", "Quinn", "Quinn Avery", "quality", says="Quality officer"),
    Part("tess", "Tess", "Tess Moreau", "partner", says="Teacher"),
    Part("ada", "Ada", "Ada Kimathi", "admin", says="Administrator"),
    Part("jay", "Jay", "Jayden Clarke", "young_person", child="jay", says="Young person, 12"),
    Part("mia", "Mia", "Mia Clarke", "young_person", child="mia", says="Young person, 7"),
    Part("leo", "Leo", "Leo Farouk", "young_person", child="leo", says="Young person, 15"),
    Part("zed", "Zed", "Zed Halloran", "carer", SUPPORT, says="Foster carer of Kit"),
    Part("zoe", "Zoe", "Zoe Imrie", "ssw", SUPPORT, "Fostering pod", says="Supervising social worker"),
    Part("zara", "Zara", "Zara Nolan", "csw", SUPPORT, "Children's pod", says="Kit's social worker"),
    Part("max", "Max", "Max Oyelaran", "fostering_manager", SUPPORT, "Fostering pod", says="Pod manager"),
    Part("kit", "Kit", "Kit Barrow", "young_person", SUPPORT, child="kit", says="Young person, 10"),
]
BY_SLUG = {part.slug: part for part in CAST}

CHILDREN = {  # slug: (authority, name, full name, age in years, days since the birthday)
    "jay": (SOUTH, "Jay", "Jayden Clarke", 12, 100),
    "mia": (SOUTH, "Mia", "Mia Clarke", 7, 40),
    "leo": (SOUTH, "Leo", "Leo Farouk", 15, 200),
    "kit": (SUPPORT, "Kit", "Kit Barrow", 10, 60),
}
HOUSEHOLDS = {  # slug: (authority, name, carers, children, supervising social worker, days since the children came)
    "rahman": (SOUTH, "Amina and Ben's home", ("amina", "ben"), ("jay", "mia"), "sam", 240),
    "prosser": (SOUTH, "Nia's home", ("nia",), ("leo",), "sam", 400),
    "halloran": (SUPPORT, "Zed's home", ("zed",), ("kit",), "zoe", 150),
}
WORKERS = {"jay": ("cora", "ivo"), "mia": ("cora", "ivo"), "leo": ("carl", "ivo"), "kit": ("zara", None)}


def load(today: date) -> dict[str, str]:
    """Write the cast into an empty database. Returns ids by slug; children as "child:jay", homes as "home:rahman"."""
    ids: dict[str, str] = {}
    with every_authority():
        _children(ids, today)
        _people(ids)
        _homes(ids, today)
        db.session.flush()
    return ids


def _children(ids: dict[str, str], today: date) -> None:
    for slug, (authority, name, full_name, age, since) in CHILDREN.items():
        birthday = today - timedelta(days=since)
        born = date(birthday.year - age, birthday.month, min(birthday.day, 28))
        child = Child(authority_id=authority, name=name, full_name=full_name, born_on=born)
        db.session.add(child)
        db.session.flush()
        ids[f"child:{slug}"] = child.id


def _people(ids: dict[str, str]) -> None:
    teams: dict[str, str] = {}
    for part in CAST:
        if part.team and part.team not in teams:
            team = Team(authority_id=part.authority, name=part.team)
            db.session.add(team)
            db.session.flush()
            teams[part.team] = team.id
        person = Person(
            authority_id=part.authority,
            slug=part.slug,
            name=part.name,
            full_name=part.full_name,
            role=part.role,
            team_id=teams.get(part.team or ""),
            child_id=ids.get(f"child:{part.child}"),
        )
        db.session.add(person)
        db.session.flush()
        ids[part.slug] = person.id


def _homes(ids: dict[str, str], today: date) -> None:
    for slug, (authority, name, carers, children, worker, since) in HOUSEHOLDS.items():
        came = today - timedelta(days=since)
        approved = came - timedelta(days=500)
        home = Household(authority_id=authority, name=name, approved_on=approved)
        db.session.add(home)
        db.session.flush()
        ids[f"home:{slug}"] = home.id
        links: list = [
            Membership(authority_id=authority, person_id=ids[carer], household_id=home.id, starts_on=approved)
            for carer in carers
        ]
        links += [
            Placement(authority_id=authority, child_id=ids[f"child:{child}"], household_id=home.id, starts_on=came)
            for child in children
        ]
        links.append(
            Allocation(
                authority_id=authority, worker_id=ids[worker], role="ssw", household_id=home.id, starts_on=approved
            )
        )
        for child in children:
            for role, person in zip(("csw", "iro"), WORKERS[child], strict=True):
                if person:
                    links.append(
                        Allocation(
                            authority_id=authority,
                            worker_id=ids[person],
                            role=role,
                            child_id=ids[f"child:{child}"],
                            starts_on=came,
                        )
                    )
        db.session.add_all(links)
