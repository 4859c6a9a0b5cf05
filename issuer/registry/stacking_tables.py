"""The tables of pathways: what was designed, who is on the way, what was completed and from what.

``recognitions.payload`` is encrypted under the learner's key: somebody else's credential names the
person. The others hold numbers of learners and names of parts, and ``undecided`` what is left to do
of batches. This module reads nothing.
"""

import sqlalchemy as sa

from issuer.registry.columns import Moment, RowId
from issuer.registry.metadata import METADATA, organisation

pathways = sa.Table(
    "pathways",
    METADATA,
    organisation(primary_key=True),
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "slug"),
)

journeys = sa.Table(
    "journeys",
    METADATA,
    organisation(),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), primary_key=True, autoincrement=False),
    sa.Column("pathway", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("moved_by", sa.Text),
    sa.Column("moved_at", Moment),
    sa.ForeignKeyConstraint(
        ["organisation", "pathway", "version"],
        ["pathways.organisation", "pathways.slug", "pathways.version"],
    ),
)

completions = sa.Table(
    "completions",
    METADATA,
    organisation(),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), primary_key=True, autoincrement=False),
    sa.Column("pathway", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("completed_on", sa.Date, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # Of the award: 1, and more once renewed.
    sa.Column("award_id", sa.ForeignKey("awards.id"), index=True),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", Moment),
    sa.Column("reason", sa.Text),
    sa.Index(None, "organisation", "state"),
)

recognitions = sa.Table(
    "recognitions",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), nullable=False),
    sa.Column("pathway", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("decided_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Index(None, "learner_id", "pathway"),
    sqlite_autoincrement=True,
)

stack_parts = sa.Table(
    "stack_parts",
    METADATA,
    organisation(),
    sa.Column("award_id", sa.ForeignKey("awards.id"), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("part_award_id", sa.ForeignKey("awards.id"), index=True),
    sa.Column("recognition_id", RowId),  # Gone once the learner is erased.
)

holds = sa.Table(
    "holds",
    METADATA,
    organisation(),
    sa.Column("award_id", sa.ForeignKey("awards.id"), primary_key=True),
    sa.Column("part_award_id", sa.ForeignKey("awards.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("since", Moment, primary_key=True),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text),
    sa.Index(None, "part_award_id"),
    sa.Index(None, "organisation", "ended_at"),
)

notices = sa.Table(
    "notices",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), nullable=False, index=True),
    sa.Column("award_id", sa.ForeignKey("awards.id"), nullable=False),
    sa.Column("about", sa.ForeignKey("awards.id"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seen_at", Moment),
    sa.Index(None, "organisation", "seen_at"),
    sqlite_autoincrement=True,
)

undecided = sa.Table(
    "undecided",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("slice", sa.Integer, primary_key=True, autoincrement=False),
)

OF_LEARNER = (journeys, completions, recognitions, notices)
"""What is deleted when the learner is erased."""
