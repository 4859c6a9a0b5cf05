"""Of several proofs every one must verify: a good one lends nothing to a bad one."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.jsonld import rdfc10
from issuer.proofs import data_integrity
from keys.signer import Signer

Document = dict[str, Any]
Open = Callable[[Document], None]


@pytest.mark.parametrize("first", [True, False])
def test_a_bad_proof_beside_a_good_one(credential: Document, open_all: Open, first: bool) -> None:
    good = credential["proof"]
    bad = {**good, "created": "2026-06-12T09:31:00Z"}
    credential["proof"] = [bad, good] if first else [good, bad]
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_all(credential)


def test_a_proof_by_mallory_beside_that_of_the_university(
    credential: Document,
    unsigned: Document,
    sign: Callable[..., Document],
    mallory_signer: Signer,
    open_all: Open,
) -> None:
    forged = sign(unsigned, signer=mallory_signer)["proof"]
    credential["proof"] = [credential["proof"], forged]
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_all(credential)
    # It is a proof by Mallory's key, and stays one.
    data_integrity.open_proof(
        credential, forged, key=mallory_signer.public_key, canonicalise=rdfc10.canonicalise
    )


def test_a_proof_of_an_unknown_kind_beside_a_good_one(credential: Document, open_all: Open) -> None:
    odd = {**credential["proof"], "cryptosuite": "bbs-2023"}
    credential["proof"] = [credential["proof"], odd]
    with pytest.raises(ProofUnsupported, match="bbs-2023"):
        open_all(credential)


def test_a_proof_of_a_kind_that_nobody_defined_beside_a_good_one(
    credential: Document, open_all: Open
) -> None:
    odd = {**credential["proof"], "cryptosuite": "trust-me-2030"}
    credential["proof"] = [credential["proof"], odd]
    with pytest.raises(ProofInvalid, match="trust-me-2030"):
        open_all(credential)


def test_two_proofs_with_one_id(credential: Document) -> None:
    proof = {**credential["proof"], "id": "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"}
    credential["proof"] = [proof, deepcopy(proof)]
    with pytest.raises(ProofInvalid, match="one id"):
        data_integrity.proofs_of(credential)


def test_thousands_of_proofs(credential: Document) -> None:
    credential["proof"] = [credential["proof"]] * 3_000
    with pytest.raises(ProofInvalid, match="at most 16"):
        data_integrity.proofs_of(credential)
