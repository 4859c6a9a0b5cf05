"""What is leased for a chunk of a batch and not yet given to its awards."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; nothing that is there is touched, and no program has to know it."""
    op.create_table(
        "leases",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("list_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("row_numbers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_leases_batch_id")),
        sa.ForeignKeyConstraint(
            ["organisation", "list_number"],
            ["status_lists.organisation", "status_lists.number"],
            name=op.f("fk_leases_organisation_list_number"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_leases_organisation")
        ),
        sa.PrimaryKeyConstraint(
            "batch_id", "chunk", "list_number", "first", name=op.f("pk_leases")
        ),
    )
