"""The signatures of a document, embedded or enveloping, in one form.

VC Data Integrity 1.0 §2.1, VC-JOSE-COSE §3.1 (kid), VCDM 2.0 §4.12. Whose keys they are is asked
elsewhere; nothing is verified before `Signature.open` has returned.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.jsonld.canonical import Canonicalise
from issuer.proofs import data_integrity, jose
from issuer.proofs.data_integrity.structure import require_form
from issuer.verify.reading import Read
from issuer.verify.report import Json
from keys.public import PublicKey

CLOCK_SKEW = dt.timedelta(minutes=5)
"""How far ahead of ours an issuer's clock may be (RFC 7519 §4.1.5 allows some leeway)."""


@dataclass(frozen=True)
class Signature:
    """One signature; it is well-formed and of a kind that can be opened."""

    method_id: str
    """Absolute id of the verification method, as the signature names it."""
    created: dt.datetime | None
    """When it was made, according to whoever made it."""
    name: str
    """Its kind, for people and machines: a cryptosuite or a JOSE algorithm."""
    open: Callable[[PublicKey], None]
    """Returns nothing if it verifies; raises ProofInvalid, and what canonicalisation raises."""


@dataclass(frozen=True)
class Terms:
    """What a signature must be made for."""

    at: dt.datetime
    purpose: str = "assertionMethod"
    """Controlled Identifiers 1.0 §2.3."""
    challenge: str | None = None
    domain: str | None = None


def issuer_of(document: Json) -> str:
    """The id of the issuer, empty if there is none (VCDM 2.0 §4.7)."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return found if isinstance(found, str) else ""


def signatures_of(read: Read, *, terms: Terms, canonicalise: Canonicalise) -> tuple[Signature, ...]:
    """Every signature of what was read; each must verify.

    Raises ProofInvalid (none, malformed, never acceptable) or ProofUnsupported.
    """
    if isinstance(read.fault, ProofInvalid | ProofUnsupported):
        raise read.fault
    if read.jws is not None:
        return (_of_token(read.jws, terms),)
    document = read.document or {}
    return tuple(
        _of_proof(document, proof, terms, canonicalise)
        for proof in data_integrity.proofs_of(document)
    )


def _of_proof(
    document: Json, proof: Mapping[str, Any], terms: Terms, canonicalise: Canonicalise
) -> Signature:
    require_form(proof)
    if proof["cryptosuite"] not in data_integrity.SUITES:
        raise ProofUnsupported(f"It is signed with the cryptosuite {proof['cryptosuite'][:80]!r}.")
    expected = data_integrity.Expectation(
        purpose=terms.purpose, at=terms.at, domain=terms.domain, challenge=terms.challenge
    )

    def opened(key: PublicKey) -> None:
        data_integrity.open_proof(
            document, proof, key=key, canonicalise=canonicalise, expected=expected
        )

    return Signature(
        method_id=proof["verificationMethod"],
        created=data_integrity.moment_of(proof, "created"),
        name=proof["cryptosuite"],
        open=opened,
    )


def _of_token(jws: jose.Jws, terms: Terms) -> Signature:
    if jws.kid is None:
        raise ProofUnsupported("The token does not say which key signed it (kid).")
    # RFC 7519 §4.1.4–4.1.5: not to be accepted on or after exp, nor before nbf.
    if jws.expires is not None and jws.expires <= terms.at:
        raise ProofInvalid(f"The token expired at {jws.expires.isoformat()}.")
    if jws.not_before is not None and jws.not_before > terms.at + CLOCK_SKEW:
        raise ProofInvalid(f"The token is not valid before {jws.not_before.isoformat()}.")
    # VC-JOSE-COSE §3.3.1: a kid that is a fragment belongs to the issuer.
    method_id = issuer_of(jws.payload) + jws.kid if jws.kid.startswith("#") else jws.kid
    return Signature(
        method_id=method_id,
        created=jws.issued_at,
        name=jws.alg,
        open=lambda key: jose.open_jws(jws, key=key),
    )
