"""Since when the oldest words on a phone have waited, when it was last heard of."""

import sqlalchemy as sa
from alembic import op

from carerapp.shell import db

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting_since', db.UtcTime(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.drop_column('waiting_since')
