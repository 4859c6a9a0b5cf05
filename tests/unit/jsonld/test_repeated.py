"""What is flat and said again is canonicalised once; everything else each time."""

from typing import Any

import pytest

from issuer.errors import DroppedTerm
from issuer.jsonld.repeated import Repeated

CONTEXTS: list[Any] = [
    "https://www.w3.org/ns/credentials/v2",
    {"name": "https://terms.example/name"},
]


class Counted:
    """Says what it was asked, and counts."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, str]] = []

    def __call__(self, document: Any, hash_name: str) -> bytes:
        self.asked.append((document, hash_name))
        if "dropped" in document:
            msg = "a term that nobody has defined"
            raise DroppedTerm(msg)
        return f"{len(self.asked)} {hash_name}".encode()


def config(**changes: Any) -> dict[str, Any]:
    """The configuration of a proof; its list of contexts is another one each time."""
    return {"created": "2026-06-12T09:30:00Z", "@context": [*CONTEXTS], **changes}


def test_the_same_said_again_is_canonicalised_once() -> None:
    full = Counted()
    repeated = Repeated(full)
    assert repeated.canonicalise(config()) == repeated.canonicalise(config()) == b"1 sha256"
    assert len(full.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        config(created="2026-06-12T09:30:01Z"),
        config(created=["2026-06-12T09:30:00Z"]),
        config(created=["2026-06-12T09:30:00Z", "2026-06-12T09:30:00Z"]),
        config(more=True),
        {"@context": [*CONTEXTS], "created": "2026-06-12T09:30:00Z"},
        # Equal, and another object: whether it stays equal nobody says.
        config(**{"@context": [CONTEXTS[0], dict(CONTEXTS[1])]}),
    ],
)
def test_what_differs_in_anything_is_canonicalised_anew(other: dict[str, Any]) -> None:
    full = Counted()
    repeated = Repeated(full)
    assert repeated.canonicalise(config()) != repeated.canonicalise(other)
    assert [asked for asked, _ in full.asked] == [config(), other]


def test_another_hash_is_another_question() -> None:
    repeated = Repeated(Counted())
    found = {repeated.canonicalise(config(), name) for name in ("sha256", "sha384")}
    assert found == {b"1 sha256", b"2 sha384"}


def test_what_has_an_object_of_its_own_is_not_remembered() -> None:
    full = Counted()
    repeated = Repeated(full)
    document = config(subject={"id": "urn:example:1"})
    assert repeated.canonicalise(document) != repeated.canonicalise(document)
    assert len(repeated) == 0


def test_a_refusal_is_not_remembered() -> None:
    full = Counted()
    repeated = Repeated(full)
    for _ in range(2):
        with pytest.raises(DroppedTerm):
            repeated.canonicalise(config(dropped="x"))
    assert (len(full.asked), len(repeated)) == (2, 0)


def test_it_remembers_so_many_and_no_more() -> None:
    repeated = Repeated(Counted(), most=3)
    for number in range(10):
        repeated.canonicalise(config(created=str(number)))
        assert len(repeated) <= 3
