import hashlib

import pytest
from asn1crypto import cms as structures
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.proofs.cms import Signed, open_signed
from tests.town.authority import (
    NOW,
    Bend,
    Holder,
    Paper,
    below,
    p256,
    root,
    rsa_key,
    signed,
    token,
)


@pytest.fixture(scope="module")
def signer() -> Holder:
    return below(root())


def refused(der: bytes, kind: type[Exception], why: str) -> None:
    with pytest.raises(kind, match=why):
        open_signed(der)


def test_what_was_signed_and_by_whom(signer: Holder) -> None:
    found = open_signed(signed(signer, b"content", kind="data"))
    assert isinstance(found, Signed)
    assert (found.content, found.content_type) == (b"content", "1.2.840.113549.1.7.1")
    assert found.certificate == signer.certificate
    assert set(found.certificates) == set(signer.chain)
    assert found.claimed == NOW
    assert found.timestamps == ()
    assert len(found.signature) > 60


def test_an_rsa_key_and_the_old_form_of_the_binding(signer: Holder) -> None:
    holder = below(root(), key=rsa_key("cms"))
    assert open_signed(signed(holder, b"c", kind="data")).certificate == holder.certificate
    assert open_signed(signed(signer, b"c", kind="data", bend=Bend(bound="v1"))).content == b"c"


def test_a_signer_named_by_its_key() -> None:
    key = p256("ski")
    ski = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    holder = below(root(), Paper("Ski", more=((ski, False),)), key=key)
    bend = Bend(by_key_id=True)
    assert open_signed(signed(holder, b"c", kind="data", bend=bend)).content == b"c"
    # The other certificates name no key, and are passed over.
    other = Holder(holder.key, (*holder.chain[1:], holder.certificate))
    mixed = structures.ContentInfo.load(signed(holder, b"c", kind="data", bend=bend))
    assert other.chain[0] != holder.certificate
    mixed["content"]["certificates"] = [
        structures.CertificateChoices.load(c.der) for c in other.chain
    ]
    assert open_signed(mixed.dump(force=True)).certificate == holder.certificate


def detached(signer: Holder, content: bytes) -> bytes:
    made = structures.ContentInfo.load(signed(signer, content, kind="data"))
    made["content"]["encap_content_info"] = {"content_type": "data"}
    return bytes(made.dump(force=True))


def test_content_that_stands_elsewhere(signer: Holder) -> None:
    der = detached(signer, b"content")
    assert open_signed(der, content=b"content").content == b"content"
    with pytest.raises(ProofInvalid, match="changed after"):
        open_signed(der, content=b"other")
    with pytest.raises(MalformedDocument, match="holds nothing"):
        open_signed(der)
    with pytest.raises(ProofInvalid, match="something of its own"):
        open_signed(signed(signer, b"content", kind="data"), content=b"content")


def test_a_time_stamp_over_the_signature_is_handed_on(signer: Holder) -> None:
    stamp = token(signer, b"x")
    der = signed(signer, b"c", kind="data", bend=Bend(stamp=stamp))
    assert open_signed(der).timestamps == (stamp,)


@pytest.mark.parametrize(
    ("bend", "kind", "why"),
    [
        (Bend(signers=2), ProofUnsupported, "one signer"),
        (Bend(certificates=False), ProofInvalid, "is missing"),
        (Bend(signer_serial=5), ProofInvalid, "is missing"),
        (Bend(said_type="signed_data"), ProofInvalid, "another kind"),
        (Bend(digest=bytes(32)), ProofInvalid, "changed after"),
        (Bend(bound="none"), ProofInvalid, "for which certificate"),
        (Bend(bound="other"), ProofInvalid, "another certificate"),
        (Bend(twice=True), ProofInvalid, "twice"),
        (Bend(digest_name="sha1"), ProofUnsupported, "forged"),
        (Bend(digest_name="sha512"), ProofInvalid, "does not announce"),
        (Bend(signature=bytes(70)), ProofInvalid, "does not fit"),
    ],
)
def test_what_is_wrong_with_it(signer: Holder, bend: Bend, kind: type[Exception], why: str) -> None:
    refused(signed(signer, b"content", kind="data", bend=bend), kind, why)


