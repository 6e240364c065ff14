"""Default-deny: a route that nobody marked is closed, and the marks are the ones we know (bars S1)."""

import re

from flask import Flask

from carerapp.access.gate import check_route
from carerapp.access.permissions import Permission
from carerapp.access.table import TABLE
from carerapp.shell.errors import Denied

OPEN = {
    # endpoint: why somebody who is not signed in may reach it
    "pwa.shell": "the locked shell, the same bytes for everybody",
    "pwa.worker": "the worker's code",
    "pwa.install": "how to put the app on a home screen",
    "pwa.manifest": "the app's name and icons",
    "pwa.ping": "a known word",
    "pwa.who": "who am I: answers its own person, or nobody",
    "health.healthz": "is the server fit to serve",
    "demo.people": "the demo only",
    "demo.sign_in": "the demo only",
    "auth.sign_in": "the way in",
    "auth.sign_in_options": "the way in: a challenge",
    "auth.sign_in_answer": "the way in: a passkey's answer",
    "auth.sign_out": "the way out, also for a session that is over already",
    "auth.device_forgotten": "a phone that was cut off has no session, and only its own random id changes anything",
    "auth.invitation": "the way in, with an invitation",
    "auth.passkey_options": "the way in, with an invitation: a challenge",
    "auth.passkeys": "the way in, with an invitation: the new passkey",
    "auth.recovery_form": "the way back in: a code",
    "auth.recoveries": "the way back in: a second person decides",
    "auth.recovery_asked": "the way back in: what happens next",
}


def test_every_route_is_marked_and_open_ones_are_argued_for(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_open = getattr(view, "open_to_all", False)
        assert is_open or isinstance(getattr(view, "needs", None), Permission), f"{rule} is not marked"
        if is_open:
            assert rule.endpoint in OPEN, f"{rule} is open to all, and nobody argued for it here"


def test_an_unmarked_view_is_refused(app: Flask) -> None:
    with app.test_request_context("/"):
        try:
            check_route(lambda: "secret")
        except Denied:
            return
    raise AssertionError("an unmarked view was let through")


def test_every_permission_has_a_row_in_the_table() -> None:
    assert set(TABLE) == set(Permission)
    assert all(rows and all(row for row in rows) for rows in TABLE.values()), "an empty row would grant to everybody"


def test_addresses_are_lower_case_and_say_nouns(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        plain = re.sub(r"<[^>]+>", "", rule.rule)
        assert plain == plain.lower() and "_" not in plain, rule.rule


def test_only_forms_that_make_something_may_wait_on_a_phone(app: Flask) -> None:
    waiting = {r.endpoint for r in app.url_map.iter_rules() if getattr(app.view_functions[r.endpoint], "queueable", 0)}
    assert all("POST" in (r.methods or ()) for r in app.url_map.iter_rules() if r.endpoint in waiting)
