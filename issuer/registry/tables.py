"""The tables. Every row belongs to an organisation; personal data is encrypted where it stands.

``learners.payload``, ``staged_results.payload``, ``documents.sealed``, ``europass_links.link`` and
``recognitions.payload`` are the only places that hold personal data, encrypted under the learner's
key; what identifies a learner, a result or a request is a blind index. ``documents.digest`` is
encrypted too: beside its salt a digest could be guessed. `issuer/registry/migrations` makes them;
a test compares. This module reads nothing.
"""

import sqlalchemy as sa

from issuer.registry import metadata, stacking_tables
from issuer.registry.columns import Json, Moment, RowId
from issuer.registry.metadata import organisation

METADATA = metadata.METADATA
OF_LEARNER = stacking_tables.OF_LEARNER
"""Tables whose rows are deleted when their learner is erased."""

organisations = sa.Table(
    "organisations",
    METADATA,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),  # The first one is the installation's own.
    sa.Column("payload", sa.Text, nullable=False),
)

achievements = sa.Table(
    "achievements",
    METADATA,
    organisation(primary_key=True),
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index(None, "slug"),
)

learners = sa.Table(
    "learners",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("lookup", sa.Text),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("payload", sa.LargeBinary),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("organisation", "lookup"),
    sqlite_autoincrement=True,
)

staged_results = sa.Table(
    "staged_results",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), nullable=False, index=True),
    sa.Column("natural_key", sa.Text),
    sa.Column("commitment", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("organisation", "natural_key"),
    sqlite_autoincrement=True,
)

