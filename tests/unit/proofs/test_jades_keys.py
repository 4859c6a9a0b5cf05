"""Seals whose certificate holds a key that is not read here."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.errors import ProofUnsupported
from issuer.proofs import jades
from keys.certificates import Certificate
from keys.public import b64url
from tests.town.authority import below, root
from tests.town.sealed import Document, bent, sealed


def named(certificate: Certificate, header: Document) -> None:
    """Let a header name another certificate."""
    header["x5c"] = [base64.b64encode(certificate.der).decode("ascii")]
    header["x5t#S256"] = b64url(certificate.fingerprint)


def test_a_seal_with_a_key_that_is_not_read_cannot_be_checked() -> None:
    honest = below(root())
    other = below(root(), key=ec.derive_private_key(7, ec.SECP521R1())).certificate
    document = jades.read(bent(sealed(honest), honest, lambda header: named(other, header)))
    with pytest.raises(ProofUnsupported, match="cannot be checked"):
        jades.open_signature(document, document.signatures[0])
