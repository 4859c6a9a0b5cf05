"""The award and its documents: two state machines, and nothing can skip a state.

*Award*: approved → active ⇄ suspended → revoked | replaced (both final).
*Document*, one a format: reserved → written_down → sealed | void.
Sources: house rules "what is signed is written down first"; Bitstring Status List 1.0 (revocation
is final, suspension is not). This module stores nothing.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from issuer.errors import IllegalTransition
from issuer.model.achievement import DocumentFormat
from issuer.model.texts import Iri, Line, Noun, Slug

AwardId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,8}(-[0-9A-HJKMNP-TV-Z]{4}){4}$")]
"""Organisation code and 80 random bits in Crockford's base 32: ``EUAS-7Q4M-2KXD-9RVT-5HZC``."""

SEALED_ELSEWHERE = "sealed-elsewhere"
"""Stands where a key is named: the organisation has its seal made by somebody else."""

_S = TypeVar("_S", bound=StrEnum)
_CHANCE_BYTES = 10
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(_CROCKFORD[bits & 31] + _CROCKFORD[bits >> 5] for bits in range(1024))


def award_id(code: str, chance: bytes) -> str:
    """Make an award id from the organisation's ``code`` and 10 random bytes.

    Raises ValueError if there are fewer: an id that can be guessed is none.
    """
    letters = base32(chance)
    return f"{code}-{letters[:4]}-{letters[4:8]}-{letters[8:12]}-{letters[12:]}"


def base32(chance: bytes) -> str:
    """16 letters of Crockford's base 32 from 10 random bytes; raises ValueError for fewer."""
    if len(chance) < _CHANCE_BYTES:
        msg = f"an id that cannot be guessed needs {_CHANCE_BYTES} random bytes"
        raise ValueError(msg)
    # Two letters at a time, from the last ten bits to the first.
    number = int.from_bytes(chance[:_CHANCE_BYTES], "big")
    return "".join([_PAIRS[number >> at & 1023] for at in range(0, 80, 10)])


class AwardState(StrEnum):
    """Where an award stands."""

    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"


class DocumentState(StrEnum):
    """Where one sealed form of an award stands."""

    RESERVED = "reserved"
    WRITTEN_DOWN = "written_down"
    SEALED = "sealed"
    VOID = "void"


UNFINISHED = frozenset({DocumentState.RESERVED, DocumentState.WRITTEN_DOWN})
"""What is finished, or given up."""

_AWARD_STEPS: dict[AwardState, frozenset[AwardState]] = {
    AwardState.APPROVED: frozenset({AwardState.ACTIVE, AwardState.REVOKED}),
    AwardState.ACTIVE: frozenset({AwardState.SUSPENDED, AwardState.REVOKED, AwardState.REPLACED}),
    AwardState.SUSPENDED: frozenset({AwardState.ACTIVE, AwardState.REVOKED, AwardState.REPLACED}),
    AwardState.REVOKED: frozenset(),
    AwardState.REPLACED: frozenset(),
}
_DOCUMENT_STEPS: dict[DocumentState, frozenset[DocumentState]] = {
    DocumentState.RESERVED: frozenset({DocumentState.WRITTEN_DOWN, DocumentState.VOID}),
    DocumentState.WRITTEN_DOWN: frozenset({DocumentState.SEALED, DocumentState.VOID}),
    DocumentState.SEALED: frozenset(),
    DocumentState.VOID: frozenset(),
}


def step_award(now: AwardState, to: AwardState) -> AwardState:
    """Return ``to`` if an award may go there from ``now``; raise IllegalTransition otherwise."""
    return _step(now, to, _AWARD_STEPS[now], "award")


def step_document(now: DocumentState, to: DocumentState) -> DocumentState:
    """Return ``to`` if a document may go there from ``now``; raise IllegalTransition otherwise."""
    return _step(now, to, _DOCUMENT_STEPS[now], "document")


def _step(now: _S, to: _S, allowed: frozenset[_S], what: str) -> _S:
    if to not in allowed:
        steps = ", ".join(sorted(allowed)) or "none, this state is final"
        msg = f"this {what} is {now} and cannot become {to}; possible from here: {steps}"
        raise IllegalTransition(msg, now=str(now), to=str(to))
    return to


class Award(Noun):
    """The decision that a learner holds an achievement."""

    id: AwardId
    organisation: Slug
    achievement: Slug
    achievement_version: Annotated[int, Field(ge=1)]
    learner_id: Annotated[int, Field(ge=1)]
    """Row of the learner in the registry; no personal data."""
    state: AwardState = AwardState.APPROVED
    approved_by: Line
    """Name of the token or the operator that approved."""
    approved_at: AwareDatetime
    awarded_on: dt.date
    """Date of the decision, local to the organisation."""
    valid_until: AwareDatetime | None = None
    replaces: AwardId | None = None
    shared: bool = False
    """Whether the public page shows it; off at first."""
    link_generation: Annotated[int, Field(ge=0)] = 0
    """Raised to withdraw the learner's link."""
    reason: Line | None = None
    """Why it was suspended, revoked or replaced; public."""
    changed_at: AwareDatetime | None = None
    """When the state changed last."""


class StatusSlot(Noun):
    """One place in one status list; the same index serves the paired list of each purpose."""

    revocation_list: Iri
    """Absolute URL of the revocation list."""
    index: Annotated[int, Field(ge=0)]
    suspension_list: Iri | None = None
    """Absolute URL of the suspension list, for a suspendable achievement."""
    suspension_index: Annotated[int, Field(ge=0)] | None = None
    """The same as ``index``, where there is a suspension list."""

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if self.suspension_index != (None if self.suspension_list is None else self.index):
            msg = "the suspension list has the same index as the revocation list, or none"
            raise ValueError(msg)
        return self


class Reservation(Noun):
    """What will be written into the document, fixed and committed before anything is composed."""

    award_id: AwardId
    format: DocumentFormat
    credential_id: Iri
    """``id`` of the credential: its public address; of an EDC a ``urn:credential:<uuid>``."""
    slot: StatusSlot
    valid_from: AwareDatetime
    """UTC, whole seconds."""
    created: AwareDatetime
    """Moment of the proof, UTC, whole seconds."""
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    """Salt for hashed identifiers."""
    verification_method: str
    """Absolute id of the key that will seal; of a certificate ``x5t#S256:<base64url>``; or
    `SEALED_ELSEWHERE`."""

    @property
    def is_sealed_elsewhere(self) -> bool:
        """Whether the document leaves the house unsealed and comes back sealed."""
        return self.verification_method == SEALED_ELSEWHERE
