import json
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import DocumentTooLarge, ForbiddenCharacter, MalformedDocument
from issuer.jsonld.ijson import LARGEST_INTEGER, SMALLEST_FRACTION, require_interoperable
from issuer.proofs import jcs

_TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cn"), blacklist_characters="\x7f").filter(
        lambda c: c >= " " or c in "\t\n\r"
    )
)
_FRACTIONS = st.floats(-LARGEST_INTEGER, LARGEST_INTEGER, allow_nan=False).filter(
    lambda x: abs(x) >= SMALLEST_FRACTION
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | _FRACTIONS
    | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(_TEXTS, _VALUES, max_size=5))
def test_what_is_encoded_is_decoded(value: dict[str, Any]) -> None:
    require_interoperable(value)
    assert jcs.decode(jcs.encode(value)) == value
    assert jcs.decode(jcs.encode_document(value)) == value
    assert jcs.decode(jcs.encode_compact(value)) == value
    assert list(jcs.decode(jcs.encode_document(value))) == list(value)
    assert jcs.encode(jcs.decode(jcs.encode(value))) == jcs.encode(value)


def test_the_example_of_rfc_8785() -> None:
    # RFC 8785 §3.2.2 and §3.2.3, without its numbers beyond 2^53 and below 1e-6.
    value = {
        "numbers": [333333333.3333333, 4.5, 2e-3],
        "string": '\u20ac$\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert jcs.encode(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002],'
        '"string":"€$\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf_16() -> None:
    # RFC 8785 §3.2.3: U+1F600 is written with surrogates and so comes before U+FB33.
    value = {"\ufb33": 1, "\U0001f600": 2, "1": 3, "\r": 4, "ö": 5, "€": 6, "\u0080": 7}
    assert list(jcs.decode(jcs.encode(value))) == [
        "\r",
        "1",
        "\u0080",
        "ö",
        "€",
        "\U0001f600",
        "\ufb33",
    ]


def test_a_document_is_readable_and_keeps_its_order() -> None:
    assert jcs.encode_document({"b": ["ü", {}], "a": 6.0}) == (
        '{\n "b": [\n  "ü",\n  {}\n ],\n "a": 6.0\n}\n'.encode()
    )


def test_mappings_and_tuples_are_objects_and_lists() -> None:
    value = MappingProxyType({"a": ({"b": 1},)})
    assert jcs.encode(value) == b'{"a":[{"b":1}]}'
    assert jcs.decode(jcs.encode_document(value)) == {"a": [{"b": 1}]}


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1: "a"}, {"a": b"x"}, {"a": object()}, "\ud800"],
)
def test_what_has_no_json_form(value: object) -> None:
    with pytest.raises(MalformedDocument):
        jcs.encode(value)
    if value != {1: "a"}:
        with pytest.raises(MalformedDocument):
            jcs.encode_document(value)


def test_what_has_no_canonical_form() -> None:
    with pytest.raises(MalformedDocument, match="canonical"):
        jcs.encode(2**60)
    endless: list[Any] = []
    endless.append(endless)
    for write in (jcs.encode, jcs.encode_document):
        with pytest.raises(MalformedDocument):
            write(endless)


def test_faults_are_told_with_their_place() -> None:
    with pytest.raises(MalformedDocument, match="line 2, column 2"):
        jcs.decode(b'{"a": 1,\n }')
    with pytest.raises(MalformedDocument, match="byte 7"):
        jcs.decode(b'{"a":"\xff"}')
    with pytest.raises(MalformedDocument, match="not an object"):
        jcs.decode(b"[]")


def test_what_is_not_read() -> None:
    for data, fault in {
        b'{"a": 1, "b": 2, "a": 1}': MalformedDocument,
        b'{"a": NaN}': MalformedDocument,
        b'{"a": 1e-400}': MalformedDocument,
        b'{"a": ' + b"1" * 401 + b"}": MalformedDocument,
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}": DocumentTooLarge,
        b'{"a": "' + b"x" * jcs.MOST_BYTES + b'"}': DocumentTooLarge,
        b'{"a": "\\u0007"}': ForbiddenCharacter,
    }.items():
        with pytest.raises(fault):
            jcs.decode(data)


