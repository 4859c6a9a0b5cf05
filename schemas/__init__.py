"""The library: what others wrote, pinned by digest, and our own small vocabulary."""

from schemas.library import (
    VOCABULARY,
    CodeList,
    Concept,
    DigestMismatch,
    LibraryError,
    Term,
    UnknownDocument,
    code_list,
    context,
    context_urls,
    is_vocabulary_context,
    json_schema,
    json_schema_urls,
    read,
    vocabulary_context,
    vocabulary_terms,
)

__all__ = [
    "VOCABULARY",
    "CodeList",
    "Concept",
    "DigestMismatch",
    "LibraryError",
    "Term",
    "UnknownDocument",
    "code_list",
    "context",
    "context_urls",
    "is_vocabulary_context",
    "json_schema",
    "json_schema_urls",
    "read",
    "vocabulary_context",
    "vocabulary_terms",
]
