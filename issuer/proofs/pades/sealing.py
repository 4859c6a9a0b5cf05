"""Sealing a PDF and opening the seal: prepare, seal, and what makes it last.

ETSI EN 319 142-1 §5 and §6 (B-B: seal; B-T: time-stamp over the signature; B-LT: certificates and
answers in the file; B-LTA: time-stamp over the whole file). No clock is read, nothing is fetched;
a file that is sealed is never changed, only added to.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.proofs import cms
from issuer.proofs.pades.increments import Hole, with_hole, with_store
from issuer.proofs.pades.structure import ALGORITHMS, attributes, signature_of, signed_data
from keys.certificates import Certificate
from keys.signer import SealSigner

_DATA = "1.2.840.113549.1.7.1"
_FIELD, _STAMP_FIELD = "Seal", "Timestamp"
# Beside the certificates: attributes, signature, frame.
_ROOM = 2048
_STAMP_ROOM = 12 * 1024


@dataclass(frozen=True)
class PreparedFile:
    """A PDF with an empty place for a seal, and the very bytes to be signed."""

    hole: Hole
    to_be_signed: bytes
    chain: tuple[Certificate, ...]


@dataclass(frozen=True)
class SealedFile:
    """A sealed PDF whose seal may still get a time-stamp."""

    data: bytes
    signature: bytes
    """The signature value in the structure: what a time-stamp of level T is about."""
    prepared: PreparedFile
    raw: bytes
    """The signature as the signer gave it."""


def prepare(
    pdf: bytes,
    *,
    chain: tuple[Certificate, ...],
    at: dt.datetime,
    name: str = _FIELD,
    timestamped: bool = False,
) -> PreparedFile:
    """Make the place for a seal of ``chain[0]`` and return the bytes to be signed.

    ``at`` (aware) is when it says that it was sealed, ``name`` that of its field, which the file
    must not have yet; ``timestamped`` keeps room for a token.
    Raises ProofUnsupported for a key of another kind than RSA or P-256, MalformedDocument for what
    is no PDF.
    """
    algorithm = chain[0].public_key.algorithm
    if algorithm not in ALGORITHMS:
        raise ProofUnsupported(f"A seal is not made with {algorithm} keys.")
    room = _ROOM + sum(len(one.der) for one in chain) + (_STAMP_ROOM if timestamped else 0)
    hole = with_hole(pdf, kind="seal", name=name, room=room, at=at.astimezone(dt.UTC))
    return PreparedFile(hole, attributes(hole.digest, chain=chain), chain)


def seal(prepared: PreparedFile, *, signer: SealSigner) -> SealedFile:
    """Sign what was prepared: level B-B.

    Raises ProofInvalid if the signer's certificate is another one, CustodyError.
    """
    certificate = prepared.chain[0]
    if signer.chain[0] != certificate:
        raise ProofInvalid("Another certificate was announced than the signer has.")
    raw = signer.sign(prepared.to_be_signed)
    der = signed_data(prepared.to_be_signed, signature=raw, chain=prepared.chain)
    signature = signature_of(raw, certificate=certificate)
    return SealedFile(prepared.hole.filled(der), signature, prepared, raw)


def with_timestamp(sealed: SealedFile, token: bytes) -> SealedFile:
    """Put a token (DER) over ``sealed.signature`` beside the seal: level B-T."""
    prepared = sealed.prepared
    der = signed_data(
        prepared.to_be_signed, signature=sealed.raw, chain=prepared.chain, timestamp=token
    )
    return replace(sealed, data=prepared.hole.filled(der))


def with_evidence(
    pdf: bytes, *, certificates: Sequence[bytes], crls: Sequence[bytes], ocsps: Sequence[bytes]
) -> bytes:
    """Keep certificates and answers (DER) in a sealed file: level B-LT."""
    return with_store(pdf, certificates=certificates, crls=crls, ocsps=ocsps)


def prepare_archive(pdf: bytes, *, name: str = _STAMP_FIELD) -> Hole:
    """Make the place for a time-stamp over the whole file; its ``digest`` is what it is about.

    ``name`` is that of its field: another one each time. Raises MalformedDocument.
    """
    return with_hole(pdf, kind="time-stamp", name=name, room=_STAMP_ROOM, at=None)


def archived(hole: Hole, token: bytes) -> bytes:
    """Put the token (DER) over ``hole.digest`` in its place: level B-LTA."""
    return hole.filled(token)


def open_seal(der: bytes, *, covered: bytes) -> cms.Signed:
    """Open a seal over the bytes that it covers.

    Raises MalformedDocument, ProofInvalid, ProofUnsupported.
    """
    signed = cms.open_signed(der, content=covered)
    if signed.content_type != _DATA:
        raise ProofInvalid("The seal is for another kind of content than a file.")
    return signed
