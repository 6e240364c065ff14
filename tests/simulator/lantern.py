"""Lantern under the scheduler's hand: the real app and a real database that can be killed, filled, set back and asked.

The scheduler (play.mjs) holds the phones and the time. It speaks to this side in lines of JSON, one answer a line.
The database is SQLite in memory, so that a new history costs microseconds; its transactions are real ones. What only a
disk can do wrong is played by tests/bars with real files and `kill -9`.
"""

import gc
import io
import json
import logging
import random
import sqlite3
import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from carerapp import create_app
from carerapp.access.actor import Actor
from carerapp.admin import service as accounts
from carerapp.auth.service.phones import cut_off
from carerapp.demo import cast
from carerapp.people import service as people
from carerapp.people.models import Person, Placement
from carerapp.people.queries import actor_for
from carerapp.quarantine import queries as kept_back
from carerapp.quarantine import service as quarantine
from carerapp.shell import clock, ids, seal_keys
from carerapp.shell import db as database
from carerapp.shell.db import db, every_authority, fence
from carerapp.shell.errors import Refused
from tests.conftest import ENV

START = datetime(2026, 5, 5, 17, 42, tzinfo=UTC)


OF_THE_DATABASE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
"""Where a process can die, and no bug of ours can sit."""


class Killed(BaseException):
    """The server's process is gone, here and now: nothing between this line and the outermost one runs for it."""


