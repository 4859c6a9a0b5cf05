"""Embedded proofs: Verifiable Credential Data Integrity 1.0.

https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/. One file a cryptosuite; what they
share is in `algorithm` (hashing, sealing, opening) and `structure` (form of proofs).
"""

from issuer.proofs.data_integrity.algorithm import (
    SUITES,
    Expectation,
    open_proof,
    prepare,
    seal,
)
from issuer.proofs.data_integrity.structure import moment_of, proofs_of

__all__ = ["SUITES", "Expectation", "moment_of", "open_proof", "prepare", "proofs_of", "seal"]
