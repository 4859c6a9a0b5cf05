"""Making and opening Data Integrity proofs, the same steps for every cryptosuite.

VC Data Integrity 1.0 §4.2–4.5 (https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/),
vc-di-eddsa and vc-di-ecdsa 1.0 §3. Whether the key speaks for the issuer, and whether the
credential is valid now, is asked elsewhere. Nothing here answers with a boolean.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from issuer.errors import MalformedDocument, ProofInvalid, ProofUnsupported
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.model.drafts import Linted, Prepared, Sealed, Unsigned
from issuer.proofs import jcs
from issuer.proofs.data_integrity import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from issuer.proofs.data_integrity.structure import (
    domains_of,
    moment_of,
    previous_proofs,
    proofs_of,
    require_form,
)
from issuer.proofs.data_integrity.suite import Suite, hash_name_of
from keys.algorithms import Algorithm, BadSignature, MalformedKey
from keys.public import PublicKey, base58_decode, base58_encode
from keys.signer import Signer

SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        eddsa_rdfc_2022.SUITE,
        ecdsa_rdfc_2019.SUITE,
        eddsa_jcs_2022.SUITE,
        ecdsa_jcs_2019.SUITE,
    )
}
Verify = Callable[[PublicKey, bytes, bytes], None]
"""Returns nothing if (key, signature, data) fit; raises BadSignature otherwise."""
_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}
_CREDENTIALS_1_1 = "https://www.w3.org/2018/credentials/v1"
_BLANK = "z" * 8
_MOST_STAMPS = 256
_DATA_INTEGRITY = (
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
)


@dataclass(frozen=True)
class Expectation:
    """What a verifier demands of a proof beside its signature."""

    purpose: str = "assertionMethod"
    at: datetime | None = None
    """The moment at which ``expires`` must not have passed; None: not asked."""
    domain: str | None = None
    challenge: str | None = None


_ANY_CREDENTIAL = Expectation()


def prepare(
    linted: Linted,
    *,
    key: PublicKey,
    verification_method: str,
    created: datetime,
    suite: str,
    canonicalise: Canonicalise,
) -> Prepared:
    """Return the bytes that ``key`` will sign under ``suite``, and the proof without its value.

    Raises ProofUnsupported (suite and key do not go together), MalformedDocument (it has a proof
    already), and what ``canonicalise`` raises for what would be dropped.
    """
    chosen = _suite(suite)
    if key.algorithm not in chosen.issues:
        raise ProofUnsupported(f"{suite} is not issued with {key.algorithm} keys.")
    document = _in_context(linted.document)
    if "proof" in document:
        raise MalformedDocument("The document has a proof already: hand it in without.")
    proof: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "created": _stamp(created),
        "verificationMethod": verification_method,
        "cryptosuite": suite,
        "proofPurpose": "assertionMethod",
    }
    if chosen.contexts_in_proof:
        # vc-di-eddsa §3.3.1 step 2: the proof carries the contexts that were signed.
        proof = {"@context": document["@context"], **proof}
    data = _hash_data(chosen, document, proof, algorithm=key.algorithm, canonicalise=canonicalise)
    return Prepared(
        linted=linted,
        to_be_signed=data,
        digest=hashlib.sha256(data).digest(),
        verification_method=verification_method,
        algorithm=key.algorithm,
        suite=suite,
        proof=proof,
    )


@lru_cache(_MOST_STAMPS)
def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def seal(prepared: Prepared, *, signer: Signer, verify: Verify = PublicKey.verify) -> Sealed:
    """Sign what was prepared and return the document with its proof, as JSON bytes.

    Raises ProofInvalid if the signer's key is of another kind or its signature does not ``verify``.
    """
    if signer.public_key.algorithm != prepared.algorithm:
        raise ProofInvalid(f"A {prepared.algorithm} key was announced; the signer has another.")
    return sign(unsigned(prepared), signer=signer, verify=verify)


def sign(document: Unsigned, *, signer: Signer, verify: Verify = PublicKey.verify) -> Sealed:
    """Sign a document that is complete but for its signature; raises ProofInvalid as `seal`."""
    signature = signer.sign(document.to_be_signed)
    require_signature(signer.public_key, signature, document.to_be_signed, verify=verify)
    return close(document, signature)


def unsigned(
    prepared: Prepared, *, unclosed: Callable[[Json], tuple[bytes, ...]] = jcs.unclosed
) -> Unsigned:
    """Return the document with its proof as bytes, complete but for the signature.

    So that whoever signs a cohort handles bytes alone. The value stands last in the proof, and the
    proof last in the document. ``unclosed`` writes as `issuer.proofs.jcs.unclosed` does.
    """
    said = prepared.proof
    # All proofs of a chunk say the same; only those of a JCS suite hold more than texts.
    proof, tail = _said_before(said) if "@context" in said else _said_again(tuple(said.items()))
    return Unsigned(
        head=(*unclosed(_in_context(prepared.document)), proof),
        tail=tail,
        to_be_signed=prepared.to_be_signed,
        digest=prepared.digest,
        suite=prepared.suite,
        media_type="application/vc",
    )


def _said_before(proof: Json) -> tuple[bytes, bytes]:
    """A proof as the last member of a document, but for its value, which stands in between."""
    # It is written as it is where it is the only one.
    alone = jcs.encode_document({"proof": {**proof, "proofValue": _BLANK}})
    head, _, tail = alone.removeprefix(jcs.BEGIN).rpartition(_BLANK.encode())
    return b",\n" + head, tail


@lru_cache(_MOST_STAMPS)
def _said_again(members: tuple[tuple[str, str], ...]) -> tuple[bytes, bytes]:
    return _said_before(dict(members))


def close(document: Unsigned, signature: bytes) -> Sealed:
    """Put a signature in its place; that it fits was required by `require_signature` before."""
    value = b"z" + base58_encode(signature).encode()
    return Sealed(
        data=b"".join((*document.head, value, document.tail)),
        media_type=document.media_type,
        digest=document.digest,
    )


def open_proof(
    document: Json,
    proof: Json,
    *,
    key: PublicKey,
    canonicalise: Canonicalise,
    expected: Expectation = _ANY_CREDENTIAL,
) -> None:
    """Return nothing if ``proof``, one of `proofs_of` the document, verifies under ``key``.

    Raises ProofInvalid or ProofUnsupported, and what ``canonicalise`` raises.
    """
    # VC Data Integrity 1.0 §4.4 and §4.5, in its order:
    # 1. The proof has type, verificationMethod, proofPurpose and a value, well-formed.
    require_form(proof)
    suite = _suite(proof["cryptosuite"])
    # 2. It was made for what it is used for.
    _require_expected(proof, expected)
    # 3. The key is one that the suite verifies with.
    if key.algorithm not in suite.verifies:
        raise ProofInvalid(f"{suite.name} does not verify with {key.algorithm} keys.")
    # 4. The document without proofs, or with those that this one builds on.
    body = {name: value for name, value in document.items() if name != "proof"}
    if previous := previous_proofs(proof, proofs_of(document)):
        body["proof"] = previous
    # 5. Transform, hash, verify.
    data = _hash_data(suite, body, proof, algorithm=key.algorithm, canonicalise=canonicalise)
    require_signature(key, _signature_of(proof), data)


def _suite(name: str) -> Suite:
    if name not in SUITES:
        raise ProofUnsupported(
            f"The cryptosuite {name[:80]!r} cannot be used here; these can: {', '.join(SUITES)}."
        )
    return SUITES[name]


def _require_expected(proof: Json, expected: Expectation) -> None:
    if proof["proofPurpose"] != expected.purpose:
        raise ProofInvalid(f"The proof is not made for the purpose {expected.purpose}.")
    expires = moment_of(proof, "expires")
    if expected.at is not None and expires is not None and expires <= expected.at:
        raise ProofInvalid(f"The proof expired at {expires.isoformat()}.")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise ProofInvalid("The proof does not answer the challenge.")
    if expected.domain is not None and expected.domain not in domains_of(proof):
        raise ProofInvalid("The proof was made for another domain.")


def _hash_data(
    suite: Suite,
    document: Json,
    proof: Json,
    *,
    algorithm: Algorithm,
    canonicalise: Canonicalise,
) -> bytes:
    # vc-di-eddsa §3.2.4, vc-di-ecdsa §3.2.4: hash of the configuration, then of the document.
    name = hash_name_of(algorithm)
    body, config = suite.signed_parts(document, proof)
    hashed = _HASHES[name]
    first = hashed(suite.form(config, name, canonicalise)).digest()
    return first + hashed(suite.form(body, name, canonicalise)).digest()


def _signature_of(proof: Json) -> bytes:
    value: str = proof["proofValue"]
    # vc-di-eddsa §3.2.2 step 2: multibase, base58-btc.
    if not value.startswith("z"):
        raise ProofInvalid("proofValue must begin with z (base58-btc).")
    try:
        return base58_decode(value[1:])
    except MalformedKey as fault:
        raise ProofInvalid("proofValue is not base58-btc.") from fault


def require_signature(
    key: PublicKey, signature: bytes, data: bytes, *, verify: Verify = PublicKey.verify
) -> None:
    """Return nothing if ``signature`` of ``key`` is over ``data``; raise ProofInvalid otherwise.

    ``verify`` is who says so.
    """
    try:
        verify(key, signature, data)
    except BadSignature as fault:
        raise ProofInvalid(
            "The signature does not fit: the document, the proof or the key was changed."
        ) from fault


def _in_context(document: Json) -> Json:
    # VCDM 1.1 contexts do not define DataIntegrityProof; those of 2.0 do.
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if listed[0] != _CREDENTIALS_1_1 or any(c in listed for c in _DATA_INTEGRITY):
        return document
    return {**document, "@context": [*listed, _DATA_INTEGRITY[0]]}