class Lantern:
    """One server with the cast in it."""

    def __init__(self) -> None:
        logging.getLogger("lantern").setLevel(logging.CRITICAL)
        self.left: int | None = None  # points until the process dies
        self.locked = self.only_breaks = False
        self.survived: bytes | None = None  # what the process that died had committed
        # Ids are drawn from the history's own seed: the same history makes the same rows (and sorts them alike).
        self.dice = random.Random(0)
        self.now = START
        ids.secrets = SimpleNamespace(  # type: ignore[assignment]
            token_bytes=lambda size: self.dice.randbytes(size),
            token_urlsafe=lambda size: self.dice.randbytes(size).hex(),
        )
        ids.time = SimpleNamespace(time=lambda: self.now.timestamp())  # type: ignore[assignment]
        self.folder = tempfile.TemporaryDirectory(prefix="simulator-")
        self.app = self._build()
        # One key for ever: what is sealed to another is as long as another, and a line is cut by bytes.
        private = ec.derive_private_key(7, ec.SECP256R1())
        seal_keys._write(self.app.config["SEAL_KEYS"], (seal_keys.SealKey("simulated1", START, None, private),))
        with self.app.app_context(), clock.pretend(START):
            db.create_all()
            self.cast = cast.load(clock.today())
            db.session.commit()
            self.memory: Any = db.engine.raw_connection().driver_connection
            self._watch(db.engine)
        self.cookie = self.app.session_interface.get_signing_serializer(self.app).dumps  # type: ignore[attr-defined]
        self.fresh = self.memory.serialize()
        self.backup = self.fresh

    def _build(self) -> Flask:
        engine = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}, "hide_parameters": True}
        env = ENV | {"DATA": self.folder.name, "DATABASE_URL": "sqlite://"}
        return create_app(env, TESTING=True, SQLALCHEMY_ENGINE_OPTIONS=engine)

    def _watch(self, engine: Any) -> None:
        """Every begin, statement and commit is a point at which the process can die."""
        event.listen(engine, "before_cursor_execute", lambda _c, _r, statement, *_: self._point(statement))
        event.listen(engine, "commit", lambda *_: self._point())
        event.listen(engine, "begin", lambda *_: self._lock())

    def _point(self, statement: str = "COMMIT") -> None:
        if self.only_breaks and statement.startswith(OF_THE_DATABASE):
            return
        if self.survived is not None:
            raise Killed  # a dead process does nothing more
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            if self.only_breaks:
                raise RuntimeError("a bug")
            self._die()
            raise Killed

    def _die(self) -> None:
        """What was committed is on the disk, and nothing else is."""
        if self.memory.in_transaction:
            self.memory.execute("ROLLBACK")
        self.survived = self.memory.serialize()

    def _start_again(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
            self.memory = db.engine.raw_connection().driver_connection
        self.memory.deserialize(self.survived)
        self.survived = None

    def _lock(self) -> None:
        if self.locked and not database._reading.get():  # in a write-ahead log nobody waits to read
            raise OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))

    # --- what the scheduler can ask for ------------------------------------------------------------------------------

    def do(self, asked: dict[str, Any]) -> Any:
        """Do one thing at the time that it names (milliseconds since 1970)."""
        self.now = datetime.fromtimestamp(asked["now"] / 1000, UTC)
        with clock.pretend(self.now):
            return getattr(self, "do_" + asked["do"])(asked)

    def do_reset(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A new history: the cast and nothing else."""
        self.dice.seed(asked["seed"])
        self.memory.deserialize(self.fresh)
        self.backup = self.fresh
        self.left, self.locked = None, False
        return {"cast": self.cast, "sealKey": seal_keys.announced(self.app.config["SEAL_KEYS"])}

    def do_http(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One request through the app's own door. `whole` is how long the body was when it left the phone."""
        body = b64decode(asked["body"])
        environ: dict[str, Any] = {
            "REQUEST_METHOD": asked["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": asked["path"].partition("?")[0],
            "QUERY_STRING": asked["path"].partition("?")[2],
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "5000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:5000",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(asked["whole"]),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in asked["headers"].items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return self._serve(environ, asked.get("dies"), asked.get("breaks"), asked.get("trouble"))

    def _serve(
        self, environ: dict[str, Any], dies: int | None, breaks: int | None, trouble: str | None
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> None:
            answer["status"], answer["headers"] = int(status[:3]), headers

        self.left, self.only_breaks, self.locked = dies, breaks is not None, trouble == "busy"
        if self.only_breaks:
            self.left = breaks
        if trouble == "full":
            self.memory.execute(f"PRAGMA max_page_count = {self.memory.execute('PRAGMA page_count').fetchone()[0]}")
        try:
            parts = self.app(environ, start)
            answer["body"] = b"".join(parts).decode()
            parts.close()  # type: ignore[attr-defined]
        except BaseException:
            if breaks is not None:  # past the app's own handlers: what gunicorn says then
                answer = {"status": 500, "headers": [], "body": "Internal Server Error"}
            elif self.survived is None:
                raise
        finally:
            self.left, self.locked = None, False
            if trouble == "full":
                self.memory.execute("PRAGMA max_page_count = 1073741823")
            if self.survived is not None:
                self._start_again()
        if self.memory.in_transaction:
            raise AssertionError("a request left its transaction open")
        return {"killed": True} if dies is not None else answer  # a death after the last point: the answer is lost

    def do_sign_in(self, asked: dict[str, Any]) -> str:
        """A session for one of the cast, as signing in makes it, and the cookie of it. The browser's old one ends."""
        token = self.dice.randbytes(16).hex()
        moment = self.now.replace(tzinfo=None).isoformat(" ")
        authority = self.memory.execute("SELECT authority_id FROM people WHERE id = ?", [self.cast[asked["who"]]])
        with self.memory:
            if asked.get("instead"):
                self.memory.execute(
                    "UPDATE sign_ins SET ended_at = ?, ended_because = 'replaced' "
                    "WHERE token_digest = ? AND ended_at IS NULL",
                    [moment, ids.digest(asked["instead"])],
                )
            self.memory.execute(
                "INSERT INTO sign_ins"
                " (id, authority_id, token_digest, person_id, how, browser, created_at, last_seen_at)"
                " VALUES (?, ?, ?, ?, 'demo', '', ?, ?)",
                [ids.new_id(), authority.fetchone()[0], ids.digest(token), self.cast[asked["who"]], moment, moment],
            )
        return json.dumps([token, self.cookie({"_user_id": token, "_fresh": True, "_permanent": True})])

    def do_expire(self, asked: dict[str, Any]) -> None:
        """A session has been quiet for half a day."""
        with self.memory:
            self.memory.execute(
                "UPDATE sign_ins SET last_seen_at = ? WHERE token_digest = ?",
                [(self.now - timedelta(hours=13)).replace(tzinfo=None).isoformat(" "), ids.digest(asked["token"])],
            )

    def do_move(self, asked: dict[str, Any]) -> None:
        """A child goes to live in another home from today on (the administrator's own verbs)."""
        with self._as("ada") as actor:
            stays = db.session.query(Placement).filter_by(child_id=self.cast[asked["child"]]).all()
            for stay in stays:
                if stay.ends_on is None:
                    if stay.starts_on >= clock.today():
                        return
                    people.end_placement(actor, stay, clock.today(), planned=True)
            people.start_placement(actor, self.cast[asked["child"]], self.cast[asked["home"]], clock.today())

    def do_suspend(self, asked: dict[str, Any]) -> None:
        """An account is closed, or opened again."""
        with self._as("ada") as actor:
            verb: Callable[..., Any] = accounts.suspend if asked["closed"] else accounts.reopen
            verb(actor, self.cast[asked["who"]])

    def do_decide(self, asked: dict[str, Any]) -> str | None:
        """The manager decides about what was kept back longest. What came of it; None when nothing waits."""
        if not self.memory.execute("SELECT 1 FROM quarantine_items").fetchone():
            return None
        with self._as("della") as actor:
            waiting = kept_back.waiting(actor)
            if not waiting:
                return None
            verb: Callable[..., Any] = getattr(quarantine, asked["outcome"])
            try:
                verb(actor, waiting[0].kept.id, "Talked about it.")
            except Refused as no:
                db.session.rollback()
                return no.reason
            return str(asked["outcome"])

    def do_cut_off(self, asked: dict[str, Any]) -> bool:
        """The worker cuts a lost phone off. False when Lantern never heard of it."""
        with self._as("sam") as actor:
            if not self.memory.execute("SELECT 1 FROM phones WHERE id = ?", [asked["vault"]]).fetchone():
                return False
            cut_off(actor, asked["vault"], False)
        return True

    def do_back_up(self, asked: dict[str, Any]) -> None:
        """A copy of the database as it is now."""
        self.backup = self.memory.serialize()

    def do_restore(self, asked: dict[str, Any]) -> None:
        """The database is put back to its last copy."""
        self.memory.deserialize(self.backup)

    def do_facts(self, asked: dict[str, Any]) -> dict[str, list[Any]]:
        """What lies in the tables, for the invariants."""
        return {name: [list(row) for row in self.memory.execute(query)] for name, query in FACTS.items()}

    @contextmanager
    def _as(self, slug: str) -> Iterator[Actor]:
        with self.app.test_request_context("/", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}):
            with every_authority():
                person = db.session.get(Person, self.cast[slug])
                assert person is not None
                actor = actor_for(person)
            fence(actor.authority_id)
            g.actor = actor
            yield actor
            db.session.commit()


FACTS = {
    "recordings": "SELECT id, author_id, child_id, saw, amends_id, authority_id FROM recordings ORDER BY rowid",
    "receipts": "SELECT person_id, item_id, hash, outcome, path, location FROM receipts ORDER BY rowid",
    "audit": "SELECT thing, actor_id, what FROM audit WHERE kind = 'wrote' AND what LIKE 'recording:%' ORDER BY id",
    "events": "SELECT subject_id, actor_id, tag FROM events WHERE subject = 'recording' ORDER BY id",
    "waiting": "SELECT recording_id, reader_id FROM triage_waiting ORDER BY rowid",
    "clocks": "SELECT subject_id FROM clocks WHERE rule = 'recordings.read' ORDER BY rowid",
    "kept": "SELECT id, author_id, child_id, fields -> '$.saw[0]' FROM quarantine_items ORDER BY rowid",
    "let_in": "SELECT kept_id FROM quarantine_decisions WHERE outcome = 'let-in'",
    "kept_audit": "SELECT thing FROM audit WHERE kind = 'wrote' AND what = 'quarantine:kept'",
    "kept_events": "SELECT subject_id FROM events WHERE tag = 'quarantine:kept'",
    "kept_clocks": "SELECT subject_id FROM clocks WHERE rule = 'quarantine.decide'",
    "strays": "SELECT saw FROM recordings r WHERE NOT EXISTS (SELECT 1 FROM placements p "
    "WHERE p.child_id = r.child_id AND p.household_id = r.household_id)",
    "wrong": "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "orphans": "SELECT * FROM pragma_foreign_key_check",
}
"""Everything that a stored item leaves behind; and what may never be there."""


def serve(asked: Any, answered: Any) -> None:
    """Answer the scheduler's lines until it hangs up."""
    lantern = Lantern()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # short-lived rows by the thousand: looking through them often costs a tenth
    for line in asked:
        answered.write(json.dumps(lantern.do(json.loads(line))).encode() + b"\n")
        answered.flush()
