"""Adding teams, homes and children; starting and ending their dated links."""

from datetime import date, timedelta

import pytest

from carerapp.audit.models import AuditRow
from carerapp.demo.cast import CAST
from carerapp.events.models import Event
from carerapp.people import queries, service
from carerapp.people.models import Placement
from carerapp.shell import clock
from carerapp.shell.errors import Denied, Refused


def test_a_move_changes_both_homes_on_its_day(db, as_person, cast) -> None:
    """S1-3-01; design.md section 2."""
    ada, today = as_person("ada"), clock.today()
    placement = db.session.query(Placement).filter_by(child_id=cast["child:leo"]).one()
    with pytest.raises(Refused, match="still lives somewhere else"):
        service.start_placement(ada, cast["child:leo"], cast["home:rahman"], today)
    service.end_placement(ada, placement, today, planned=True)
    service.start_placement(ada, cast["child:leo"], cast["home:rahman"], today)
    assert cast["child:leo"] in as_person("ben").home_children
    assert not as_person("nia").home_children
    assert queries.ever_lived_with(cast["nia"], cast["child:leo"])
    tags = [event.tag for event in db.session.query(Event)]
    assert tags == ["placement:ended", "placement:started"]
    assert [row.what for row in db.session.query(AuditRow)] == tags


def test_a_new_worker_ends_the_old_ones_link(db, as_person, cast) -> None:
    service.allocate(as_person("ada"), cast["sue"], "ssw", clock.today(), household_id=cast["home:prosser"])
    assert cast["home:prosser"] in as_person("sue").supervised
    assert cast["home:prosser"] not in as_person("sam").supervised


def test_a_stay_can_not_end_before_it_began(db, as_person, cast) -> None:
    placement = db.session.query(Placement).filter_by(child_id=cast["child:leo"]).one()
    with pytest.raises(Refused):
        service.end_placement(as_person("ada"), placement, placement.starts_on - timedelta(days=1), planned=False)


@pytest.mark.parametrize("slug", ["amina", "sam", "cora", "della", "quinn", "jay", "max"])
def test_only_the_administrator_moves_links(as_person, cast, slug: str) -> None:
    with pytest.raises(Denied):
        service.start_placement(as_person(slug), cast["child:leo"], cast["home:rahman"], clock.today())
    with pytest.raises(Denied):
        service.allocate(as_person(slug), cast["sue"], "ssw", clock.today(), household_id=cast["home:prosser"])


def test_only_the_administrator_adds_teams_homes_and_children(as_person) -> None:
    day = clock.today()
    for slug in (part.slug for part in CAST if part.role != "admin"):
        actor = as_person(slug)
        with pytest.raises(Denied):
            service.add_team(actor, "New team")
        with pytest.raises(Denied):
            service.add_home(actor, "New home", day)
        with pytest.raises(Denied):
            service.add_child(actor, "Ola", "Olamide Fenwick", day)


def test_what_is_added_belongs_to_the_administrators_authority_and_leaves_a_trace(db, as_person) -> None:
    ada, today = as_person("ada"), clock.today()
    team, home = service.add_team(ada, " New team "), service.add_home(ada, " New home ", today)
    child = service.add_child(ada, " Ola ", " Olamide Fenwick ", today)  # born today is young enough
    assert (team.name, home.name, child.name, child.full_name) == ("New team", "New home", "Ola", "Olamide Fenwick")
    assert {one.authority_id for one in (team, home, child)} == {ada.authority_id}
    traces = [(row.what, row.thing, row.actor_id) for row in db.session.query(AuditRow)]
    things = (("team:made", team), ("home:made", home), ("child:made", child))
    assert traces == [(what, thing.id, ada.person_id) for what, thing in things]


def test_name_is_found_again_whatever_its_letters(db, as_person) -> None:
    """SQLite lowers only the letters of English; a name that begins with another is still the same name."""
    ada = as_person("ada")
    service.add_team(ada, "Élan TEAM")
    with pytest.raises(Refused, match="already"):
        service.add_team(ada, "Élan team")


@pytest.mark.parametrize(("age", "taken"), [(17, True), (25, True), (26, False)])
def test_child_older_than_anybody_looked_after_is_a_slip_of_the_finger(as_person, age: int, taken: bool) -> None:
    today = clock.today()
    born = date(today.year - age, 1, 1)
    if taken:
        assert service.add_child(as_person("ada"), "Ola", "Olamide Fenwick", born).born_on == born
    else:
        with pytest.raises(Refused, match="Check the year"):
            service.add_child(as_person("ada"), "Ola", "Olamide Fenwick", born)
