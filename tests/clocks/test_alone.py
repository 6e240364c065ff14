"""One authority's fault never starves the others of their hand-ups."""

from carerapp.clocks import watcher
from carerapp.shell import clock
from carerapp.shell.db import db


def test_a_fault_in_one_authority_leaves_the_others_their_round(app, monkeypatch) -> None:
    worked: list[str] = []

    def act(now, authority: str) -> int:
        if authority == "placement-support":
            raise LookupError("nobody holds the role")
        worked.append(authority)
        return 0

    monkeypatch.setattr(watcher, "_jobs", [(lambda now, authority: True, act)])
    for order in (["placement-support", "south-gloucestershire"], ["south-gloucestershire", "placement-support"]):
        monkeypatch.setattr(watcher, "all_policies", lambda order=order: dict.fromkeys(order))
        with app.app_context():
            assert watcher.run_once(clock.now()) == 0
            db.session.remove()
    assert worked == ["south-gloucestershire"] * 2
