import datetime as dt

import pytest

from issuer.formats import vcdm2
from issuer.model.award import StatusSlot

SLOT = "https://u.example/status/u/revocation/1"


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (dt.datetime(2026, 6, 12, 9, 30, 59, 999_999, tzinfo=dt.UTC), "2026-06-12T09:30:59Z"),
        (
            dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1))),
            "2025-12-31T23:30:00Z",
        ),
    ],
)
def test_a_moment_is_written_in_utc_and_whole_seconds(at: dt.datetime, written: str) -> None:
    assert vcdm2.moment(at) == written


def test_one_entry_is_an_object_and_its_index_a_string() -> None:
    # Bitstring Status List 1.0 §2.1: statusListIndex is a string of an integer.
    assert vcdm2.credential_status(StatusSlot(revocation_list=SLOT, index=7)) == {
        "id": f"{SLOT}#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": SLOT,
    }


def test_two_entries_have_ids_of_their_own() -> None:
    listed = SLOT.replace("revocation", "suspension")
    slot = StatusSlot(revocation_list=SLOT, index=7, suspension_list=listed, suspension_index=7)
    entries = vcdm2.credential_status(slot)
    assert isinstance(entries, list)
    assert [e["statusPurpose"] for e in entries] == ["revocation", "suspension"]
    assert [e["id"] for e in entries] == [f"{SLOT}#7", f"{listed}#7"]


def test_the_envelope_begins_with_the_base_context_and_the_base_type() -> None:
    at = dt.datetime(2026, 6, 12, tzinfo=dt.UTC)
    made = vcdm2.envelope(
        "urn:uuid:1", contexts=["c"], types=["T"], issuer={"id": "did:x:y"}, valid_from=at
    )
    assert list(made) == ["@context", "id", "type", "issuer", "validFrom"]
    assert made["@context"] == ["https://www.w3.org/ns/credentials/v2", "c"]
    assert made["type"] == ["VerifiableCredential", "T"]
    ending = vcdm2.envelope(
        "urn:uuid:1", contexts=[], types=[], issuer={}, valid_from=at, valid_until=at
    )
    assert ending["validUntil"] == "2026-06-12T00:00:00Z"
