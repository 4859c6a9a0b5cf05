"""The seals on a document and the moment before which each is proven to have been made.

ETSI EN 319 102-1 §5.2.5–5.2.6 and §5.5 (best signature time, proof of existence),
https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/. A time-stamp proves something only
where its authority is believed; one that does not fit is a fault of the document. Nothing is
fetched, and nothing is judged here.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from issuer.errors import ProofInvalid, ProofUnsupported, UnusableInput
from issuer.proofs import jades, timestamps
from issuer.proofs.timestamps import Timestamp
from issuer.verify.material import Material
from keys.certificates import Answers, Certificate, ChainBroken, build_chain, standing


@dataclass(frozen=True)
class Stamped:
    """A time-stamp that fits, and what kind it is."""

    kind: str
    stamp: Timestamp


@dataclass(frozen=True)
class Opened:
    """A seal that fits its document, with what stands beside it."""

    signature: jades.Signature
    level: jades.Level
    evidence: jades.Evidence
    stamps: tuple[Stamped, ...]

    @property
    def candidates(self) -> tuple[Certificate, ...]:
        """Certificates that may stand in the chain of the seal or of a time-stamp."""
        carried = [c for s in self.stamps for c in s.stamp.certificates]
        return tuple(dict.fromkeys((*self.signature.above, *self.evidence.certificates, *carried)))


def opened(document: jades.SealedDocument, signature: jades.Signature) -> Opened:
    """Open one seal and every time-stamp on it.

    Raises ProofInvalid, ProofUnsupported, UnusableInput.
    """
    # 1. The seal fits the payload, under the certificate that it names.
    jades.open_signature(document, signature)
    # 2. Every time-stamp is about what it has to be about.
    stamps = tuple(
        Stamped(imprint.kind, _stamp(token, imprint))
        for imprint in jades.imprints(document, signature)
        for token in imprint.tokens
    )
    # 3. What stands beside it can be read.
    return Opened(signature, jades.level_of(signature), jades.unsigned(signature), stamps)


def _stamp(token: bytes, imprint: jades.Imprint) -> Timestamp:
    try:
        return timestamps.open_token(token, data=imprint.data)
    except ProofInvalid as fault:
        raise ProofInvalid(f"A time-stamp on the seal ({imprint.kind}): {fault.message}") from fault


def proven_at(seal: Opened, material: Material) -> dt.datetime | None:
    """The earliest moment at which somebody who is believed saw the seal, or None.

    A time-stamp over the content alone (adoTst) was made before the seal, so it proves nothing.
    """
    moments = [
        stamped.stamp.at
        for stamped in seal.stamps
        if stamped.kind != "adoTst" and _believed(stamped.stamp, seal, material)
    ]
    return min(moments, default=None)


# RFC 3161 §4: a time-stamp authority that ends in order says one of these reasons, and what it
# stamped before stays good. Whoever gives another reason, or none, takes back every stamp.
_IN_ORDER = frozenset({"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"})


def _believed(stamp: Timestamp, seal: Opened, material: Material) -> bool:
    try:
        chain = build_chain(
            stamp.certificate,
            candidates=seal.candidates,
            anchors=material.anchors,
            at=stamp.at,
        )
    except ChainBroken:
        return False
    own, more = seal.evidence, material.answers
    answers = Answers((*own.crls, *more.crls), (*own.ocsps, *more.ocsps))
    for lower, upper in pairwise(chain.certificates):
        said = standing(
            lower, issuer=upper, answers=answers, candidates=seal.candidates, at=stamp.at
        )
        if said is None or said.revoked_at is None:
            continue
        # Whoever has stolen its key stamps any moment, also one before the theft.
        if said.revoked_at <= stamp.at or said.reason not in _IN_ORDER:
            return False
    return True


Refused = (ProofInvalid, ProofUnsupported, UnusableInput)
"""What opening a seal raises."""
