"""Values from outside become nouns, and each wrong field is named with its fault.

Pydantic's errors in our words. Nothing of the value itself is repeated: it may be personal.
"""

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from issuer.errors import DocumentTooLarge, FieldsInvalid, MalformedDocument
from issuer.model.texts import Noun
from issuer.proofs import jcs

_N = TypeVar("_N", bound=Noun)
_MOST_BYTES = 1024 * 1024


def read(kind: type[_N], value: Mapping[str, Any]) -> _N:
    """Make a noun; raises FieldsInvalid with ``details["fields"]``: field and fault of each."""
    try:
        return kind.model_validate(value)
    except ValidationError as fault:
        wrong = [
            {
                "field": ".".join(str(part) for part in error["loc"]) or "the whole",
                "fault": error["msg"].removeprefix("Value error, "),
            }
            for error in fault.errors(include_input=False, include_url=False)
        ]
    listed = "; ".join(f"{w['field']}: {w['fault']}" for w in wrong[:10])
    msg = f"{len(wrong)} fields of this {kind.__name__.lower()} are missing or wrong: {listed}."
    raise FieldsInvalid(msg, fields=wrong)


def toml(data: bytes) -> dict[str, Any]:
    """Read TOML of at most 1 MiB; raises MalformedDocument, DocumentTooLarge."""
    if len(data) > _MOST_BYTES:
        raise DocumentTooLarge("This file is larger than 1 MiB.")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise MalformedDocument("This file is not UTF-8. Save it again as UTF-8.") from fault
    except tomllib.TOMLDecodeError as fault:
        raise MalformedDocument(f"This file is not TOML: {fault}.") from fault


def json_object(data: bytes) -> dict[str, Any]:
    """Read one JSON object of at most 1 MiB, strictly; raises what `issuer.proofs.jcs` raises."""
    return jcs.decode(data)
