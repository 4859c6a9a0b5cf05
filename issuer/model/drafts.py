"""The four shapes of a document on its way: Draft → Linted → Prepared → Sealed.

Only `issuer.formats.lint` makes a Linted, only `issuer.proofs` makes a Prepared or a Sealed:
sealing what was not linted is a type error. Source: Boulder's ``issuance.Prepare``/``Issue``
pattern (what is signed is exactly what was checked). Nothing here computes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]
"""A JSON object; by agreement nobody changes it."""


@dataclass(frozen=True)
class Draft:
    """A composed document without a proof."""

    document: Json


@dataclass(frozen=True)
class Linted:
    """A draft whose structure was checked; made by `issuer.formats.lint` alone."""

    draft: Draft

    @property
    def document(self) -> Json:
        """The document that was linted."""
        return self.draft.document


@dataclass(frozen=True)
class Prepared:
    """The very bytes that will be signed."""

    linted: Linted
    to_be_signed: bytes
    digest: bytes
    """SHA-256 of ``to_be_signed``, 32 bytes: what is written down before sealing."""
    verification_method: str
    """Absolute id of the key."""
    algorithm: str
    """`keys.algorithms.Algorithm` value that must sign."""
    suite: str
    """Cryptosuite name, or ``jose``."""
    proof: Json
    """Data Integrity proof without proofValue, or the JOSE header."""

    @property
    def document(self) -> Json:
        """The document that will be sealed."""
        return self.linted.document


@dataclass(frozen=True)
class Unsigned:
    """A Prepared in bytes: the sealed document but for its signature, which stands in between."""

    head: tuple[bytes, ...]
    """In pieces: what many documents have in common is one object, and is sent elsewhere once."""
    tail: bytes
    to_be_signed: bytes
    digest: bytes
    suite: str
    media_type: str


@dataclass(frozen=True)
class Sealed:
    """The secured bytes, kept as they are for ever."""

    data: bytes
    media_type: str
    """``application/vc`` or ``application/vc+jwt``."""
    digest: bytes
    """The digest of its Prepared, unchanged."""
