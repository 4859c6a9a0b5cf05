import pytest

from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument
from issuer.jsonld.ijson import LARGEST_INTEGER, require_interoperable


@pytest.mark.parametrize(
    "value",
    [None, True, 0, 0.0, -1, LARGEST_INTEGER, 5.5, 1e-6, "", "a\tb\r\n", "Ünïcode 𝄞 \x85\u2028"],
)
def test_all_read_it_alike(value: object) -> None:
    require_interoperable({"a": [value, {"b": value}]})


@pytest.mark.parametrize(
    "value", ["\x00", "a\x1f", "\x7f", "\ud800", "\ufdd0", "\ufffe", "\U0010ffff"]
)
def test_characters(value: str) -> None:
    for place in ({"a": value}, {value: "a"}, {"a": [[{"b": {value: 1}}]]}):
        with pytest.raises(ForbiddenCharacter, match=r"U\+[0-9A-F]{4,6} at position [12]"):
            require_interoperable(place)


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), 1e300, 1e-7, -1e-300, -0.0, float("nan"), float("inf"), b"", (), object()],
)
def test_numbers_and_what_is_no_json(value: object) -> None:
    with pytest.raises(MalformedDocument):
        require_interoperable([value])


def test_nesting() -> None:
    value: object = "x"
    for _ in range(64):
        value = [value]
    require_interoperable(value)
    with pytest.raises(DocumentTooLarge):
        require_interoperable([value])
