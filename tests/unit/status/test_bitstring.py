"""Bits in, bits out; what is not a list, or inflates without end, is refused."""

import datetime as dt
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import StatusListInvalid
from issuer.formats.lint import structure_problems
from issuer.jsonld import rdfc10
from issuer.status import bitstring
from issuer.status.bitstring import MAXIMUM_BYTES, MINIMUM, StatusList
from keys.public import b64url, b64url_decode

URL = "https://uni.example/status/uni/revocation/1"
DID = "did:web:uni.example"


def packed(bits: bytes) -> str:
    return "u" + b64url(gzip.compress(bits, mtime=0))


@pytest.mark.vectors
def test_the_example_of_the_specification(published: Callable[[str], Path]) -> None:
    path = published("vectors/bitstring-status-list/spec-example.json")
    example = json.loads(path.read_bytes())
    status = bitstring.decode(example["encodedList"], purpose="revocation")
    assert (status.length, status.popcount) == (example["length_bits"], 0)
    assert bitstring.decode(bitstring.encode(status), purpose="revocation") == status


def test_the_first_bit_is_the_highest_of_the_first_byte() -> None:
    status = StatusList.empty("revocation").with_set([0, 9, MINIMUM - 1])
    assert status.bits[:2] == b"\x80\x40"
    assert status.bits[-1] == 1
    assert [status.get(n) for n in (0, 1, 8, 9, 10, MINIMUM - 1)] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]
    assert status.popcount == 3


@given(
    indices=st.sets(st.integers(0, MINIMUM - 1), max_size=40),
    length=st.sampled_from([MINIMUM, MINIMUM + 8, 4 * MINIMUM]),
)
def test_decode_gives_back_what_was_encoded(indices: set[int], length: int) -> None:
    status = StatusList.empty("suspension", length=length).with_set(indices)
    again = bitstring.decode(bitstring.encode(status), purpose="suspension")
    assert again == status
    assert again.popcount == len(indices)
    assert again.marked == tuple(sorted(indices))
    assert all(again.get(index) for index in indices)


def test_the_packing_says_neither_when_nor_where() -> None:
    head = zlib.decompressobj(31)
    encoded = bitstring.encode(StatusList.empty("revocation"))
    raw = b64url_decode(encoded[1:])
    assert raw[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    assert head.decompress(raw) == bytes(MINIMUM // 8)
    assert gzip.decompress(raw) == bytes(MINIMUM // 8)


@pytest.mark.parametrize("index", [-1, MINIMUM, 10**18])
def test_an_index_out_of_range_is_no_answer(index: int) -> None:
    status = StatusList.empty("revocation")
    with pytest.raises(StatusListInvalid, match="there is no entry"):
        status.get(index)
    with pytest.raises(StatusListInvalid, match="there is no entry"):
        status.with_set([index])


def test_bits_and_length_must_agree() -> None:
    with pytest.raises(StatusListInvalid, match="need"):
        StatusList("revocation", 16, b"\0")


@pytest.mark.parametrize(
    ("encoded", "fault"),
    [
        ("H4sIAAAAAAAAA", "must begin with u"),
        ("u%%%", "not base64url"),
        ("uAAAA", "not gzip"),
        ("u" + b64url(zlib.compress(bytes(MINIMUM // 8))), "not gzip"),
        (packed(bytes(MINIMUM // 8))[:-8], "cut off"),
        (
            "u" + b64url(gzip.compress(bytes(MINIMUM // 8), mtime=0) + b"\0\0\0"),
            "something follows",
        ),
        ("u" + b64url(gzip.compress(bytes(MINIMUM // 8), mtime=0) * 2), "something follows"),
        (packed(bytes(MINIMUM // 8 - 1)), "131072 are the minimum"),
        (packed(b""), "131072 are the minimum"),
    ],
)
def test_what_is_no_list_is_refused(encoded: str, fault: str) -> None:
    with pytest.raises(StatusListInvalid, match=fault):
        bitstring.decode(encoded, purpose="revocation")


def test_a_list_of_the_largest_size_is_read_and_no_larger_one() -> None:
    largest = bitstring.decode(packed(bytes(MAXIMUM_BYTES)), purpose="revocation")
    assert largest.length == 8 * MAXIMUM_BYTES
    with pytest.raises(StatusListInvalid, match="inflates to more than"):
        bitstring.decode(packed(bytes(MAXIMUM_BYTES + 1)), purpose="revocation")


def composed(**changes: Any) -> dict[str, Any]:
    draft = bitstring.compose(
        StatusList.empty("revocation").with_set([7]),
        url=URL,
        issuer=DID,
        valid_from=dt.datetime(
            2026, 6, 12, 11, 30, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=2))
        ),
        valid_until=dt.datetime(2026, 6, 19, 9, 30, tzinfo=dt.UTC),
    )
    return {**draft.document, **changes}


def test_a_list_credential_is_well_formed_and_its_issuer_a_text() -> None:
    document = composed()
    assert structure_problems(document) == ()
    assert document["issuer"] == DID
    assert document["validFrom"] == "2026-06-12T09:30:00Z"
    assert document["credentialSubject"]["id"] == f"{URL}#list"
    assert b"encodedList" in rdfc10.canonicalise(document)


def test_parse_gives_back_what_was_composed() -> None:
    status = bitstring.parse(composed(), purpose="revocation")
    assert status == StatusList.empty("revocation").with_set([7])


def test_a_list_may_serve_several_purposes() -> None:
    subject = {**composed()["credentialSubject"], "statusPurpose": ["suspension", "revocation"]}
    found = bitstring.parse(composed(credentialSubject=subject), purpose="suspension")
    assert found.purpose == "suspension"
    assert found.get(7)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"type": ["VerifiableCredential"]}, "no BitstringStatusListCredential"),
        ({"credentialSubject": "text"}, "no BitstringStatusListCredential"),
        ({"credentialSubject": {"type": "Other"}}, "no BitstringStatusListCredential"),
        (
            {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "suspension"}},
            "for the purpose suspension, not revocation",
        ),
        (
            {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": []}},
            r"for the purpose \(none\)",
        ),
        (
            {"credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "revocation"}},
            "no encodedList",
        ),
    ],
)
def test_what_is_no_list_credential_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(StatusListInvalid, match=fault):
        bitstring.parse(composed(**changes), purpose="revocation")
