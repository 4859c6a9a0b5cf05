"""The one module that turns values into JSON bytes, and reads JSON strictly.

JSON Canonicalization Scheme, RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785); I-JSON, RFC 7493.
It knows no proofs and no linked data.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NoReturn

import rfc8785
from pydantic_core import PydanticSerializationError, from_json, to_json

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.jsonld.ijson import LARGEST_INTEGER, MOST_NESTING, require_interoperable

MOST_BYTES = 1024 * 1024
BEGIN, END = b"{\n", b"\n}\n"
"""How `encode_document` begins and ends an object that is not empty."""
_MOST_DIGITS = 400
_PLAIN = frozenset({int, bool, type(None)})
# Between these a float is written without an exponent.
_LEAST_PLAIN = 1e-3
_MOST_PLAIN = 1e15
# Control characters that are not allowed; whatever else looks like one is read the slow way.
_ESCAPED = re.compile(rb"\\[^nrt\"\\]")
_ASCII = bytes(range(0x80))
# One that holds itself has no end.
_MOST_CONTAINERS = 100_000


def encode(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value (RFC 8785); raises MalformedDocument."""
    try:
        return rfc8785.dumps(_plain(value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as fault:
        raise MalformedDocument(f"This value has no canonical JSON form: {fault}.") from fault


def encode_document(value: Any) -> bytes:
    """Return readable JSON bytes: key order kept, one space of indent, final newline, UTF-8.

    `decode` reads them back. Raises MalformedDocument.
    """
    # The same bytes as below, in a tenth of the time.
    with suppress(PydanticSerializationError, RecursionError, TypeError):
        if _is_written_alike(value):
            return to_json(value, indent=1) + b"\n"
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=1)  # noqa: TID251 # This is the one module.
        return f"{text}\n".encode()
    except (TypeError, ValueError, RecursionError) as fault:
        raise MalformedDocument(f"This value has no JSON form: {fault}.") from fault


def unclosed(value: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The bytes of `encode_document` in pieces, without the end: another member may follow.

    Raises MalformedDocument.
    """
    return (encode_document(value).removesuffix(END),)


def encode_compact(value: Any) -> bytes:
    """Return compact JSON bytes: key order kept, no space, UTF-8; raises MalformedDocument."""
    with suppress(PydanticSerializationError, RecursionError, TypeError):
        if _is_written_alike(value):
            return to_json(value)
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))  # noqa: TID251 # As above.
        return text.encode()
    except (TypeError, ValueError, RecursionError) as fault:
        raise MalformedDocument(f"This value has no JSON form: {fault}.") from fault


def decode(data: bytes, *, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """Read one JSON object that every library reads alike.

    UTF-8 without byte order mark, at most ``most_bytes``, nesting at most 64, no member twice, no
    NaN, no control or non-characters, numbers within ±(2^53−1) and 0 or at least 1e-6 away from it.
    Raises MalformedDocument, DocumentTooLarge, ForbiddenCharacter.
    """
    if len(data) > most_bytes:
        raise DocumentTooLarge(f"The document is larger than {most_bytes / 2**20:g} MiB.")
    if (known := _as_written_here(data)) is not None:
        return known
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_members,
            parse_constant=_not_a_number,
            parse_int=_integer,
            parse_float=_fraction,
        )
    except UnicodeDecodeError as fault:
        raise MalformedDocument(f"The document is not UTF-8 (byte {fault.start + 1}).") from fault
    except json.JSONDecodeError as fault:
        raise MalformedDocument(
            f"The document is not JSON: {fault.msg} (line {fault.lineno}, column {fault.colno})."
        ) from fault
    except RecursionError as fault:
        raise DocumentTooLarge("The document is nested too deep: flatten it.") from fault
    if not isinstance(value, dict):
        raise MalformedDocument("The document is JSON, but not an object.")
    require_interoperable(value)
    return value


def _as_written_here(data: bytes) -> dict[str, Any] | None:
    """What `encode_document` or `encode_compact` wrote, read in a quarter of the time; else None.

    Whoever writes the value again gets the same bytes: so no member is there twice, and no number
    is written otherwise than it is read.
    """
    try:
        value = from_json(data, allow_inf_nan=False)
        beyond = data.translate(None, _ASCII).decode()
    except ValueError:
        return None
    # As `require_interoperable`: what can be printed holds nothing that is forbidden, and what
    # cannot may be escaped.
    plain = b"\x7f" not in data and beyond.isprintable()
    if not plain or (b"\\" in data and _ESCAPED.search(data) is not None):
        return None
    if not isinstance(value, dict) or not _is_plain_all_through(value):
        return None
    # Strings hold no line break: what has one was written with indent.
    indent = 1 if b"\n" in data.removesuffix(b"\n") else None
    return value if to_json(value, indent=indent) == data.removesuffix(b"\n") else None


def _is_plain_all_through(value: Any) -> bool:
    """Whether no number is near a bound, and nothing is nested deeper than may be."""
    level = [value]
    for _ in range(MOST_NESTING):
        others = [
            item
            for container in level
            for item in (container.values() if type(container) is dict else container)
            # Most are texts, of which nothing is asked here.
            if type(item) is not str
        ]
        level = [item for item in others if type(item) is dict or type(item) is list]
        if len(level) != len(others) and not all(map(_is_moderate, others)):
            return False
        if not level:
            return True
    return False


def _is_moderate(value: Any) -> bool:
    if type(value) is float:
        return _LEAST_PLAIN <= abs(value) < _MOST_PLAIN
    return type(value) is not int or abs(value) <= LARGEST_INTEGER


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # RFC 7493 §2.3: one reader takes the first, another the last.
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise MalformedDocument(f"An object has the member {twice[:80]!r} twice.")
    return members


def _not_a_number(text: str) -> NoReturn:
    raise MalformedDocument(f"{text} is not JSON.")


def _integer(text: str) -> int:
    return int(_short(text))


def _fraction(text: str) -> float:
    number = float(_short(text))
    # 1e-400 is read as 0 here and elsewhere as a number.
    if number == 0 and any(digit in "123456789" for digit in text.lower().partition("e")[0]):
        raise MalformedDocument(f"{text[:40]} is too close to zero: write it as a text.")
    return number


def _short(text: str) -> str:
    if len(text) > _MOST_DIGITS:
        raise MalformedDocument("A number has hundreds of digits: write it as a text.")
    return text


def _is_written_alike(value: Any) -> bool:
    """Whether ``json`` and ``pydantic_core`` write a value in the same bytes.

    Both know more than JSON, and not the same; and they write small and large fractions otherwise.
    """
    containers = [value]
    # The list grows while it is read.
    for container in containers:
        if type(container) is dict:
            # Raises TypeError where a name is no text.
            "".join(container)
            items: Iterable[Any] = container.values()
        elif type(container) is list:
            items = container
        else:
            return False
        if len(containers) > _MOST_CONTAINERS:
            return False
        for item in items:
            kind = type(item)
            if kind is dict or kind is list:
                containers.append(item)
            elif kind is not str and not _is_plain_scalar(item):
                return False
    return True


def _is_plain_scalar(value: Any) -> bool:
    if type(value) is float:
        return _LEAST_PLAIN <= abs(value) < _MOST_PLAIN
    return type(value) in _PLAIN


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
