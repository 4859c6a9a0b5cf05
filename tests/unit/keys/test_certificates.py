import datetime as dt
import itertools
import pickle
import warnings
from typing import Any, Literal

import pytest
from asn1crypto import core, tsp
from asn1crypto.x509 import DirectoryString, RelativeDistinguishedName
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from keys.algorithms import Algorithm, UnsupportedAlgorithm
from keys.certificates import (
    Certificate,
    CertificateInvalid,
    QcStatements,
    issuer_serial,
    parse_certificate,
)
from tests.town.authority import EIDAS, NOW, ROOT, Paper, below, p256, root, rsa_key
from tests.town.forger import bent

ACTIONS: tuple[Literal["ignore", "error"], ...] = ("ignore", "error")
UTF8_OTHER = DirectoryString("utf8_string", "Other University")
QC = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")


class Kinds(core.SequenceOf):  # type: ignore[misc] # The library ships no types.
    _child_spec = core.ObjectIdentifier


class Statement(core.Sequence):  # type: ignore[misc] # As above.
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012 # The library's form.


class Statements(core.SequenceOf):  # type: ignore[misc] # As above.
    _child_spec = Statement


def qualified(*ids: str, kinds: tuple[str, ...] = ()) -> x509.UnrecognizedExtension:
    listed = [{"id": name} for name in ids]
    if kinds:
        info = core.Any(Kinds([core.ObjectIdentifier(kind) for kind in kinds]))
        listed.append({"id": "0.4.0.1862.1.6", "info": info})
    return x509.UnrecognizedExtension(QC, Statements(listed).dump())


def seal(**said: object) -> Certificate:
    paper = Paper(**said)  # type: ignore[arg-type] # Fields of the paper.
    return parse_certificate(below(root(), paper).certificate.der)


def test_it_says_whose_it_is_and_until_when() -> None:
    found = seal()
    assert found.subject_organisation == "Example University"
    assert (found.common_name, found.country) == ("Seal of Example University", "AT")
    assert found.organisation_identifier == EIDAS
    assert found.not_before < NOW < found.not_after
    assert found.not_after.utcoffset() == dt.timedelta(0)
    assert found.issuer_name == "CN=Town Root,O=Town,C=AT"
    assert "CN=Seal of Example University" in found.subject_name
    assert len(found.fingerprint) == 32
    assert found.serial > 0


def test_it_is_sent_to_another_process_as_its_bytes() -> None:
    sent = below(root(), Paper("TEST SEAL")).chain[0]
    # What was read from it once is remembered, and cannot be pickled.
    said = sent.qualified
    found = pickle.loads(pickle.dumps(sent))  # noqa: S301 # Our own bytes of a moment ago.
    assert found == sent
    assert found.qualified == said


def test_one_that_names_nobody_says_so() -> None:
    found = seal(organisation=None, identifier=None)
    assert (found.subject_organisation, found.organisation_identifier) == (None, None)


def test_what_it_is_for() -> None:
    assert seal().may_sign
    assert seal(usage=None).may_sign
    assert not seal(usage="encrypt").may_sign
    assert root().certificate.is_ca
    assert root().certificate.is_self_issued
    assert not seal().is_ca
    assert not seal().is_self_issued
    assert seal(authority=True, usage=None).is_ca
    assert not seal(authority=True).is_ca
    assert seal(authority=True, path_length=2).path_length == 2
    assert seal().path_length is None


@pytest.mark.parametrize(
    ("purposes", "may"),
    [
        ((ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION), True),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), True),
        ((ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION), True),
        ((x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),), True),
        ((ExtendedKeyUsageOID.CODE_SIGNING,), False),
        ((ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH), False),
        ((ExtendedKeyUsageOID.TIME_STAMPING,), False),
        ((ExtendedKeyUsageOID.OCSP_SIGNING,), False),
    ],
)
def test_a_certificate_for_something_else_is_not_for_documents(
    purposes: tuple[x509.ObjectIdentifier, ...], may: bool
) -> None:
    assert seal(extended=purposes).may_sign is may


def test_a_name_that_is_said_twice_is_none() -> None:
    def twice(inside: Any) -> None:
        names = inside["subject"].chosen
        names.append(
            RelativeDistinguishedName([{"type": "organization_name", "value": UTF8_OTHER}])
        )

    top = root()
    found = parse_certificate(bent(below(top).certificate.der, top, twice))
    assert found.subject_name.count("O=") == 2
    assert found.subject_organisation is None
    assert found.common_name == "Seal of Example University"


def test_a_serial_number_is_positive() -> None:
    top = root()
    for number in (0, -5):

        def numbered(inside: Any, number: int = number) -> None:
            inside["serial_number"] = number

        der = bent(below(top).certificate.der, top, numbered)
        # As a warning, which is what the library gives today, and as an error.
        for action in ACTIONS:
            with warnings.catch_warnings():
                warnings.simplefilter(action)
                with pytest.raises(CertificateInvalid):
                    parse_certificate(der)


