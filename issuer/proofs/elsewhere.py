"""A document that somebody else seals: the payload that leaves the house, and the file come back.

JAdES (ETSI TS 119 182-1) is made there, over a payload in clear (RFC 7797). Here is neither key nor
certificate, so the digest that is written down is that of the payload alone. Nothing is verified:
`issuer.verify` does that, and `issuer.formats.elm3` says what became of the payload.
"""

import hashlib

from issuer.model.award import SEALED_ELSEWHERE
from issuer.model.drafts import Linted, Prepared, Sealed
from issuer.proofs import jcs
from issuer.proofs.jades import MEDIA_TYPE

SUITE = "jades-elsewhere"


def prepare(linted: Linted) -> Prepared:
    """The payload, byte for byte as it goes out; no algorithm is named: it is the other's."""
    data = jcs.encode_compact(linted.document)
    return Prepared(
        linted=linted,
        to_be_signed=data,
        digest=hashlib.sha256(data).digest(),
        verification_method=SEALED_ELSEWHERE,
        algorithm="",
        suite=SUITE,
        proof={},
    )


def take(prepared: Prepared, file: bytes) -> Sealed:
    """The file that came back for it, exactly as it came."""
    return Sealed(file, MEDIA_TYPE, prepared.digest)
