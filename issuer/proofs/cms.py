"""Signed CMS structures: time-stamp tokens and the seals of PDF files rest on them.

RFC 5652 (https://www.rfc-editor.org/rfc/rfc5652) §5, RFC 5035 §4 (ESSCertIDv2). One signer, signed
attributes, PKCS#1 v1.5, PSS or ECDSA. Whether anybody believes the certificate is asked elsewhere;
only a certificate that the structure itself carries is used.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from keys.algorithms import BadSignature, VaultError
from keys.certificates import Certificate, parse_certificate, require_made

_MOST_BYTES = 262_144
_MOST_CERTIFICATES = 32
_HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_LEAST_RSA_BITS = 2048
# RFC 5652 §5.4: signed as a SET, carried under the tag [0].
_SET = b"\x31"


@dataclass(frozen=True)
class Signed:
    """A structure whose signature fits, under the certificate that it names."""

    content: bytes
    content_type: str
    certificate: Certificate
    certificates: tuple[Certificate, ...]
    """All that it carries."""
    claimed: dt.datetime | None
    """signingTime, according to the signer."""
    signature: bytes
    timestamps: tuple[bytes, ...]
    """Time-stamp tokens over the signature (DER), unverified."""


def open_signed(der: bytes, *, content: bytes | None = None) -> Signed:
    """Open a SignedData; ``content`` is what it signs where it does not carry it.

    Raises MalformedDocument, ProofInvalid or ProofUnsupported.
    """
    try:
        return _open(_load(der), content)
    except (ValueError, TypeError, KeyError, VaultError) as fault:
        raise MalformedDocument("The signature structure (CMS) is damaged.") from fault


def _load(der: bytes) -> Any:
    if len(der) > _MOST_BYTES:
        raise MalformedDocument("The signature structure (CMS) is larger than 256 KiB.")
    # PDF pads its place with zeros, so what follows the structure is looked at by whoever cut it.
    info = cms.ContentInfo.load(der)
    if info["content_type"].native != "signed_data":
        raise MalformedDocument("The signature structure (CMS) holds no signature.")
    if info["content_type"].dump() + info["content"].dump() != info.contents:
        raise MalformedDocument("Something is hidden behind a signature structure (CMS).")
    return info["content"]


def _open(data: Any, content: bytes | None) -> Signed:
    # 1. RFC 5652 §5.1: one signer, and what it signs.
    if len(data["signer_infos"]) != 1:
        raise ProofUnsupported("Only a signature structure (CMS) of one signer is checked here.")
    signer, inner = data["signer_infos"][0], data["encap_content_info"]
    signed = _content(inner, content)
    # 2. §5.3: the certificate that the signer names is in it.
    certificates = _certificates(data)
    certificate = _named(signer["sid"], certificates)
    # 3. §5.4, §11.1–11.2: the signed attributes say what kind it is and give its digest.
    attributes = _attributes(signer["signed_attrs"])
    kind = inner["content_type"]
    if not attributes or attributes["content_type"][0].dotted != kind.dotted:
        raise ProofInvalid("The signature is for another kind of content.")
    digest = _hash(signer["digest_algorithm"]["algorithm"].native)
    # §5.1: what is used is announced, so that nothing about it can be changed unseen.
    if signer["digest_algorithm"].dump() not in [one.dump() for one in data["digest_algorithms"]]:
        raise ProofInvalid("The signature structure (CMS) does not announce the hash that it uses.")
    said = attributes["message_digest"][0].native
    if not hmac.compare_digest(said, hashlib.new(digest.name, signed).digest()):
        raise ProofInvalid("The content was changed after it was signed.")
    # 4. RFC 5035 §4: the certificate is the one that was signed along.
    bound = _bound(attributes)
    if not _is_among(certificate, bound[:1]):
        raise ProofInvalid("The signature was made for another certificate.")
    if content is not None and bound[1:]:
        _require_whole(data, signer, certificates=certificates, bound=bound)
    # 5. §5.6: the signature fits the attributes, as a DER SET.
    tbs = _SET + signer["signed_attrs"].dump()[1:]
    signature = signer["signature"].native
    _require_signature(certificate, signer, signature=signature, data=tbs)
    unsigned = _attributes(signer["unsigned_attrs"])
    times = attributes.get("signing_time")
    return Signed(
        content=signed,
        content_type=kind.dotted,
        certificate=certificate,
        certificates=certificates,
        claimed=times[0].native if times else None,
        signature=signature,
        timestamps=tuple(t.dump() for t in unsigned.get("signature_time_stamp_token", ())),
    )


def _require_whole(
    data: Any,
    signer: Any,
    *,
    certificates: Sequence[Certificate],
    bound: Sequence[tuple[str, bytes]],
) -> None:
    """Refuse what could be changed about a seal of which all certificates are signed along."""
    # RFC 5035 §4: then there are no others.
    if not all(_is_among(one, bound) for one in certificates):
        raise ProofInvalid("A certificate that is carried along was changed.")
    # RFC 5652 §5.1 and §5.3: the versions follow from the rest.
    number = "v1" if signer["sid"].name == "issuer_and_serial_number" else "v3"
    if {signer["version"].native, data["version"].native} != {number}:
        raise ProofInvalid("The signature structure (CMS) is of another version than it says.")
    # The library reads the parameters of an algorithm only where somebody asks for them.
    _ = signer["signature_algorithm"].native


def _content(inner: Any, given: bytes | None) -> bytes:
    carried = inner["content"]
    if isinstance(carried, core.Void):
        if given is None:
            raise MalformedDocument("The signature structure (CMS) holds nothing that is signed.")
        return given
    if given is not None:
        raise ProofInvalid("The signature structure (CMS) signs something of its own.")
    return bytes(carried)


def _certificates(data: Any) -> tuple[Certificate, ...]:
    carried = data["certificates"]
    listed = [] if isinstance(carried, core.Void) else [c.chosen.dump() for c in carried]
    found = tuple(parse_certificate(der) for der in listed[:_MOST_CERTIFICATES])
    require_intact(found)
    return found


def require_intact(certificates: Sequence[Certificate]) -> None:
    """Refuse certificates that were changed: one that its issuer, which is there too, did not make.

    Nothing else covers what is carried along. Raises ProofInvalid.
    """
    for certificate in certificates:
        above = [c for c in certificates if c.subject_name == certificate.issuer_name]
        if above and not any(_made(certificate, by=upper) for upper in above):
            raise ProofInvalid("A certificate that is carried along was changed.")


def _made(certificate: Certificate, *, by: Certificate) -> bool:
    try:
        require_made(certificate, by=by)
    except BadSignature:
        return False
    return True


def _named(sid: Any, certificates: tuple[Certificate, ...]) -> Certificate:
    for certificate in certificates:
        if _is_named(sid, x509.load_der_x509_certificate(certificate.der)):
            return certificate
    raise ProofInvalid("The certificate of the signer is missing.")


def _is_named(sid: Any, certificate: x509.Certificate) -> bool:
    if sid.name == "issuer_and_serial_number":
        same = sid.chosen["serial_number"].native == certificate.serial_number
        return bool(same and sid.chosen["issuer"].dump() == certificate.issuer.public_bytes())
    try:
        known = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return False
    return bool(sid.chosen.native == known.value.digest)


def _attributes(carried: Any) -> dict[str, Any]:
    if isinstance(carried, core.Void):
        return {}
    found = {attribute["type"].native: attribute["values"] for attribute in carried}
    if len(found) != len(carried):
        raise ProofInvalid("The signature structure (CMS) says one thing twice.")
    return found


def _bound(attributes: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """Hash and digest of each certificate that was signed along, the signer's first."""
    if "signing_certificate_v2" in attributes:
        listed = attributes["signing_certificate_v2"][0]["certs"]
        return [(_digest_of(one), one["cert_hash"].native) for one in listed]
    if "signing_certificate" in attributes:
        return [
            ("sha1", one["cert_hash"].native)
            for one in attributes["signing_certificate"][0]["certs"]
        ]
    raise ProofInvalid("The signature does not say for which certificate it was made.")


