import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp

from keys.certificates import (
    Addresses,
    CertificateInvalid,
    addresses_of,
    certificates_in,
    ocsp_request,
)
from tests.town.authority import Holder, Paper, below, root
from tests.town.trust_service import named

TOP = root()
HERE = "http://trust.example"


def seal(*more: tuple[x509.ExtensionType, bool]) -> Holder:
    return below(TOP, Paper("Seal that names places", more=more))


def test_it_says_where_its_authority_can_be_asked() -> None:
    made = seal(
        *named(
            crls=[f"{HERE}/a.crl", "HTTPS://trust.example/b.crl"],
            ocsps=[f"{HERE}/ocsp"],
            issuers=[f"{HERE}/a.cer"],
        )
    )
    assert addresses_of(made.certificate) == Addresses(
        crls=(f"{HERE}/a.crl", "HTTPS://trust.example/b.crl"),
        ocsps=(f"{HERE}/ocsp",),
        issuers=(f"{HERE}/a.cer",),
    )


def test_one_that_names_nothing() -> None:
    assert addresses_of(seal().certificate) == Addresses()


def test_directories_and_files_are_left_out_and_of_many_addresses_few_are_read() -> None:
    many = [f"{HERE}/{n}.crl" for n in range(6)]
    made = seal(*named(crls=["ldap://trust.example/cn=a", "file:///etc/passwd", *many, many[0]]))
    assert addresses_of(made.certificate).crls == tuple(many[:4])


def test_a_list_of_some_reasons_by_somebody_else_or_by_name_alone_is_no_address() -> None:
    url = x509.UniformResourceIdentifier(f"{HERE}/a.crl")
    name = x509.DirectoryName(Paper("Somebody else").name)
    relative = Paper("a").name.rdns[-1]
    theft = frozenset({x509.ReasonFlags.key_compromise})
    points = [
        x509.DistributionPoint([url], None, theft, None),
        x509.DistributionPoint([url], None, None, [name]),
        x509.DistributionPoint(None, relative, None, None),
        x509.DistributionPoint([name], None, None, None),
    ]
    assert addresses_of(seal((x509.CRLDistributionPoints(points), False)).certificate).crls == ()


def test_a_question_names_one_certificate_of_one_issuer() -> None:
    made = seal()
    asked = ocsp.load_der_ocsp_request(ocsp_request(made.certificate, issuer=TOP.certificate))
    assert asked.serial_number == made.certificate.serial
    assert asked.hash_algorithm.name == "sha1"
    assert len(asked.extensions) == 0


def test_certificates_alone_and_several_in_one_file() -> None:
    made = seal()
    assert certificates_in(made.certificate.der) == (made.certificate,)
    several = [x509.load_der_x509_certificate(c.der) for c in made.chain]
    data = pkcs7.serialize_certificates(several, Encoding.DER)
    assert set(certificates_in(data)) == set(made.chain)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x30\x00", b"0" * 20_000])
def test_what_is_no_certificate(data: bytes) -> None:
    with pytest.raises(CertificateInvalid):
        certificates_in(data)
