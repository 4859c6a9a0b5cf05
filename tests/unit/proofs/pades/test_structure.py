"""The CMS structure of a seal: what is in it, and that another library believes it."""

import hashlib

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.proofs.cms import open_signed
from issuer.proofs.pades.structure import ALGORITHMS, attributes, signature_of, signed_data
from keys.algorithms import Algorithm
from tests.town.authority import TSA, Holder, below, root, rsa_key, token

FILE = b"the bytes of a file"
TOP = root()
HOLDERS = {"P-256": below(TOP), "RSA": below(TOP, key=rsa_key("pades"))}


@pytest.fixture(params=sorted(HOLDERS))
def holder(request: pytest.FixtureRequest) -> Holder:
    return HOLDERS[request.param]


def stated(holder: Holder) -> bytes:
    return attributes(hashlib.sha256(FILE).digest(), certificate=holder.certificate)


def test_three_attributes_are_signed_and_no_time_is_among_them(holder: Holder) -> None:
    said = {one["type"].native: one["values"] for one in cms.CMSAttributes.load(stated(holder))}
    assert set(said) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert said["message_digest"][0].native == hashlib.sha256(FILE).digest()
    bound = said["signing_certificate_v2"][0]["certs"][0]
    assert bound["cert_hash"].native == hashlib.sha256(holder.certificate.der).digest()


def test_it_is_opened_as_it_was_composed(holder: Holder) -> None:
    tbs = stated(holder)
    der = signed_data(tbs, signature=holder.sign(tbs), chain=holder.chain)
    found = open_signed(der, content=FILE)
    assert (found.certificate, set(found.certificates)) == (holder.certificate, set(holder.chain))
    assert (found.claimed, found.timestamps) == (None, ())


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
