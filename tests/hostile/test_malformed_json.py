"""Deep nesting, huge numbers, control characters: refused at the door, never a crash."""

import pytest

from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument, UnusableInput
from issuer.jsonld import rdfc10
from issuer.proofs import jcs


@pytest.mark.parametrize("depth", [64, 1_000, 100_000])
@pytest.mark.parametrize(("left", "right"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting(depth: int, left: bytes, right: bytes) -> None:
    inner = b"1" if left != b"[" else b""
    with pytest.raises(DocumentTooLarge, match="deep"):
        jcs.decode(b'{"a":' + left * depth + inner + right * depth + b"}")


def test_as_deep_as_allowed() -> None:
    data = b'{"a":' * 64 + b"1" + b"}" * 64
    assert jcs.encode(jcs.decode(data)) == data


@pytest.mark.parametrize(
    "number",
    [
        "9007199254740992",
        "-9007199254740992",
        "1e16",
        "1e999",
        "-1e999",
        "1" * 5_000,
        "0." + "1" * 5_000,
        "1e-7",
        "-1e-7",
        "1e-400",
        "0.0000000001",
        "-0.0",
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_numbers_that_libraries_read_differently(number: str) -> None:
    with pytest.raises(MalformedDocument):
        jcs.decode(f'{{"n": {number}}}'.encode())


@pytest.mark.parametrize("number", ["9007199254740991", "0", "0.0", "0e5", "-1", "0.000001", "5.5"])
def test_numbers_that_all_read_alike(number: str) -> None:
    assert jcs.decode(f'{{"n": {number}}}'.encode()) == {"n": float(number)}


@pytest.mark.parametrize(
    "text",
    [
        "\\u0000",
        "\\u0008",
        "\\u000b",
        "\\u001f",
        "\\u007f",
        "\\ud800",
        "\\udc00\\ud800",
        "\\ufffe",
        "\\uffff",
        "\\ufdd0",
        "\\ud83f\\udffe",
        "\\udbff\\udfff",
    ],
)
@pytest.mark.parametrize("place", ['{{"a": "x{0}"}}', '{{"x{0}": 1}}', '{{"a": [{{"b{0}": 1}}]}}'])
def test_characters_that_libraries_write_differently(text: str, place: str) -> None:
    with pytest.raises(ForbiddenCharacter):
        jcs.decode(place.format(text).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b"{}{}",
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":\xff}',
        b'{"a":"\xed\xa0\x80"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":"\n"}',
        b'{"a":01}',
    ],
)
def test_what_is_no_json_object(data: bytes) -> None:
    with pytest.raises(MalformedDocument):
        jcs.decode(data)


def test_more_than_a_mebibyte() -> None:
    with pytest.raises(DocumentTooLarge, match="1 MiB"):
        jcs.decode(b'{"a":"' + b"x" * jcs.MOST_BYTES + b'"}')


@pytest.mark.parametrize("value", [2**53, 1e-7, float("nan"), float("inf"), -0.0, "\x07", b"x"])
def test_the_same_values_are_not_signed_when_they_come_from_inside(value: object) -> None:
    with pytest.raises(UnusableInput):
        rdfc10.canonicalise({"@context": {"a": "urn:x:a"}, "a": value})
