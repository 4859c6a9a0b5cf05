"""No proof, an empty list of proofs and an empty signature are not "all proofs verified"."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import MalformedDocument, ProofInvalid
from issuer.proofs import data_integrity, jose

Document = dict[str, Any]
Open = Callable[[Document], None]


@pytest.mark.parametrize("proof", [None, [], {}, [{}], [[]], "", "z", 0, True, [None]])
def test_no_proof_at_all(credential: Document, open_all: Open, proof: object) -> None:
    credential["proof"] = proof
    with pytest.raises(ProofInvalid):
        open_all(credential)


def test_the_member_is_missing(credential: Document) -> None:
    del credential["proof"]
    with pytest.raises(ProofInvalid, match="no proof"):
        data_integrity.proofs_of(credential)


@pytest.mark.parametrize("value", ["", "z", "z1", "z" + "1" * 64, "u" + "A" * 86, None, []])
def test_an_empty_signature(credential: Document, open_all: Open, value: object) -> None:
    credential["proof"]["proofValue"] = value
    with pytest.raises(ProofInvalid):
        open_all(credential)


def test_a_token_without_signature(token: bytes, open_token: Callable[[bytes], None]) -> None:
    open_token(token)
    body = token.rpartition(b".")[0]
    with pytest.raises(ProofInvalid):
        open_token(body + b".")
    with pytest.raises(MalformedDocument):
        jose.read(body)


def test_a_token_in_json_form_with_no_signatures() -> None:
    with pytest.raises(MalformedDocument):
        jose.read(b'{"payload":"e30","signatures":[]}')
