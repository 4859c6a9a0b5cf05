"""A PDF on the table: the credentials in it, and the seals over the whole file.

ISO 32000-2 §12.8, ETSI EN 319 142-1 (PAdES). The pages are never read: what they say is compared
with the data in `issuer.verify.steps.picture`. Nothing is judged here.
"""

from dataclasses import dataclass

from issuer.carriers import pdf
from issuer.errors import MalformedDocument
from issuer.proofs import pades
from issuer.verify.seals import REFUSED, Fault, Seal, Stamped, stamped
from keys.algorithms import VaultError
from keys.certificates import Answers, Certificate, parse_certificate

_MOST_SEALS = 4


@dataclass(frozen=True)
class Paper:
    """A PDF taken apart; everything in it is UNVERIFIED."""

    file: bytes
    attached: tuple[pdf.Attached, ...]
    """Every file that is attached, in the order of their names."""
    keywords: str


@dataclass(frozen=True)
class FileSeal:
    """A seal over a file that fits."""

    seal: Seal
    untouched: bool
    """Whether nothing was added since but seals, time-stamps and what is kept for them."""


def file_seals(file: bytes) -> tuple[FileSeal | Fault, ...]:
    """Every seal over a PDF in the order in which they were made, or why it does not fit."""
    try:
        signed = pdf.signatures(file)
    except REFUSED as fault:
        return (fault,)
    seals = [one for one in signed.signatures if one.kind == "seal"]
    if len(seals) > _MOST_SEALS:
        # Each means that the file is read twice more.
        return (MalformedDocument("This PDF has more than four seals; it is not asked for all."),)
    return tuple(_opened(file, signed, one) for one in seals)


def _opened(file: bytes, signed: pdf.SignedFile, found: pdf.FileSignature) -> FileSeal | Fault:
    try:
        # 1. The seal fits the bytes that it covers, under the certificate that it names.
        inside = pades.open_seal(found.cms, covered=found.covered)
        # 2. Every time-stamp on it, and over the file since, is about what it has to be about.
        stamps = [
            Stamped("sigTst", stamped(token, inside.signature, kind="sigTst"))
            for token in inside.timestamps
        ]
        later = [s for s in signed.signatures if s.kind == "time-stamp" and s.end > found.end]
        stamps += [Stamped("docTst", stamped(s.cms, s.covered, kind="docTst")) for s in later]
        # 3. Nothing but that was added.
        untouched = pdf.only_sealed_since(file[: found.end], file)
    except REFUSED as fault:
        return fault
    seal = Seal(
        form=f"PAdES B-{_level(signed, stamps)}",
        certificate=inside.certificate,
        claimed=found.claimed,
        carried=(*inside.certificates, *_readable(signed.certificates)),
        answers=Answers(signed.crls, signed.ocsps),
        stamps=tuple(stamps),
    )
    return FileSeal(seal, untouched)


def _level(signed: pdf.SignedFile, stamps: list[Stamped]) -> str:
    """The baseline level by what is there (ETSI EN 319 142-1 §6)."""
    kinds = {one.kind for one in stamps}
    if not kinds:
        return "B"
    if not (signed.crls or signed.ocsps):
        return "T"
    return "LTA" if "docTst" in kinds else "LT"


def _readable(ders: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    found = []
    for der in ders:
        try:
            found.append(parse_certificate(der))
        except VaultError:
            # It stands beside the seal and helps nobody; a chain is made of those that can be read.
            continue
    return tuple(found)
