"""The cryptosuite ``eddsa-jcs-2022``: Ed25519 over canonical JSON.

vc-di-eddsa 1.0 §3.3 (https://www.w3.org/TR/2025/REC-vc-di-eddsa-20250515/). The steps are in
`issuer.proofs.data_integrity.algorithm`.
"""

from issuer.proofs.data_integrity.suite import Suite, in_jcs
from keys.algorithms import Algorithm

SUITE = Suite(
    name="eddsa-jcs-2022",
    verifies=frozenset({Algorithm.ED25519}),
    issues=frozenset({Algorithm.ED25519}),
    form=in_jcs,
)
