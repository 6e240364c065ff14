"""Is this server fit to serve: does the database answer, and is it migrated to this code?"""

from functools import cache
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from ..access.gate import open_to_all
from ..shell.db import db
from ..shell.html import ROOT

bp = Blueprint("health", __name__)


@cache
def _newest() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())


@bp.get("/healthz")
@open_to_all
def healthz() -> Any:
    """200 only when the database answers and its migrations are current (design.md section 6)."""
    try:
        with db.engine.connect() as connection:
            current = frozenset(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as error:
        current_app.logger.warning("healthz: %s", type(error).__name__)
        return jsonify(status="the database does not answer"), 503
    if current != _newest():
        return jsonify(status="migrations are not current"), 503
    return jsonify(status="ok")
