"""Which slices of a batch that has ended wait until it is decided what their learners complete."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; nothing that is there is touched, and no program has to know it."""
    op.create_table(
        "undecided",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("slice", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['batch_id'], ['batches.id'], name=op.f("fk_undecided_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "slice", name=op.f("pk_undecided")),
    )
