"""A member that no context defines is not signed: it must not be accepted beside signed ones."""

from collections.abc import Callable
from typing import Any

import pytest

from issuer.errors import DroppedTerm

Document = dict[str, Any]
Open = Callable[[Document], None]


def test_at_the_root(credential: Document, open_all: Open) -> None:
    open_all(credential)
    credential["honours"] = "summa cum laude"
    with pytest.raises(DroppedTerm, match="honours"):
        open_all(credential)


def test_deep_inside(credential: Document, open_all: Open) -> None:
    credential["credentialSubject"]["achievement"]["ectsPoints"] = "30"
    with pytest.raises(DroppedTerm, match="ectsPoints"):
        open_all(credential)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("evidence", None),
        ("evidence", []),
        ("@note", "x"),
        ("@index", "x"),
        ("@included", [{"id": "https://uni.example/x", "name": "Prize"}]),
        ("name", {"@value": "Ethics of AI", "@direction": "rtl"}),
        ("name", {"@value": "Ethics of AI", "@index": "prize"}),
    ],
)
def test_what_vanishes_on_the_way_to_rdf(
    credential: Document, open_all: Open, name: str, value: object
) -> None:
    credential[name] = value
    with pytest.raises(DroppedTerm):
        open_all(credential)


def test_a_vocabulary_that_defines_everything_breaks_the_signature(
    credential: Document, open_all: Open
) -> None:
    credential["@context"].append({"@vocab": "https://mallory.example/terms#"})
    open_all(credential)  # Nothing is said that was not signed: the same statements.
    credential["honours"] = "summa cum laude"
    with pytest.raises(Exception, match="signature does not fit"):
        open_all(credential)


def test_it_is_never_signed_either(
    unsigned: Document, sign: Callable[[Document], Document]
) -> None:
    unsigned["honours"] = "summa cum laude"
    with pytest.raises(DroppedTerm, match="honours"):
        sign(unsigned)
