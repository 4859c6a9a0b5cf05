"""What a sealing service may write into a document, and whatever else became another on the way.

ELM 3.2, as Europass seals (EDC 2.0.6, CertificateUtils): of the issuer ``legalName``, ``altLabel``
and ``eIDASIdentifier`` come out of the certificate, and its country with them, as a changed
``countryCode`` or as a location of its own; ``issued`` and ``issuanceDate`` are the moment of the
seal. Compared are JSON values, not bytes. Whether the seal is good is asked elsewhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.formats.elm3.literals import instant

Json = Mapping[str, Any]
_MOMENTS = ("issued", "issuanceDate")
_LOCATION = "issuer.location"
_WRITTEN = (
    "issuer.legalName",
    "issuer.altLabel",
    "issuer.eIDASIdentifier",
    f"{_LOCATION}.address.countryCode",
)
_COUNTRY = r"(?:id|type|notation|inScheme\.(?:id|type)|prefLabel\.[A-Za-z-]{2,35})"
# Where a text may be another one, to the last name.
_PLACES = re.compile(
    r"issuer\.(?:"
    r"(?:legalName|altLabel)\.[A-Za-z-]{2,35}"
    rf"|eIDASIdentifier\.(?:id|type|notation|schemeName|spatial\.{_COUNTRY})"
    rf"|location\.address\.countryCode\.{_COUNTRY}"
    rf"|location\.\+\.(?:id|type|address\.(?:id|type|countryCode\.{_COUNTRY}))"
    r")",
    re.ASCII,
)
_TYPES = frozenset({"Location", "Address", "Concept", "ConceptScheme", "LegalIdentifier"})
_WHO = ("issuer.legalName", "issuer.eIDASIdentifier")
# A member that is null is there: JSON knows the difference.
_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """One member that is not what it was."""

    path: str
    """Names and numbers with dots, such as ``issuer.legalName.en``."""
    ours: object
    """The JSON value that left the house; None where the member was added."""
    theirs: object
    """The JSON value that came back; None where the member is gone."""
    allowed: bool
    """Whether a sealing service writes it. Anything else is a change of the document."""
    identity: bool
    """Whether it says who the issuer is: somebody has to look at it and agree."""


def differences(ours: Json, theirs: Json) -> tuple[Difference, ...]:
    """Every member of the payload that differs, in the order of ``ours``; empty for the same."""
    return tuple(
        Difference(
            path,
            None if one is _ABSENT else one,
            None if other is _ABSENT else other,
            allowed=_is_allowed(path, one, other),
            identity=any(_within(path, member) for member in _WHO),
        )
        for path, one, other in _differing("", ours, theirs)
    )


def _differing(path: str, one: object, other: object) -> Iterator[tuple[str, object, object]]:
    if path == _LOCATION and (added := _added_location(one, other)) is not None:
        yield f"{path}.+", _ABSENT, added
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in dict.fromkeys([*one, *other]):
            inner = f"{path}.{name}" if path else str(name)
            yield from _differing(inner, one.get(name, _ABSENT), other.get(name, _ABSENT))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (mine, its) in enumerate(zip(one, other, strict=True)):
            yield from _differing(f"{path}.{number}", mine, its)
    # In Python True is 1 and 1 is 1.0; in JSON they are not the same.
    elif type(one) is not type(other) or one != other:
        yield path, one, other


def _added_location(one: object, other: object) -> object:
    """The location that stands behind those that were there before, if it says only a country."""
    before = one if isinstance(one, list) else [one]
    if not isinstance(other, list) or len(other) != len(before) + 1 or other[:-1] != before:
        return None
    return other[-1] if _is_country_alone(other[-1]) else None


def _is_country_alone(location: object) -> bool:
    if not isinstance(location, Mapping) or set(location) != {"id", "type", "address"}:
        return False
    address = location["address"]
    return isinstance(address, Mapping) and set(address) == {"id", "type", "countryCode"}


def _is_allowed(path: str, one: object, other: object) -> bool:
    if path in _MOMENTS:
        # Nothing was sealed before it was written down here.
        before, after = instant(one), instant(other)
        return before is not None and after is not None and before <= after
    if other is _ABSENT and path in _WRITTEN:
        # It writes them anew and takes none of them away.
        return False
    # Every text in it has its place; nothing else is carried in below an allowed name.
    leaves = list(_leaves(path, one if other is _ABSENT else other))
    return bool(leaves) and all(_is_placed(where, value) for where, value in leaves)


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    else:
        yield path, value


def _is_placed(path: str, value: object) -> bool:
    is_type = path.rpartition(".")[2] == "type"
    return (
        isinstance(value, str)
        and _PLACES.fullmatch(path) is not None
        and (not is_type or value in _TYPES)
    )


def _within(path: str, member: str) -> bool:
    return path == member or path.startswith(f"{member}.")
