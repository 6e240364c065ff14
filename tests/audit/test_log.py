"""Traces (bars R18, S13): a change has one, a refusal keeps one, a look that can't be traced is not shown."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from carerapp.audit import log as audit
from carerapp.audit.models import AuditRow
from carerapp.recordings.models import Recording
from carerapp.shell.db import db, every_authority
from tests.serving import recording_item


def rows(app, kind: str) -> list[AuditRow]:
    with app.app_context():
        return list(db.session.scalars(db.select(AuditRow).where(AuditRow.kind == kind)))


def write(client, cast, words: str = "He laughed.") -> str:
    receipt = client.post("/sync/items", json={"items": [recording_item(cast["child:jay"], words)]}).json["receipts"][0]
    return receipt["location"]


def test_a_change_and_a_look_and_a_refusal_each_leave_a_trace_without_words(app, client_of, cast) -> None:
    """design.md section 1: every look leaves a trace."""
    place = write(client_of("amina"), cast, "CANARY words")
    recording = place.rsplit("/", 1)[1]
    assert client_of("sam").get(place).status_code == 200
    assert client_of("nia").get(place).status_code == 404
    wrote, saw, refused = (rows(app, kind)[-1] for kind in ("wrote", "saw", "refused"))
    assert (wrote.what, wrote.actor_id, wrote.child_id) == ("recording:submitted", cast["amina"], cast["child:jay"])
    assert (saw.what, saw.actor_id, saw.thing) == ("recording", cast["sam"], recording) and saw.sign_in_id
    assert (refused.what, refused.actor_id) == ("recording_see", cast["nia"])
    with app.app_context():
        everything = str(db.session.execute(text("select * from audit")).all())
    assert "CANARY" not in everything


@pytest.mark.parametrize("statement", ["delete from audit", "update audit set actor_id = 'somebody'"])
def test_the_database_itself_refuses_to_change_a_trace(app, client_of, cast, statement) -> None:
    """S13."""
    write(client_of("amina"), cast)
    with app.app_context(), pytest.raises((IntegrityError, OperationalError), match="append only"):
        db.session.execute(text(statement))


def test_without_its_trace_a_change_is_not_made(app, client_of, cast, monkeypatch) -> None:
    """R18: audit row missing means record not stored."""

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no trace")

    monkeypatch.setattr(audit, "wrote", broken)
    item = recording_item(cast["child:jay"], "words")
    receipt = client_of("amina").post("/sync/items", json={"items": [item]}).json["receipts"][0]
    assert receipt["outcome"] == "later"
    with app.app_context(), every_authority():
        assert db.session.query(Recording).count() == 0


def test_a_look_that_can_not_be_traced_is_not_shown(app, client_of, cast) -> None:
    place = write(client_of("amina"), cast, "CANARY words")
    sam = client_of("sam")
    with app.app_context():
        refuse = "BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        db.session.execute(text(f"CREATE TRIGGER no_trace {refuse}"))
        db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = sam.get(place)
    assert answer.status_code >= 500 and b"CANARY" not in answer.data
