"""Starting and ending dated links."""

from datetime import timedelta

import pytest

from carerapp.audit.models import AuditRow
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
