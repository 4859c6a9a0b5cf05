"""The form of proofs: which there are, what each must say, and what they build on.

VC Data Integrity 1.0 §2.1–2.1.2, §4.3–4.5
(https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/). No signature is checked here.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.jsonld.canonical import Json

MOST_PROOFS = 16
# Proof types and cryptosuites that a W3C specification, note or registry entry defines: VC
# Specifications Directory (https://w3c.github.io/vc-specs-dir/), Data Integrity and its suites, and
# the drafts for post-quantum keys. One that nobody ever defined is no signature but a change.
_OTHER_TYPES = frozenset(
    {
        "BbsBlsSignature2020",
        "BbsBlsSignatureProof2020",
        "EcdsaKoblitzSignature2016",
        "EcdsaSecp256k1RecoverySignature2020",
        "EcdsaSecp256k1Signature2019",
        "EcdsaSecp256r1Signature2019",
        "Ed25519Signature2018",
        "Ed25519Signature2020",
        "EthereumEip712Signature2021",
        "JsonWebSignature2020",
        "MerkleProof2019",
        "RsaSignature2018",
    }
)
_DEFINED_SUITES = frozenset(
    {
        "bbs-2023",
        "ecdsa-2019",
        "ecdsa-jcs-2019",
        "ecdsa-rdfc-2019",
        "ecdsa-sd-2023",
        "ecdsa-xi-2023",
        "eddsa-2022",
        "eddsa-jcs-2022",
        "eddsa-rdfc-2022",
        "falcon512-jcs-2024",
        "falcon512-rdfc-2024",
        "jcs-ecdsa-2019",
        "jcs-eddsa-2022",
        "json-eddsa-2022",
        "merkle-proof-2019",
        "mldsa44-jcs-2024",
        "mldsa44-rdfc-2024",
        "slhdsa128-jcs-2024",
        "slhdsa128-rdfc-2024",
        "sqisign1-jcs-2024",
        "sqisign1-rdfc-2024",
    }
)
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def proofs_of(document: Json) -> tuple[Mapping[str, Any], ...]:
    """Return the proofs of a document, in their order, at most 16; every one must be opened.

    Raises ProofInvalid: none, an empty list, not objects, two with one id, or a previousProof
    that is missing or in a circle.
    """
    value: Any = document.get("proof")
    proofs: list[Any] = value if isinstance(value, list) else [value]
    if value is None or not proofs:
        raise ProofInvalid("The document has no proof.")
    if len(proofs) > MOST_PROOFS:
        raise ProofInvalid(f"The document has {len(proofs)} proofs; at most {MOST_PROOFS} may be.")
    if not all(isinstance(proof, dict) and proof for proof in proofs):
        raise ProofInvalid("A proof is not an object.")
    ids = [_id(proof) for proof in proofs if "id" in proof]
    if len(set(ids)) != len(ids):
        raise ProofInvalid("Two proofs have one id.")
    if any("previousProof" in proof for proof in proofs):
        _require_order(proofs)
    return tuple(proofs)


def previous_proofs(
    proof: Mapping[str, Any], proofs: tuple[Mapping[str, Any], ...]
) -> list[Mapping[str, Any]]:
    """Return the proofs that ``proof`` builds on; raises ProofInvalid if one is missing.

    VC Data Integrity 1.0 §4.5 step 3.
    """
    if "previousProof" not in proof:
        return []
    value = proof["previousProof"]
    wanted = value if isinstance(value, list) else [value]
    if not wanted or not all(isinstance(name, str) for name in wanted):
        raise ProofInvalid("previousProof must be the id of a proof, or a list of ids.")
    by_id = {other["id"]: other for other in proofs if "id" in other}
    if missing := [name for name in wanted if name not in by_id]:
        raise ProofInvalid(f"The previous proof {missing[0][:200]!r} is not in the document.")
    return [by_id[name] for name in wanted]


def _require_order(proofs: list[Mapping[str, Any]]) -> None:
    left = list(proofs)
    settled: set[str] = set()
    while left:
        ready = [
            p for p in left if all(q["id"] in settled for q in previous_proofs(p, tuple(proofs)))
        ]
        if not ready:
            raise ProofInvalid("Proofs build on each other in a circle.")
        settled |= {p["id"] for p in ready if "id" in p}
        left = [p for p in left if p not in ready]


def _id(proof: Mapping[str, Any]) -> str:
    value = proof["id"]
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise ProofInvalid("The id of a proof must be one absolute URL.")
    return value


def require_form(proof: Mapping[str, Any]) -> None:
    """Return nothing if a Data Integrity proof has every member that it needs, well-formed.

    VC Data Integrity 1.0 §2.1. Raises ProofUnsupported for another ``type`` that somebody defined,
    ProofInvalid for everything else, a type or cryptosuite that nobody defined among it.
    """
    kind = proof.get("type")
    if not isinstance(kind, str):
        raise ProofInvalid("The proof must have one type.")
    if kind in _OTHER_TYPES:
        raise ProofUnsupported(f"Proofs of type {kind[:80]!r} cannot be checked here.")
    if kind != "DataIntegrityProof":
        raise ProofInvalid(f"There is no kind of proof called {kind[:80]!r}.")
    for name in ("cryptosuite", "proofPurpose", "verificationMethod", "proofValue"):
        if not isinstance(proof.get(name), str):
            raise ProofInvalid(f"The proof must have {name}, a text.")
    if proof["cryptosuite"] not in _DEFINED_SUITES:
        raise ProofInvalid(f"There is no cryptosuite called {proof['cryptosuite'][:80]!r}.")
    if not _URL.fullmatch(proof["verificationMethod"]):
        raise ProofInvalid("verificationMethod must be one absolute URL.")
    _require_options(proof)


def _require_options(proof: Mapping[str, Any]) -> None:
    for name in ("created", "expires"):
        moment_of(proof, name)
    for name in ("challenge", "nonce"):
        if not isinstance(proof.get(name, ""), str):
            raise ProofInvalid(f"{name} of the proof must be a text.")
    domains_of(proof)


def moment_of(proof: Mapping[str, Any], name: str) -> datetime | None:
    """Return ``created`` or ``expires`` of a proof, None if absent; raises ProofInvalid.

    VC Data Integrity 1.0 §2.1: a dateTimeStamp of XML Schema 1.1 §3.4.28, with a zone.
    """
    if name not in proof:
        return None
    value = proof[name]
    if isinstance(value, str) and _STAMP.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ProofInvalid(f"{name} of the proof must be a date and time with a zone.")


def domains_of(proof: Mapping[str, Any]) -> frozenset[str]:
    """Return the security domains that a proof is made for; raises ProofInvalid."""
    value = proof.get("domain", [])
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(domain, str) for domain in listed):
        raise ProofInvalid("domain of the proof must be a text, or a list of texts.")
    return frozenset(listed)