@pytest.mark.parametrize(
    "der", [b"", b"x", bytes(300_000), structures.ContentInfo({"content_type": "data"}).dump()]
)
def test_what_is_no_signature(der: bytes) -> None:
    refused(der, MalformedDocument, "CMS")


def test_nothing_that_is_signed_may_be_left_out(signer: Holder) -> None:
    made = structures.ContentInfo.load(signed(signer, b"c", kind="data"))
    info = made["content"]["signer_infos"][0]
    bare = structures.SignerInfo(
        {name: info[name] for name in ("version", "sid", "digest_algorithm")}
        | {
            "signature_algorithm": info["signature_algorithm"],
            "signature": info["signature"],
        }
    )
    made["content"]["signer_infos"] = [bare]
    refused(made.dump(force=True), ProofInvalid, "another kind")


def test_certificates_that_are_carried_along_are_what_they_were(signer: Holder) -> None:
    stranger = below(root(key=p256("stranger")))
    # Of the same name, by another key than the one that is carried: nobody made it.
    odd = Holder(signer.key, (*signer.chain, stranger.certificate))
    refused(signed(odd, b"c", kind="data"), ProofInvalid, "was changed")
    # One whose issuer is not there is nobody's business here.
    alone = below(root(Paper("Far Away", "Far", None, authority=True, usage="certify")))
    fine = Holder(signer.key, (*signer.chain, alone.certificate))
    assert open_signed(signed(fine, b"c", kind="data")).content == b"c"


def with_algorithm(signer: Holder, algorithm: dict[str, object], signature: bytes) -> bytes:
    made = structures.ContentInfo.load(signed(signer, b"c", kind="data"))
    info = made["content"]["signer_infos"][0]
    info["signature_algorithm"] = algorithm
    info["signature"] = signature
    return bytes(made.dump(force=True))


def attributes_of(signer: Holder) -> bytes:
    made = structures.ContentInfo.load(signed(signer, b"c", kind="data"))
    attributes = made["content"]["signer_infos"][0]["signed_attrs"]
    return bytes(attributes.untag().dump(force=True))


def test_probabilistic_rsa_is_read() -> None:
    key = rsa_key("pss")
    holder = below(root(), key=key)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = key.sign(attributes_of(holder), pss, hashes.SHA256())
    assert open_signed(with_algorithm(holder, {"algorithm": "rsassa_pss"}, signature)).content


def test_algorithms_that_do_not_fit_the_key(signer: Holder) -> None:
    rsa_holder = below(root(), key=rsa_key("pss"))
    refused(
        with_algorithm(rsa_holder, {"algorithm": "sha256_ecdsa"}, b"x"),
        ProofUnsupported,
        "another kind",
    )
    refused(
        with_algorithm(signer, {"algorithm": "sha256_rsa"}, b"x"), ProofUnsupported, "not checked"
    )
    weak = signer.sign_der(attributes_of(signer))
    refused(with_algorithm(signer, {"algorithm": "sha1_ecdsa"}, weak), ProofUnsupported, "forged")


def test_another_hash_than_the_default_binds_too(signer: Holder) -> None:
    from asn1crypto import algos, tsp  # noqa: PLC0415 # For this one structure.

    made = structures.ContentInfo.load(signed(signer, b"c", kind="data", bend=Bend(bound="none")))
    info = made["content"]["signer_infos"][0]
    bound = tsp.ESSCertIDv2(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha512"}),
            "cert_hash": hashlib.sha512(signer.certificate.der).digest(),
        }
    )
    listed = [structures.CMSAttribute.load(a.dump()) for a in info["signed_attrs"]]
    listed.append(
        structures.CMSAttribute(
            {
                "type": "signing_certificate_v2",
                "values": [tsp.SigningCertificateV2({"certs": [bound]})],
            }
        )
    )
    attributes = structures.CMSAttributes(listed)
    info["signed_attrs"] = attributes
    info["signature"] = signer.sign_der(attributes.dump())
    assert open_signed(made.dump(force=True)).content == b"c"
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    assert core.OctetString(b"c").native == b"c"
