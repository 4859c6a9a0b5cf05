"""A proof made under other contexts than the document has proves another document."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import ProofInvalid, TestamurError

Document = dict[str, Any]
Open = Callable[[Document], None]
Sign = Callable[..., Document]

OTHER = "https://www.w3.org/ns/did/v1"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize(
    "change",
    [
        lambda contexts: contexts[1:],
        lambda contexts: contexts[::-1],
        lambda contexts: [*contexts, OTHER],
        lambda contexts: [OTHER, *contexts],
        lambda _contexts: OTHER,
        lambda _contexts: {},
    ],
)
def test_another_context_in_the_proof(
    unsigned: Document,
    sign: Sign,
    open_all: Open,
    suite: str,
    change: Callable[[list[object]], object],
) -> None:
    signed = sign(unsigned, suite=suite)
    open_all(signed)
    signed["proof"]["@context"] = change(signed["@context"])
    with pytest.raises(ProofInvalid, match="another @context"):
        open_all(signed)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_context_taken_from_the_document(
    unsigned: Document, sign: Sign, open_all: Open, suite: str
) -> None:
    signed = sign(unsigned, suite=suite)
    signed["@context"] = signed["@context"][:-1]
    with pytest.raises(TestamurError):
        open_all(signed)


def test_the_vocabulary_exchanged(credential: Document, open_all: Open) -> None:
    credential["@context"][2]["workloadHours"] = "https://mallory.example/workloadHours"
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_all(credential)


def test_a_jcs_proof_without_its_contexts(unsigned: Document, sign: Sign, open_all: Open) -> None:
    signed = sign(unsigned, suite="eddsa-jcs-2022")
    del signed["proof"]["@context"]
    with pytest.raises(ProofInvalid, match="does not fit"):
        open_all(signed)


def test_a_context_appended_after_a_jcs_proof_is_allowed_by_the_specification(
    unsigned: Document, sign: Sign, open_all: Open
) -> None:
    # vc-di-eddsa §3.3.2 step 4: the document's contexts must begin with those of the proof.
    signed = sign(unsigned, suite="eddsa-jcs-2022")
    signed["@context"].append(OTHER)
    open_all(signed)
    signed["@context"].insert(0, OTHER)
    with pytest.raises(ProofInvalid, match="another @context"):
        open_all(signed)
