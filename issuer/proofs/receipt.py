"""Signed batch receipts: a compact JWS of a type of its own.

RFC 7515 (JWS), RFC 7519 (JWT), RFC 8725 §3.11 (explicit typing,
https://www.rfc-editor.org/rfc/rfc8725#section-3.11): by its ``typ`` a receipt is never taken for a
credential, nor a credential for a receipt. ADR 0027. Whose key it is, is asked by
`issuer.verify.receipt`; no moment is compared with a clock.
"""

import datetime as dt
from dataclasses import dataclass

from issuer.errors import MalformedDocument, ProofUnsupported
from issuer.model.receipt import BatchReceipt, read_receipt
from issuer.proofs import jose
from keys.algorithms import Algorithm
from keys.signer import Signer

TYPE = "testamur-batch-receipt+jwt"
"""``typ`` of the header."""
MEDIA_TYPE = f"application/{TYPE}"
_ISSUED = frozenset({Algorithm.ED25519, Algorithm.P256})
_CLAIMS = ("iss", "iat")


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt as it was read; nothing of it is verified before `issuer.proofs.jose.open_jws`."""

    jws: jose.Jws
    receipt: BatchReceipt
    """UNVERIFIED."""


def seal(
    receipt: BatchReceipt, *, signer: Signer, verification_method: str, created: dt.datetime
) -> bytes:
    """Sign a receipt and return the compact JWS, ASCII without a newline.

    Raises ProofUnsupported (key), ProofInvalid (the signature does not verify), CustodyError.
    """
    algorithm = signer.public_key.algorithm
    if algorithm not in _ISSUED:
        raise ProofUnsupported(f"Receipts are not signed with {algorithm} keys.")
    header = {"alg": algorithm.jose_alg, "kid": verification_method, "typ": TYPE}
    said = receipt.model_dump(mode="json", exclude={"organisation"})
    claims = {"iss": receipt.organisation, "iat": int(created.timestamp()), **said}
    return jose.compact(jose.signing_input(header, claims), signer=signer)


def read(token: bytes) -> SignedReceipt:
    """Parse a signed receipt; nothing is verified by that.

    Raises MalformedDocument and its kin for what is none, ProofInvalid for one that must never be
    accepted (no signature, a MAC, a key or ``crit`` inside), ProofUnsupported for another type or
    algorithm.
    """
    jws, claims = jose.read_claims(
        token, kinds=frozenset({TYPE}), unsaid="JWT", what="batch receipts"
    )
    if jws.kid is None or jws.issued_at is None:
        raise MalformedDocument("The receipt does not say which key signed it, and when.")
    said = {name: value for name, value in claims.items() if name not in _CLAIMS}
    if "organisation" in said:
        raise MalformedDocument("The receipt names its issuer twice (iss, organisation).")
    return SignedReceipt(jws, read_receipt({**said, "organisation": claims.get("iss")}))
