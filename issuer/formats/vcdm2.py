"""The envelope that every W3C credential shares.

Verifiable Credentials Data Model 2.0, https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/.
This module writes contexts, ids, dates and status; it does *not* know what was achieved.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from issuer.model.award import StatusSlot

CONTEXT = "https://www.w3.org/ns/credentials/v2"
_MOST_MOMENTS = 256


@lru_cache(_MOST_MOMENTS)
def moment(at: dt.datetime) -> str:
    """Write a UTC dateTimeStamp in whole seconds, ``2026-06-12T09:30:00Z`` (VCDM 2.0 §4.9)."""
    return at.astimezone(dt.UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_entry(list_url: str, *, index: int, purpose: str) -> dict[str, Any]:
    """One BitstringStatusListEntry (Bitstring Status List 1.0 §2.1)."""
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


def credential_status(slot: StatusSlot) -> dict[str, Any] | list[dict[str, Any]]:
    """One entry (revocation), or two, revocation first, where the award can be suspended.

    VCDM 2.0 §4.10 allows an array; the Open Badges 3.0 JSON Schema does not. This is the one
    deviation from that schema, named in ``docs/specs.md``.
    """
    revocation = status_entry(slot.revocation_list, index=slot.index, purpose="revocation")
    if slot.suspension_list is None or slot.suspension_index is None:
        return revocation
    suspension = status_entry(
        slot.suspension_list, index=slot.suspension_index, purpose="suspension"
    )
    return [revocation, suspension]


def envelope(  # The members of a credential are what they are.
    credential_id: str,
    *,
    contexts: Sequence[str | Mapping[str, Any]],
    types: Sequence[str],
    issuer: Mapping[str, Any],
    valid_from: dt.datetime,
    valid_until: dt.datetime | None = None,
) -> dict[str, Any]:
    """Write the members before the subject, in reading order."""
    document: dict[str, Any] = {
        "@context": [CONTEXT, *contexts],
        "id": credential_id,
        "type": ["VerifiableCredential", *types],
        "issuer": issuer,
        "validFrom": moment(valid_from),
    }
    if valid_until is not None:
        document["validUntil"] = moment(valid_until)
    return document
