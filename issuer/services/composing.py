"""Steps 4 to 6 without any door: from an award to the very bytes that will be signed.

The same in this process for one award and in a worker for a part of a cohort: no database, no key
that is secret, no clock. Which key or certificate signs was written down before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Literal, Protocol

from issuer.formats import elm3, lint, ob3
from issuer.formats.awarded import Awarded
from issuer.jsonld.canonical import Canonicalise
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Reservation
from issuer.model.drafts import Draft, Linted, Prepared
from issuer.proofs import data_integrity, elsewhere, jades, jose
from issuer.render.diploma import diploma_picture
from issuer.verify.printed import facts_of
from keys.certificates import Certificate
from keys.public import PublicKey

EUROPEAN = frozenset({DocumentFormat.EDC})


@dataclass(frozen=True)
class Hand:
    """What will sign, by its public half, and how it signs."""

    suite: str
    """Cryptosuite of embedded proofs."""
    signing_time: Literal["iat", "sigT"] = "iat"
    key: PublicKey | None = None
    """Of an Open Badge."""
    certificate: Certificate | None = None
    """Of a European document; None: somebody else seals it."""


@cache
def versions() -> Mapping[str, str]:
    """Software and context with which the same bytes are made again."""
    return {"testamur": version("testamur"), "format": ob3.CONTEXT}


def credential_id(base_url: str, award_id: str, *, tongue: DocumentFormat) -> str:
    """The id of a document: its public address, or a ``urn:credential`` made from it."""
    address = f"{base_url}/c/{award_id}"
    return elm3.credential_id(address) if tongue in EUROPEAN else address


class Compose(Protocol):
    """`issuer.formats.ob3.compose`, or the same by a `Composer` that remembers."""

    def __call__(self, awarded: Awarded, *, reservation: Reservation) -> Draft:
        """The unsigned document."""
        ...


@dataclass(frozen=True)
class Desk:
    """How Open Badges are composed and linted: each by itself, or many that are alike."""

    compose: Compose
    lint: Callable[[Draft], Linted]


_PLAIN = Desk(ob3.compose, lint.lint)


def prepare(
    awarded: Awarded,
    *,
    reservation: Reservation,
    hand: Hand,
    canonicalise: Canonicalise,
    desk: Desk = _PLAIN,
) -> Prepared:
    """Compose, lint and prepare; raises LintFailed, DroppedTerm and what `issuer.proofs` raises."""
    if reservation.format in EUROPEAN:
        return _european(awarded, reservation=reservation, hand=hand)
    if hand.key is None:
        msg = "an Open Badge is signed by a key"
        raise ValueError(msg)
    linted = desk.lint(desk.compose(awarded, reservation=reservation))
    method, created = reservation.verification_method, reservation.created
    if reservation.format is DocumentFormat.OB3_JWT:
        # Nothing of a token may be lost in expansion either.
        canonicalise(linted.document, "sha256")
        return jose.prepare(linted, key=hand.key, verification_method=method, created=created)
    return data_integrity.prepare(
        linted,
        key=hand.key,
        verification_method=method,
        created=created,
        suite=hand.suite,
        canonicalise=canonicalise,
    )


def _european(awarded: Awarded, *, reservation: Reservation, hand: Hand) -> Prepared:
    picture = picture_of(awarded, reservation=reservation)
    linted = lint.lint(elm3.compose(awarded, reservation=reservation, pictures=[picture]))
    if hand.certificate is None:
        return elsewhere.prepare(linted)
    return jades.prepare(
        linted,
        certificate=hand.certificate,
        created=reservation.created,
        signing_time=hand.signing_time,
    )


def picture_of(awarded: Awarded, *, reservation: Reservation) -> bytes:
    """The first page of the diploma as PNG, as the Open Badge of the same award would print it."""
    address = credential_id(awarded.base_url, awarded.award.id, tongue=DocumentFormat.OB3)
    badge = ob3.compose(
        awarded, reservation=reservation.model_copy(update={"credential_id": address})
    )
    return diploma_picture(facts_of(badge.document, colour=awarded.organisation.colour))
