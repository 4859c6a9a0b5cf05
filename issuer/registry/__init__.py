"""What is kept: one SQL layer for SQLite and PostgreSQL, a module a noun.

Every row belongs to an organisation. The registry knows nouns and nothing about documents, proofs
or lists as values, and it never commits: `issuer.registry.database` alone begins and ends a
transaction.
"""
