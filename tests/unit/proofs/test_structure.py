import datetime as dt
import re
from typing import Any

import pytest

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.proofs.data_integrity import moment_of, proofs_of
from issuer.proofs.data_integrity.structure import domains_of, previous_proofs, require_form
from tests.town.badge import PROOF

Proof = dict[str, Any]


def _chain(*links: tuple[str, object]) -> Proof:
    return {
        "proof": [
            {**PROOF, "id": f"urn:x:{name}", **({} if back is None else {"previousProof": back})}
            for name, back in links
        ]
    }


def test_one_proof_or_several() -> None:
    assert proofs_of({"proof": PROOF}) == (PROOF,)
    assert proofs_of({"proof": [PROOF, PROOF]}) == (PROOF, PROOF)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"proof": None},
        {"proof": []},
        {"proof": "z1"},
        {"proof": {}},
        {"proof": [PROOF, None]},
        {"proof": [PROOF] * 17},
        {"proof": {**PROOF, "id": "proof-1"}},
        {"proof": {**PROOF, "id": None}},
        _chain(("1", None), ("1", None)),
        _chain(("1", "urn:x:2")),
        _chain(("1", None), ("2", ["urn:x:1", "urn:x:3"])),
        _chain(("1", [])),
        _chain(("1", None), ("2", [["urn:x:1"]])),
        _chain(("1", None), ("2", None), ("3", 7)),
        _chain(("1", "urn:x:1")),
        _chain(("1", "urn:x:2"), ("2", "urn:x:1")),
        _chain(("0", None), ("1", "urn:x:3"), ("2", "urn:x:1"), ("3", "urn:x:2")),
    ],
)
def test_proofs_that_cannot_be(document: Proof) -> None:
    with pytest.raises(ProofInvalid):
        proofs_of(document)


def test_chains() -> None:
    proofs = proofs_of(_chain(("3", ["urn:x:2", "urn:x:1"]), ("2", "urn:x:1"), ("1", None)))
    assert [p["id"] for p in previous_proofs(proofs[0], proofs)] == ["urn:x:2", "urn:x:1"]
    assert [p["id"] for p in previous_proofs(proofs[1], proofs)] == ["urn:x:1"]
    assert previous_proofs(proofs[2], proofs) == []
    # A proof without an id can build on others; nobody can build on it.
    last = {k: v for k, v in proofs[0].items() if k != "id"}
    assert proofs_of({"proof": [last, *proofs[1:]]})[0] == last


def test_a_whole_proof() -> None:
    require_form({**PROOF, "domain": ["a", "b"], "challenge": "c", "nonce": "n", "odd": 1})


@pytest.mark.parametrize(
    "change",
    [
        {"type": ["DataIntegrityProof"]},
        {"type": None},
        {"cryptosuite": 5},
        {"verificationMethod": {"id": "did:web:uni.example#award-1"}},
        {"verificationMethod": "#award-1"},
        {"proofValue": None},
        {"created": "2026-06-12T09:30:00"},
        {"created": "2026-06-12"},
        {"created": 1781256600},
        {"created": None},
        {"created": "2026-13-12T09:30:00Z"},
        {"expires": "tomorrow"},
        {"challenge": 5},
        {"nonce": []},
        {"domain": 5},
        {"domain": ["a", 5]},
    ],
)
def test_proofs_out_of_form(change: Proof) -> None:
    with pytest.raises(ProofInvalid):
        require_form({**PROOF, **change})


def test_another_type_is_not_called_invalid() -> None:
    with pytest.raises(ProofUnsupported, match="Ed25519Signature2020"):
        require_form({**PROOF, "type": "Ed25519Signature2020"})


@pytest.mark.parametrize("change", [{"type": "TrustMe"}, {"cryptosuite": "eddsa-rdfc-2022x"}])
def test_a_kind_that_nobody_defined_is_no_proof(change: dict[str, str]) -> None:
    with pytest.raises(ProofInvalid, match=re.escape(next(iter(change.values())))):
        require_form({**PROOF, **change})


def test_moments_and_domains() -> None:
    utc = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
    assert moment_of(PROOF, "created") == utc
    assert moment_of({"created": "2026-06-12T11:30:00.000+02:00"}, "created") == utc
    assert moment_of(PROOF, "expires") is None
    assert domains_of(PROOF) == frozenset()
    assert domains_of({"domain": "a"}) == {"a"}
    assert domains_of({"domain": ["a", "b"]}) == {"a", "b"}