def test_a_compact_document_keeps_its_order_and_refuses_what_has_no_form() -> None:
    assert jcs.encode_compact({"b": ["ü", {}], "a": 6.0}) == '{"b":["ü",{}],"a":6.0}'.encode()
    for value in ({"a": float("nan")}, {"a": object()}, {"a": "\ud800"}):
        with pytest.raises(MalformedDocument, match="no JSON form"):
            jcs.encode_compact(value)


class _Word(str):
    __slots__ = ()


_ANY_TEXT = st.text() | st.sampled_from(["\ud800", "\x00", "\x7f", "\u2028", "𝔘", '"\\/\b\f\n\r\t'])
_ANY_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([0.0, -0.0, 1e-5, 1e-4, 1e-3, 1e15, 1e16, 2**70, -(2**70), 0.1 + 0.2])
    | st.decimals()
    | st.dates()
    | st.binary(max_size=2)
    | _ANY_TEXT
    | _ANY_TEXT.map(_Word),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_ANY_TEXT, inner, max_size=4)
        | st.dictionaries(
            st.integers() | st.booleans() | st.none() | st.floats(), inner, max_size=2
        )
        | st.tuples(inner)
        | st.frozensets(st.integers(), max_size=2)
        | st.dictionaries(_ANY_TEXT, inner, max_size=2).map(MappingProxyType)
    ),
    max_leaves=12,
)


def _slowly(value: Any) -> bytes | None:
    """The bytes as the standard library writes them, None where there are none."""
    try:
        text = json.dumps(jcs._plain(value), ensure_ascii=False, allow_nan=False, indent=1)
        return f"{text}\n".encode()
    except (TypeError, ValueError):
        return None


@given(_ANY_VALUE)
def test_a_document_is_written_as_the_standard_library_does(value: Any) -> None:
    expected = _slowly(value)
    if expected is None:
        with pytest.raises(MalformedDocument):
            jcs.encode_document(value)
    else:
        assert jcs.encode_document(value) == expected


def test_a_deep_document_is_written() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    assert jcs.encode_document(deep) == _slowly(deep)


# --- Reading what was written here ----------------------------------------------------------


def _outcome(data: bytes) -> object:
    try:
        return jcs.decode(data)
    except (MalformedDocument, DocumentTooLarge, ForbiddenCharacter) as fault:
        return type(fault), fault.message


def _without_haste(data: bytes) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jcs, "_as_written_here", lambda _: None)
        return _outcome(data)


@given(st.dictionaries(_ANY_TEXT, _VALUES | _ANY_VALUE, max_size=4), st.sampled_from([None, 1, 2]))
def test_what_is_read_quickly_is_what_is_read(value: Any, indent: int | None) -> None:
    try:
        text = json.dumps(jcs._plain(value), ensure_ascii=False, indent=indent)
        packed = json.dumps(jcs._plain(value), separators=(",", ":"))
    except TypeError:
        return
    for written in (text, f"{text}\n", packed, f"{packed}\n"):
        data = written.encode("utf-8", "surrogatepass")
        assert repr(_outcome(data)) == repr(_without_haste(data))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{\n "a": 1,\n "a": 1\n}\n',
        b'{"a":-0.0}',
        b'{"a":1e-7}',
        b'{"a":0.0000001}',
        b'{"a":9007199254740992}',
        b'{"a":1e400}',
        b'{"a":NaN}',
        b'{"a":"\\u0000"}',
        b'{"a":"\\b"}',
        b'{"a":"\\\\b"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\x7f"}',
        b'{"a":"\xef\xbf\xbe"}',
        b'{"a":"\xe2\x80\x8d"}',
        b"\xef\xbb\xbf{}",
        b"[]",
        b"7",
        b"{}",
        b"{} ",
        b"{}\n\n",
        b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
        b'{"a":' + b"[" * 63 + b"]" * 63 + b"}",
        b'{"a":' + b"[" * 5_000,
    ],
)
def test_bytes_that_could_be_read_otherwise(data: bytes) -> None:
    assert repr(_outcome(data)) == repr(_without_haste(data))
