"""``@base`` in the document would give relative ids and types a meaning that nobody sees."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import DroppedTerm, MalformedDocument

Document = dict[str, Any]
Open = Callable[[Document], None]


@pytest.mark.parametrize("base", ["https://mallory.example/", "rel", None])
def test_it_is_refused_where_nothing_relative_is_left(
    credential: Document, open_all: Open, base: str | None
) -> None:
    credential["@context"].append({"@base": base})
    with pytest.raises(MalformedDocument, match="@base"):
        open_all(credential)


def test_it_does_not_rescue_a_relative_type(
    unsigned: Document, sign: Callable[[Document], Document]
) -> None:
    unsigned["@context"].append({"@base": "https://mallory.example/"})
    unsigned["type"].append("DoctorOfPhilosophy")
    with pytest.raises(MalformedDocument, match="@base"):
        sign(unsigned)


def test_it_is_found_in_the_context_of_a_term(credential: Document, open_all: Open) -> None:
    inner = {"@context": [{"@base": "https://mallory.example/"}]}
    credential["@context"].append({"prize": {"@id": "urn:x:prize", **inner}})
    with pytest.raises(MalformedDocument, match="@base"):
        open_all(credential)


def test_it_is_found_in_the_context_of_a_member(credential: Document, open_all: Open) -> None:
    credential["issuer"]["@context"] = {"@base": "https://mallory.example/"}
    with pytest.raises(MalformedDocument, match="@base"):
        open_all(credential)


def test_without_it_a_relative_id_is_refused(
    unsigned: Document, sign: Callable[[Document], Document]
) -> None:
    unsigned["id"] = "c/1"
    with pytest.raises(DroppedTerm, match="c/1"):
        sign(unsigned)
