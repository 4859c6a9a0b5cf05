import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys.certificates import CertificateInvalid, anchors_of
from keys.certificates.anchors import _MOST_BYTES
from tests.town.authority import Paper, below, root

QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
QTST = "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST"
GRANTED = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"
WITHDRAWN = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/withdrawn"


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def service(der: bytes | str, *, kind: str = QC, status: str = GRANTED, name: str = "Town") -> str:
    text = der if isinstance(der, str) else base64.encodebytes(der).decode()
    return (
        "<TSPService><ServiceInformation>"
        f"<ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        f"<ServiceName><Name xml:lang='en'>{name}</Name></ServiceName>"
        f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{text}</X509Certificate>"
        f"</DigitalId></ServiceDigitalIdentity><ServiceStatus>{status}</ServiceStatus>"
        "</ServiceInformation></TSPService>"
    )


def listed(*services: str) -> bytes:
    space = "http://uri.etsi.org/02231/v2#"
    inside = "".join(services)
    return f"<TrustServiceStatusList xmlns='{space}'>{inside}</TrustServiceStatusList>".encode()


def test_a_file_with_certificates() -> None:
    top = root().certificate
    test = below(root(), Paper("TEST authority of nobody")).certificate
    key = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    found = anchors_of(pem(top.der) + key + pem(test.der), name="town.pem")
    assert [a.certificate for a in found] == [top, test]
    assert [a.test for a in found] == [False, True]
    assert found[0].name == "Town Root"
    assert "town.pem" in found[0].how


def test_the_granted_services_of_a_trusted_list() -> None:
    top, other = root().certificate.der, below(root()).certificate.der
    nameless = root(Paper("", "Town", None, authority=True)).certificate.der
    found = anchors_of(
        listed(
            service(top, name="Town Trust"),
            service(other, kind=QTST, name=""),
            service(nameless, name=""),
            service(top, status=WITHDRAWN),
            service(top, kind="http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"),
            service("AAAA"),
            service("not base64!"),
            service(""),
        ),
        name="AT.xml",
    )
    assert [a.name for a in found] == [
        "Town Trust",
        "Seal of Example University",
        "an authority without a name",
    ]
    assert "trusted list AT.xml" in found[0].how


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no certificate"),
        (b"hello", "no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no X.509"),
        (b"<a>", "well-formed"),
        (b"<a/>", "no certificate"),
        (b"<!DOCTYPE a><a/>", "document type"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
        (bytes(_MOST_BYTES + 1), "64 MiB"),
    ],
)
def test_a_file_that_holds_none(data: bytes, why: str) -> None:
    with pytest.raises(CertificateInvalid, match=why):
        anchors_of(data, name="x")
