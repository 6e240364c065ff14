"""Who is whose business today (design.md section 2)."""

from datetime import timedelta

from carerapp.people import queries
from carerapp.people.models import Allocation, Placement
from carerapp.shell import clock


def test_a_carer_has_the_children_of_their_own_home(as_person, cast) -> None:
    amina, nia = as_person("amina"), as_person("nia")
    assert amina.home == cast["home:rahman"] and amina.home_children == {cast["child:jay"], cast["child:mia"]}
    assert nia.children == {cast["child:leo"]}


def test_workers_have_what_they_are_allocated_to(as_person, cast) -> None:
    sam, sue, cora, ivo = (as_person(slug) for slug in ("sam", "sue", "cora", "ivo"))
    assert sam.supervised == {cast["home:rahman"], cast["home:prosser"]}
    assert sam.supervised_children == {cast["child:jay"], cast["child:mia"], cast["child:leo"]}
    assert not sue.supervised and not sue.children
    assert cora.own_children == {cast["child:jay"], cast["child:mia"]}
    assert ivo.reviewed_children == {cast["child:jay"], cast["child:mia"], cast["child:leo"]}


def test_a_manager_has_what_their_team_has(as_person, cast) -> None:
    della, tom, max_ = as_person("della"), as_person("tom"), as_person("max")
    assert della.team_households == {cast["home:rahman"], cast["home:prosser"]}
    assert tom.team_children == {cast["child:jay"], cast["child:mia"], cast["child:leo"]} and not tom.team_households
    assert max_.team_households == {cast["home:halloran"]}


def test_people_without_a_link_have_nobody(as_person) -> None:
    for slug in ("pat", "quinn", "tess", "ada"):
        assert not as_person(slug).children, slug


def test_a_young_person_has_their_own_page(as_person, cast) -> None:
    assert as_person("jay").children == {cast["child:jay"]}


def test_a_placement_that_ended_today_is_over_today(db, as_person, cast) -> None:
    placement = db.session.query(Placement).filter_by(child_id=cast["child:jay"]).one()
    placement.ends_on = clock.today()
    db.session.flush()
    assert cast["child:jay"] not in as_person("amina").home_children
    assert cast["child:jay"] not in as_person("sam").supervised_children
    placement.ends_on = clock.today() + timedelta(days=1)
    db.session.flush()
    assert cast["child:jay"] in as_person("amina").home_children


def test_an_allocation_in_the_future_does_not_count_yet(db, as_person, cast) -> None:
    link = db.session.query(Allocation).filter_by(household_id=cast["home:prosser"]).one()
    link.starts_on = clock.today() + timedelta(days=1)
    db.session.flush()
    assert cast["home:prosser"] not in as_person("sam").supervised
    assert queries.supervising_worker(cast["home:prosser"]) is None


def test_the_child_of_an_unallocated_home_still_has_a_manager_to_turn_to(db, cast) -> None:
    assert queries.first_of_role("fostering_manager") is not None
