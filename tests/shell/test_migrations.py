"""R22: what the migrations make is what the tables say, so that no release runs on a database of another shape."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import inspect

from carerapp import create_app
from carerapp.shell.db import db
from tests.conftest import ENV


def test_a_database_that_was_migrated_is_the_one_the_tables_describe(tmp_path) -> None:
    app = create_app(ENV | {"DATA": str(tmp_path)}, TESTING=True)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
            triggers = connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'")
            kept_for_ever = {name.rpartition("_no_")[0] for (name,) in triggers}
        assert kept_for_ever == {"audit", "quarantine_items", "quarantine_decisions"}
        assert "receipts" in inspect(db.engine).get_table_names()
        db.engine.dispose()
