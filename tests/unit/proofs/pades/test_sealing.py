"""Sealing a PDF: every level, both kinds of key, read again by another program's validator."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from asn1crypto import x509 as der_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from issuer.carriers import pdf
from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs import pades
from issuer.proofs.pades.structure import attributes, signed_data
from tests.town import papers
from tests.town.authority import NOW, Holder, below, p256, rsa_key, token
from tests.town.european import SEAL, TIME, TOP

PAGES = papers.pages(papers.attachment(papers.badge()))
RSA = below(TOP, key=rsa_key("seal"))


def stamped(by: Holder = SEAL) -> bytes:
    done = pades.seal(pades.prepare(PAGES, chain=by.chain, at=NOW, timestamped=True), signer=by)
    return pades.with_timestamp(done, token(TIME, done.signature)).data


def judged(file: bytes) -> Any:
    """What the other program says of the first seal."""
    trusted = [der_x509.Certificate.load(TOP.certificate.der)]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=NOW)
    seal = PdfFileReader(BytesIO(file)).embedded_regular_signatures[0]
    return validate_pdf_signature(seal, context)


@pytest.mark.parametrize("by", [SEAL, RSA], ids=["P-256", "RSA"])
@pytest.mark.parametrize(
    "make",
    [lambda by: papers.sealed(PAGES, by=by), stamped, lambda by: papers.lasting(PAGES, by=by)],
    ids=["B-B", "B-T", "B-LTA"],
)
def test_another_program_finds_the_seal_intact(by: Holder, make: Any) -> None:
    file = make(by)
    assert file.startswith(PAGES)
    said = judged(file)
    assert (said.valid, said.intact, said.trusted, said.bottom_line) == (True,) * 4
    assert said.coverage.name in {"ENTIRE_FILE", "ENTIRE_REVISION"}
    assert said.modification_level.name in {"NONE", "LTA_UPDATES"}


@pytest.mark.parametrize("by", [SEAL, RSA], ids=["P-256", "RSA"])
def test_a_seal_is_opened_under_its_certificate(by: Holder) -> None:
    (found,) = pdf.signatures(papers.sealed(PAGES, by=by)).signatures
    opened = pades.open_seal(found.cms, covered=found.covered)
    assert opened.certificate == by.certificate
    assert set(opened.certificates) == set(by.chain)
    assert opened.claimed is None, "PAdES: the file says when, not the structure"
    with pytest.raises(ProofInvalid, match="changed after it was signed"):
        pades.open_seal(found.cms, covered=found.covered + b"x")


def test_only_a_seal_over_data_is_one_over_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = pdf.signatures(papers.sealed(PAGES)).signatures
    monkeypatch.setattr("issuer.proofs.pades.sealing._DATA", "1.2.840.113549.1.9.16.1.4")
    with pytest.raises(ProofInvalid, match="another kind of content"):
        pades.open_seal(found.cms, covered=found.covered)


def test_the_structure_is_signed_as_a_set_and_binds_its_certificate() -> None:
    said = attributes(hashlib.sha256(b"file").digest(), certificate=SEAL.certificate)
    assert said[:1] == b"\x31", "RFC 5652 §5.4"
    der = signed_data(said, signature=SEAL.sign(said), chain=SEAL.chain)
    assert pades.open_seal(der, covered=b"file").certificate == SEAL.certificate
    other = attributes(hashlib.sha256(b"file").digest(), certificate=TOP.certificate)
    der = signed_data(other, signature=SEAL.sign(other), chain=SEAL.chain)
    with pytest.raises(ProofInvalid, match="for another certificate"):
        pades.open_seal(der, covered=b"file")


def test_the_file_keeps_its_metadata_and_the_first_half_of_its_identifier() -> None:
    before, after = (PdfFileReader(BytesIO(f)) for f in (PAGES, papers.sealed(PAGES)))
    assert dict(before.trailer["/Info"]) == dict(after.trailer["/Info"])
    assert before.root["/Metadata"].data == after.root["/Metadata"].data
    first, second = (
        [getattr(half, "original_bytes", half) for half in r.trailer["/ID"]]
        for r in (before, after)
    )
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_the_same_arguments_prepare_the_same_bytes() -> None:
    one, two = (pades.prepare(PAGES, chain=SEAL.chain, at=NOW) for _ in range(2))
    assert one == two


def test_a_signer_with_another_certificate_is_refused() -> None:
    prepared = pades.prepare(PAGES, chain=SEAL.chain, at=NOW)
    with pytest.raises(ProofInvalid, match="Another certificate"):
        pades.seal(prepared, signer=RSA)


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 # For one key alone.

    other = below(TOP, key=ec.derive_private_key(7, ec.SECP384R1()))
    with pytest.raises(ProofUnsupported, match="not made with"):
        pades.prepare(PAGES, chain=other.chain, at=NOW)


def test_a_seal_larger_than_its_place_is_refused() -> None:
    prepared = pades.prepare(PAGES, chain=SEAL.chain, at=NOW)
    done = pades.seal(prepared, signer=SEAL)
    with pytest.raises(MalformedDocument, match="larger than the place"):
        pades.with_timestamp(done, b"\x30\x82\x40\x00" + b"\0" * 16_384)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no PDF at all", PAGES[:300]])
def test_what_is_no_pdf_is_not_sealed(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match="no PDF"):
        pades.prepare(data, chain=SEAL.chain, at=NOW)


def test_another_key_under_the_same_name_does_not_fit() -> None:
    thief = Holder(p256("thief"), SEAL.chain)
    file = papers.sealed(PAGES, by=thief)
    (found,) = pdf.signatures(file).signatures
    with pytest.raises(ProofInvalid):
        pades.open_seal(found.cms, covered=found.covered)
    assert not judged(file).bottom_line
