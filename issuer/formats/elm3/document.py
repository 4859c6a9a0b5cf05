"""The whole European Digital Credential, unsigned: envelope, display, issuer, learner, claim.

ELM 3.2 EuropeanDigitalCredential on VCDM 1.1: exactly two contexts, because VCDM 2.0 protects terms
that this one redefines. There is one status entry: of the suspension list where the award can be
suspended, which shows what is revoked as well, else of the revocation list.
"""

import base64
import uuid
from collections.abc import Sequence
from typing import Any

from issuer.errors import LintFailed
from issuer.formats.awarded import Awarded
from issuer.formats.elm3.bodies import organisation, person
from issuer.formats.elm3.claim import achievement
from issuer.formats.elm3.nodes import (
    Ids,
    Node,
    compact,
    identifier,
    moment,
    texts,
)
from issuer.model.award import Reservation, StatusSlot
from issuer.model.drafts import Draft

CONTEXTS = [
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
]
SCHEMA = "http://data.europa.eu/snb/model/ap/edc-generic-full"
_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
"""How each begins (PNG 3rd edition §5.2, ITU-T T.81 §B.1.1.3) to its key in the EU list."""


def credential_id(public_url: str) -> str:
    """``urn:credential:<uuid>``, the same each time for one public address (RFC 9562 §5.5)."""
    return f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, public_url)}"


def compose(awarded: Awarded, *, reservation: Reservation, pictures: Sequence[bytes]) -> Draft:
    """Compose the unsigned document, deterministic in its arguments.

    ``pictures`` are the pages of the diploma, PNG or JPEG; the shape wants at least one. Raises
    LintFailed where the organisation lacks an eIDAS identifier, a language or the picture is not
    of those that the model knows, or what is stated does not belong to one decision.
    """
    awarded.require_one_piece(reservation)
    offering = awarded.achievement
    ids = Ids(offering.title.languages)
    body = organisation(awarded.organisation, ids)
    claim = achievement(awarded, ids, body=body)
    # A sealing service writes into the issuer. The awarding body, which it leaves as it is, would
    # be another thing of the same id then.
    issuer = organisation(awarded.organisation, ids) if reservation.is_sealed_elsewhere else body
    issued = moment(reservation.valid_from)
    until = moment(awarded.award.valid_until) if awarded.award.valid_until else None
    badge = f"{awarded.base_url}/c/{awarded.award.id}"
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": reservation.credential_id,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "identifier": [
            identifier(ids, awarded.award.id, scheme="Credential number"),
            identifier(ids, badge, scheme="Open Badges 3.0"),
        ],
        "credentialProfiles": ids.concept("credential_profile", "generic"),
        "credentialSchema": {"id": SCHEMA, "type": "ShaclValidator2017"},
        "displayParameter": _display(awarded, ids, pictures),
        "issuer": issuer,
        "issuanceDate": issued,
        "issued": issued,
        "validFrom": issued,
        "expirationDate": until,
        "validUntil": until,
        "credentialStatus": _status(reservation.slot),
        "credentialSubject": person(
            awarded.result.learner, ids, language=offering.language, claim=claim
        ),
    }
    return Draft({name: value for name, value in document.items() if value is not None})


def _status(slot: StatusSlot) -> Node:
    address = slot.suspension_list or slot.revocation_list
    return {"id": f"{address}#{slot.index}", "type": "CredentialStatus"}


def _display(awarded: Awarded, ids: Ids, pictures: Sequence[bytes]) -> Node:
    offering = awarded.achievement
    tongue = ids.language(offering.language)
    details = [
        {
            "id": ids.new("displayDetail"),
            "type": "DisplayDetail",
            "page": number,
            "image": _picture(picture, ids),
        }
        for number, picture in enumerate(pictures, 1)
    ]
    tongues = {node["id"]: node for node in (ids.language(tag) for tag in offering.title.languages)}
    return compact(
        {
            "id": ids.new("displayParameter"),
            "type": "DisplayParameter",
            "title": texts(offering.title),
            "language": list(tongues.values()),
            "primaryLanguage": tongue,
            "individualDisplay": compact(
                {
                    "id": ids.new("individualDisplay"),
                    "type": "IndividualDisplay",
                    "language": tongue,
                    "displayDetail": details,
                }
            ),
        }
    )


def _picture(data: bytes, ids: Ids) -> Node:
    kind = next((kind for head, kind in _PICTURES.items() if data.startswith(head)), None)
    if kind is None:
        msg = "The picture of the diploma is neither PNG nor JPEG: nothing else is carried."
        raise LintFailed(msg, problems=["pictures"])
    return {
        "id": ids.new("mediaObject"),
        "type": "MediaObject",
        "content": base64.b64encode(data).decode("ascii"),
        "contentEncoding": ids.concept("encoding", "base64"),
        "contentType": ids.concept("file_type", kind),
    }
