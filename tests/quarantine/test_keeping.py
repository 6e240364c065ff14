"""What goes into quarantine, how it is kept, and what its author's phone is told (R14, S3)."""

import json
from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import text

from carerapp.audit.models import AuditRow
from carerapp.events.models import Event
from carerapp.people.models import Allocation, Membership, Person, Placement
from carerapp.quarantine import service
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from carerapp.shell.errors import Denied
from carerapp.sync.models import Receipt
from carerapp.sync.routes import _with_receipt
from carerapp.sync.rules import read_item
from tests.quarantine.conftest import APP, alone, batch

CAUSES = ["moved", "left", "role", "paused"]
WORDS = {
    "moved": "Our records say that Jay does not live with you now.",
    "left": "Our records say that Jay does not live with you now.",
    "role": "Your work in Lantern has changed since you wrote this.",
    "paused": "Your account is paused.",
}


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("way", ["alone", "together"])
def test_words_written_before_access_ended_are_kept_whatever_ended_it(client_of, house, written, cause, way) -> None:
    """R14, S3: refused as ever, and kept; the same receipt on every repeat, alone and together."""
    amina, item = client_of("amina"), written()
    house.ends(cause)
    first = alone(amina, item).json if way == "alone" else batch(amina, item)[0]
    assert (first["status"], first["outcome"], first["kept"], first["with"]) == (404, "refused", True, "Della")
    said = first["errors"][""][0]
    assert said.startswith(WORDS[cause]) and "Della, your team manager, has what you wrote and decides." in said
    assert alone(amina, item).json == batch(amina, item)[0] == first
    assert json.dumps(alone(amina, item).json) == json.dumps(first)
    assert [kept.item_id for kept in house.kept()] == [item["id"]] and house.recordings() == []


def test_it_is_kept_word_for_word(client_of, house, written, cast) -> None:
    """R14: path, fields, times, zone, id and hash as they came; and where it belonged then."""
    amina = client_of("amina")
    item = written("Señora 🐈 \u202e", made_at="2026-05-03T01:30:00+05:45", zone="Asia/Kathmandu")
    item["fields"]["section_of_tomorrow"] = ["a field this server does not know"]
    house.moves_away()
    receipt = batch(amina, item)[0]
    (kept,) = house.kept()
    assert (kept.path, kept.fields, kept.made_at, kept.zone) == (
        item["path"], item["fields"], "2026-05-03T01:30:00+05:45", "Asia/Kathmandu",
    )  # fmt: skip
    assert (kept.item_id, kept.hash) == (item["id"], receipt["hash"])
    assert (kept.author_id, kept.child_id, kept.household_id) == (cast["amina"], cast["child:jay"], cast["home:rahman"])


@pytest.mark.parametrize(("days_ago", "before_end"), [(5, True), (0, False)])
def test_words_from_after_the_end_are_kept_as_well(client_of, house, written, days_ago, before_end) -> None:
    """Nobody else has them, and our records may be wrong; the manager is told which of the two it is."""
    amina = client_of("amina")
    house.moves_away(days_ago=2)
    assert batch(amina, written(days_ago=days_ago))[0]["kept"]
    assert house.kept()[0].before_end is before_end


def test_a_phone_whose_clock_is_wrong_is_put_right_first(client_of, house, written) -> None:
    """R11: a phone three days slow says "three and a half days ago" of what was written this morning."""
    amina = client_of("amina")
    house.moves_away(days_ago=2)
    assert batch(amina, written(days_ago=3.5), **{"X-Sent-At": clock.now().isoformat()})[0]["kept"]
    slow = (clock.now() - timedelta(days=3)).isoformat()
    assert batch(amina, written(days_ago=3.5), **{"X-Sent-At": slow})[0]["kept"]
    assert [kept.before_end for kept in house.kept()] == [True, False]


NEVER = ["leo", "kit", "no-such-child", "", "x" * 90, "\u0000"]


@pytest.mark.parametrize("paused", [False, True])
def test_what_never_was_theirs_is_refused_in_the_same_bytes_and_not_kept(client_of, house, written, paused) -> None:
    """S1, R14: next door's child, another authority's, no child at all; also while the account is paused."""
    amina = client_of("amina")
    if paused:
        house.ends("paused")
    receipts = batch(amina, *[written(child=child) for child in NEVER])
    for receipt in receipts:
        assert "kept" not in receipt
    same = {json.dumps({k: v for k, v in r.items() if k not in ("id", "hash", "at")}) for r in receipts}
    assert len(same) == 1 and house.kept() == []


def test_who_left_a_home_before_a_child_came_never_lived_with_that_child(client_of, house, written, cast) -> None:
    """S1: neither is the item kept, nor does the refusal name the child."""
    house.change(Membership, Membership.person_id == cast["amina"], ends_on=clock.today())
    house.change(Placement, Placement.child_id == cast["child:jay"], starts_on=clock.today())
    receipt = batch(client_of("amina"), written())[0]
    assert "kept" not in receipt and "Jay" not in json.dumps(receipt) and house.kept() == []


def test_answers_that_can_be_mended_are_the_authors(client_of, house, written) -> None:
    """422: nothing is kept back, the author mends."""
    item = written("") | {"fields": written("")["fields"] | {"how": [""], "saw": [""]}}
    receipt = batch(client_of("amina"), item)[0]
    assert receipt["status"] == 422 and "kept" not in receipt and house.kept() == []


