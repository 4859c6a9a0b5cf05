"""An authority of the town: certificates, seals, revocation answers and time-stamps, in memory.

Keys are made from their names, so that every run signs with the same ones. Nothing is on a network.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as der_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from keys.certificates import Certificate
from keys.public import PublicKey

NOW = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
"""The moment at which the town seals."""
DAY = dt.timedelta(days=1)
EIDAS = "VATAT-U12345678"
_ORGANISATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@cache
def p256(name: str) -> ec.EllipticCurvePrivateKey:
    """A P-256 key, the same for one name."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:24], "big")
    return ec.derive_private_key(number, ec.SECP256R1())


@cache
def rsa_key(_name: str) -> rsa.RSAPrivateKey:
    """An RSA key of 2 048 bits, one for each name in a run."""
    return rsa.generate_private_key(65_537, 2048)


@dataclass(frozen=True)
class Paper:
    """What a certificate says; defaults are those of a seal."""

    common_name: str = "Seal of Example University"
    organisation: str | None = "Example University"
    identifier: str | None = EIDAS
    start: dt.datetime = NOW - 365 * DAY
    end: dt.datetime = NOW + 365 * DAY
    authority: bool = False
    path_length: int | None = None
    usage: str | None = "sign"
    """``sign``, ``certify``, ``encrypt`` or None: it says nothing."""
    extended: tuple[x509.ObjectIdentifier, ...] = ()
    extended_critical: bool = True
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    digest: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    serial: int = 0

    @property
    def name(self) -> x509.Name:
        parts = [
            (NameOID.COUNTRY_NAME, "AT"),
            (NameOID.ORGANIZATION_NAME, self.organisation),
            (_ORGANISATION_IDENTIFIER, self.identifier),
            (NameOID.COMMON_NAME, self.common_name),
        ]
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


