"""How migrations reach the database: through the app's own engine, in one transaction a step."""

from alembic import context
from flask import current_app

from carerapp.shell.db import Base, set_reading

database = current_app.extensions["migrate"].db


def run() -> None:
    """Run migrations on the app's database. SQLite changes tables by copying them (batch mode)."""
    set_reading(False)
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="db.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
