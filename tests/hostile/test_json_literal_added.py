"""A JSON literal is put beside a signed one that Python takes for the same: false beside 0."""

import datetime as dt

import pytest

from issuer.errors import DroppedTerm
from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Json
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jcs
from keys.signer import Signer

METHOD = "did:web:uni.example#award-1"


def literal(value: object) -> Json:
    return {"@type": "@json", "@value": {"granted": value}}


def test_nothing_is_added_beside_a_signed_literal(university_signer: Signer) -> None:
    signer = university_signer
    context = ["https://www.w3.org/ns/credentials/v2", {"x": "urn:example:x"}]
    document = {"@context": context, "id": "urn:example:1", "x": literal(0)}
    prepared = data_integrity.prepare(
        Linted(Draft(document)),
        key=signer.public_key,
        verification_method=METHOD,
        created=dt.datetime(2026, 6, 12, tzinfo=dt.UTC),
        suite="eddsa-rdfc-2022",
        canonicalise=rdfc10.canonicalise,
    )
    signed = jcs.decode(data_integrity.seal(prepared, signer=signer).data)
    [proof] = data_integrity.proofs_of(signed)

    def opened(said: Json) -> None:
        data_integrity.open_proof(
            said, proof, key=signer.public_key, canonicalise=rdfc10.canonicalise
        )

    opened(signed)
    with pytest.raises(DroppedTerm, match="several JSON literals"):
        opened({**signed, "x": [literal(0), literal(False)]})
