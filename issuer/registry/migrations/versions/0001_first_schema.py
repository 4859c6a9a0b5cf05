"""The first schema: every table, each row with its organisation."""

import sqlalchemy as sa
from alembic import op

from issuer.registry.columns import Json, Moment, RowId

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "organisations",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_organisations")),
    )
    op.create_table(
        "seen_keys",
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("first_seen", Moment(), nullable=False),
        sa.Column("last_seen", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("did", "key", name=op.f("pk_seen_keys")),
    )
    op.create_table(
        "achievements",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_achievements_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "slug", "version", name=op.f("pk_achievements")),
    )
    op.create_index(op.f("ix_achievements_slug"), "achievements", ["slug"], unique=False)
    op.create_table(
        "audit",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_audit_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_award_id"), "audit", ["award_id"], unique=False)
    op.create_table(
        "did_documents",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_did_documents_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_did_documents")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_did_documents_organisation_id"),
        "did_documents",
        ["organisation", "id"],
        unique=False,
    )
    op.create_table(
        "keys",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("activated", Moment(), nullable=True),
        sa.Column("retired", Moment(), nullable=True),
        sa.Column("compromised_since", Moment(), nullable=True),
        sa.Column("compromise_noticed", Moment(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_keys_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "kid", name=op.f("pk_keys")),
    )
    op.create_table(
        "learners",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_learners_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learners")),
        sa.UniqueConstraint("organisation", "lookup", name=op.f("uq_learners_organisation_lookup")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "status_lists",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("last_lease", sa.Integer(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cursor >= 0 AND cursor <= length", name=op.f("ck_status_lists_cursor")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_status_lists_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "tokens",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_tokens_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("sha256", name=op.f("uq_tokens_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tokens_organisation"), "tokens", ["organisation"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, nullable=False),
        sa.Column("erased_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_erasures_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_erasures_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "learner_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "idempotency",
        sa.Column("token_id", RowId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reference", Json, nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_idempotency_organisation")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_idempotency_token_id")),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "published_lists",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("popcount", sa.Integer(), nullable=False),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("valid_until", Moment(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "number"],
            ["status_lists.organisation", "status_lists.number"],
            name=op.f("fk_published_lists_organisation_number"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_published_lists_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_lists")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_published_lists_organisation_number_purpose_id"),
        "published_lists",
        ["organisation", "number", "purpose", "id"],
        unique=False,
    )
    op.create_table(
        "staged_results",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, nullable=False),
        sa.Column("natural_key", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learners.id"], name=op.f("fk_staged_results_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_staged_results_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_results")),
        sa.UniqueConstraint(
            "organisation", "natural_key", name=op.f("uq_staged_results_organisation_natural_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_staged_results_learner_id"), "staged_results", ["learner_id"], unique=False
    )
    op.create_table(
        "awards",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("achievement", sa.Text(), nullable=False),
        sa.Column("achievement_version", sa.Integer(), nullable=False),
        sa.Column("learner_id", RowId, nullable=False),
        sa.Column("staged_id", RowId, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("approved_at", Moment(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("valid_until", Moment(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=True),
        sa.Column("list_number", sa.Integer(), nullable=True),
        sa.Column("slot_index", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name=op.f("fk_awards_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation", "achievement", "achievement_version"],
            ["achievements.organisation", "achievements.slug", "achievements.version"],
            name=op.f("fk_awards_organisation_achievement_achievement_version"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_awards_organisation")
        ),
        sa.ForeignKeyConstraint(["replaces"], ["awards.id"], name=op.f("fk_awards_replaces")),
        sa.ForeignKeyConstraint(
            ["staged_id"], ["staged_results.id"], name=op.f("fk_awards_staged_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint(
            "organisation",
            "list_number",
            "slot_index",
            name=op.f("uq_awards_organisation_list_number_slot_index"),
        ),
    )
    op.create_index(op.f("ix_awards_learner_id"), "awards", ["learner_id"], unique=False)
    op.create_index(
        op.f("ix_awards_organisation_approved_at_id"),
        "awards",
        ["organisation", "approved_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_awards_staged_id"), "awards", ["staged_id"], unique=False)
    op.create_table(
        "documents",
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("verification_method", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("valid_from", Moment(), nullable=False),
        sa.Column("created", Moment(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("versions", Json, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_commitment", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("reserved_at", Moment(), nullable=False),
        sa.Column("written_at", Moment(), nullable=True),
        sa.Column("sealed_at", Moment(), nullable=True),
        sa.Column("voided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_documents_award_id")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_documents_organisation")
        ),
        sa.PrimaryKeyConstraint("award_id", "format", name=op.f("pk_documents")),
    )
    op.create_index(
        op.f("ix_documents_organisation_state"),
        "documents",
        ["organisation", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_documents_organisation_verification_method"),
        "documents",
        ["organisation", "verification_method"],
        unique=False,
    )
    op.create_table(
        "slots",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("list_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("award_id", sa.Text(), nullable=True),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("burnt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["awards.id"], name=op.f("fk_slots_award_id")),
        sa.ForeignKeyConstraint(
            ["organisation", "list_number"],
            ["status_lists.organisation", "status_lists.number"],
            name=op.f("fk_slots_organisation_list_number"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.slug"], name=op.f("fk_slots_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation", "list_number", "slot_index", name=op.f("pk_slots")),
        sa.UniqueConstraint("award_id", name=op.f("uq_slots_award_id")),
    )
