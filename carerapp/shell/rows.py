"""Rows that are only ever added: kept for a moment and written many at a time, one statement for each table.

What is kept is written before anything is asked of the database, before a savepoint and before the commit. So nobody
can tell one row from three thousand, but by the time that it takes: a single form is a batch of one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Dialect, Insert, event, func, insert, select
from sqlalchemy.orm import ORMExecuteState, Session

from .db import Base, Numbered, db

COUNTS_ALONG = {"sqlite"}
_KEPT, _COUNT = "rows kept", "rows counted"
T = TypeVar("T", bound=Base)
Way = Callable[[Any], Any]


class Row:
    """A row that was kept. It can be read like a row of its table, and can't be changed."""

    def __init__(self, values: dict[str, Any]) -> None:
        object.__setattr__(self, "__dict__", values)

    def __getattr__(self, name: str) -> Any:
        write_out()  # a number that the database gives is known once the row is written
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name}: this row was kept to be added, and is not changed any more")


def keep(model: type[T], **values: Any) -> T:
    """Add a row to its table in this transaction. Rows that it names must be there or be kept before it.

    Raises TypeError for a value that is missing, and for one that the table has no column for.
    """
    plain, made, names = _defaults(model)
    row = plain | values
    for name, make in made.items():
        if name not in values:
            row[name] = make(None)
    if len(row) != len(names):
        raise TypeError(f"{model.__name__}: {', '.join(sorted(names ^ row.keys()))}")
    session = db.session()
    if not session.in_transaction():
        session.begin()  # so that a roll-back takes this row along
    info = session.info
    info.setdefault(_KEPT, {}).setdefault(model, []).append(row)
    info[_COUNT] = info.get(_COUNT, 0) + 1
    return cast(T, Row(row))


@cache
def _defaults(model: type[Base]) -> tuple[dict[str, Any], dict[str, Callable[[Any], Any]], frozenset[str]]:
    """What a row holds where nothing is said: plain values, what is made for each row; and the names of all."""
    plain: dict[str, Any] = {}
    made: dict[str, Callable[[Any], Any]] = {}
    for column in model.__table__.columns:
        if column.default is not None:
            (made if column.default.is_callable else plain)[column.key] = column.default.arg
        elif column.nullable:
            plain[column.key] = None
    numbered = model.__table__.autoincrement_column  # type: ignore[attr-defined]
    return plain, made, frozenset(column.key for column in model.__table__.columns if column is not numbered)


def write_out(session: Session | None = None) -> None:
    """Write what was kept so far. Raises what the database says against it."""
    session = session or db.session()
    kept: dict[type[Base], list[dict[str, Any]]] = session.info.pop(_KEPT, None) or {}
    connection = session.connection() if kept else None
    for model in sorted(kept, key=_place):
        assert connection is not None
        if issubclass(model, Numbered):
            _number(connection, model, kept[model])
        else:
            _add(connection, model, kept[model])


def _number(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write rows that others may name by their number.

    SQLite would tell the numbers only row by row. It has one writer, who holds the lock here, and numbers as this does.
    """
    number = model.__table__.c.id
    if connection.dialect.name in COUNTS_ALONG:
        last = connection.scalar(select(func.max(number))) or 0
        for at, row in enumerate(rows, last + 1):
            row["id"] = at
        _add(connection, model, rows)
    else:
        told = connection.scalars(_insert(model).returning(number, sort_by_parameter_order=True), rows)
        for row, given in zip(rows, told.all(), strict=True):
            row["id"] = given


def _add(connection: Connection, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write rows by the statement that SQLAlchemy makes of an insert, in two thirds of its own time."""
    if connection.dialect.paramstyle != "qmark":
        connection.execute(_insert(model), rows)
        return
    statement, columns = _plain(model, frozenset(rows[0]), connection.dialect)
    by_column = [_as_kept([row[name] for row in rows], way) for name, way in columns]
    connection.exec_driver_sql(statement, list(zip(*by_column, strict=True)))


@cache
def _plain(model: type[Base], names: frozenset[str], dialect: Dialect) -> tuple[str, list[tuple[str, Way | None]]]:
    """The statement, and for each of its places the column and what the driver is given in place of its value."""
    made = _insert(model).compile(dialect=dialect, column_keys=sorted(names))
    types = {column.key: column.type.dialect_impl(dialect) for column in model.__table__.columns}
    return str(made), [(name, types[name].bind_processor(dialect)) for name in made.positiontup or ()]


def _as_kept(values: list[Any], way: Way | None) -> list[Any]:
    if way is None:
        return values
    kept, last, made = [], None, way(None)
    for value in values:  # many came at the same moment
        if value is not last:
            last, made = value, way(value)
        kept.append(made)
    return kept


@cache
def _insert(model: type[Base]) -> Insert:
    return insert(model.__table__)  # type: ignore[arg-type]


@cache
def _place(model: type[Base]) -> int:
    """Tables that others name come first."""
    return Base.metadata.sorted_tables.index(model.__table__)  # type: ignore[arg-type]


def counted() -> int:
    """How many rows this session ever kept."""
    return db.session.info.get(_COUNT, 0)


def clean() -> bool:
    """Does nothing but what was kept wait to be written?"""
    session = db.session
    return not (session.new or session.dirty or session.deleted)


@contextmanager
def savepoint() -> Iterator[None]:
    """What is kept inside is written inside, or goes with everything else when the inside is left by an exception."""
    session = db.session()
    write_out(session)
    with session.begin_nested():
        yield
        write_out(session)


@event.listens_for(Session, "do_orm_execute")
def _before_asking(state: ORMExecuteState) -> None:
    write_out(state.session)


@event.listens_for(Session, "before_flush")
def _before_flush(session: Session, context: Any, instances: Any) -> None:
    write_out(session)


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    write_out(session)


@event.listens_for(Session, "after_soft_rollback")
@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    session.info.pop(_KEPT, None)


@event.listens_for(Session, "after_transaction_create")
def _no_bare_savepoint(session: Session, transaction: Any) -> None:
    """What was kept before a savepoint must not be written, and lost, within it."""
    if transaction.nested and session.info.get(_KEPT):
        raise RuntimeError("rows wait to be written: use rows.savepoint()")
