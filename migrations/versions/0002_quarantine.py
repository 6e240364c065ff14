"""Words that came after access had ended, what was decided about them, and receipts that say so."""

import sqlalchemy as sa
from alembic import op

from carerapp.quarantine.models import APPEND_ONLY
from carerapp.shell import db

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kept_with', sa.String(length=80), nullable=True))
    op.create_table('quarantine_items',
    sa.Column('author_id', sa.String(length=26), nullable=False),
    sa.Column('item_id', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.String(length=40), nullable=False),
    sa.Column('zone', sa.String(length=48), nullable=False),
    sa.Column('skew', sa.Integer(), nullable=True),
    sa.Column('written_at', db.UtcTime(), nullable=False),
    sa.Column('came_at', db.UtcTime(), nullable=False),
    sa.Column('why', sa.String(length=12), nullable=False),
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=True),
    sa.Column('role_then', sa.String(length=24), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('before_end', sa.Boolean(), nullable=False),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_quarantine_items_author_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_quarantine_items_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_quarantine_items_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine_items')),
    sa.UniqueConstraint('author_id', 'item_id', name=op.f('uq_quarantine_items_author_id_item_id'))
    )
    with op.batch_alter_table('quarantine_items', schema=None) as batch_op:
        batch_op.create_index('ix_quarantine_items_came', ['authority_id', 'came_at'], unique=False)

    op.create_table('quarantine_decisions',
    sa.Column('kept_id', sa.String(length=26), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('recording_id', sa.String(length=26), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_quarantine_decisions_by_id')),
    sa.ForeignKeyConstraint(['kept_id'], ['quarantine_items.id'], name=op.f('fk_quarantine_decisions_kept_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_quarantine_decisions_recording_id')),
    sa.PrimaryKeyConstraint('kept_id', name=op.f('pk_quarantine_decisions'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        for statement in APPEND_ONLY:
            op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.drop_table('quarantine_decisions')
    with op.batch_alter_table('quarantine_items', schema=None) as batch_op:
        batch_op.drop_index('ix_quarantine_items_came')

    op.drop_table('quarantine_items')
    with op.batch_alter_table('receipts', schema=None) as batch_op:
        batch_op.drop_column('kept_with')