def test_who_may_list_what_was_revoked() -> None:
    assert root().certificate.may_list_revoked
    assert seal(usage=None).may_list_revoked
    assert not seal().may_list_revoked
    assert seal(authority=True).says_authority


def test_time_stamps_are_for_nothing_else_and_critically() -> None:
    time = (ExtendedKeyUsageOID.TIME_STAMPING,)
    assert seal(extended=time).may_timestamp
    assert not seal(extended=time, extended_critical=False).may_timestamp
    assert not seal(extended=(*time, ExtendedKeyUsageOID.OCSP_SIGNING)).may_timestamp
    assert not seal().may_timestamp
    assert seal(extended=(ExtendedKeyUsageOID.OCSP_SIGNING,)).may_answer_ocsp
    assert not seal(extended=time).may_answer_ocsp
    assert not seal().may_answer_ocsp


def test_where_its_revocation_would_be_published() -> None:
    place = x509.UniformResourceIdentifier("http://town.example/x")
    lists = x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])
    access = AuthorityInformationAccessOID
    asked = x509.AuthorityInformationAccess([x509.AccessDescription(access.OCSP, place)])
    issuers = x509.AuthorityInformationAccess([x509.AccessDescription(access.CA_ISSUERS, place)])
    assert seal(more=((lists, False),)).names_revocation
    assert seal(more=((asked, False),)).names_revocation
    assert not seal(more=((issuers, False),)).names_revocation
    assert not seal().names_revocation


def test_what_is_critical_and_not_understood() -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert seal(more=((odd, True),)).not_understood == ("1.2.3.4",)
    assert seal(more=((odd, False),)).not_understood == ()
    names = x509.NameConstraints([x509.DNSName("town.example")], None)
    assert len(seal(more=((names, True),)).not_understood) == 1


def test_what_it_says_of_its_qualification() -> None:
    assert seal().qualified == QcStatements()
    every = qualified("0.4.0.1862.1.1", "0.4.0.1862.1.4", kinds=("0.4.0.1862.1.6.2",))
    assert seal(more=((every, False),)).qualified == QcStatements(
        compliance=True, eseal=True, qscd=True
    )
    person = qualified(kinds=("0.4.0.1862.1.6.1",))
    assert seal(more=((person, False),)).qualified == QcStatements(esign=True)


@pytest.mark.parametrize("said", list(itertools.product([False, True], repeat=4)))
def test_what_is_written_is_read(said: tuple[bool, ...]) -> None:
    stated = QcStatements(*said)
    assert QcStatements.decode(stated.encode()) == stated


def test_a_statement_that_says_nothing_of_kinds() -> None:
    plain = qualified("0.4.0.1862.1.1")
    assert seal(more=((plain, False),)).qualified == QcStatements(compliance=True)


def test_a_statement_that_cannot_be_read_refuses_it() -> None:
    with pytest.raises(CertificateInvalid):
        seal(more=((x509.UnrecognizedExtension(QC, b"\x30\x80"), False),))


def test_keys_of_the_kinds_that_are_read() -> None:
    upper = root()
    kinds = {
        Algorithm.P256: p256("a"),
        Algorithm.RSA: rsa_key("a"),
        Algorithm.P384: ec.derive_private_key(7, ec.SECP384R1()),
    }
    for algorithm, key in kinds.items():
        assert below(upper, Paper(), key=key).certificate.public_key.algorithm is algorithm  # type: ignore[arg-type] # One curve more.
    other = below(upper, Paper(), key=ec.derive_private_key(7, ec.SECP521R1()))
    weak = below(upper, Paper(), key=rsa.generate_private_key(65_537, 1024))  # noqa: S505 # That is the point.
    for holder in (other, weak):
        with pytest.raises(UnsupportedAlgorithm):
            _ = holder.certificate.public_key


def test_an_edwards_key() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    made = (
        x509.CertificateBuilder()
        .subject_name(ROOT.name)
        .issuer_name(ROOT.name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + dt.timedelta(days=1))
        .sign(key, None)
    )
    found = parse_certificate(made.public_bytes(Encoding.DER))
    assert found.public_key.algorithm is Algorithm.ED25519
    assert found.may_sign
    assert not found.is_ca


@pytest.mark.parametrize("data", [b"", b"x", b"\x30\x00", bytes(20_000)])
def test_what_is_no_certificate(data: bytes) -> None:
    with pytest.raises(CertificateInvalid):
        parse_certificate(data)


def test_every_cut_is_refused() -> None:
    der = seal().der
    for length in range(0, len(der), 7):
        with pytest.raises(CertificateInvalid):
            parse_certificate(der[:length])


def test_issuer_and_serial_as_a_structure() -> None:
    found = seal()
    named = tsp.IssuerSerial.load(issuer_serial(found), strict=True)
    assert named["serial_number"].native == found.serial
    assert named["issuer"][0].chosen.native["common_name"] == "Town Root"
