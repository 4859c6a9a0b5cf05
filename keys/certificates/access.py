"""Where an authority can be asked about a certificate, and the question that is put to it.

RFC 5280 §4.2.1.13 (CRL distribution points) and §4.2.2.1 (authority information access),
https://www.rfc-editor.org/rfc/rfc5280; RFC 6960 §4.1 (OCSP requests). Directories (LDAP), lists of
some reasons only and indirect lists are left out. Nothing is asked here; whether an address may be
asked at all is decided by whoever does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as AccessOID

from keys.certificates.certificate import Certificate, CertificateInvalid, parse_certificate

OCSP_REQUEST_TYPE = "application/ocsp-request"
"""Media type of a question (RFC 6960 §A.1)."""
_MOST_ADDRESSES = 4
_MOST_CERTIFICATES = 16


@dataclass(frozen=True)
class Addresses:
    """The http and https addresses that a certificate names, at most four of a kind."""

    crls: tuple[str, ...] = ()
    """Lists of revoked certificates."""
    ocsps: tuple[str, ...] = ()
    """Responders that answer about one certificate."""
    issuers: tuple[str, ...] = ()
    """Certificates of its issuer."""


def addresses_of(certificate: Certificate) -> Addresses:
    """Read where a certificate says that its authority can be asked."""
    extensions = x509.load_der_x509_certificate(certificate.der).extensions
    found = tuple(_described(extensions))
    return Addresses(
        crls=_few(_listed(extensions)),
        ocsps=_few(d.access_location for d in found if d.access_method == AccessOID.OCSP),
        issuers=_few(d.access_location for d in found if d.access_method == AccessOID.CA_ISSUERS),
    )


def _described(extensions: x509.Extensions) -> Iterator[x509.AccessDescription]:
    try:
        yield from extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return


def _listed(extensions: x509.Extensions) -> Iterator[x509.GeneralName]:
    try:
        points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return
    for point in points:
        # A list of some reasons, or by somebody else, does not say that a certificate is good.
        if point.reasons is None and point.crl_issuer is None:
            yield from point.full_name or ()


def _few(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    addresses = (n.value for n in names if isinstance(n, x509.UniformResourceIdentifier))
    web = (a for a in addresses if a.lower().startswith(("http://", "https://")))
    return tuple(islice(dict.fromkeys(web), _MOST_ADDRESSES))


def ocsp_request(certificate: Certificate, *, issuer: Certificate) -> bytes:
    """The question (DER) whether ``issuer`` has revoked ``certificate``.

    By SHA-1, which every responder knows (RFC 5019 §2.1.1): it names and proves nothing. Without a
    nonce, which few of them answer: how old an answer may be is asked of the answer.
    """
    asked = question(certificate, issuer=issuer, digest=hashes.SHA1())  # noqa: S303 # See above.
    return asked.public_bytes(Encoding.DER)


def question(
    certificate: Certificate, *, issuer: Certificate, digest: hashes.HashAlgorithm
) -> ocsp.OCSPRequest:
    """The same as a value, with the certificate named by ``digest``."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        x509.load_der_x509_certificate(certificate.der),
        x509.load_der_x509_certificate(issuer.der),
        digest,
    )
    return builder.build()


def certificates_in(data: bytes) -> tuple[Certificate, ...]:
    """Read what stands at the address of an issuer: a certificate (DER), or several in a CMS.

    Of several at most 16 are read. Raises CertificateInvalid.
    """
    try:
        return (parse_certificate(data),)
    except CertificateInvalid:
        pass
    try:
        several = pkcs7.load_der_pkcs7_certificates(data)[:_MOST_CERTIFICATES]
    except (ValueError, UnsupportedAlgorithm) as fault:
        msg = "there is neither a certificate nor a list of them (DER)"
        raise CertificateInvalid(msg) from fault
    return tuple(parse_certificate(one.public_bytes(Encoding.DER)) for one in several)
