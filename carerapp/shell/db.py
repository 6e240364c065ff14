"""The database: one base for all tables, honest SQLite settings, and a fence around each authority's rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Executable, Integer, MetaData, String, TableClause, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeDecorator

from .ids import new_id


class Base(DeclarativeBase):
    """Base of every table. Names of constraints follow one pattern so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept as UTC. Refuses a time without a zone: guessing one loses an hour twice a year."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        # The same text that SQLAlchemy would write, in a fifth of the time: a batch writes thousands of them.
        return lambda value: _in_utc(value).isoformat(" ", "microseconds") if value is not None else None

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).replace(tzinfo=None)


class Opaque:
    """Rows with an opaque id that may stand in an address."""

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)


class Numbered:
    """Rows that the database numbers as they come, and whose number others may name."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)


class OfAuthority:
    """Rows of one authority. Every ORM query on them is fenced to the session's authority (see `fence`)."""

    authority_id: Mapped[str] = mapped_column(String(64), index=False)


class NoAuthority(RuntimeError):
    """A query on people's rows was made before it was known for which authority, or so that none can be added to it."""


_reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Inside, transactions start as readers, so that looking at a page never waits for a writer."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def set_reading(value: bool) -> None:
    """Say for this request whether its transactions start as readers (GET) or as writers."""
    _reading.set(value)


_waits: ContextVar[bool] = ContextVar("waits", default=True)
BUSY = 4000
"""Milliseconds that a writer waits for another before the answer is "come again" (bars R17)."""


@contextmanager
def without_waiting() -> Iterator[None]:
    """Inside, who finds another writer there does not wait: for a note that is not worth making anybody wait."""
    token = _waits.set(False)
    try:
        yield
    finally:
        _waits.reset(token)


def fence(authority_id: str | None) -> None:
    """From here on this session sees the rows of one authority only (bars S2); None = of nobody."""
    db.session.info["authority"] = authority_id


@contextmanager
def every_authority() -> Iterator[None]:
    """Lift the fence for work that is nobody's in particular: sign-in, the watcher, the demo loader."""
    info = db.session.info
    before = info.get("authority")
    info["authority"] = "*"
    try:
        yield
    finally:
        info["authority"] = before


@event.listens_for(Session, "do_orm_execute")
def _fence_queries(state: ORMExecuteState) -> None:
    """Add the authority to every query on its rows, or refuse a query that has none: a forgotten filter can't leak.

    Only what is written around it on purpose is not fenced: SQL as text, and a model's `__table__` inside a query.
    """
    authority = state.session.info.get("authority")
    if authority == "*" or state.is_column_load or state.is_relationship_load:
        return
    ways = _fenced.get(state.statement)
    if ways is None:
        ways = _fenced[state.statement] = {}
    if authority not in ways:
        ways[authority] = _within(state, authority)
    fenced = ways[authority]
    if fenced is not None:
        state.statement = fenced


_fenced: WeakKeyDictionary[Executable, dict[str | None, Executable | None]] = WeakKeyDictionary()
"""Statements that are built once are fenced once: it takes longer than asking the database. None: nothing to fence."""


def _within(state: ORMExecuteState, authority: str | None) -> Executable | None:
    fenced = [m.class_.__name__ for m in state.all_mappers if issubclass(m.class_, OfAuthority)]
    fenced = fenced or _read_by(state.statement)
    if not fenced:
        return None
    name = fenced[0]
    if authority is None:
        raise NoAuthority(f"{name} was asked for without an authority")
    if not state.is_orm_statement or state.is_from_statement:  # the option below would change nothing
        raise NoAuthority(f"{name} can't be fenced here: ask for its columns, as in select(func.count({name}.id))")
    return state.statement.options(_rows_of(authority))


def _read_by(statement: Any) -> list[str]:
    """Whose rows are read by a statement that names none in its columns, as a bare count or a subquery does.

    The option that fences reaches them wherever they stand, so all there is to do is to notice them.
    """
    tables = {part.name for part in iterate(statement) if isinstance(part, TableClause)}
    models = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, OfAuthority)] if tables else []
    return sorted(mapper.class_.__name__ for mapper in models if mapper.class_.__tablename__ in tables)


@cache
def _rows_of(authority: str) -> Any:
    return with_loader_criteria(OfAuthority, lambda cls: cls.authority_id == authority, include_aliases=True)


@event.listens_for(Engine, "connect")
def _sqlite_settings(connection: Any, record: Any) -> None:
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below: savepoints are only right that way
    cursor = connection.cursor()
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": BUSY}
    for name, value in wanted.items():
        cursor.execute(f"PRAGMA {name}={value}")
        got = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        if got != value and not (name == "journal_mode" and got == "memory"):
            raise RuntimeError(f"SQLite did not take {name}={value}: it says {got}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once: upgrading later fails when another writer came between."""
    if connection.dialect.name != "sqlite":
        return
    if _reading.get() or _waits.get():
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")
