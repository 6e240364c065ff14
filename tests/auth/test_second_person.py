"""S10: getting into an account that has a passkey takes a second person, and never an administrator alone."""

from carerapp.auth.models import Passkey
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority

APP = {"X-App": "1"}


def give_passkey(app, cast, ended: bool = False) -> None:
    with app.app_context(), every_authority():
        passkey = Passkey(
            authority_id="south-gloucestershire",
            person_id=cast["sam"],
            credential_id=b"sams",
            public_key=b"",
            created_at=clock.now(),
            ended_at=clock.now() if ended else None,
        )
        db.session.add(passkey)
        db.session.commit()


def test_an_administrator_alone_can_not_become_somebody_with_a_passkey(app, client_of, cast) -> None:
    give_passkey(app, cast)
    answer = client_of("ada").post(f"/admin/people/{cast['sam']}/invitation", headers=APP)
    assert answer.status_code == 422 and "/join/" not in answer.text


def test_once_their_manager_has_stopped_the_passkeys_they_can_be_invited_again(app, client_of, cast) -> None:
    give_passkey(app, cast, ended=True)
    answer = client_of("ada").post(f"/admin/people/{cast['sam']}/invitation", headers=APP)
    assert answer.status_code == 200 and "/join/" in answer.text
