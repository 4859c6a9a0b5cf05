"""The receipt of a batch: what became of a file of results, in numbers and digests.

It names no person: who was in the file is known to whoever has the file. How it is signed is told
by `issuer.proofs.receipt`; nothing is counted here.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import to_json

from issuer.errors import MalformedDocument
from issuer.model.texts import Line, Noun

FORM: Final = "https://w3id.org/testamur/batch-receipt/v1"
"""What a receipt says of itself, so that no other JSON is taken for one."""
INCLUSION_FORM: Final = "https://w3id.org/testamur/batch-inclusion/v1"
"""What a proof of inclusion says of itself."""
_MOST_HASHES = 64
_N = TypeVar("_N", bound=Noun)
_PLACE = re.compile(r"[a-z0-9_.]{1,60}")

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 or HMAC-SHA-256, hexadecimal."""
BatchName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]


class Counts(Noun):
    """What became of the rows of the file; every row is in one of them."""

    rows: Count
    issued: Count
    """Documents were sealed for it and kept, or written down where somebody else seals them."""
    already: Count
    """The very same result had been issued before."""
    not_passed: Count
    unknown: Count
    """Nobody said whether it was passed."""
    failed: Count
    refused: Count
    """It could not be read."""
    voided: Count
    """Given up, because the batch was cancelled."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.rows != sum(self.model_dump(exclude={"rows"}).values()):
            msg = "the numbers do not add up to the number of rows"
            raise ValueError(msg)
        return self


class Tree(Noun):
    """The Merkle tree (RFC 9162 §2.1, SHA-256) over the commitments to the issued documents.

    A leaf is the 32 bytes of a commitment; they stand in the order of the rows of the file, those
    of one row in the order of the names of their formats.
    """

    leaves: Count
    root: Sha256


class BatchReceipt(Noun):
    """What an organisation says, signed, of one batch that has ended."""

    form: Literal["https://w3id.org/testamur/batch-receipt/v1"] = FORM
    organisation: Annotated[str, StringConstraints(pattern=r"^did:[!-~]{1,300}$")]
    """DID of who issued."""
    batch: BatchName
    counts: Counts
    input_sha256: Sha256
    """Of the file as it was handed in."""
    tree: Tree
    approved_by: Line
    """Name of the token or the operator that approved."""
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    """None: there was nothing to issue."""
    ended_at: AwareDatetime
    software: Line
    """Name and version."""


class InclusionProof(Noun):
    """That the commitment to one document is a leaf of the tree of a batch."""

    form: Literal["https://w3id.org/testamur/batch-inclusion/v1"] = INCLUSION_FORM
    batch: BatchName
    award: Line
    format: Line
    document_sha256: Sha256
    """Of the sealed document; that the leaf is its commitment is the issuer's word alone."""
    leaf: Sha256
    """The commitment: HMAC-SHA-256 of that digest under the learner's key."""
    index: Count
    leaves: Count
    path: Annotated[tuple[Sha256, ...], Field(max_length=_MOST_HASHES)]
    root: Sha256


def read_receipt(value: Mapping[str, Any]) -> BatchReceipt:
    """Read a receipt from JSON values, strictly; raises MalformedDocument."""
    return _read(BatchReceipt, value, what="receipt")


def read_inclusion(value: Mapping[str, Any]) -> InclusionProof:
    """Read a proof of inclusion from JSON values, strictly; raises MalformedDocument."""
    return _read(InclusionProof, value, what="proof of inclusion")


def _read(kind: type[_N], value: Mapping[str, Any], *, what: str) -> _N:
    try:
        # From JSON, strictly: a number is no text, and a text no number.
        return kind.model_validate_json(to_json(value), strict=True)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        named = place if _PLACE.fullmatch(place) else "a member that no such document has"
        raise MalformedDocument(
            f"The {what} is not well-formed ({named}): {first['msg']}."
        ) from fault
