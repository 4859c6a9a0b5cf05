"""Somebody takes the name of an authority: a name without its key is worth nothing."""

import contextlib

import pytest
from cryptography import x509

from keys.certificates import (
    Anchor,
    Certificate,
    CertificateInvalid,
    ChainBroken,
    build_chain,
    parse_certificate,
)
from tests.town.authority import NOW, ROOT, Paper, below, p256, root

TOP = root()
ANCHORS = [Anchor(TOP.certificate, "Town", "the town says so")]


def why(leaf: Certificate, *candidates: Certificate) -> str:
    with pytest.raises(ChainBroken) as caught:
        build_chain(leaf, candidates=candidates, anchors=ANCHORS, at=NOW)
    return caught.value.why


def test_an_authority_of_the_same_name_and_number() -> None:
    impostor = root(ROOT, key=p256("impostor"))
    assert impostor.certificate.subject_name == TOP.certificate.subject_name
    assert impostor.certificate.serial == TOP.certificate.serial
    assert why(below(impostor).certificate, impostor.certificate) == "not_anchored"


def test_with_the_key_identifier_of_the_authority() -> None:
    impostor = root(ROOT, key=p256("impostor"))
    genuine = x509.SubjectKeyIdentifier.from_public_key(TOP.key.public_key())
    named = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(genuine)
    leaf = below(impostor, Paper(more=((named, False),)))
    assert why(leaf.certificate, impostor.certificate) == "not_anchored"


def test_with_the_genuine_certificate_carried_along() -> None:
    impostor = root(ROOT, key=p256("impostor"))
    leaf = below(impostor)
    assert why(leaf.certificate, TOP.certificate, impostor.certificate) == "not_anchored"


def test_with_the_key_of_the_authority_under_another_name() -> None:
    # RFC 5280 §6.1.3 a 4: name and key belong together.
    renamed = below(root(Paper("Other", "Town", None, authority=True), key=TOP.key))
    assert why(renamed.certificate, TOP.certificate) == "not_anchored"


def test_a_copy_of_a_seal_that_was_changed() -> None:
    der = below(TOP).certificate.der
    inside = x509.load_der_x509_certificate(der).tbs_certificate_bytes
    start = der.index(inside)
    for position in range(len(der)):
        changed = der[:position] + bytes([der[position] ^ 1]) + der[position + 1 :]
        with contextlib.suppress(CertificateInvalid, ChainBroken):
            build_chain(parse_certificate(changed), candidates=(), anchors=ANCHORS, at=NOW)
            # How many bits of the signature's last byte count may change; what it says may not.
            assert not start <= position < start + len(inside)
            assert x509.load_der_x509_certificate(changed).tbs_certificate_bytes == inside