@dataclass(frozen=True)
class Holder:
    """A key with its certificate and those above it."""

    key: Key
    chain: tuple[Certificate, ...]

    @property
    def certificate(self) -> Certificate:
        return self.chain[0]

    @property
    def public_key(self) -> PublicKey:
        return self.certificate.public_key

    def sign(self, data: bytes) -> bytes:
        """As `keys.signer.Signer`: r and s for P-256, PKCS#1 v1.5 for RSA."""
        if not isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.sign_der(data)
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign_der(self, data: bytes) -> bytes:
        """As CMS and X.509 want it."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


ROOT = Paper("Town Root", "Town", None, authority=True, usage="certify")
TSA = Paper("Town Time", "Town", None, extended=(ExtendedKeyUsageOID.TIME_STAMPING,), serial=77)


def root(paper: Paper = ROOT, *, key: Key | None = None) -> Holder:
    """A self-signed authority."""
    own = key or p256(paper.common_name)
    return Holder(own, (_issue(paper, own, issuer=paper.name, issuer_key=own),))


def below(upper: Holder, paper: Paper | None = None, *, key: Key | None = None) -> Holder:
    """Somebody to whom ``upper`` issues a certificate."""
    said = paper or Paper()
    own = key or p256(said.common_name)
    name = x509.load_der_x509_certificate(upper.certificate.der).subject
    issued = _issue(said, own, issuer=name, issuer_key=upper.key)
    return Holder(own, (issued, *upper.chain))


def _issue(paper: Paper, key: Key, *, issuer: x509.Name, issuer_key: Key) -> Certificate:
    serial = paper.serial or int.from_bytes(
        hashlib.sha256(paper.common_name.encode()).digest()[:8], "big"
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(paper.name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(paper.start)
        .not_valid_after(paper.end)
    )
    for extension, critical in _extensions(paper):
        builder = builder.add_extension(extension, critical=critical)
    made = builder.sign(issuer_key, _digest(issuer_key, paper.digest))
    return Certificate(made.public_bytes(Encoding.DER))


def _digest(key: Key, wanted: hashes.HashAlgorithm | None) -> Any:
    # An Edwards key brings its own.
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else wanted or hashes.SHA256()


def signed_with_sha1(der: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """A certificate or a list of revoked ones signed anew with a hash that can be forged."""
    found = core.Sequence.load(der)
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha1_ecdsa"})
    inner = der_x509.TbsCertificate.load(found[0].dump())
    try:
        inner["signature"] = algorithm
        tbs = inner.dump(force=True)
    except (ValueError, TypeError):
        listed = asn1_crl.TbsCertList.load(found[0].dump())
        listed["signature"] = algorithm
        tbs = listed.dump(force=True)
    signature = key.sign(tbs, ec.ECDSA(hashes.SHA1()))  # noqa: S303 # That is the point.
    body = tbs + algorithm.dump() + core.OctetBitString(signature).dump()
    return bytes(core.Sequence(contents=body).dump())


def _extensions(paper: Paper) -> Iterable[tuple[x509.ExtensionType, bool]]:
    if paper.authority or paper.path_length is not None:
        yield x509.BasicConstraints(ca=paper.authority, path_length=paper.path_length), True
    if paper.usage is not None:
        yield (
            x509.KeyUsage(
                digital_signature=paper.usage == "sign",
                content_commitment=paper.usage == "sign",
                key_encipherment=paper.usage == "encrypt",
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=paper.usage == "certify",
                crl_sign=paper.usage == "certify",
                encipher_only=False,
                decipher_only=False,
            ),
            True,
        )
    if paper.extended:
        yield x509.ExtendedKeyUsage(paper.extended), paper.extended_critical
    yield from paper.more


# --- What it says of its certificates ---------------------------------------------------------


def crl(
    by: Holder,
    *,
    revoked: dict[int, tuple[dt.datetime, x509.ReasonFlags | None]] | None = None,
    at: dt.datetime = NOW,
    until: dt.datetime | None = None,
    more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> bytes:
    """A list of revoked certificates (DER)."""
    name = x509.load_der_x509_certificate(by.certificate.der).subject
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name)
        .last_update(at)
        .next_update(until or at + 7 * DAY)
    )
    for serial, (since, reason) in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(by.key, _digest(by.key, None)).public_bytes(Encoding.DER)


def ocsp_answer(
    certificate: Certificate,
    *,
    issuer: Holder,
    by: Holder | None = None,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    since: dt.datetime | None = None,
    at: dt.datetime = NOW,
    until: dt.datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    digest: hashes.HashAlgorithm | None = None,
    carries: bool = True,
) -> bytes:
    """An OCSP answer (DER)."""
    responder = by or issuer
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=x509.load_der_x509_certificate(certificate.der),
            issuer=x509.load_der_x509_certificate(issuer.certificate.der),
            algorithm=hashes.SHA1(),  # noqa: S303 # What OCSP names certificates by.
            cert_status=status,
            this_update=at,
            next_update=until,
            revocation_time=since,
            revocation_reason=reason,
        )
        .responder_id(
            ocsp.OCSPResponderEncoding.HASH,
            x509.load_der_x509_certificate(responder.certificate.der),
        )
    )
    if by is not None and carries:
        builder = builder.certificates([x509.load_der_x509_certificate(by.certificate.der)])
    made = builder.sign(responder.key, _digest(responder.key, digest))
    return made.public_bytes(Encoding.DER)


# --- Time-stamps --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bend:
    """What is wrong with a token; the default is nothing."""

    imprint: bytes | None = None
    imprint_hash: str = "sha256"
    content_type: str = "tst_info"
    digest: bytes | None = None
    bound: str = "v2"
    """``v2``, ``v1``, ``none`` or ``other``."""
    certificates: bool = True
    signer_serial: int | None = None
    signature: bytes | None = None
    digest_name: str = "sha256"
    nonce: int | None = None
    twice: bool = False
    signers: int = 1
    said_type: str | None = None
    by_key_id: bool = False
    stamp: bytes | None = None
    """A time-stamp token over the signature."""


def token(by: Holder, data: bytes, *, at: dt.datetime = NOW, bend: Bend | None = None) -> bytes:
    """A time-stamp token (DER) over ``data``."""
    how = bend or Bend()
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {
                "hash_algorithm": {"algorithm": how.imprint_hash},
                "hashed_message": how.imprint or hashlib.new(how.imprint_hash, data).digest(),
            },
            "serial_number": 1,
            "gen_time": at.replace(microsecond=0),
            **({"nonce": how.nonce} if how.nonce is not None else {}),
        }
    )
    return signed(by, info.dump(), kind="tst_info", at=at, bend=how)


def signed(
    by: Holder, content: bytes, *, kind: str, at: dt.datetime = NOW, bend: Bend | None = None
) -> bytes:
    """A SignedData (DER) that carries ``content``."""
    how = bend or Bend()
    certificate = der_x509.Certificate.load(by.certificate.der)
    attributes = _attributes(by, content, kind=how.said_type or kind, at=at, bend=how)
    signature = how.signature or by.sign_der(attributes.dump())
    algorithm = "rsassa_pkcs1v15" if isinstance(by.key, rsa.RSAPrivateKey) else "sha256_ecdsa"
    sid: dict[str, Any] | cms.SignerIdentifier = cms.SignerIdentifier(
        "issuer_and_serial_number",
        {
            "issuer": certificate.issuer,
            "serial_number": how.signer_serial or certificate.serial_number,
        },
    )
    if how.by_key_id:
        found = x509.load_der_x509_certificate(by.certificate.der).extensions
        ski = found.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        sid = cms.SignerIdentifier("subject_key_identifier", ski)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": sid,
            "digest_algorithm": {"algorithm": how.digest_name},
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
            "signature": signature,
            **({"unsigned_attrs": [_stamped(how.stamp)]} if how.stamp else {}),
        }
    )
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {
                "content_type": kind,
                "content": core.ParsableOctetString(content),
            },
            "certificates": [der_x509.Certificate.load(c.der) for c in by.chain]
            if how.certificates
            else [],
            "signer_infos": [signer] * how.signers,
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _attributes(
    by: Holder, content: bytes, *, kind: str, at: dt.datetime, bend: Bend
) -> cms.CMSAttributes:
    digest = bend.digest or hashlib.sha256(content).digest()
    found = [
        {"type": "content_type", "values": [kind]},
        {"type": "signing_time", "values": [cms.Time({"utc_time": core.UTCTime(at)})]},
        {"type": "message_digest", "values": [digest]},
    ]
    der = by.certificate.der
    if bend.bound == "v2":
        bound = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest()})
        value: Any = tsp.SigningCertificateV2({"certs": [bound]})
        found.append({"type": "signing_certificate_v2", "values": [value]})
    elif bend.bound == "v1":
        old = tsp.ESSCertID({"cert_hash": hashlib.sha1(der).digest()})  # noqa: S324 # RFC 2634.
        value = tsp.SigningCertificate({"certs": [old]})
        found.append({"type": "signing_certificate", "values": [value]})
    elif bend.bound == "other":
        bound = tsp.ESSCertIDv2({"cert_hash": bytes(32)})
        value = tsp.SigningCertificateV2({"certs": [bound]})
        found.append({"type": "signing_certificate_v2", "values": [value]})
    if bend.twice:
        found.append(found[2])
    return cms.CMSAttributes([cms.CMSAttribute(one) for one in found])


def _stamped(stamp: bytes) -> dict[str, Any]:
    return {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(stamp)]}


def reply(token_der: bytes | None, *, status: str = "granted") -> bytes:
    """The answer of a time-stamp authority (DER)."""
    said = tsp.PKIStatusInfo({"status": status}).dump()
    return bytes(core.Sequence(contents=said + (token_der or b"")).dump())


Stamper = Callable[[bytes], bytes]


def with_paper(paper: Paper, **changes: Any) -> Paper:
    """The same with some changes."""
    return replace(paper, **changes)
