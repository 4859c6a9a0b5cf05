"""Material that was saved is the same when it is read again; what is damaged is refused."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import DocumentTooLarge, MalformedDocument, UnusableInput
from issuer.verify import material as room
from issuer.verify.material import (
    Material,
    Obtained,
    RevocationReason,
    TrustedIssuer,
    decode,
    encode,
)

AT = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xD7FF, exclude_characters="\x7f"))
MOMENTS = st.datetimes(timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=-7))]))
VALUES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
DOCUMENTS = st.dictionaries(TEXT, VALUES | st.lists(VALUES, max_size=2), max_size=3)
MATERIALS = st.builds(
    Material,
    did_documents=st.dictionaries(TEXT, st.builds(Obtained, DOCUMENTS, MOMENTS, TEXT), max_size=2),
    status_lists=st.dictionaries(TEXT, st.builds(Obtained, st.binary(), MOMENTS, TEXT), max_size=2),
    trusted=st.lists(
        st.builds(
            TrustedIssuer,
            did=TEXT,
            legal_name=TEXT,
            established_how=TEXT,
            established_by=TEXT,
            keys_seen=st.lists(TEXT, max_size=2).map(tuple),
            own=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    proven_times=st.dictionaries(TEXT, MOMENTS, max_size=2),
    changed_keys=st.frozensets(TEXT, max_size=2),
    revocation_reasons=st.dictionaries(
        TEXT, st.builds(RevocationReason, MOMENTS, TEXT, st.booleans()), max_size=2
    ),
)


@given(MATERIALS)
def test_decode_gives_back_what_was_encoded(material: Material) -> None:
    assert decode(encode(material)) == material


def test_nothing_is_material_too() -> None:
    assert decode(encode(Material())) == Material()
    assert decode(b'{"form": "https://w3id.org/testamur/material/v1"}') == Material()


def damaged(**changes: Any) -> bytes:
    return json.dumps({"form": "https://w3id.org/testamur/material/v1", **changes}).encode()


PIECE = {"at": "2026-06-12T09:30:00Z", "source": "s", "value": {}}
ISSUER = {"did": "d", "legalName": "n", "establishedHow": "h", "establishedBy": "b"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"form": 7}',
        damaged(didDocuments=[]),
        damaged(didDocuments={"d": 7}),
        damaged(didDocuments={"d": {**PIECE, "value": []}}),
        damaged(didDocuments={"d": {**PIECE, "at": "soon"}}),
        damaged(didDocuments={"d": {**PIECE, "at": "2026-06-12T09:30:00"}}),
        damaged(didDocuments={"d": {**PIECE, "source": None}}),
        damaged(statusLists={"u": {**PIECE, "value": "%%"}}),
        damaged(statusLists={"u": {**PIECE, "value": "é"}}),
        damaged(trusted={}),
        damaged(trusted=[7]),
        damaged(trusted=[{**ISSUER, "did": None}]),
        damaged(trusted=[{**ISSUER, "keysSeen": [7]}]),
        damaged(provenTimes={"x": 7}),
        damaged(changedKeys="did"),
        damaged(changedKeys=[7]),
        damaged(revocationReasons={"c": {"at": "2026-06-12T09:30:00Z"}}),
    ],
)
def test_what_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedDocument):
        decode(data)


def test_an_issuer_is_own_only_where_it_says_so() -> None:
    (read,) = decode(damaged(trusted=[{**ISSUER, "own": 1}])).trusted
    assert not read.own


def test_a_document_without_bottom_is_not_kept() -> None:
    deep: dict[str, Any] = {}
    for _ in range(70):
        deep = {"a": deep}
    material = Material(did_documents={"did:web:e.example": Obtained(deep, AT, "s")})
    with pytest.raises(UnusableInput):
        encode(material)


def test_too_much_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST_BYTES", 200)
    with pytest.raises(DocumentTooLarge, match="several files"):
        encode(Material(status_lists={"u": Obtained(bytes(300), AT, "s")}))
