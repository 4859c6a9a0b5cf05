"""The CMS structure of a seal: what is in it, and that another library believes it."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as der_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.errors import MalformedDocument, ProofInvalid
from issuer.proofs.cms import open_signed
from issuer.proofs.pades.structure import ALGORITHMS, attributes, signature_of, signed_data
from keys.algorithms import Algorithm
from tests.town.authority import TSA, Holder, Paper, below, root, rsa_key, token

FILE = b"the bytes of a file"
TOP = root()
HOLDERS = {"P-256": below(TOP), "RSA": below(TOP, key=rsa_key("pades"))}


@pytest.fixture(params=sorted(HOLDERS))
def holder(request: pytest.FixtureRequest) -> Holder:
    return HOLDERS[request.param]


def stated(holder: Holder) -> bytes:
    return attributes(hashlib.sha256(FILE).digest(), chain=holder.chain)


def test_three_attributes_are_signed_and_no_time_is_among_them(holder: Holder) -> None:
    said = {one["type"].native: one["values"] for one in cms.CMSAttributes.load(stated(holder))}
    assert set(said) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert said["message_digest"][0].native == hashlib.sha256(FILE).digest()
    bound = said["signing_certificate_v2"][0]["certs"]
    assert [one["cert_hash"].native for one in bound] == [
        hashlib.sha256(one.der).digest() for one in holder.chain
    ]


def test_it_is_opened_as_it_was_composed(holder: Holder) -> None:
    tbs = stated(holder)
    der = signed_data(tbs, signature=holder.sign(tbs), chain=holder.chain)
    found = open_signed(der, content=FILE)
    assert (found.certificate, set(found.certificates)) == (holder.certificate, set(holder.chain))
    assert (found.claimed, found.timestamps) == (None, ())


def bent(holder: Holder, bend: Callable[[Any], None]) -> bytes:
    """A structure of which something was changed that nobody signed."""
    tbs = stated(holder)
    made = cms.ContentInfo.load(signed_data(tbs, signature=holder.sign(tbs), chain=holder.chain))
    bend(made["content"])
    return bytes(made.dump(force=True))


def _another_version(data: Any) -> None:
    data["version"] = "v3"


def _another_version_of_the_signer(data: Any) -> None:
    data["signer_infos"][0]["version"] = "v3"


def _another_authority(data: Any) -> None:
    other = root(Paper("Other Root", "Other", None, authority=True, usage="certify"))
    data["certificates"] = [*data["certificates"], der_x509.Certificate.load(other.certificate.der)]


@pytest.mark.parametrize(
    ("bend", "why"),
    [
        (_another_version, "another version"),
        (_another_version_of_the_signer, "another version"),
        (_another_authority, "carried along was changed"),
    ],
)
def test_what_nobody_signed_is_what_it_was(
    holder: Holder, bend: Callable[[Any], None], why: str
) -> None:
    assert open_signed(bent(holder, lambda _: None), content=FILE).content == FILE
    with pytest.raises(ProofInvalid, match=why):
        open_signed(bent(holder, bend), content=FILE)


def test_an_algorithm_has_no_other_parameters() -> None:
    der = bent(HOLDERS["RSA"], lambda _: None)
    stated = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}).dump()
    assert stated.endswith(b"\5\0")
    at = der.rindex(stated) + len(stated) - 2
    with pytest.raises(MalformedDocument, match="damaged"):
        open_signed(der[:at] + b"\4" + der[at + 1 :], content=FILE)


def test_nothing_stands_behind_it_inside_its_own_length(holder: Holder) -> None:
    tbs = stated(holder)
    der = signed_data(tbs, signature=holder.sign(tbs), chain=holder.chain)
    longer = der[:2] + (len(der) - 4 + 256).to_bytes(2) + der[4:] + bytes(256)
    with pytest.raises(MalformedDocument, match="hidden behind"):
        open_signed(longer, content=FILE)


def test_the_bytes_signed_are_those_that_stand_in_it(holder: Holder) -> None:
    tbs = stated(holder)
    der = signed_data(tbs, signature=holder.sign(tbs), chain=holder.chain)
    signer = cms.ContentInfo.load(der)["content"]["signer_infos"][0]
    assert b"\x31" + signer["signed_attrs"].dump()[1:] == tbs


def test_a_token_stands_beside_the_signature(holder: Holder) -> None:
    tbs = stated(holder)
    raw = holder.sign(tbs)
    stamp = token(below(TOP, TSA), signature_of(raw, certificate=holder.certificate))
    der = signed_data(tbs, signature=raw, chain=holder.chain, timestamp=stamp)
    found = open_signed(der, content=FILE)
    assert found.timestamps == (stamp,)
    assert found.signature == signature_of(raw, certificate=holder.certificate)


def test_a_signature_on_a_curve_is_written_as_a_sequence() -> None:
    holder = HOLDERS["P-256"]
    key = holder.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    written = signature_of(holder.sign(FILE), certificate=holder.certificate)
    key.public_key().verify(written, FILE, ec.ECDSA(hashes.SHA256()))
    assert written[0] == 0x30


def test_a_file_is_sealed_with_two_kinds_of_key() -> None:
    assert {Algorithm.RSA, Algorithm.P256} == ALGORITHMS
