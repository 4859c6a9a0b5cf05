"""The seals on a document and the moment before which each is proven to have been made.

ETSI EN 319 102-1 §5.2.5–5.2.6 and §5.5 (best signature time, proof of existence),
https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/. A time-stamp proves something only
where its authority is believed; one that does not fit is a fault of the document. Nothing is
fetched, and nothing is judged here.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from issuer.errors import ProofInvalid, ProofUnsupported, UnusableInput
from issuer.proofs import jades, timestamps
from issuer.proofs.timestamps import Timestamp
from issuer.verify.material import Material
from keys.certificates import (
    Answers,
    Certificate,
    Chain,
    ChainBroken,
    Standing,
    build_chain,
    standing,
)

Fault = ProofInvalid | ProofUnsupported | UnusableInput
"""Why a seal could not be opened."""
REFUSED = (ProofInvalid, ProofUnsupported, UnusableInput)
"""The same, for ``except``."""


@dataclass(frozen=True)
class Stamped:
    """A time-stamp that fits, and what kind it is."""

    kind: str
    stamp: Timestamp


@dataclass(frozen=True)
class Seal:
    """A seal that fits what it is about, with what stands beside it."""

    form: str
    """How it was made, such as ``JAdES B-LTA, RS256``."""
    certificate: Certificate
    """The signer's."""
    claimed: dt.datetime | None
    """When it was made, according to the signer."""
    carried: tuple[Certificate, ...]
    """Other certificates that may stand in its chain."""
    answers: Answers
    """What authorities said, as far as it is carried along."""
    stamps: tuple[Stamped, ...]

    @property
    def candidates(self) -> tuple[Certificate, ...]:
        """Certificates that may stand in the chain of the seal or of a time-stamp."""
        stamps = [c for s in self.stamps for c in s.stamp.certificates]
        return tuple(dict.fromkeys((*self.carried, *stamps)))


def opened(document: jades.SealedDocument, signature: jades.Signature) -> Seal:
    """Open one seal of a JAdES file and every time-stamp on it.

    Raises ProofInvalid, ProofUnsupported, UnusableInput.
    """
    # 1. The seal fits the payload, under the certificate that it names.
    jades.open_signature(document, signature)
    # 2. Every time-stamp is about what it has to be about.
    stamps = tuple(
        Stamped(imprint.kind, stamped(token, imprint.data, kind=imprint.kind))
        for imprint in jades.imprints(document, signature)
        for token in imprint.tokens
    )
    # 3. What stands beside it can be read.
    kept = jades.unsigned(signature)
    return Seal(
        form=f"JAdES B-{jades.level_of(signature)}, {signature.alg}",
        certificate=signature.certificate,
        claimed=signature.claimed,
        carried=(*signature.above, *kept.certificates),
        answers=Answers(kept.crls, kept.ocsps),
        stamps=stamps,
    )


def stamped(token: bytes, data: bytes, *, kind: str) -> Timestamp:
    """Open a time-stamp on a seal; raises as `timestamps.open_token`."""
    try:
        return timestamps.open_token(token, data=data)
    except ProofInvalid as fault:
        raise ProofInvalid(f"A time-stamp on the seal ({kind}): {fault.message}") from fault


def proven_at(seal: Seal, material: Material) -> dt.datetime | None:
    """The earliest moment at which somebody who is believed saw the seal, or None.

    A time-stamp over the content alone (adoTst) was made before the seal, so it proves nothing.
    """
    moments = [
        one.stamp.at
        for one in seal.stamps
        if one.kind != "adoTst" and _believed(one.stamp, seal, material)
    ]
    return min(moments, default=None)


def standings(
    chain: Chain, seal: Seal, *, material: Material, at: dt.datetime
) -> Iterator[tuple[Certificate, Standing | None]]:
    """What is known at ``at`` of each certificate below the anchor, by what its issuer says."""
    own, more = seal.answers, material.answers
    answers = Answers((*own.crls, *more.crls), (*own.ocsps, *more.ocsps))
    for lower, upper in pairwise(chain.certificates):
        yield (
            lower,
            standing(lower, issuer=upper, answers=answers, candidates=seal.candidates, at=at),
        )


# RFC 3161 §4: a time-stamp authority that ends in order says one of these reasons, and what it
# stamped before stays good. Whoever gives another reason, or none, takes back every stamp.
_IN_ORDER = frozenset({"unspecified", "affiliationChanged", "superseded", "cessationOfOperation"})


def _believed(stamp: Timestamp, seal: Seal, material: Material) -> bool:
    try:
        chain = build_chain(
            stamp.certificate,
            candidates=seal.candidates,
            anchors=material.anchors,
            at=stamp.at,
        )
    except ChainBroken:
        return False
    for _, said in standings(chain, seal, material=material, at=stamp.at):
        if said is None or said.revoked_at is None:
            continue
        # Whoever has stolen its key stamps any moment, also one before the theft.
        if said.revoked_at <= stamp.at or said.reason not in _IN_ORDER:
            return False
    return True
