"""Certificates bent inside: each is refused in one way, and nothing else ever happens."""

import contextlib

import pytest
from asn1crypto import core

from keys.algorithms import UnsupportedAlgorithm
from keys.certificates import Certificate, CertificateInvalid, issuer_serial, parse_certificate
from tests.town.authority import Paper, below, root
from tests.town.forger import bent, key_of, rewritten, statements

TOP = root()
LEAF = below(TOP)
DER = LEAF.certificate.der


def read_whole(certificate: Certificate) -> None:
    """Whatever a verifier looks at."""
    for name in dir(type(certificate)):
        if name != "public_key" and not name.startswith("_"):
            assert getattr(certificate, name) is not None or name in MAY_BE_NONE
    assert issuer_serial(certificate)
    with contextlib.suppress(UnsupportedAlgorithm):
        assert certificate.public_key.raw


MAY_BE_NONE = {
    "subject_organisation",
    "common_name",
    "country",
    "organisation_identifier",
    "path_length",
}


def test_every_byte_changed() -> None:
    readable = 0
    for position in range(len(DER)):
        for bits in (0x01, 0x80, 0xFF):
            changed = DER[:position] + bytes([DER[position] ^ bits]) + DER[position + 1 :]
            with contextlib.suppress(CertificateInvalid):
                found = parse_certificate(changed)
                readable += 1
                read_whole(found)
    assert readable


def test_more_behind_it() -> None:
    with pytest.raises(CertificateInvalid):
        parse_certificate(DER + b"\0")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "0500",
        "020105",
        "3080",
        "3003020105",
        "30023000",
        # A statement of kinds that names none, something else, or numbers.
        "300a3008060604008e460106",
        "300d300b060604008e460106020105",
        "300f300d060604008e4601063003020105",
    ],
)
def test_statements_that_cannot_be_read(data: str) -> None:
    paper = Paper(more=statements(bytes.fromhex(data)))
    with pytest.raises(CertificateInvalid):
        parse_certificate(below(TOP, paper).certificate.der)


def test_statements_nested_without_end() -> None:
    data = b"\x05\x00"
    while len(data) < 12_000:
        data = core.Sequence(contents=data).dump()
    with pytest.raises(CertificateInvalid):
        parse_certificate(below(TOP, Paper(more=statements(data))).certificate.der)


def test_keys_that_are_none() -> None:
    key = key_of(LEAF)
    elliptic, curve = (bytes.fromhex(h) for h in ("2a8648ce3d0201", "2a8648ce3d030107"))
    for other in (
        key[:-1] + bytes([key[-1] ^ 1]),
        key.replace(elliptic, elliptic[:-1] + b"\x09"),
        key.replace(curve, curve[:-1] + b"\x09"),
    ):
        found = parse_certificate(rewritten(DER, TOP, key, other))
        with pytest.raises(UnsupportedAlgorithm):
            _ = found.public_key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x0c\x12Example University", b"\x0c\x12Example\xffUniversity"),
        (b"\x0c\x12Example University", b"\x03\x12\x00xample University"),
        (b"\x0c\x0fVATAT-U12345678", b"\x13\x0fVATAT\xffU12345678"),
    ],
)
def test_names_that_are_none(old: bytes, new: bytes) -> None:
    with pytest.raises(CertificateInvalid):
        parse_certificate(rewritten(DER, TOP, old, new))


def test_one_rule_said_twice() -> None:
    def twice(inside: core.Sequence) -> None:
        inside["extensions"].append(inside["extensions"][0].copy())

    with pytest.raises(CertificateInvalid):
        parse_certificate(bent(DER, TOP, twice))
