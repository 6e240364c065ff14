"""When a phone said that nothing is kept on it any more, apart from when it was told to wipe."""

import sqlalchemy as sa
from alembic import op

from carerapp.shell import db

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    """Go forward. What the phones of people who made them forget had said stood in the other column until now."""
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('forgotten_at', db.UtcTime(), nullable=True))
    op.execute(
        "update phones set forgotten_at = told_to_wipe_at, told_to_wipe_at = null "
        "where cut_off_at is null and told_to_wipe_at is not null"
    )


def downgrade() -> None:
    """Go back."""
    op.execute("update phones set told_to_wipe_at = forgotten_at where cut_off_at is null and forgotten_at is not null")
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.drop_column('forgotten_at')
