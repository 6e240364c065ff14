"""What a phone may hold (design.md section 7): the writing, the last days of one's own, and nobody who moved away."""

from carerapp.people.models import Placement
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from tests.serving import recording_item


def test_a_carers_phone_holds_what_is_needed_to_write_with_no_signal(client_of, cast) -> None:
    pack = client_of("amina").get("/sync/pack").json
    assert {"/", "/help", f"/recordings/new?child={cast['child:jay']}"} <= set(pack["pages"])
    assert set(pack["scopes"]) == {"self", f"child:{cast['child:jay']}", f"child:{cast['child:mia']}"}


def test_every_page_of_the_pack_may_be_held(client_of, cast) -> None:
    amina = client_of("amina")
    amina.post("/sync/items", json={"items": [recording_item(cast["child:jay"], "He laughed.", day="today")]})
    for path in amina.get("/sync/pack").json["pages"]:
        answer = amina.get(path, headers={"HX-Request": "true"})
        assert answer.status_code == 200 and answer.headers.get("X-Hold"), path


def test_a_pin_holds_fewer_days_than_a_passkey(client_of, cast) -> None:
    """design.md section 7: a PIN phone holds the own last 3 days."""
    amina = client_of("amina")
    long_ago = recording_item(cast["child:jay"], "Then.", day="other", about_on=str(clock.today().replace(day=1)))
    amina.post("/sync/items", json={"items": [long_ago, recording_item(cast["child:jay"], "Now.", day="today")]})

    def held(kind: str) -> int:
        pages = amina.get(f"/sync/pack?kind={kind}").json["pages"]
        return sum(path.startswith("/recordings/0") for path in pages)

    assert held("pin") <= held("passkey")


def test_a_child_who_moved_away_is_in_the_pack_no_more(app, client_of, cast) -> None:
    with app.app_context(), every_authority():
        db.session.query(Placement).filter_by(child_id=cast["child:jay"]).one().ends_on = clock.today()
        db.session.commit()
    pack = client_of("amina").get("/sync/pack").json
    assert f"child:{cast['child:jay']}" not in pack["scopes"]
    assert not any(cast["child:jay"] in path for path in pack["pages"])


def test_a_worker_holds_little_and_a_stranger_nothing(client_of) -> None:
    assert client_of("sam").get("/sync/pack").json["scopes"] == ["self"]
    assert client_of(None).get("/sync/pack", headers={"X-App": "1"}).status_code == 401
