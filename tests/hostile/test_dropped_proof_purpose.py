"""A proof without its purpose, or made for another, must not pass as an assertion."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import ProofInvalid

Document = dict[str, Any]
Open = Callable[[Document], None]


def test_without_purpose(credential: Document, open_all: Open) -> None:
    del credential["proof"]["proofPurpose"]
    with pytest.raises(ProofInvalid, match="proofPurpose"):
        open_all(credential)


@pytest.mark.parametrize(
    "purpose",
    ["authentication", "AssertionMethod", "https://w3id.org/security#assertionMethod", None, []],
)
def test_with_another_purpose(credential: Document, open_all: Open, purpose: object) -> None:
    credential["proof"]["proofPurpose"] = purpose
    with pytest.raises(ProofInvalid, match="urpose"):
        open_all(credential)


@pytest.mark.parametrize("name", ["cryptosuite", "verificationMethod", "proofValue"])
def test_without_another_member(credential: Document, open_all: Open, name: str) -> None:
    del credential["proof"][name]
    with pytest.raises(ProofInvalid, match=name):
        open_all(credential)


def test_the_purpose_is_signed(
    unsigned: Document, sign: Callable[[Document], Document], open_all: Open
) -> None:
    signed = sign(unsigned)
    signed["proof"]["created"] = "2020-01-01T00:00:00Z"
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_all(signed)
