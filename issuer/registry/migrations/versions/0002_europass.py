"""Europass: the share link that a learner pasted, and what a wallet answered."""

import sqlalchemy as sa
from alembic import op

from issuer.registry.columns import Moment, RowId

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables; nothing that is there is touched."""
    op.create_table(
        "europass_links",
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["awards.id"], name=op.f("fk_europass_links_award_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_europass_links_organisation")
        ),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_europass_links")),
    )
    op.create_table(
        "deposits",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_deposits_award_id")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_deposits_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposits")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deposits_award_id"), "deposits", ["award_id"], unique=False)
