import base64
import datetime as dt

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
BEGUN = "2010-01-01T00:00:00Z"


def moment(year: int, month: int = 1) -> dt.datetime:
    return dt.datetime(year, month, 1, tzinfo=dt.UTC)


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def state(kind: str, status: str, since: str, *uses: str) -> str:
    said = "".join(
        f"<AdditionalServiceInformation><URI>{u}</URI></AdditionalServiceInformation>" for u in uses
    )
    return (
        f"<ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
        f"<ServiceStatus>{status}</ServiceStatus><StatusStartingTime>{since}</StatusStartingTime>"
        f"<ServiceInformationExtensions><Extension>{said}</Extension></ServiceInformationExtensions>"
    )


def service(
    der: bytes | str,
    *,
    kind: str = QC,
    status: str = GRANTED,
    name: str = "Town",
    since: str = BEGUN,
    uses: tuple[str, ...] = (),
    past: tuple[str, ...] = (),
) -> str:
    text = der if isinstance(der, str) else base64.encodebytes(der).decode()
    history = "".join(f"<ServiceHistoryInstance>{one}</ServiceHistoryInstance>" for one in past)
    return (
        "<TSPService><ServiceInformation>"
        f"<ServiceName><Name xml:lang='en'>{name}</Name></ServiceName>"
        f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{text}</X509Certificate>"
        f"</DigitalId></ServiceDigitalIdentity>{state(kind, status, since, *uses)}"
        f"</ServiceInformation><ServiceHistory>{history}</ServiceHistory></TSPService>"
    )


def listed(*services: str, issued: str = "") -> bytes:
    space = "http://uri.etsi.org/02231/v2#"
    inside = "".join(services)
    scheme = (
        f"<SchemeInformation><ListIssueDateTime>{issued}</ListIssueDateTime></SchemeInformation>"
    )
    return (
        f"<TrustServiceStatusList xmlns='{space}'>{scheme if issued else ''}{inside}"
        "</TrustServiceStatusList>"
    ).encode()


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


def test_a_service_is_believed_for_as_long_as_it_was_granted() -> None:
    top = root().certificate
    found = anchors_of(
        listed(
            service(
                top.der,
                since="2022-01-01T00:00:00Z",
                past=(
                    # The order is the file's own.
                    state(QC, GRANTED, "2016-07-01T02:00:00+02:00"),
                    state(QC, WITHDRAWN, "2020-01-01T00:00:00Z"),
                    state(QC, "http://uri.etsi.org/TrstSvc/Svcstatus/eSigDir-1999-93-EC/x", BEGUN),
                ),
            ),
            service(top.der, status=WITHDRAWN, past=(state(QC, GRANTED, "2001-01-01T00:00:00Z"),)),
            issued="2026-06-01T00:00:00Z",
        ),
        name="AT.xml",
    )
    assert [(a.since, a.until) for a in found] == [
        (moment(2022), None),
        (moment(2016, 7), moment(2020)),
        (moment(2001), moment(2010)),
    ]
    assert "AT.xml of 2026-06-01" in found[0].how


@pytest.mark.parametrize("since", ["", "yesterday", "2016-07-01T00:00:00"])
def test_a_state_without_its_moment_counts_for_nothing(since: str) -> None:
    top = root().certificate.der
    unplaced = service(top, since=since, past=(state(QC, GRANTED, BEGUN),))
    with pytest.raises(CertificateInvalid):
        anchors_of(listed(unplaced), name="x")
    with pytest.raises(CertificateInvalid):
        anchors_of(listed(service(top, past=(state(QC, GRANTED, since),))), name="x")


def test_who_issues_for_web_sites_alone_vouches_for_no_document() -> None:
    top = root().certificate.der
    sites, seals, persons = (
        f"http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{use}"
        for use in ("ForWebSiteAuthentication", "ForeSeals", "ForeSignatures")
    )
    with pytest.raises(CertificateInvalid):
        anchors_of(listed(service(top, uses=(sites,))), name="x")
    for uses in ((sites, seals), (persons,), ("urn:other",), ()):
        assert anchors_of(listed(service(top, uses=uses)), name="x")
    assert anchors_of(listed(service(top, kind=QTST, uses=(sites,))), name="x")


def test_a_file_that_did_not_change_is_read_once() -> None:
    data = pem(root().certificate.der)
    first = anchors_of(data, name="once.pem")
    assert anchors_of(bytes(bytearray(data)), name="once.pem") is first
    assert anchors_of(data, name="other.pem") is not first
    assert anchors_of(data + b"\n", name="once.pem") is not first


def test_nothing_is_left_out_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keys.certificates.anchors._MOST_ANCHORS", 2)
    one = pem(root().certificate.der)
    assert len(anchors_of(one * 2, name="few")) == 2
    with pytest.raises(CertificateInvalid, match="more than 2"):
        anchors_of(one * 3, name="many")


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
