"""How the schema came to be, version by version; run from code, without an alembic.ini."""
