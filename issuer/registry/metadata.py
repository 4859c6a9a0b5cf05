"""What all tables share: their metadata, how constraints are called, whose a row is.

SQLAlchemy Core 2.1. This module defines no table: see `issuer.registry.tables`.
"""

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def organisation(*, primary_key: bool = False) -> sa.Column[str]:
    """The column that says whose a row is."""
    key = sa.ForeignKey("organisations.slug")
    return sa.Column("organisation", sa.Text, key, primary_key=primary_key, nullable=False)