def _is_among(certificate: Certificate, bound: Sequence[tuple[str, bytes]]) -> bool:
    return any(hashlib.new(name, certificate.der).digest() == digest for name, digest in bound)


def _digest_of(bound: Any) -> str:
    name: str = bound["hash_algorithm"]["algorithm"].native
    return _hash(name).name


def _hash(name: str) -> hashes.HashAlgorithm:
    if name not in _HASHES:
        raise ProofUnsupported(f"The hash {name[:40]!r} is not used here: it may be forged.")
    return _HASHES[name]()


def _require_signature(
    certificate: Certificate, signer: Any, *, signature: bytes, data: bytes
) -> None:
    key = x509.load_der_x509_certificate(certificate.der).public_key()
    algorithm: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    digest = _hash(_digest_name(algorithm, signer))
    try:
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA_BITS:
            key.verify(signature, data, _padding(algorithm, digest), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.signature_algo == "ecdsa":
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            raise ProofUnsupported("It is signed with a key of a kind that is not checked here.")
    except InvalidSignature as fault:
        raise ProofInvalid("The signature does not fit its certificate.") from fault


def _digest_name(algorithm: Any, signer: Any) -> str:
    # RFC 8933 §2: where the algorithm names no hash, it is that of the attributes.
    if algorithm["algorithm"].native in {"rsassa_pkcs1v15", "rsassa_pss"}:
        name: str = signer["digest_algorithm"]["algorithm"].native
        return name
    return str(algorithm.hash_algo)


def _padding(algorithm: Any, digest: hashes.HashAlgorithm) -> padding.PKCS1v15 | padding.PSS:
    kind = algorithm.signature_algo
    if kind == "rsassa_pkcs1v15":
        return padding.PKCS1v15()
    if kind == "rsassa_pss":
        return padding.PSS(padding.MGF1(digest), digest.digest_size)
    raise ProofUnsupported("It is signed with a key of another kind than its certificate holds.")
