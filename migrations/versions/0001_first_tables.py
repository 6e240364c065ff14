"""The first tables."""

import sqlalchemy as sa
from alembic import op

from carerapp.audit.models import APPEND_ONLY
from carerapp.shell import db

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bucket', sa.String(length=64), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.create_index('ix_attempts_bucket', ['bucket', 'at'], unique=False)

    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.Column('actor_id', sa.String(length=26), nullable=True),
    sa.Column('role', sa.String(length=24), nullable=True),
    sa.Column('sign_in_id', sa.String(length=26), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('what', sa.String(length=64), nullable=False),
    sa.Column('thing', sa.String(length=64), nullable=True),
    sa.Column('child_id', sa.String(length=26), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_child', ['child_id', 'id'], unique=False)

    op.create_table('children',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('full_name', sa.String(length=160), nullable=False),
    sa.Column('born_on', sa.Date(), nullable=False),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_children'))
    )
    op.create_table('events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('tag', sa.String(length=48), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('actor_id', sa.String(length=26), nullable=True),
    sa.Column('child_id', sa.String(length=26), nullable=True),
    sa.Column('household_id', sa.String(length=26), nullable=True),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('subject_id', sa.String(length=26), nullable=False),
    sa.Column('caused_by', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['caused_by'], ['events.id'], name=op.f('fk_events_caused_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_child', ['child_id', 'id'], unique=False)
        batch_op.create_index('ix_events_subject', ['subject_id', 'id'], unique=False)

    op.create_table('households',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_households'))
    )
    op.create_table('teams',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams'))
    )
    op.create_table('people',
    sa.Column('slug', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('full_name', sa.String(length=160), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('team_id', sa.String(length=26), nullable=True),
    sa.Column('child_id', sa.String(length=26), nullable=True),
    sa.Column('suspended_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_people_child_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_people_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('slug', name=op.f('uq_people_slug'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.create_index('ix_people_authority_role', ['authority_id', 'role'], unique=False)

    op.create_table('placements',
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('planned_end', sa.Boolean(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_placements_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_placements_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placements'))
    )
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.create_index('ix_placements_child', ['child_id'], unique=False)
        batch_op.create_index('ix_placements_household', ['household_id'], unique=False)

    op.create_table('allocations',
    sa.Column('worker_id', sa.String(length=26), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=True),
    sa.Column('child_id', sa.String(length=26), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_allocations_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_allocations_household_id')),
    sa.ForeignKeyConstraint(['worker_id'], ['people.id'], name=op.f('fk_allocations_worker_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allocations'))
    )
    with op.batch_alter_table('allocations', schema=None) as batch_op:
        batch_op.create_index('ix_allocations_child', ['child_id'], unique=False)
        batch_op.create_index('ix_allocations_household', ['household_id'], unique=False)
        batch_op.create_index('ix_allocations_worker', ['worker_id'], unique=False)

    op.create_table('challenges',
    sa.Column('challenge', sa.LargeBinary(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=True),
    sa.Column('expires_at', db.UtcTime(), nullable=False),
    sa.Column('used_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_challenges_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenges'))
    )
    op.create_table('clocks',
    sa.Column('rule', sa.String(length=48), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('subject_id', sa.String(length=26), nullable=False),
    sa.Column('child_id', sa.String(length=26), nullable=True),
    sa.Column('household_id', sa.String(length=26), nullable=True),
    sa.Column('owner_id', sa.String(length=26), nullable=False),
    sa.Column('asked_by_id', sa.String(length=26), nullable=True),
    sa.Column('opened_at', db.UtcTime(), nullable=False),
    sa.Column('target_at', db.UtcTime(), nullable=True),
    sa.Column('warn_at', db.UtcTime(), nullable=False),
    sa.Column('due_at', db.UtcTime(), nullable=False),
    sa.Column('met_at', db.UtcTime(), nullable=True),
    sa.Column('met_by_id', sa.String(length=26), nullable=True),
    sa.Column('met_with', sa.String(length=48), nullable=True),
    sa.Column('stopped_at', db.UtcTime(), nullable=True),
    sa.Column('stopped_because', sa.String(length=200), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_clocks_asked_by_id')),
    sa.ForeignKeyConstraint(['met_by_id'], ['people.id'], name=op.f('fk_clocks_met_by_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_clocks_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clocks')),
    sa.UniqueConstraint('subject_id', 'rule', name=op.f('uq_clocks_subject_id_rule'))
    )
    with op.batch_alter_table('clocks', schema=None) as batch_op:
        batch_op.create_index('ix_clocks_asked_by', ['authority_id', 'asked_by_id', 'due_at'], unique=False, sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))
        batch_op.create_index('ix_clocks_open', ['authority_id', 'due_at'], unique=False, sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))
        batch_op.create_index('ix_clocks_owner', ['owner_id', 'due_at'], unique=False)
        batch_op.create_index('ix_clocks_running', ['authority_id', 'subject_id'], unique=False, sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))

    op.create_table('invitations',
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('made_by_id', sa.String(length=26), nullable=True),
    sa.Column('made_at', db.UtcTime(), nullable=False),
    sa.Column('expires_at', db.UtcTime(), nullable=False),
    sa.Column('used_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_invitations_made_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_invitations_token_digest'))
    )
    op.create_table('memberships',
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_memberships_household_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_memberships_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships'))
    )
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.create_index('ix_memberships_household', ['household_id'], unique=False)
        batch_op.create_index('ix_memberships_person', ['person_id'], unique=False)

    op.create_table('passkeys',
    sa.Column('credential_id', sa.LargeBinary(length=1024), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('transports', sa.String(length=80), nullable=False),
    sa.Column('backed_up', sa.Boolean(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('created_at', db.UtcTime(), nullable=False),
    sa.Column('last_used_at', db.UtcTime(), nullable=True),
    sa.Column('ended_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_passkeys_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    with op.batch_alter_table('passkeys', schema=None) as batch_op:
        batch_op.create_index('ix_passkeys_person', ['person_id'], unique=False)

    op.create_table('phones',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('created_at', db.UtcTime(), nullable=False),
    sa.Column('last_seen_at', db.UtcTime(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=True),
    sa.Column('cut_off_at', db.UtcTime(), nullable=True),
    sa.Column('cut_off_by_id', sa.String(length=26), nullable=True),
    sa.Column('told_to_wipe_at', db.UtcTime(), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['cut_off_by_id'], ['people.id'], name=op.f('fk_phones_cut_off_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_phones_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phones'))
    )
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.create_index('ix_phones_person', ['person_id'], unique=False)

    op.create_table('receipts',
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('item_id', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.Column('location', sa.String(length=200), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_receipts_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'item_id', name=op.f('pk_receipts'))
    )
    op.create_table('recordings',
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('author_id', sa.String(length=26), nullable=False),
    sa.Column('amends_id', sa.String(length=26), nullable=True),
    sa.Column('about_on', sa.Date(), nullable=False),
    sa.Column('day_part', sa.String(length=12), nullable=False),
    sa.Column('made_at', db.UtcTime(), nullable=False),
    sa.Column('made_offset', sa.Integer(), nullable=False),
    sa.Column('made_zone', sa.String(length=48), nullable=False),
    sa.Column('sent_at', db.UtcTime(), nullable=False),
    sa.Column('skew', sa.Integer(), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('how', sa.String(length=12), nullable=False),
    sa.Column('went_well', sa.Text(), nullable=False),
    sa.Column('child_said', sa.Text(), nullable=False),
    sa.Column('saw', sa.Text(), nullable=False),
    sa.Column('think', sa.Text(), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.Column('told_by', sa.String(length=200), nullable=False),
    sa.Column('sections', sa.JSON(), nullable=False),
    sa.Column('today_held', sa.JSON(), nullable=False),
    sa.Column('today_held_version', sa.Integer(), nullable=False),
    sa.Column('how_i_am', sa.Text(), nullable=False),
    sa.Column('wants_help', sa.Boolean(), nullable=False),
    sa.Column('help_with', sa.Text(), nullable=False),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['amends_id'], ['recordings.id'], name=op.f('fk_recordings_amends_id')),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_recordings_author_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_recordings_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_recordings_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.create_index('ix_recordings_author_day', ['author_id', 'about_on'], unique=False)
        batch_op.create_index('ix_recordings_child_day', ['child_id', 'about_on'], unique=False)
        batch_op.create_index('ix_recordings_household_day', ['household_id', 'about_on'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('code_digest', sa.String(length=64), nullable=False),
    sa.Column('made_at', db.UtcTime(), nullable=False),
    sa.Column('used_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes')),
    sa.UniqueConstraint('code_digest', name=op.f('uq_recovery_codes_code_digest'))
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index('ix_recovery_codes_person', ['person_id'], unique=False)

    op.create_table('hand_ups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('clock_id', sa.String(length=26), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('from_id', sa.String(length=26), nullable=False),
    sa.Column('to_id', sa.String(length=26), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['clocks.id'], name=op.f('fk_hand_ups_clock_id')),
    sa.ForeignKeyConstraint(['from_id'], ['people.id'], name=op.f('fk_hand_ups_from_id')),
    sa.ForeignKeyConstraint(['to_id'], ['people.id'], name=op.f('fk_hand_ups_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_ups')),
    sa.UniqueConstraint('clock_id', 'step', name=op.f('uq_hand_ups_clock_id_step'))
    )
    with op.batch_alter_table('hand_ups', schema=None) as batch_op:
        batch_op.create_index('ix_hand_ups_to', ['to_id'], unique=False)

    op.create_table('handovers',
    sa.Column('recording_id', sa.String(length=26), nullable=False),
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('reader_id', sa.String(length=26), nullable=False),
    sa.Column('passed_by_id', sa.String(length=26), nullable=False),
    sa.Column('passed_at', db.UtcTime(), nullable=False),
    sa.Column('alert', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('read_at', db.UtcTime(), nullable=True),
    sa.Column('reference', sa.String(length=24), nullable=True),
    sa.Column('pack', sa.Text(), nullable=True),
    sa.Column('pack_hash', sa.String(length=64), nullable=True),
    sa.Column('event_id', sa.Integer(), nullable=True),
    sa.Column('filed_at', db.UtcTime(), nullable=True),
    sa.Column('filed_as', sa.String(length=80), nullable=False),
    sa.Column('followed_up_at', db.UtcTime(), nullable=True),
    sa.Column('followed_up_with', sa.Text(), nullable=False),
    sa.Column('done_at', db.UtcTime(), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_handovers_child_id')),
    sa.ForeignKeyConstraint(['event_id'], ['events.id'], name=op.f('fk_handovers_event_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_handovers_household_id')),
    sa.ForeignKeyConstraint(['passed_by_id'], ['people.id'], name=op.f('fk_handovers_passed_by_id')),
    sa.ForeignKeyConstraint(['reader_id'], ['people.id'], name=op.f('fk_handovers_reader_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_handovers_recording_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_handovers')),
    sa.UniqueConstraint('recording_id', name=op.f('uq_handovers_recording_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_handovers_reference'))
    )
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.create_index('ix_handovers_child', ['child_id', 'passed_at'], unique=False)
        batch_op.create_index('ix_handovers_open', ['authority_id', 'child_id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.create_index('ix_handovers_reader', ['authority_id', 'reader_id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('meetings',
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('asked_at', db.UtcTime(), nullable=False),
    sa.Column('asked_by_id', sa.String(length=26), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('cause_id', sa.String(length=26), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['people.id'], name=op.f('fk_meetings_asked_by_id')),
    sa.ForeignKeyConstraint(['cause_id'], ['recordings.id'], name=op.f('fk_meetings_cause_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_meetings_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_meetings_household_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index('ix_meetings_child', ['child_id', 'asked_at'], unique=False)

    op.create_table('recording_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recording_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.Column('to_id', sa.String(length=26), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('link', sa.String(length=80), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_recording_steps_by_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_recording_steps_recording_id')),
    sa.ForeignKeyConstraint(['to_id'], ['people.id'], name=op.f('fk_recording_steps_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_steps'))
    )
    with op.batch_alter_table('recording_steps', schema=None) as batch_op:
        batch_op.create_index('ix_recording_steps_recording', ['recording_id', 'id'], unique=False)

    op.create_table('recoveries',
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('code_id', sa.String(length=26), nullable=False),
    sa.Column('browser', sa.String(length=80), nullable=False),
    sa.Column('asked_at', db.UtcTime(), nullable=False),
    sa.Column('decided_at', db.UtcTime(), nullable=True),
    sa.Column('decided_by_id', sa.String(length=26), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('invitation_id', sa.String(length=26), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['code_id'], ['recovery_codes.id'], name=op.f('fk_recoveries_code_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['people.id'], name=op.f('fk_recoveries_decided_by_id')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_recoveries_invitation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recoveries_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recoveries'))
    )
    with op.batch_alter_table('recoveries', schema=None) as batch_op:
        batch_op.create_index('ix_recoveries_person', ['person_id'], unique=False)

    op.create_table('sign_ins',
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=False),
    sa.Column('phone_id', sa.String(length=64), nullable=True),
    sa.Column('how', sa.String(length=16), nullable=False),
    sa.Column('browser', sa.String(length=80), nullable=False),
    sa.Column('created_at', db.UtcTime(), nullable=False),
    sa.Column('last_seen_at', db.UtcTime(), nullable=False),
    sa.Column('ended_at', db.UtcTime(), nullable=True),
    sa.Column('ended_because', sa.String(length=24), nullable=True),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_ins_person_id')),
    sa.ForeignKeyConstraint(['phone_id'], ['phones.id'], name=op.f('fk_sign_ins_phone_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_sign_ins_token_digest'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index('ix_sign_ins_person', ['person_id'], unique=False)

    op.create_table('triage_decisions',
    sa.Column('recording_id', sa.String(length=26), nullable=False),
    sa.Column('by_id', sa.String(length=26), nullable=False),
    sa.Column('at', db.UtcTime(), nullable=False),
    sa.Column('outcomes', sa.JSON(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('not_passed_because', sa.Text(), nullable=False),
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_triage_decisions_by_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_triage_decisions_recording_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_triage_decisions')),
    sa.UniqueConstraint('recording_id', 'by_id', 'at', name=op.f('uq_triage_decisions_recording_id_by_id_at'))
    )
    with op.batch_alter_table('triage_decisions', schema=None) as batch_op:
        batch_op.create_index('ix_triage_decisions_rec', ['recording_id'], unique=False)

    op.create_table('triage_waiting',
    sa.Column('recording_id', sa.String(length=26), nullable=False),
    sa.Column('reader_id', sa.String(length=26), nullable=False),
    sa.Column('child_id', sa.String(length=26), nullable=False),
    sa.Column('household_id', sa.String(length=26), nullable=False),
    sa.Column('sent_at', db.UtcTime(), nullable=False),
    sa.Column('promised_at', db.UtcTime(), nullable=False),
    sa.Column('about_on', sa.Date(), nullable=True),
    sa.Column('day_part', sa.String(length=12), nullable=False),
    sa.Column('author_id', sa.String(length=26), nullable=True),
    sa.Column('how', sa.String(length=12), nullable=False),
    sa.Column('wants_help', sa.Boolean(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('head', sa.String(length=140), nullable=False),
    sa.Column('read_at', db.UtcTime(), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_triage_waiting_author_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_triage_waiting_child_id')),
    sa.ForeignKeyConstraint(['household_id'], ['households.id'], name=op.f('fk_triage_waiting_household_id')),
    sa.ForeignKeyConstraint(['reader_id'], ['people.id'], name=op.f('fk_triage_waiting_reader_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_triage_waiting_recording_id')),
    sa.PrimaryKeyConstraint('recording_id', name=op.f('pk_triage_waiting'))
    )
    with op.batch_alter_table('triage_waiting', schema=None) as batch_op:
        batch_op.create_index('ix_triage_waiting_household', ['household_id'], unique=False)
        batch_op.create_index('ix_triage_waiting_reader', ['reader_id', 'promised_at', 'recording_id'], unique=False)

    op.create_table('meeting_people',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.String(length=26), nullable=False),
    sa.Column('part', sa.String(length=16), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.String(length=26), nullable=True),
    sa.Column('authority_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_people_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_meeting_people_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_people'))
    )
    with op.batch_alter_table('meeting_people', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_people_meeting', ['meeting_id'], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        for statement in APPEND_ONLY:
            op.execute(statement)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('meeting_people', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_people_meeting')

    op.drop_table('meeting_people')
    with op.batch_alter_table('triage_waiting', schema=None) as batch_op:
        batch_op.drop_index('ix_triage_waiting_reader')
        batch_op.drop_index('ix_triage_waiting_household')

    op.drop_table('triage_waiting')
    with op.batch_alter_table('triage_decisions', schema=None) as batch_op:
        batch_op.drop_index('ix_triage_decisions_rec')

    op.drop_table('triage_decisions')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_ins_person')

    op.drop_table('sign_ins')
    with op.batch_alter_table('recoveries', schema=None) as batch_op:
        batch_op.drop_index('ix_recoveries_person')

    op.drop_table('recoveries')
    with op.batch_alter_table('recording_steps', schema=None) as batch_op:
        batch_op.drop_index('ix_recording_steps_recording')

    op.drop_table('recording_steps')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index('ix_meetings_child')

    op.drop_table('meetings')
    with op.batch_alter_table('handovers', schema=None) as batch_op:
        batch_op.drop_index('ix_handovers_reader', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('ix_handovers_open', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('ix_handovers_child')

    op.drop_table('handovers')
    with op.batch_alter_table('hand_ups', schema=None) as batch_op:
        batch_op.drop_index('ix_hand_ups_to')

    op.drop_table('hand_ups')
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.drop_index('ix_recovery_codes_person')

    op.drop_table('recovery_codes')
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.drop_index('ix_recordings_household_day')
        batch_op.drop_index('ix_recordings_child_day')
        batch_op.drop_index('ix_recordings_author_day')

    op.drop_table('recordings')
    op.drop_table('receipts')
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.drop_index('ix_phones_person')

    op.drop_table('phones')
    with op.batch_alter_table('passkeys', schema=None) as batch_op:
        batch_op.drop_index('ix_passkeys_person')

    op.drop_table('passkeys')
    with op.batch_alter_table('memberships', schema=None) as batch_op:
        batch_op.drop_index('ix_memberships_person')
        batch_op.drop_index('ix_memberships_household')

    op.drop_table('memberships')
    op.drop_table('invitations')
    with op.batch_alter_table('clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_clocks_running', sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))
        batch_op.drop_index('ix_clocks_owner')
        batch_op.drop_index('ix_clocks_open', sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))
        batch_op.drop_index('ix_clocks_asked_by', sqlite_where=sa.text('met_at IS NULL AND stopped_at IS NULL'), postgresql_where=sa.text('met_at IS NULL AND stopped_at IS NULL'))

    op.drop_table('clocks')
    op.drop_table('challenges')
    with op.batch_alter_table('allocations', schema=None) as batch_op:
        batch_op.drop_index('ix_allocations_worker')
        batch_op.drop_index('ix_allocations_household')
        batch_op.drop_index('ix_allocations_child')

    op.drop_table('allocations')
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.drop_index('ix_placements_household')
        batch_op.drop_index('ix_placements_child')

    op.drop_table('placements')
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_index('ix_people_authority_role')

    op.drop_table('people')
    op.drop_table('teams')
    op.drop_table('households')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_subject')
        batch_op.drop_index('ix_events_child')

    op.drop_table('events')
    op.drop_table('children')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_child')

    op.drop_table('audit')
    with op.batch_alter_table('attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_attempts_bucket')

    op.drop_table('attempts')
