"""Pathways: their versions, journeys on them, what was completed, from which parts, and holds."""

import sqlalchemy as sa
from alembic import op

from issuer.registry.columns import Moment, RowId

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the seven tables; nothing that is there is touched, and no program has to know them."""
    op.create_table(
        "pathways",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_pathways_organisation")),
        sa.PrimaryKeyConstraint("organisation", "slug", "version", name=op.f("pk_pathways")),
    )
    op.create_index(op.f("ix_pathways_slug"), "pathways", ['slug'])
    op.create_table(
        "journeys",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, autoincrement=False, nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=True),
        sa.Column("moved_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f("fk_journeys_learner_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_journeys_organisation")),
        sa.ForeignKeyConstraint(['organisation', 'pathway', 'version'], ['pathways.organisation', 'pathways.slug', 'pathways.version'], name=op.f("fk_journeys_organisation_pathway_version")),
        sa.PrimaryKeyConstraint("learner_id", "pathway", name=op.f("pk_journeys")),
    )
    op.create_table(
        "recognitions",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f("fk_recognitions_learner_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_recognitions_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_recognitions_learner_id_pathway"), "recognitions", ['learner_id', 'pathway'])
    op.create_table(
        "completions",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, autoincrement=False, nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['award_id'], ['awards.id'], name=op.f("fk_completions_award_id")),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f("fk_completions_learner_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_completions_organisation")),
        sa.PrimaryKeyConstraint("learner_id", "pathway", "step", name=op.f("pk_completions")),
    )
    op.create_index(op.f("ix_completions_award_id"), "completions", ['award_id'])
    op.create_index(op.f("ix_completions_organisation_state"), "completions", ['organisation', 'state'])
    op.create_table(
        "holds",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("part_award_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(['award_id'], ['awards.id'], name=op.f("fk_holds_award_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_holds_organisation")),
        sa.ForeignKeyConstraint(['part_award_id'], ['awards.id'], name=op.f("fk_holds_part_award_id")),
        sa.PrimaryKeyConstraint("award_id", "part_award_id", "kind", "since", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_organisation_ended_at"), "holds", ['organisation', 'ended_at'])
    op.create_index(op.f("ix_holds_part_award_id"), "holds", ['part_award_id'])
    op.create_table(
        "notices",
        sa.Column("id", RowId, nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("learner_id", RowId, nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(['about'], ['awards.id'], name=op.f("fk_notices_about")),
        sa.ForeignKeyConstraint(['award_id'], ['awards.id'], name=op.f("fk_notices_award_id")),
        sa.ForeignKeyConstraint(['learner_id'], ['learners.id'], name=op.f("fk_notices_learner_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_notices_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_learner_id"), "notices", ['learner_id'])
    op.create_index(op.f("ix_notices_organisation_seen_at"), "notices", ['organisation', 'seen_at'])
    op.create_table(
        "stack_parts",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("part_award_id", sa.Text(), nullable=True),
        sa.Column("recognition_id", RowId, nullable=True),
        sa.ForeignKeyConstraint(['award_id'], ['awards.id'], name=op.f("fk_stack_parts_award_id")),
        sa.ForeignKeyConstraint(['organisation'], ['organisations.slug'], name=op.f("fk_stack_parts_organisation")),
        sa.ForeignKeyConstraint(['part_award_id'], ['awards.id'], name=op.f("fk_stack_parts_part_award_id")),
        sa.PrimaryKeyConstraint("award_id", "part", name=op.f("pk_stack_parts")),
    )
    op.create_index(op.f("ix_stack_parts_part_award_id"), "stack_parts", ['part_award_id'])
