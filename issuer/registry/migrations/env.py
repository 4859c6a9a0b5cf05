"""Alembic's door: migrates the connection that `issuer.registry.schema` hands in.

https://alembic.sqlalchemy.org/en/latest/cookbook.html (sharing a connection). It opens no
connection of its own and reads no settings. Where the connection is in a transaction, that belongs
to the caller (SQLite); where it is in none, each step has its own (PostgreSQL). Without a
connection the SQL is written down and not run.
"""

from alembic import context

from issuer.registry.tables import METADATA

_handed = context.config.attributes
if context.is_offline_mode():
    context.configure(
        dialect_name=_handed["dialect"],
        output_buffer=_handed["written"],
        target_metadata=METADATA,
        literal_binds=True,
    )
else:
    context.configure(
        connection=_handed["connection"],
        target_metadata=METADATA,
        transaction_per_migration=True,
    )
with context.begin_transaction():
    context.run_migrations()
