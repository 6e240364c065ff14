"""The app's own addresses: the same bytes for everybody, and honest about whether the server is well."""

import re
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import text

from carerapp.shell.db import db
from carerapp.shell.html import ROOT, static_files, static_version

WORKER = Path(__file__).parents[2] / "static" / "js" / "worker"


def test_the_shell_is_the_same_for_everybody_and_names_nobody(client_of) -> None:
    """offline.md section 8: any navigation gets a locked, neutral shell."""
    pages = {client_of(slug).get("/shell").data for slug in (None, "amina", "sam", "zed")}
    assert len(pages) == 1
    assert not re.search(rb"Amina|Sam|Jay|data-person", pages.pop())


def test_the_worker_lists_every_file_by_an_address_of_its_bytes(client_of) -> None:
    client = client_of(None)
    code = client.get("/sw.js").text
    listed = re.findall(r'"(/static/[^"]+)"', code)
    assert code.startswith(f'const VERSION = "{static_version()}"') and len(listed) == 7
    assert any(path.endswith("/dist/later/parts.js") for path in listed), "a ready phone lacks a part with no signal"
    for path in listed:
        answer = client.get(path, buffered=True)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert "import " not in code and "export " not in code, "the worker is a classic script"


def test_the_worker_touches_nothing_that_is_sent() -> None:
    """R20: the service worker has no POST path."""
    code = (WORKER / "worker.js").read_text() + (WORKER / "strategies.js").read_text()
    assert 'method !== "GET"' in code and "POST" not in code and "indexedDB" not in code
    assert code.count('addEventListener("fetch"') == 1 and "request.body" not in code and ".clone(" not in code


def test_ping_says_the_known_word(client_of) -> None:
    assert client_of(None).get("/ping").json == {"ping": "lantern"}


def test_who_answers_its_own_person_only(client_of, cast) -> None:
    assert client_of(None).get("/pwa/who").json["person"] is None
    amina = client_of("amina").get("/pwa/who").json
    assert (amina["person"], amina["vault"], amina["demo_pin"]) == (cast["amina"], "make", "135790")
    assert client_of("sam").get("/pwa/who").json["vault"] == "offer"
    assert client_of("jay").get("/pwa/who").json["vault"] == "make"


def test_every_static_file_has_an_address(client_of) -> None:
    assert any(path.endswith("htmx.min.js") for path in static_files())
    assert not any(path.endswith((".md", ".mjs", ".scss")) for path in static_files())


def test_healthz_is_well_only_when_migrated(app, client_of) -> None:
    """design.md section 6."""
    client = client_of(None)
    assert client.get("/healthz").status_code == 503
    with app.app_context():
        db.session.execute(text("create table alembic_version (version_num varchar(32))"))
        newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
        db.session.execute(text("insert into alembic_version values (:newest)"), {"newest": newest})
        db.session.commit()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
