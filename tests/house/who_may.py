"""Make the who-may table: every route and method, for everybody of the cast, about four different children.

`python -m tests.house.who_may` writes tests/house/who_may.txt. A change of access shows there, to be read by a person
(bars S1). Nothing that the requests do is kept: the commit at the edge is a roll-back here.
"""

import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from carerapp import create_app
from carerapp.demo import cast as demo_cast
from carerapp.shell import clock
from carerapp.shell.db import db, every_authority
from tests.makers import world
from tests.makers.world import Story

TABLE = Path(__file__).parent / "who_may.txt"
NOBODY = "nobody"
PEOPLE = [NOBODY, *[part.slug for part in demo_cast.CAST]]
STORIES = ("own", "next", "other", "ended")
HEAD = """\
Who may what: method, address, whose child it is about, and what each person of the cast is answered.
own = Jay, at Amina's and Ben's; next = Leo, at Nia's next door; other = Kit, in the other authority;
ended = Rae, who lived with Nia until yesterday and lives with Amina from today (what Nia wrote then).
2xx and 3xx = may; 422 = may, but the form was empty; 404 = may not, or there is no such thing; 302 /sign-in = sign in.
"""

FORMS: dict[str, dict[str, str]] = {
    # endpoint: fields that make the form pass, so that a refusal can only come from the table of permissions
    "recordings.submission": {"child": "{child}", "how": "good", "saw": "words"},
    "recordings.addition": {"saw": "words"},
    "quarantine.decisions": {"outcome": "kept-out", "words": "words"},
    "triage.decisions": {"outcomes": "nothing_more", "not_passed_because": "words"},
    "inbox.filings": {"filed_as": "1"},
    "inbox.follow_ups": {"followed_up_with": "words", "words": "words"},
}


def build(folder: str) -> tuple[Flask, dict[str, str], dict[str, Story]]:
    """A server with the cast and one of everything."""
    app = create_app({"LANTERN_ENV": "test", "DEMO": "1", "SECRET_KEY": "x" * 32, "DATA": folder}, TESTING=True)
    with app.app_context(), every_authority():
        db.create_all()
        ids = demo_cast.load(clock.today())
        stories = world.make(ids)
        db.session.commit()
    return app, ids, stories


class Somebody:
    """One person of the cast with their cookie, which no answer can take away."""

    def __init__(self, app: Flask, slug: str) -> None:
        self.app, self.cookie = app, ""
        if slug != NOBODY:
            client = app.test_client()
            client.post("/demo/sign-in", data={"person": slug}, headers={"X-App": "1"})
            cookie = client.get_cookie("session")
            assert cookie is not None
            self.cookie = cookie.value

    def open(self, path: str, **how: Any) -> Any:
        """One request with a client of its own."""
        client = self.app.test_client()
        if self.cookie:
            client.set_cookie("session", self.cookie)
        return client.open(path, **how)


def sign_in_all(app: Flask) -> dict[str, Somebody]:
    """Everybody of the cast."""
    return {slug: Somebody(app, slug) for slug in PEOPLE}


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every method of every route."""
    found = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


def address(rule: Rule, story: Story) -> str:
    """The route's address about one child. A parameter is named after the thing it names."""
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: getattr(story, m[1].removesuffix("_id"), m[1]), path)
    return path + (f"?child={story.child}" if rule.endpoint in ASK_FOR_A_CHILD else "")


ASK_FOR_A_CHILD = {"recordings.new_entry", "recordings.calendar"}


def ask(client: Somebody, method: str, rule: Rule, story: Story) -> str:
    """The status one person is answered."""
    form = {name: value.format(child=story.child) for name, value in FORMS.get(rule.endpoint, {}).items()}
    sent = {"X-App": "1", "HX-Request": "true"} if method != "GET" else {}
    data = {"data": form} if method == "POST" else {}
    answer = client.open(address(rule, story), method=method, headers=sent, **data)
    place = " /sign-in" if answer.headers.get("Location", "").startswith("/sign-in") else ""
    return f"{answer.status_code}{place}"


def text() -> str:
    """The whole table."""
    with tempfile.TemporaryDirectory() as folder:
        app, _, stories = build(folder)
        clients = sign_in_all(app)
        keep, db.session.commit = db.session.commit, db.session.rollback  # type: ignore[method-assign]
        try:
            lines = [HEAD]
            for method, rule in routes(app):
                lines += [f"{method} {rule.rule}", *_answers(clients, method, rule, stories)]
        finally:
            db.session.commit = keep  # type: ignore[method-assign]
        with app.app_context():
            db.engine.dispose()
    return "\n".join(lines) + "\n"


def _answers(clients: dict[str, Somebody], method: str, rule: Rule, stories: dict[str, Story]) -> list[str]:
    about = STORIES if rule.arguments or rule.endpoint in {*FORMS, *ASK_FOR_A_CHILD} else ("own",)
    lines = []
    for name in about:
        by_status: dict[str, list[str]] = defaultdict(list)
        for slug, client in clients.items():
            by_status[ask(client, method, rule, stories[name])].append(slug)
        shown = " | ".join(f"{status}: {' '.join(slugs)}" for status, slugs in sorted(by_status.items()))
        lines.append(f"    {name:6}{shown}" if len(about) > 1 else f"    {shown}")
    return lines


if __name__ == "__main__":
    TABLE.write_text(text())
    sys.stdout.write(f"{TABLE}: {TABLE.read_text().count(chr(10))} lines\n")
