"""Cohorts: mappings of files, batches with their rows, the workers that are alive.

And which schema a program must know to work with this one.
"""

import sqlalchemy as sa
from alembic import op

from issuer.registry.columns import Json, Moment, RowId

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the five tables; nothing that is there is touched."""
    op.create_table(
        "mappings",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("achievement", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_mappings_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "achievement", "name", name=op.f("pk_mappings")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("formats", Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("chunk_size", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_batches_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    living = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_batches_living",
        "batches",
        ["organisation", "fingerprint"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )
    op.create_index(
        op.f("ix_batches_organisation_created_at"),
        "batches",
        ["organisation", "created_at"],
        unique=False,
    )
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("staged_id", RowId, nullable=True),
        sa.Column("award_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_batch_rows_award_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id")),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_results.id"], name=op.f("fk_batch_rows_staged_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_rows")),
    )
    # One index per question: the next chunk, how far it is, and which batch an award came from.
    op.create_index(op.f("ix_batch_rows_batch_id_chunk"), "batch_rows", ["batch_id", "chunk"])
    op.create_index("ix_batch_rows_state", "batch_rows", ["batch_id", "state"])
    op.create_index(op.f("ix_batch_rows_award_id"), "batch_rows", ["award_id"])
    op.create_table(
        "workers",
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("executor", name=op.f("pk_workers")),
    )
    floor = op.create_table(
        "schema_floor",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_floor")),
    )
    op.bulk_insert(floor, [{"revision": "0003"}])
