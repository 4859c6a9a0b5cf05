"""The CMS structure of a PAdES seal, composed: one signer, three signed attributes, its chain.

RFC 5652 §5 (https://www.rfc-editor.org/rfc/rfc5652), RFC 5035 §4 (signing-certificate-v2), ETSI EN
319 142-1 §6.3: no signing time inside, since the file states it. `issuer.proofs.cms` reads it.
"""

import hashlib
from collections.abc import Sequence

from asn1crypto import cms, tsp
from asn1crypto import x509 as der_x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.algorithms import Algorithm
from keys.certificates import Certificate

_ALGORITHMS = {Algorithm.RSA: "sha256_rsa", Algorithm.P256: "sha256_ecdsa"}
ALGORITHMS = frozenset(_ALGORITHMS)
"""Kinds of key with which a file is sealed."""
_SHA256 = {"algorithm": "sha256"}


def attributes(digest: bytes, *, chain: Sequence[Certificate]) -> bytes:
    """What is signed for a file with this SHA-256: the signed attributes as a SET, DER.

    All certificates are signed along, so that none that is carried along changes unnoticed.
    """
    bound = {"certs": [{"cert_hash": hashlib.sha256(one.der).digest()} for one in chain]}
    stated = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [digest]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2(bound)]},
        ]
    )
    return bytes(stated.dump())


def signed_data(
    signed_attributes: bytes,
    *,
    signature: bytes,
    chain: Sequence[Certificate],
    timestamp: bytes | None = None,
) -> bytes:
    """The structure (DER); ``signature`` is as a `keys.signer.SealSigner` gives it.

    ``timestamp`` is a token over the signature as it stands in the structure (`signature_of`).
    """
    leaf = der_x509.Certificate.load(chain[0].der)
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": leaf.issuer, "serial_number": leaf.serial_number},
        ),
        "digest_algorithm": _SHA256,
        "signed_attrs": cms.CMSAttributes.load(signed_attributes),
        "signature_algorithm": {"algorithm": _ALGORITHMS[chain[0].public_key.algorithm]},
        "signature": signature_of(signature, certificate=chain[0]),
    }
    if timestamp is not None:
        token = cms.ContentInfo.load(timestamp)
        signer["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
    data = {
        "version": "v1",
        "digest_algorithms": [_SHA256],
        "encap_content_info": {"content_type": "data"},
        "certificates": [der_x509.Certificate.load(one.der) for one in chain],
        "signer_infos": [signer],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
    return bytes(whole.dump())


def signature_of(signature: bytes, *, certificate: Certificate) -> bytes:
    """A signature as the structure holds it: ECDSA as a DER sequence (RFC 5753 §2.1.1)."""
    if certificate.public_key.algorithm is Algorithm.RSA:
        return signature
    half = len(signature) // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    return encode_dss_signature(r, s)
