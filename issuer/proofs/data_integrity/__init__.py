"""Embedded proofs: Verifiable Credential Data Integrity 1.0.

https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/. One file a cryptosuite; what they
share is in `algorithm` (hashing, sealing, opening) and `structure` (form of proofs).
"""

from issuer.proofs.data_integrity.algorithm import (
    SUITES,
    Expectation,
    close,
    open_proof,
    prepare,
    require_signature,
    seal,
    sign,
    unsigned,
)
from issuer.proofs.data_integrity.structure import moment_of, proofs_of

__all__ = [
    "SUITES",
    "Expectation",
    "close",
    "moment_of",
    "open_proof",
    "prepare",
    "proofs_of",
    "require_signature",
    "seal",
    "sign",
    "unsigned",
]
