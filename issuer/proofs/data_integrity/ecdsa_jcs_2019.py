"""The cryptosuite ``ecdsa-jcs-2019``: ECDSA on P-256 and P-384 over canonical JSON.

vc-di-ecdsa 1.0 §3.3 (https://www.w3.org/TR/2025/REC-vc-di-ecdsa-20250515/). The steps are in
`issuer.proofs.data_integrity.algorithm`.
"""

from issuer.proofs.data_integrity.suite import Suite, in_jcs
from keys.algorithms import Algorithm

SUITE = Suite(
    name="ecdsa-jcs-2019",
    verifies=frozenset({Algorithm.P256, Algorithm.P384}),
    issues=frozenset({Algorithm.P256}),
    form=in_jcs,
)
