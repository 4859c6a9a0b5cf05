"""Two objects with one id are one node to the signature: members could wander between them."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from issuer.errors import MalformedDocument
from issuer.jsonld import rdfc10

Document = dict[str, Any]
Open = Callable[[Document], None]
Sign = Callable[[Document], Document]


@pytest.fixture
def with_reference(unsigned: Document, sign: Sign) -> Document:
    """A signed credential that names itself once more, as a reference."""
    unsigned["termsOfUse"] = {"id": unsigned["id"]}
    return sign(unsigned)


@pytest.mark.parametrize("name", ["validUntil", "credentialStatus"])
def test_the_end_and_the_status_cannot_wander_into_a_reference(
    with_reference: Document, open_all: Open, name: str
) -> None:
    open_all(with_reference)
    with_reference["termsOfUse"]["type"] = with_reference["type"]
    with_reference["termsOfUse"][name] = with_reference.pop(name)
    with pytest.raises(MalformedDocument, match="say different things"):
        open_all(with_reference)


def test_everything_said_once_more_in_the_reference_does_not_help(
    with_reference: Document, open_all: Open
) -> None:
    copied = {k: deepcopy(v) for k, v in with_reference.items() if k not in {"@context", "proof"}}
    del with_reference["credentialStatus"]
    with_reference["termsOfUse"] = copied
    with pytest.raises(MalformedDocument, match="say different things"):
        open_all(with_reference)


def test_a_subject_cannot_be_split(credential: Document, open_all: Open) -> None:
    whole = credential["credentialSubject"]
    achievement = whole.pop("achievement")
    other = {"id": whole["id"], "type": whole["type"], "achievement": achievement}
    credential["credentialSubject"] = [whole, other]
    with pytest.raises(MalformedDocument, match="did:example:learner"):
        open_all(credential)


def test_it_is_the_signature_that_would_not_have_noticed(credential: Document) -> None:
    body = {k: v for k, v in credential.items() if k != "proof"}
    moved = deepcopy(body)
    moved["issuer"] = credential["issuer"]["id"]
    # The name of the issuer stands at the creator as well, so nothing is lost: the same RDF.
    assert rdfc10.canonicalise(body) == rdfc10.canonicalise(moved)


def test_a_second_issuer_under_the_same_id_is_not_signed(unsigned: Document, sign: Sign) -> None:
    creator = unsigned["credentialSubject"]["achievement"]["creator"]
    creator["name"] = "Another University"
    with pytest.raises(MalformedDocument, match="say different things"):
        sign(unsigned)


def test_parts_may_be_repeated_deeper_down(unsigned: Document, sign: Sign, open_all: Open) -> None:
    del unsigned["credentialSubject"]["achievement"]["creator"]["name"]
    open_all(sign(unsigned))
