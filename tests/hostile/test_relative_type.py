"""A type or id that is no full address vanishes from what is signed: it must be refused."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import DroppedTerm

Document = dict[str, Any]
Open = Callable[[Document], None]


@pytest.mark.parametrize("kind", ["DoctorOfPhilosophy", "../x", "#x", "", "x y:z", "@foo"])
def test_an_added_type(credential: Document, open_all: Open, kind: str) -> None:
    open_all(credential)
    credential["type"].append(kind)
    with pytest.raises(DroppedTerm):
        open_all(credential)


@pytest.mark.parametrize("name", ["learner", "/c/1", "?c=1", "#me", "https:x y", "urn:a<b", ""])
def test_a_relative_id(unsigned: Document, sign: Callable[[Document], Document], name: str) -> None:
    unsigned["credentialSubject"]["id"] = name
    with pytest.raises(DroppedTerm):
        sign(unsigned)


def test_a_relative_type_deep_inside(credential: Document, open_all: Open) -> None:
    credential["credentialSubject"]["achievement"]["type"] = ["Achievement", "Degree"]
    with pytest.raises(DroppedTerm, match="Degree"):
        open_all(credential)


def test_a_relative_address_in_a_context_is_not_rescued_by_an_invented_base(
    unsigned: Document, sign: Callable[[Document], Document]
) -> None:
    # The library would resolve the second against an address of its own making.
    unsigned["@context"].append({"first": {"@id": "second"}, "second": {"@id": "third"}})
    unsigned["first"] = "x"
    with pytest.raises(Exception, match=r"relative|not JSON-LD"):
        sign(unsigned)