def test_other_words_under_a_known_id_are_a_conflict_and_not_kept(client_of, house, written) -> None:
    """R4: a conflict stays one, also after access has ended."""
    amina, item = client_of("amina"), written()
    house.moves_away()
    batch(amina, item)
    other = batch(amina, item | {"fields": item["fields"] | {"saw": ["other words"]}})[0]
    assert (other["status"], other["outcome"]) == (409, "conflict") and "kept" not in other
    assert len(house.kept()) == 1


def test_an_addition_of_somebody_whose_work_has_changed_is_kept(client_of, house, written, cast) -> None:
    """S3: also what was added to a recording; and nobody's addition to what another wrote."""
    amina = client_of("amina")
    place = batch(amina, written())[0]["location"]
    addition = written("One thing more.") | {"path": f"{place}/amendments"}
    addition["fields"] = {"saw": ["One thing more."]}
    house.ends("role", "amina")
    house.ends("role", "ben")
    assert batch(amina, addition)[0]["kept"]
    assert "kept" not in batch(client_of("ben"), written("", **addition))[0]
    assert len(house.kept()) == 1


def test_it_can_be_neither_changed_nor_deleted(app, client_of, house, written) -> None:
    """R14: the database itself refuses."""
    amina = client_of("amina")
    house.moves_away()
    batch(amina, written())
    with app.app_context():
        for sql in ("update quarantine_items set fields = '{}'", "delete from quarantine_items"):
            with pytest.raises(Exception, match="append only"):
                db.session.execute(text(sql))
            db.session.rollback()


def test_the_row_the_receipt_and_the_trace_are_one_transaction(app, client_of, house, written, monkeypatch) -> None:
    """R18: when one of them can't be written, none is, and the phone keeps its words."""
    amina = client_of("amina")
    house.moves_away()

    def fails(*_: object) -> None:
        raise RuntimeError("no trace, no change")

    with monkeypatch.context() as broken:
        broken.setattr(service.audit, "wrote", fails)
        answer = amina.post("/sync/items", json={"items": [written()]}, headers=APP)
    assert answer.status_code == 500
    assert house.kept() == house.rows(Receipt) == []


def test_keeping_leaves_a_trace_and_tells_no_childs_history(client_of, house, written) -> None:
    """S13, S3: the event and the promise name no child, because a child's history is read by others."""
    amina = client_of("amina")
    house.moves_away()
    batch(amina, written())
    (event,) = house.rows(Event, Event.tag == "quarantine:kept")
    assert event.child_id is None and event.household_id is None and event.data == {}
    assert len(house.rows(AuditRow, AuditRow.what == "quarantine:kept")) == 1


def test_somebody_always_has_it(app, client_of, house, written, cast) -> None:
    """Without a worker the last one's manager; without that manager the other; with none it stays on the phone."""
    amina = client_of("amina")
    house.moves_away()
    house.no_worker()
    assert batch(amina, written())[0]["with"] == "Della"
    house.change(Person, Person.id == cast["della"], suspended_at=clock.now())
    assert batch(amina, written())[0]["with"] == "Tom"
    house.change(Person, Person.id == cast["tom"], suspended_at=clock.now())
    receipt = batch(amina, written())[0]
    assert receipt["outcome"] == "refused" and "kept" not in receipt and len(house.kept()) == 2


def test_a_manager_never_decides_about_their_own_words(app, client_of, house, written, cast) -> None:
    """Amina becomes the fostering manager: what she wrote as a carer goes to another manager."""
    amina = client_of("amina")
    with app.app_context(), every_authority():
        team = db.session.get(Person, cast["della"]).team_id
    house.change(Person, Person.id == cast["amina"], role="fostering_manager", team_id=team)
    house.change(Person, Person.id == cast["della"], suspended_at=clock.now())
    assert batch(amina, written())[0]["with"] == "Tom"
    kept = house.kept()[0].id
    assert amina.get(f"/quarantine/{kept}").status_code == 404
    assert amina.get("/quarantine/mine").status_code == 200


def test_a_workers_own_manager_has_what_they_wrote(app, client_of, house, cast, as_person, written) -> None:
    """Allocation ended: Cora no longer works with Jay, and Tom, who manages her team, has it."""
    house.change(Allocation, Allocation.worker_id == cast["cora"], ends_on=clock.today())
    cora = as_person("cora")
    taken = service.keep_if_ended(cora, read_item(written()), 0)
    db.session.commit()
    assert taken is not None and taken.keeper == "Tom"
    assert "you do not work with Jay now" in taken.errors[""][0] and house.kept()[0].why == "allocation"


def test_every_form_that_may_wait_says_which_child_it_is_about(app) -> None:
    """A new queueable form without a line here would lose words when access ends."""
    waiting = {name for name, view in app.view_functions.items() if getattr(view, "queueable", False)}
    assert waiting == set(service.ABOUT)


@pytest.mark.parametrize("key", [None, "3f2b8c1e-0d4a-4b6f-9c3d-2a1b5e7f8d90"])
def test_the_wrapper_of_a_form_that_may_wait_asks_before_the_form_does(app, as_person, key) -> None:
    """S1: the gate leaves items to it, so a form that nobody marked is closed here as well, alone and plain."""
    run = []
    view = _with_receipt(lambda: run.append("ran") or "done")
    with app.test_request_context("/recordings/", method="POST", headers={"Idempotency-Key": key} if key else {}):
        g.actor = as_person("amina")
        if key:
            assert view()[1] == 404
        else:
            with pytest.raises(Denied):
                view()
    assert run == []
