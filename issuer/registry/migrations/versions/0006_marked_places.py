"""Only places with a bit set have a row, and only unfinished documents are found by their state."""

import sqlalchemy as sa

from issuer.registry.migrations import beside

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index the unfinished documents alone; ask a place's award of the award.

    A program that asked `slots` for the place of an award would find none, and set no bit where one
    is revoked. So the column goes, and its questions fail at once.
    """
    beside.add_index(
        "ix_documents_unfinished",
        "documents",
        ["organisation"],
        where="state IN ('reserved', 'written_down')",
    )
    beside.drop_index("ix_documents_organisation_state", "documents")
    beside.drop_column(
        "slots",
        "award_id",
        kept=[
            sa.Column("organisation", sa.Text(), nullable=False),
            sa.Column("list_number", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("slot_index", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("revoked", sa.Boolean(), nullable=False),
            sa.Column("suspended", sa.Boolean(), nullable=False),
            sa.Column("burnt", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(
                ["organisation", "list_number"],
                ["status_lists.organisation", "status_lists.number"],
                name="fk_slots_organisation_list_number",
            ),
            sa.ForeignKeyConstraint(
                ["organisation"], ["organisations.slug"], name="fk_slots_organisation"
            ),
            sa.PrimaryKeyConstraint("organisation", "list_number", "slot_index", name="pk_slots"),
        ],
        referred="awards",
    )
    beside.require_program("0006")
