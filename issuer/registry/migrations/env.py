"""Alembic's door: migrates the connection that `issuer.registry.database` hands in.

https://alembic.sqlalchemy.org/en/latest/cookbook.html (sharing a connection). It opens no
connection of its own and reads no settings; the transaction belongs to the caller.
"""

from alembic import context

from issuer.registry.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite alters no table in place: Alembic copies it.
    render_as_batch=True,
)
context.run_migrations()
