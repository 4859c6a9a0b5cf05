"""A document against a pinned JSON Schema.

JSON Schema 2019-09, https://json-schema.org/draft/2019-09; the schemas are 1EdTech's, pinned in
`schemas`. A schema that is not pinned is never fetched: `schemas.UnknownDocument` is raised.
This module judges form only; what cannot be said in JSON Schema is in `issuer.formats.lint`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft201909Validator
from jsonschema.protocols import Validator

import schemas

_MOST = 5


@cache
def _validator(url: str) -> Validator:
    return Draft201909Validator(schemas.json_schema(url))


def schema_problems(document: Mapping[str, Any], *, url: str) -> tuple[str, ...]:
    """Where and how ``document`` breaks the schema at ``url``; empty if it does not.

    At most five problems, each ``place: fault``. Raises `schemas.UnknownDocument` for a schema
    that is not pinned.
    """
    problems = []
    for error in _validator(url).iter_errors(document):
        place = "/".join(str(part) for part in error.absolute_path) or "document"
        problems.append(f"{place}: {error.message[:200]}")
        if len(problems) == _MOST:
            break
    return tuple(problems)
