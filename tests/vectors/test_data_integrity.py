"""Published signed documents, canonical forms, hashes and signatures of the cryptosuites."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.errors import ProofInvalid
from issuer.jsonld import Canonicalise
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jcs
from keys.algorithms import Algorithm
from keys.documents import did_key_document, did_of
from keys.public import PublicKey, base58_decode

Find = Callable[[str], Path]

SIGNED = {
    "eddsa-rdfc-2022/signedDataInt.json": "eddsa-rdfc-2022",
    "eddsa-rdfc-2022/employ/signedDataInt.json": "eddsa-rdfc-2022",
    "eddsa-jcs-2022/signedJCS.json": "eddsa-jcs-2022",
    "ecdsa-rdfc-2019-p256/signedECDSAP256.json": "ecdsa-rdfc-2019",
    "ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json": "ecdsa-rdfc-2019",
    "ecdsa-rdfc-2019-p384/signedECDSAP384.json": "ecdsa-rdfc-2019",
    "ecdsa-rdfc-2019-p384/employ/signedECDSAP384.json": "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json": "ecdsa-jcs-2019",
    "ecdsa-jcs-2019-p384/signedJCSECDSAP384.json": "ecdsa-jcs-2019",
}
SETS_AND_CHAINS = {
    "proof-set-chain/signedProofSet1.json": 1,
    "proof-set-chain/signedProofSet2.json": 2,
    "proof-set-chain/signedProofChain1.json": 3,
    "proof-set-chain/signedProofChain2.json": 4,
    "proof-set-chain/proofChainTempDoc1.json": 2,
    **{
        f"previous-proof/{v}-previousProof{k}Ok-SimpleSigned2.json": 2
        for v in ("1.1", "2.0")
        for k in ("Array", "String")
    },
}
MUST_FAIL = [
    f"previous-proof/{version}-previousProof{kind}Fail-SimpleSigned2.json"
    for version in ("1.1", "2.0")
    for kind in ("ArrayMissing", "Missing", "NotString", "StringMissing")
]
# Folder, ending of the files' names, part of the document (employ/ or not), hash.
STEPS = [
    ("eddsa-rdfc-2022", "DataInt", "", "sha256"),
    ("eddsa-rdfc-2022", "DataInt", "employ/", "sha256"),
    ("ecdsa-rdfc-2019-p256", "ECDSAP256", "", "sha256"),
    ("ecdsa-rdfc-2019-p256", "ECDSAP256", "employ/", "sha256"),
    ("ecdsa-rdfc-2019-p384", "ECDSAP384", "", "sha384"),
    ("ecdsa-rdfc-2019-p384", "ECDSAP384", "employ/", "sha384"),
    ("eddsa-jcs-2022", "JCS", "", "sha256"),
    ("ecdsa-jcs-2019-p256", "JCSECDSAP256", "", "sha256"),
    ("ecdsa-jcs-2019-p384", "JCSECDSAP384", "", "sha384"),
]


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = jcs.decode(path.read_bytes())
    return document


def _key(proof: Mapping[str, Any]) -> PublicKey:
    method_id = proof["verificationMethod"]
    method = did_key_document(did_of(method_id)).method(method_id)
    assert method is not None
    return method.public_key


def _open_all(document: dict[str, Any], canonicalise: Canonicalise) -> int:
    proofs = data_integrity.proofs_of(document)
    for proof in proofs:
        data_integrity.open_proof(document, proof, key=_key(proof), canonicalise=canonicalise)
    return len(proofs)


def test_the_vendored_document_verifies(vector: Find, canonicalise_examples: Canonicalise) -> None:
    signed = _read(vector("eddsa-rdfc-2022/signedDataInt.json"))
    assert _open_all(signed, canonicalise_examples) == 1


@pytest.mark.vectors
@pytest.mark.parametrize(("name", "suite"), SIGNED.items())
def test_a_signed_document_verifies(
    name: str, suite: str, published: Find, canonicalise_examples: Canonicalise
) -> None:
    signed = _read(published(f"vectors/{name}"))
    assert signed["proof"]["cryptosuite"] == suite
    assert _open_all(signed, canonicalise_examples) == 1


@pytest.mark.vectors
@pytest.mark.parametrize(("name", "count"), SETS_AND_CHAINS.items())
def test_proof_sets_and_chains_verify(
    name: str, count: int, published: Find, canonicalise_examples: Canonicalise
) -> None:
    assert _open_all(_read(published(f"vectors/{name}")), canonicalise_examples) == count


@pytest.mark.vectors
@pytest.mark.parametrize("name", MUST_FAIL)
def test_a_missing_previous_proof_fails(
    name: str, published: Find, canonicalise_examples: Canonicalise
) -> None:
    with pytest.raises(ProofInvalid, match=r"previous|id of a proof"):
        _open_all(_read(published(f"vectors/{name}")), canonicalise_examples)


@pytest.mark.vectors
@pytest.mark.parametrize(("name", "count"), [*SETS_AND_CHAINS.items()])
def test_a_chain_with_a_changed_link_fails(
    name: str, count: int, published: Find, canonicalise_examples: Canonicalise
) -> None:
    signed = _read(published(f"vectors/{name}"))
    proofs = signed["proof"] if isinstance(signed["proof"], list) else [signed["proof"]]
    assert len(proofs) == count
    proofs[0]["created"] = "2023-02-24T23:36:39Z"
    with pytest.raises(ProofInvalid, match="does not fit"):
        _open_all(signed, canonicalise_examples)
    # What was built on the first proof is broken with it.
    built_on_it = [p for p in proofs if proofs[0].get("id") in p.get("previousProof", [])]
    for proof in built_on_it:
        with pytest.raises(ProofInvalid, match="does not fit"):
            data_integrity.open_proof(
                signed, proof, key=_key(proof), canonicalise=canonicalise_examples
            )


@pytest.mark.vectors
@pytest.mark.parametrize(("folder", "ending", "part", "hash_name"), STEPS)
def test_every_step_gives_the_published_bytes(
    folder: str,
    ending: str,
    part: str,
    hash_name: str,
    published: Find,
    canonicalise_examples: Canonicalise,
) -> None:
    texts = json.loads(published(f"vectors/{folder}/texts.json").read_bytes())
    signed = _read(published(f"vectors/{folder}/{part}signed{ending}.json"))
    proof = signed.pop("proof")
    suite = data_integrity.SUITES[proof["cryptosuite"]]
    body, config = suite.signed_parts(signed, proof)
    document, configuration = (
        suite.form(value, hash_name, canonicalise_examples) for value in (body, config)
    )
    names = {
        name.removeprefix(part): text
        for name, text in texts.items()
        if name.startswith(part) and "/" not in name.removeprefix(part)
    }
    assert document.decode().strip() == names[f"canonDoc{ending}.txt"].strip()
    assert configuration.decode().strip() == names[f"proofCanon{ending}.txt"].strip()
    hashes = [hashlib.new(hash_name, data).hexdigest() for data in (configuration, document)]
    assert hashes == [names[f"proofHash{ending}.txt"], names[f"docHash{ending}.txt"]]
    assert "".join(hashes) == names[f"combinedHash{ending}.txt"]
    assert base58_decode(proof["proofValue"][1:]).hex() == names[f"sigHex{ending}.txt"]


def test_sealing_gives_the_published_signature(
    vector: Find, canonicalise_examples: Canonicalise
) -> None:
    """Ed25519 is deterministic: with the published key the published document comes out."""
    signed = _read(vector("eddsa-rdfc-2022/signedDataInt.json"))
    proof = signed["proof"]
    pair = json.loads(vector("eddsa-inputs/keyPair.json").read_bytes())
    prepared = data_integrity.prepare(
        Linted(Draft({k: v for k, v in signed.items() if k != "proof"})),
        key=_key(proof),
        verification_method=proof["verificationMethod"],
        created=dt.datetime(2023, 2, 24, 23, 36, 38, tzinfo=dt.UTC),
        suite="eddsa-rdfc-2022",
        canonicalise=canonicalise_examples,
    )
    hashes = "".join(
        vector(f"eddsa-rdfc-2022/{name}HashDataInt.txt").read_text().strip()
        for name in ("proof", "doc")
    )
    assert prepared.to_be_signed.hex() == hashes
    sealed = data_integrity.seal(prepared, signer=_Published(pair["privateKeyMultibase"]))
    assert jcs.decode(sealed.data) == signed


class _Published:
    """The signer of the specification's key pair."""

    def __init__(self, multibase: str) -> None:
        self._secret = ed25519.Ed25519PrivateKey.from_private_bytes(
            base58_decode(multibase[1:])[2:]
        )

    @property
    def public_key(self) -> PublicKey:
        return PublicKey(Algorithm.ED25519, self._secret.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._secret.sign(data)
