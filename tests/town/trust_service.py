"""The trust service of the town, over HTTP: time-stamps, OCSP, lists of revoked ones, certificates.

It speaks RFC 3161 §3.4, RFC 6960 §A.1 and RFC 5280 §4.2.1.13, §4.2.2.1 as a real one does; its
certificates name its own addresses. Seals stand under an issuing authority, time-stamps under the
root.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from issuer.fetch import Fetcher
from issuer.services.evidence import EvidenceSource
from issuer.services.stamp import TimestampAuthority
from tests.town.authority import (
    DAY,
    NOW,
    Bend,
    Holder,
    Paper,
    below,
    crl,
    ocsp_answer,
    reply,
    root,
    token,
)
from tests.town.loopback import Asked, Town
from tests.town.loopback import reply as answer

EIDAS = "VATAT-U99999999"
"""Of the demo university."""
HOST = "trust.example"
Extensions = tuple[tuple[x509.ExtensionType, bool], ...]


def named(
    *, crls: Iterable[str] = (), ocsps: Iterable[str] = (), issuers: Iterable[str] = ()
) -> Extensions:
    """The extensions by which a certificate says where its authority can be asked."""
    kinds = (
        *((AuthorityInformationAccessOID.OCSP, url) for url in ocsps),
        *((AuthorityInformationAccessOID.CA_ISSUERS, url) for url in issuers),
    )
    access = [x509.AccessDescription(k, x509.UniformResourceIdentifier(u)) for k, u in kinds]
    points = [
        x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
        for url in crls
    ]
    found: list[tuple[x509.ExtensionType, bool]] = []
    if access:
        found.append((x509.AuthorityInformationAccess(access), False))
    if points:
        found.append((x509.CRLDistributionPoints(points), False))
    return tuple(found)


@dataclass
class TrustService:
    """An authority with everything that it publishes, at one origin."""

    origin: str = f"http://{HOST}"
    clock: Callable[[], dt.datetime] = lambda: NOW
    start: dt.datetime = NOW - 30 * DAY
    end: dt.datetime = NOW + 30 * DAY
    """Until when the seal and the certificate of the time-stamps are valid."""
    revoked: dict[int, tuple[dt.datetime, x509.ReasonFlags | None]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Paths at which it does not answer."""

    def _paper(self, name: str, **more: object) -> Paper:
        years = dt.timedelta(days=3650)
        values: dict[str, object] = {
            "organisation": "Town",
            "identifier": None,
            "start": self.start,
            "end": self.start + years if more.get("authority") else self.end,
        }
        return Paper(name, **(values | more))  # type: ignore[arg-type] # Fields of a Paper.

    @cached_property
    def root(self) -> Holder:
        return root(self._paper("Town Trust Root", authority=True, usage="certify"))

    @cached_property
    def issuing(self) -> Holder:
        more = named(crls=[f"{self.origin}/root.crl"], issuers=[f"{self.origin}/root.cer"])
        paper = self._paper("Town Issuing", authority=True, usage="certify", more=more)
        return below(self.root, paper)

    @cached_property
    def seal(self) -> Holder:
        """The seal alone: those above it have to be fetched."""
        more = named(
            crls=[f"{self.origin}/issuing.crl"],
            ocsps=[f"{self.origin}/ocsp"],
            issuers=[f"{self.origin}/issuing.cer"],
        )
        paper = self._paper("TEST SEAL of a trust service", identifier=EIDAS, more=more)
        whole = below(self.issuing, paper)
        return Holder(whole.key, whole.chain[:1])

    @cached_property
    def time(self) -> Holder:
        more = named(crls=[f"{self.origin}/root.crl"])
        purposes = (ExtendedKeyUsageOID.TIME_STAMPING,)
        return below(self.root, self._paper("Town Clock", extended=purposes, more=more))

    def __call__(self, asked: Asked) -> Iterable[bytes]:
        """Answer a request."""
        if asked.target in self.silent:
            return answer(status=503)
        if asked.method == "POST":
            return self._post(asked)
        by = {"root": self.root, "issuing": self.issuing}
        name, _, ending = asked.target.removeprefix("/").partition(".")
        if name in by and ending == "crl":
            return answer(self._list(by[name]), media_type="application/pkix-crl")
        if name in by and ending == "cer":
            return answer(by[name].certificate.der, media_type="application/pkix-cert")
        return answer(status=404)

    def _post(self, asked: Asked) -> list[bytes]:
        wanted = {"/tsa": "application/timestamp-query", "/ocsp": "application/ocsp-request"}
        if asked.headers.get("content-type") != wanted.get(asked.target):
            return answer(status=400)
        if asked.target == "/tsa":
            return answer(self.stamped(asked.body), media_type="application/timestamp-reply")
        return answer(self.said(asked.body), media_type="application/ocsp-response")

    def stamped(self, request: bytes, **bend: object) -> bytes:
        """The answer to a TimeStampReq."""
        asked = tsp.TimeStampReq.load(request, strict=True)
        assert asked["cert_req"].native is True
        values: dict[str, object] = {
            "imprint": asked["message_imprint"]["hashed_message"].native,
            "nonce": asked["nonce"].native,
        }
        how = Bend(**(values | bend))  # type: ignore[arg-type] # Fields of a Bend.
        return reply(token(self.time, b"", at=self.clock(), bend=how))

    def said(self, request: bytes) -> bytes:
        """The answer to an OCSPRequest, which is about the seal."""
        asked = ocsp.load_der_ocsp_request(request)
        certificate = self.seal.certificate
        assert asked.serial_number == certificate.serial
        since, reason = self.revoked.get(asked.serial_number, (None, None))
        status = ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD
        return ocsp_answer(
            certificate,
            issuer=self.issuing,
            status=status,
            since=since,
            reason=reason,
            at=self.clock(),
            until=self.clock() + DAY,
        )

    def _list(self, by: Holder) -> bytes:
        return crl(by, revoked=self.revoked, at=self.clock())

    def authority(self, fetcher: Fetcher) -> TimestampAuthority:
        """It, as our services ask it."""
        return TimestampAuthority(
            f"{self.origin}/tsa", fetcher, chance=lambda n: b"\x7f" * n, now=self.clock
        )

    def source(self, fetcher: Fetcher) -> EvidenceSource:
        """What it says of certificates, as our services ask it."""
        return EvidenceSource(fetcher, self.clock)

    def opened(self, town: Town) -> Fetcher:
        """Open its host in a town, over plain http as usual; return a client."""
        town.host(HOST, self, plain=True)
        return town.fetcher()


def written(holder: Holder, path: Path, *, passphrase: bytes) -> Path:
    """A PKCS#12 file with a seal, as a trust service hands it out."""
    assert isinstance(holder.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    leaf, *above = (x509.load_der_x509_certificate(c.der) for c in holder.chain)
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(1_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase)
    )
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", holder.key, leaf, above, encryption)
    )
    return path
