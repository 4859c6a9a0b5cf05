"""What one cryptosuite is: its keys, how it transforms, and where its contexts come from.

VC Data Integrity 1.0 §3 (https://www.w3.org/TR/2025/REC-vc-data-integrity-20250515/). RDFC suites
sign what a document means, JCS suites how it is written. This module knows no suite by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import ProofInvalid
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.proofs import jcs
from keys.algorithms import Algorithm

Form = Callable[[Json, str, Canonicalise], bytes]
"""(document or proof configuration, hash name, canonicalise) -> the bytes to be hashed."""


def in_rdfc(document: Json, hash_name: str, canonicalise: Canonicalise) -> bytes:
    """Canonical N-Quads; the hash also labels blank nodes (ecdsa-rdfc-2019 with P-384).

    RDF cannot tell apart, so that a proof still opens after a change of: the order of a set and
    repetitions in it; one value or a set of one; a reference or an object with nothing but an id;
    a text or a bare value object; a number or the same number as text where the term has a type;
    the place where a node with an id is described, as far as `issuer.jsonld.identity` allows;
    terms of a context that the document does not use; and below the root a member's name or
    another name for the same address (see `issuer.jsonld.names`).
    """
    return canonicalise(document, hash_name)


def in_jcs(document: Json, _hash_name: str, _canonicalise: Canonicalise) -> bytes:
    """Canonical JSON (RFC 8785)."""
    return jcs.encode(document)


@dataclass(frozen=True)
class Suite:
    """A cryptosuite."""

    name: str
    verifies: frozenset[Algorithm]
    issues: frozenset[Algorithm]
    form: Form

    @property
    def contexts_in_proof(self) -> bool:
        """True: the proof carries the ``@context`` that was signed (JCS suites)."""
        return self.form is in_jcs

    def signed_parts(
        self, document: Mapping[str, Any], proof: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Return (document, proof configuration) as they were signed; raises ProofInvalid.

        ``document`` is without its proof, or with the proofs that this one builds on.
        """
        # vc-di-eddsa §3.3.2 step 4: the document's contexts begin with all of the proof's.
        _require_prefix(proof, document)
        config = {name: value for name, value in proof.items() if name != "proofValue"}
        body = document
        if self.contexts_in_proof:
            if "@context" in proof:
                body = {**document, "@context": proof["@context"]}
        elif "@context" in document:
            # vc-di-eddsa §3.2.5 step 4: a proof means what it means in its document's contexts.
            config["@context"] = document["@context"]
        return body, config


def hash_name_of(algorithm: Algorithm) -> str:
    """``sha384`` for P-384, else ``sha256`` (vc-di-ecdsa §3.2.4)."""
    return "sha384" if algorithm is Algorithm.P384 else "sha256"


def _require_prefix(proof: Mapping[str, Any], document: Mapping[str, Any]) -> None:
    inner, outer = _listed(proof.get("@context")), _listed(document.get("@context"))
    if outer[: len(inner)] != inner:
        raise ProofInvalid(
            "The proof was made under another @context than the one that the document has."
        )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