awards = sa.Table(
    "awards",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    organisation(),
    sa.Column("achievement", sa.Text, nullable=False),
    sa.Column("achievement_version", sa.Integer, nullable=False),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), nullable=False, index=True),
    sa.Column("staged_id", sa.ForeignKey("staged_results.id"), index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_at", Moment, nullable=False),
    sa.Column("awarded_on", sa.Date, nullable=False),
    sa.Column("valid_until", Moment),
    sa.Column("replaces", sa.ForeignKey("awards.id")),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("link_generation", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("changed_at", Moment),
    sa.Column("list_number", sa.Integer),
    sa.Column("slot_index", sa.Integer),
    sa.ForeignKeyConstraint(
        ["organisation", "achievement", "achievement_version"],
        ["achievements.organisation", "achievements.slug", "achievements.version"],
    ),
    sa.UniqueConstraint("organisation", "list_number", "slot_index"),
    sa.Index(None, "organisation", "approved_at", "id"),
)

documents = sa.Table(
    "documents",
    METADATA,
    sa.Column("award_id", sa.ForeignKey("awards.id"), primary_key=True),
    sa.Column("format", sa.Text, primary_key=True),
    organisation(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("credential_id", sa.Text, nullable=False),
    sa.Column("verification_method", sa.Text, nullable=False),
    sa.Column("slot", sa.Text, nullable=False),  # The list addresses as they stand in it.
    sa.Column("valid_from", Moment, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("suite", sa.Text),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("versions", Json, nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("sealed_commitment", sa.Text),
    sa.Column("media_type", sa.Text),
    sa.Column("reserved_at", Moment, nullable=False),
    sa.Column("written_at", Moment),
    sa.Column("sealed_at", Moment),
    sa.Column("voided_at", Moment),
    # Of the others nobody asks by their state.
    sa.Index(
        "ix_documents_unfinished",
        "organisation",
        sqlite_where=sa.text("state IN ('reserved', 'written_down')"),
        postgresql_where=sa.text("state IN ('reserved', 'written_down')"),
    ),
    sa.Index(None, "organisation", "verification_method"),
)

europass_links = sa.Table(
    "europass_links",
    METADATA,
    sa.Column("award_id", sa.ForeignKey("awards.id"), primary_key=True),
    organisation(),
    sa.Column("link", sa.LargeBinary, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

deposits = sa.Table(
    "deposits",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("award_id", sa.ForeignKey("awards.id"), nullable=False, index=True),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("answered_at", Moment),
    sa.Column("status", sa.Integer),
    sqlite_autoincrement=True,
)

status_lists = sa.Table(
    "status_lists",
    METADATA,
    organisation(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("seed", sa.LargeBinary, nullable=False),
    sa.Column("cursor", sa.Integer, nullable=False),
    sa.Column("last_lease", sa.Integer, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.CheckConstraint("cursor >= 0 AND cursor <= length", name="cursor"),
)

# What is set in the lists. Which award has a place stands in the award; a place without a row has
# no bit set.
slots = sa.Table(
    "slots",
    METADATA,
    organisation(primary_key=True),
    sa.Column("list_number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("slot_index", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("revoked", sa.Boolean, nullable=False),
    sa.Column("suspended", sa.Boolean, nullable=False),
    sa.Column("burnt", sa.Boolean, nullable=False),
    sa.ForeignKeyConstraint(
        ["organisation", "list_number"], ["status_lists.organisation", "status_lists.number"]
    ),
)

published_lists = sa.Table(
    "published_lists",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("popcount", sa.Integer, nullable=False),
    sa.Column("valid_from", Moment, nullable=False),
    sa.Column("valid_until", Moment, nullable=False),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.ForeignKeyConstraint(
        ["organisation", "number"], ["status_lists.organisation", "status_lists.number"]
    ),
    sa.Index(None, "organisation", "number", "purpose", "id"),
    sqlite_autoincrement=True,
)

keys = sa.Table(
    "keys",
    METADATA,
    organisation(primary_key=True),
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("activated", Moment),
    sa.Column("retired", Moment),
    sa.Column("compromised_since", Moment),
    sa.Column("compromise_noticed", Moment),
    sa.Column("uri", sa.Text),
)

did_documents = sa.Table(
    "did_documents",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("document", Json, nullable=False),
    sa.Index(None, "organisation", "id"),
    sqlite_autoincrement=True,
)

tokens = sa.Table(
    "tokens",
    METADATA,
    sa.Column("id", RowId, primary_key=True),
    organisation(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("withdrawn_at", Moment),
    sa.Index(None, "organisation"),
    sqlite_autoincrement=True,
)

idempotency = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("token_id", sa.ForeignKey("tokens.id"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    organisation(),
    sa.Column("body_digest", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("reference", Json),
    sa.Column("created_at", Moment, nullable=False, index=True),
)

audit = sa.Table(
    "audit",
    METADATA,
    organisation(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("award_id", sa.Text),
    sa.Column("commitment", sa.Text),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index(None, "award_id"),
)

seen_keys = sa.Table(
    "seen_keys",
    METADATA,
    sa.Column("did", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
)

erasures = sa.Table(
    "erasures",
    METADATA,
    organisation(primary_key=True),
    sa.Column("learner_id", sa.ForeignKey("learners.id"), primary_key=True),
    sa.Column("erased_at", Moment, nullable=False),
)

mappings = sa.Table(
    "mappings",
    METADATA,
    organisation(primary_key=True),
    sa.Column("achievement", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),  # Names of columns and rules; of no person.
    sa.Column("saved_by", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

batches = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    organisation(),
    sa.Column("fingerprint", sa.Text, nullable=False),  # A blind index of file and reading.
    sa.Column("input_sha256", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("formats", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("chunk_size", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),  # Rows of the file that could not be read.
    sa.Column("version", sa.Integer, nullable=False),  # Raised by every change.
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("receipt", sa.LargeBinary),
    sa.Column("stamp", sa.LargeBinary),
    sa.Index(
        "uq_batches_living",
        "organisation",
        "fingerprint",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index(None, "organisation", "created_at"),
)

batch_rows = sa.Table(
    "batch_rows",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("staged_id", sa.ForeignKey("staged_results.id")),
    sa.Column("award_id", sa.ForeignKey("awards.id")),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("code", sa.Text),  # Of the error, where it failed.
    sa.Column("fault", sa.Text),  # Its sentence; of no person.
    sa.Index(None, "batch_id", "chunk"),
    sa.Index("ix_batch_rows_state", "batch_id", "state"),
    sa.Index(None, "award_id"),
)

leases = sa.Table(
    "leases",
    METADATA,
    sa.Column("batch_id", sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("chunk", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("list_number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("first", sa.Integer, primary_key=True, autoincrement=False),
    organisation(),
    sa.Column("row_numbers", Json, nullable=False),  # Of those that get the places, in order.
    sa.ForeignKeyConstraint(
        ["organisation", "list_number"], ["status_lists.organisation", "status_lists.number"]
    ),
)

workers = sa.Table(
    "workers",
    METADATA,
    sa.Column("executor", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

schema_floor = sa.Table(
    "schema_floor",
    METADATA,
    sa.Column("revision", sa.Text, primary_key=True),  # One row: what a program must know.
)
